//! Jobs about staff accounts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::StaffId;
use crate::kernel::job::{JobKind, Lane, Pool};

/// Tell an administrator that a local account signed in although staff sign in at the company's identity provider (`P06`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailBreakGlass {
    /// The administrator's account.
    pub staff_id: StaffId,
    /// Login of the local account.
    pub login: String,
    /// Time of the sign-in.
    pub at: Timestamp,
}

impl JobKind for MailBreakGlass {
    const KIND: &'static str = "mail_break_glass";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        format!("{}:{}:{}", self.staff_id, self.login, self.at.as_microsecond())
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}
