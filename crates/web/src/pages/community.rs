//! News, forum, search and profile of the customer portal (`P09`, `P10`).

use serde::Serialize;

/// Why a form was not taken, and what to do.
#[derive(Debug, Clone, Serialize)]
pub struct Complaint {
    /// The name of the field it is about; any other name when it is about none of them.
    pub field: String,
    /// The words.
    pub message: String,
}

impl Complaint {
    /// Something wrong with a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

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
