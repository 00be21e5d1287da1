//! The portal's search (`P09`).

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago, states};

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct PortalSearch {
    /// What was asked for.
    pub q: String,
    /// What was found, by source; sources without anything are left out.
    pub groups: Vec<Group>,
    /// Whether anything could be looked for: at least a word of two letters.
    pub asked: bool,
}

impl Page for PortalSearch {
    const TEMPLATE: &'static str = "portal/search.html";
}

/// What one source holds.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The source, as in "Devices".
    pub label: String,
    /// What was found there.
    pub hits: Vec<Hit>,
    /// There is more than is shown.
    pub more: bool,
}

/// Something found.
#[derive(Debug, Clone, Serialize)]
pub struct Hit {
    /// Its page.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub excerpt: String,
    /// When it was written; none: it is just there.
    pub at: Option<Timestamp>,
}

impl Sample for PortalSearch {
    fn samples() -> Vec<(String, Self)> {
        let hit = |title: &str, excerpt: &str, at| Hit {
            url: "/portal/customer/forum/posts/1".to_owned(),
            title: title.to_owned(),
            excerpt: excerpt.to_owned(),
            at,
        };
        let group = |label: &str, hit: Hit, more| Group { label: label.to_owned(), hits: vec![hit], more };
        let found = Self {
            q: "battery".to_owned(),
            groups: vec![
                group("Devices", hit("Battery, garage", "Serial number BT 5048", None), false),
                group("Forum", hit("Which cable for a second battery?", "I used 25 mm².", Some(ago(DAY))), true),
            ],
            asked: true,
        };
        let nothing = Self { groups: Vec::new(), ..found.clone() };
        let empty = Self { q: String::new(), asked: false, ..nothing.clone() };
        states([("found", found), ("nothing", nothing), ("empty", empty)])
    }
}

inventory::submit! { PageSamples::of::<PortalSearch>(Shown::Customer("/portal/customer/search")) }
