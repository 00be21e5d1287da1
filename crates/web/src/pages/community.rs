//! News, forum, search and profile of the customer portal (`P09`, `P10`).

use serde::Serialize;

/// An error in a form.
#[derive(Debug, Clone, Serialize)]
pub struct Complaint {
    /// The name of the field; any other name if the error belongs to no field.
    pub field: String,
    /// The message, with the next step.
    pub message: String,
}

impl Complaint {
    /// An error of a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A check box.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// The submitted value.
    pub value: String,
    /// The label.
    pub label: String,
    /// Whether it is ticked.
    pub chosen: bool,
}
