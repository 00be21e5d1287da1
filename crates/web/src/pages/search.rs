//! The portal's search (`P09`).

use jiff::Timestamp;
use serde::Serialize;

use crate::locale::text;
use crate::pages::Page;
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago, states};

/// The search page of the portal.
#[derive(Debug, Clone, Serialize)]
pub struct PortalSearch {
    /// The query.
    pub q: String,
    /// The results by source; sources without results are left out.
    pub groups: Vec<Group>,
    /// Whether the query has at least one word of two letters, and so was run.
    pub asked: bool,
}

impl Page for PortalSearch {
    const TEMPLATE: &'static str = "portal/search.html";
}

/// The results of a source.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The source's label, as in "Devices".
    pub label: String,
    /// The results.
    pub hits: Vec<Hit>,
    /// Whether there are more results than are shown.
    pub more: bool,
    /// Whether older objects were not searched for all words.
    pub cut: bool,
}

/// A result.
#[derive(Debug, Clone, Serialize)]
pub struct Hit {
    /// URL of the found object.
    pub url: String,
    /// The title.
    pub title: String,
    /// An excerpt of its text.
    pub excerpt: String,
    /// When it was written; `None` for objects without a date.
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
        let group = |label: &str, hit: Hit, more| Group { label: label.to_owned(), hits: vec![hit], more, cut: false };
        let found = Self {
            q: "battery".to_owned(),
            groups: vec![
                group(&text!("search-devices"), hit("Battery, garage", "Serial number BT 5048", None), false),
                group(
                    &text!("search-forum"),
                    hit("Which cable for a second battery?", "I used 25 mm².", Some(ago(DAY))),
                    true,
                ),
            ],
            asked: true,
        };
        let mut cut = found.clone();
        cut.groups.push(Group { label: text!("search-requests"), hits: Vec::new(), more: false, cut: true });
        let nothing = Self { groups: Vec::new(), ..found.clone() };
        let empty = Self { q: String::new(), asked: false, ..nothing.clone() };
        states([("found", found), ("cut", cut), ("nothing", nothing), ("empty", empty)])
    }
}

inventory::submit! { PageSamples::of::<PortalSearch>(Shown::Customer("/portal/customer/search")) }
