//! Jobs of returns.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::ReturnId;
use crate::kernel::job::{JobKind, Lane, Pool};
use crate::returns::Notice;

/// Tell the customer how a return stands (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReturn {
    /// Which.
    pub return_id: ReturnId,
    /// What it says.
    pub notice: Notice,
}

impl JobKind for MailReturn {
    const KIND: &'static str = "mail_return";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        format!("{}:{}", self.return_id, self.notice)
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}
