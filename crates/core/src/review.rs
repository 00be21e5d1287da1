//! Questions that only a person may decide (`H03`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::customer::{Customer, Evidence, IdentityKey, Origin, SignIn};
use crate::id::{CustomerId, ReviewId};
use crate::plan::{Change, Draft, Plan, Stamp};
use crate::record::RecordKey;
use crate::timeline::Event;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// Several CRM contacts have the requester's primary e-mail: which one is the customer?
    WhichContact {
        /// The address they share.
        email: String,
        /// The contacts.
        candidates: Vec<RecordKey>,
    },
    /// The one contact with this e-mail is linked to another customer already.
    ContactTaken {
        /// The address.
        email: String,
        /// The contact.
        contact: RecordKey,
        /// Who has it.
        other: CustomerId,
    },
    /// Somebody signed in with nothing but a requester's number, and no verified address speaks for them: is it theirs (`A20`)?
    WhoseSignIn {
        /// The sign-in.
        sign_in: Box<SignIn>,
        /// The requester whose number came with it.
        requester: RecordKey,
    },
}

impl Question {
    /// The sign-in that a question is about, when it is about nobody's customer record yet.
    pub fn identity(&self) -> Option<&IdentityKey> {
        match self {
            Self::WhoseSignIn { sign_in, .. } => Some(&sign_in.identity),
            Self::WhichContact { .. } | Self::ContactTaken { .. } => None,
        }
    }

    /// The candidates to choose from.
    pub fn candidates(&self) -> Vec<&RecordKey> {
        match self {
            Self::WhichContact { candidates, .. } => candidates.iter().collect(),
            Self::ContactTaken { contact, .. } => vec![contact],
            Self::WhoseSignIn { requester, .. } => vec![requester],
        }
    }

    /// The question in words.
    pub fn sentence(&self) -> String {
        match self {
            Self::WhichContact { email, candidates } => {
                format!("{} CRM contacts have the e-mail {email}. Which one is this customer?", candidates.len())
            }
            Self::ContactTaken { email, .. } => {
                format!("The CRM contact with the e-mail {email} is linked to another customer. Whose is it?")
            }
            Self::WhoseSignIn { sign_in, requester } => {
                let who = sign_in.email.as_deref().or(sign_in.name.as_deref()).unwrap_or(&sign_in.identity.subject);
                format!("{who} signed in with the number of requester {}. Is it theirs?", requester.external_id)
            }
        }
    }
}

/// What a person answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// This record is the customer's.
    Link {
        /// Which.
        record: RecordKey,
    },
    /// None of them is.
    NoneOfThese,
}

/// A question with its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// Whose record waits for the answer; none: it is about a sign-in that is nobody's yet.
    pub customer_id: Option<CustomerId>,
    /// What is asked.
    pub question: Question,
    /// Since when.
    pub created_at: Timestamp,
    /// The answer, when and by whom.
    pub decided: Option<(Timestamp, String, Decision)>,
}

/// Plans what follows from an answer. The record is linked only when it `is_free`: the customer may have it already.
pub fn decide(
    review: &Review,
    customer: Customer,
    is_free: bool,
    decision: &Decision,
    note: Option<&str>,
    stamp: Stamp<'_>,
) -> Plan {
    let mut draft = Draft::of(customer, stamp);
    let words = match decision {
        Decision::NoneOfThese => "none of the candidates is this customer".to_owned(),
        Decision::Link { record } => format!("{record} is this customer's"),
    };
    draft.note(&Event::ReviewDecided { review_id: review.id, decision: words, note: note.map(ToOwned::to_owned) });
    match decision {
        Decision::Link { record } if is_free => {
            draft.link(record.clone(), Origin::Staff, Evidence::Decision { review_id: review.id });
        }
        Decision::Link { .. } | Decision::NoneOfThese => {}
    }
    let (by, decision) = (stamp.actor.to_owned(), decision.clone());
    draft.push(Change::DecideReview { id: review.id, at: stamp.now, by, decision }, "the question is answered");
    draft.finish()
}
