//! News, forum, search and profile of the customer portal (`P09`, `P10`).

pub mod blog;
pub mod forum;
pub mod profile;
pub mod search;

use serde::Serialize;

/// Something to be chosen by ticking.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// Whether it is ticked.
    pub chosen: bool,
}
