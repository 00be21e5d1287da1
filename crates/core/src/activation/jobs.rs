//! Jobs of activations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::customer::SignIn;
use crate::kernel::ids::ActivationId;
use crate::kernel::job::{JobKind, Lane, Pool};

/// Run the background steps of an activation (`A13`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunActivation {
    /// The activation.
    pub activation_id: ActivationId,
    /// Time of the first lookup that did not find the requester. A single answer is not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<Timestamp>,
}

impl JobKind for RunActivation {
    const KIND: &'static str = "run_activation";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        self.activation_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDeskAndCrm
    }
}

/// Send a notice of the completed activation to the known address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailActivated {
    /// The activation.
    pub activation_id: ActivationId,
}

impl JobKind for MailActivated {
    const KIND: &'static str = "mail_activated";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.activation_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Handle a sign-in that supplied only a requester id: read the requester, then link them or open a review (`A20`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkByRequesterId {
    /// The sign-in.
    pub sign_in: Box<SignIn>,
    /// The requester id supplied with it.
    pub requester_id: String,
    /// Time of the first lookup that did not find the requester. A single answer is not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<Timestamp>,
}

impl JobKind for LinkByRequesterId {
    const KIND: &'static str = "link_by_requester_id";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        let who = &self.sign_in.identity;
        format!("{}:{} {}", self.requester_id, who.issuer, who.subject)
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDesk
    }
}
