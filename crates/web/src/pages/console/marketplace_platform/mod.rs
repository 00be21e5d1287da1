//! The marketplace that the operator runs, `/console/marketplace-accounts`, `/console/service-managers` and
//! `/console/operations` (M02–M20).

pub mod accounts;
pub mod imports;
pub mod operations;
pub mod service_managers;
pub mod synchronization;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Tone;
use crate::pages::console::Badge;
use crate::pages::samples::ago;

/// A name with the URL of its page.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub name: String,
    pub url: String,
}

impl Link {
    pub fn new(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self { name: name.into(), url: url.into() }
    }
}

/// An operation in a table.
#[derive(Debug, Clone, Serialize)]
pub struct OperationRow {
    pub url: String,
    pub what: String,
    pub account: Option<Link>,
    pub state: Badge,
    pub message: Option<String>,
    pub asked_at: Timestamp,
}

fn operation_row(state: Badge) -> OperationRow {
    OperationRow {
        url: "/console/operations/0199".to_owned(),
        what: "Synchronize with Example Cloud".to_owned(),
        account: Some(Link::new("Acme Ltd", "/console/marketplace-accounts/0199")),
        message: (state.tone != Tone::Good).then(|| "The vendor cannot be reached: connection refused".to_owned()),
        state,
        asked_at: ago(5),
    }
}
