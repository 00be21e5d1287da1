//! Reviews: questions that only a person may decide (`H03`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::customer::{Customer, EndReason, Evidence, IdentityKey, Link, Origin, SignIn};
use crate::kernel::ids::{CustomerId, ReviewId, ServiceManagerId};
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::RecordKey;
use crate::kernel::record::change::RecordChange;
use crate::kernel::timeline::Personal;
use crate::sync::change::ReviewChange;
use crate::sync::event::Ruling;
use crate::sync::event::SyncEvent;
use crate::sync::jobs::Refresh;

/// The question.
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
        /// The customer that it is linked to.
        other: CustomerId,
    },
    /// A person signed in with only a requester's number, and no verified address confirms that it is theirs. Is it
    /// (`A20`)?
    WhoseSignIn {
        /// The sign-in.
        sign_in: Box<SignIn>,
        /// The requester with that number.
        requester: RecordKey,
    },
    /// A contact is linked, but others have the customer's address. Is one of them the customer?
    OtherContact {
        /// The address.
        email: String,
        /// The linked contact, which stays linked unless another is chosen.
        linked: RecordKey,
        /// The others.
        candidates: Vec<RecordKey>,
    },
    /// The linked requester was merged into one that is linked to another customer. Whose is it?
    MergedIntoTaken {
        /// The requester with the retired id.
        from: RecordKey,
        /// The remaining requester.
        into: RecordKey,
        /// The customer that it is linked to.
        other: CustomerId,
    },
    /// Several customers match a marketplace's data about an account. Whose is it (`M16`)?
    WhoseAccount {
        /// The account.
        account: RecordKey,
        /// Their common data, in words.
        by: String,
        /// A record of each customer.
        candidates: Vec<RecordKey>,
    },
    /// A vendor answered one external id for two accounts of the operator's marketplace. Which account is its customer
    /// (`M17`)?
    WhoseVendorCustomer {
        /// The account that was not linked.
        account: RecordKey,
        /// The account that is linked with the customer.
        linked: RecordKey,
        /// The vendor.
        service_manager_id: ServiceManagerId,
        /// The vendor's name.
        service_manager: String,
        /// The customer's id at the vendor.
        external_id: String,
    },
}

impl Question {
    /// The identity of the sign-in that a question is about, if it has no customer yet.
    pub fn identity(&self) -> Option<&IdentityKey> {
        match self {
            Self::WhoseSignIn { sign_in, .. } => Some(&sign_in.identity),
            _ => None,
        }
    }

    /// The record that an answer replaces, if the customer still has it.
    pub const fn replaces(&self) -> Option<&RecordKey> {
        match self {
            Self::OtherContact { linked, .. } => Some(linked),
            Self::MergedIntoTaken { from, .. } => Some(from),
            Self::WhichContact { .. }
            | Self::ContactTaken { .. }
            | Self::WhoseSignIn { .. }
            | Self::WhoseAccount { .. }
            | Self::WhoseVendorCustomer { .. } => None,
        }
    }

    /// The subject of a question without a customer: the sign-in, or the account. The same question is asked only once
    /// per subject.
    pub fn subject(&self) -> Option<String> {
        match self {
            Self::WhoseAccount { account, .. } => Some(account.to_string()),
            Self::WhoseVendorCustomer { account, service_manager_id, external_id, .. } => {
                Some(format!("{account} {service_manager_id} {external_id}"))
            }
            _ => self.identity().map(|identity| format!("{} {}", identity.issuer, identity.subject)),
        }
    }

    /// The candidates.
    pub fn candidates(&self) -> Vec<&RecordKey> {
        match self {
            Self::WhichContact { candidates, .. } | Self::WhoseAccount { candidates, .. } => {
                candidates.iter().collect()
            }
            Self::OtherContact { linked, candidates, .. } => std::iter::once(linked).chain(candidates).collect(),
            Self::ContactTaken { contact, .. } => vec![contact],
            Self::WhoseSignIn { requester, .. } => vec![requester],
            Self::MergedIntoTaken { into, .. } => vec![into],
            Self::WhoseVendorCustomer { account, linked, .. } => vec![linked, account],
        }
    }

