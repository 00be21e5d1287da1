//! Jobs of people: e-mails about registrations and changed addresses.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{EmailChangeId, OneTimeLinkId, PersonId, RegistrationId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Answer somebody who registers (`P12`): with the link that proves the address, or with their person id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRegistration {
    /// Which.
    pub registration_id: RegistrationId,
}

impl JobKind for MailRegistration {
    const KIND: &'static str = "mail_registration";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.registration_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Tell an applicant what was decided (`P12`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRegistrationDecided {
    /// Which.
    pub registration_id: RegistrationId,
    /// The link to set a password, when they were let in.
    pub link_id: Option<OneTimeLinkId>,
}

impl JobKind for MailRegistrationDecided {
    const KIND: &'static str = "mail_registration_decided";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.registration_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Send the link that confirms a new e-mail address, to that address (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailEmailChange {
    /// Which change.
    pub change_id: EmailChangeId,
}

impl JobKind for MailEmailChange {
    const KIND: &'static str = "mail_email_change";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.change_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Tell the address before that it was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailEmailChanged {
    /// Which change.
    pub change_id: EmailChangeId,
    /// The address before.
    pub to: String,
}

impl JobKind for MailEmailChanged {
    const KIND: &'static str = "mail_email_changed";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.change_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Tell somebody who signs in, at the address before, that their marketplace corrected it (`M08`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailEmailCorrected {
    /// Who.
    pub person_id: PersonId,
    /// The address before.
    pub to: String,
    /// When.
    pub at: Timestamp,
}

impl JobKind for MailEmailCorrected {
    const KIND: &'static str = "mail_email_corrected";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        format!("{}:{}", self.person_id, self.at.as_microsecond())
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}
