//! The portal's search (`P09`).

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;

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
