//! Jobs of returns.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::RmaId;
use crate::kernel::job::{JobKind, Lane};
use crate::returns::Notice;

/// Tell the customer how a return stands (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReturn {
    /// Which.
    pub rma_id: RmaId,
    /// What it says.
    #[serde(rename = "letter")]
    pub notice: Notice,
}

impl JobKind for MailReturn {
    const KIND: &'static str = "mail_return";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        format!("{}:{}", self.rma_id, self.notice)
    }
}
