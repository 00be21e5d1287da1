//! Jobs of people: e-mails about registrations and changed addresses.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{EmailChangeId, OneTimeLinkId, PersonId, RegistrationId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Answer a registration (`P12`): with a confirmation link, or with the person id if the address is already known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRegistration {
    /// The registration.
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

/// Notify an applicant of the decision (`P12`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRegistrationDecided {
    /// The registration.
    pub registration_id: RegistrationId,
    /// The link to set a password, if approved.
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

/// Send the confirmation link to a new e-mail address (`P09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailEmailChange {
    /// The pending change.
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

/// Notify the previous address of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailEmailChanged {
    /// The confirmed change.
    pub change_id: EmailChangeId,
    /// The previous address.
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

/// Notify a person at their previous address that a marketplace corrected it (`M08`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailEmailCorrected {
    /// The person.
    pub person_id: PersonId,
    /// The previous address.
    pub to: String,
    /// Time of the correction.
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
