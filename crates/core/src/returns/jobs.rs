//! Jobs of returns.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::ReturnId;
use crate::kernel::job::{JobKind, Lane, Pool};
use crate::returns::Notice;

/// Notify the customer about a return (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReturn {
    /// The return.
    pub return_id: ReturnId,
    /// Kind of mail.
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