    /// Whether it equals another question: the same contacts and the same address, whichever contact is linked.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        let contacts = |question: &Self| match question {
            Self::WhichContact { email, .. } | Self::OtherContact { email, .. } => {
                let keys: BTreeSet<RecordKey> = question.candidates().into_iter().cloned().collect();
                Some((email.clone(), keys))
            }
            Self::ContactTaken { .. }
            | Self::MergedIntoTaken { .. }
            | Self::WhoseSignIn { .. }
            | Self::WhoseAccount { .. }
            | Self::WhoseVendorCustomer { .. } => None,
        };
        self == other || contacts(self).is_some_and(|mine| contacts(other) == Some(mine))
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
            Self::WhoseAccount { account, by, candidates } => format!(
                "{} customers have {by}, which account {} of marketplace {} has too. Whose is it?",
                candidates.len(),
                account.external_id,
                account.system
            ),
            Self::WhoseVendorCustomer { service_manager, external_id, .. } => {
                format!("{service_manager} answered ExternalID {external_id} for two accounts. Whose customer is it?")
            }
            Self::WhoseSignIn { sign_in, requester } => {
                let who = sign_in.email.as_deref().or(sign_in.name.as_deref()).unwrap_or(&sign_in.identity.subject);
                format!("{who} signed in with the number of requester {}. Is it theirs?", requester.external_id)
            }
            Self::OtherContact { email, linked, candidates } => format!(
                "{linked} is linked, and {} other CRM contact(s) have the e-mail {email}. Which one is this customer?",
                candidates.len()
            ),
            Self::MergedIntoTaken { from, into, .. } => format!(
                "{from} was merged into {into}, which is linked to another customer. Are the two one customer? Then unlink it there and link it here."
            ),
        }
    }
}

/// A person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// This record belongs to the customer.
    Link {
        /// The record.
        record: RecordKey,
    },
    /// None of the candidates does.
    NoneOfThese,
}

/// A question with its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Id.
    pub id: ReviewId,
    /// The customer concerned. `None` if it is about a sign-in or an account without a customer.
    pub customer_id: Option<CustomerId>,
    /// The question.
    pub question: Question,
    /// Time of the question.
    pub created_at: Timestamp,
    /// The answer, with its time and the person who gave it.
    pub decided: Option<(Timestamp, String, Decision)>,
    /// A note on the decision.
    pub note: Option<String>,
}

/// Plans the changes after an answer. The record is linked only if it `is_free`, because the customer may have it
/// already. A replaced record is unlinked.
pub fn decide(
    review: &Review,
    customer: Customer,
    is_free: bool,
    replaced: Option<&Link>,
    decision: &Decision,
    note: Option<&str>,
    stamp: Stamp<'_>,
) -> Plan {
    let mut draft = CustomerEdit::of(customer, stamp);
    let ruling = match decision {
        Decision::NoneOfThese => Ruling::NoneIs,
        Decision::Link { record } => Ruling::IsTheirs { record: record.clone() },
    };
    draft.note(SyncEvent::ReviewDecided { review_id: review.id, ruling, note: note.map(Personal::from) });
    match decision {
        Decision::Link { record } if is_free => {
            if let Some(link) = replaced {
                let why = EndReason::Replaced { by: record.clone() };
                draft.note(CustomerEvent::Unlinked { record: link.record.clone(), why: why.clone() });
                draft.end_link(link, why);
                if let Question::MergedIntoTaken { from, into, .. } = &review.question {
                    let (key, into) = (from.clone(), into.external_id.clone());
                    draft.push(
                        RecordChange::Merge { key, into, at: stamp.reading },
                        "the retired id stands for the other",
                    );
                }
            }
            draft.link(record.clone(), Origin::Staff, Evidence::Decision { review_id: review.id });
        }
        Decision::Link { .. } | Decision::NoneOfThese => {}
    }
    if matches!(decision, Decision::Link { .. }) {
        let job = stamp.job(Refresh { customer_id: draft.customer.id });
        draft.push(JobChange::Enqueue(job), "what belongs to the record is read at once");
    }
    let (by, decision) = (stamp.actor.to_string(), decision.clone());
    draft.push(
        ReviewChange::Decide { id: review.id, at: stamp.now, by, decision, note: note.map(ToOwned::to_owned) },
        "the question is answered",
    );
    draft.finish()
}
