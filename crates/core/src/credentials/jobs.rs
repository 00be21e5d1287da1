//! Jobs about sign-in methods.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::credentials::Notice;
use crate::kernel::ids::{CustomerId, OneTimeLinkId, PersonId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Tell the known address that a sign-in method was added or removed (`A23`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSignInChanged {
    /// The customer.
    pub customer_id: CustomerId,
    /// The person. Missing in jobs written before people had their own addresses.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Whether it was added rather than removed.
    pub added: bool,
    /// The sign-in, masked.
    pub sign_in: String,
    /// Time of the change.
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
    /// The link.
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

/// Identify the person who asked for a link to set a password, and send it to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOneTimeLink {
    /// Keyed hash of the login, by which equal requests are recognised.
    pub mark: String,
    /// Login as entered, a person id or an e-mail address, encrypted, because people type passwords into this field by mistake.
    pub sealed: String,
}

impl JobKind for SendOneTimeLink {
    const KIND: &'static str = "send_one_time_link";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        self.mark.clone()
    }

    fn pool(&self) -> Pool {
        Pool::Own
    }
}

/// Send a notice of changed credentials to the known address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSecurityNotice {
    /// The person.
    pub person_id: PersonId,
    /// Kind of change.
    pub notice: Notice,
    /// Time of the change.
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

/// Tell the owner of a login, if it has one, that many sign-ins with it failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailFailedSignIns {
    /// Keyed hash of the login.
    pub mark: String,
    /// The person; `None` if nobody has the login. The job is the same then, so that the answer to a sign-in is, too.
    pub person_id: Option<PersonId>,
    /// Time of the last one.
    pub at: Timestamp,
}

impl JobKind for MailFailedSignIns {
    const KIND: &'static str = "mail_failed_sign_ins";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.mark.clone()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}
