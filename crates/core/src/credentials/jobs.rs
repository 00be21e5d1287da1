//! Jobs of the ways to sign in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::credentials::Notice;
use crate::kernel::ids::{CustomerId, OneTimeLinkId, PersonId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Tell the known address that a sign-in method was added or removed (`A23`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSignInChanged {
    /// Whose.
    pub customer_id: CustomerId,
    /// Of which of their people; none in jobs from before people had addresses of their own.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Added; otherwise removed.
    pub added: bool,
    /// The sign-in, masked.
    pub sign_in: String,
    /// When.
    pub at: Timestamp,
}

impl JobKind for MailSignInChanged {
    const KIND: &'static str = "mail_sign_in_changed";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        format!("{}:{}:{}:{}", self.customer_id, self.added, self.sign_in, self.at.as_microsecond())
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Send a link to set a password (`P03`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailOneTimeLink {
    /// Which.
    pub link_id: OneTimeLinkId,
}

impl JobKind for MailOneTimeLink {
    const KIND: &'static str = "mail_one_time_link";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        self.link_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Find out whom somebody means who cannot sign in, and send them a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOneTimeLink {
    /// What was typed: a person id or an e-mail address.
    pub login: String,
}

impl JobKind for SendOneTimeLink {
    const KIND: &'static str = "send_one_time_link";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        crate::persons::key(&self.login)
    }

    fn pool(&self) -> Pool {
        Pool::Own
    }
}

/// Tell the known address that something about the ways in changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSecurityNotice {
    /// Whose.
    pub person_id: PersonId,
    /// What happened.
    pub notice: Notice,
    /// When.
    pub at: Timestamp,
}

impl JobKind for MailSecurityNotice {
    const KIND: &'static str = "mail_security_notice";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        format!("{}:{}:{}", self.person_id, self.notice.as_str(), self.at.as_microsecond())
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}
