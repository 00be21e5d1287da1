//! Checks of the requester in the service desk. The checks of its assets are in [`super::assets`].

use jiff::Timestamp;

use super::Reason;
use super::check::{Check, Target};
use super::facts::{AccountStanding, Customer, OperatorPerson, Requester, Unlinked};
use crate::kernel::record::RecordKey;
use crate::sync::review::Question;

/// Findings about a requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequesterFinding {
    /// Linked.
    Linked {
        /// Name of the customer.
        customer: String,
        /// Key of the requester's record.
        requester: RecordKey,
    },
    /// The linked requester no longer exists in the service desk.
    LinkedGone {
        /// Time of the deletion.
        since: Timestamp,
    },
    /// The customer of this name came from a marketplace and never had a requester.
    OnlyMarketplace(String),
    /// The marketplace deleted the account of the customer of this name.
    AccountClosed(String),
    /// Staff made the customer of this name, which never had a requester.
    NeverLinked(String),
    /// The operating company has no requester: its people have no devices.
    OperatingCompany,
    /// The link to the requester was ended.
    Unlinked(Unlinked),
    /// The requester was merged into another customer's, and this question is under review.
    MergeAsked(Question),
    /// The requester was merged.
    Merged {
        /// Key of the requester's record.
        requester: RecordKey,
        /// Id of the surviving requester.
        into: String,
    },
    /// The requester no longer exists in the service desk.
    Gone {
        /// Key of the requester's record.
        requester: RecordKey,
        /// Time of the deletion.
        since: Timestamp,
    },
    /// The service desk did not find the requester.
    Missing {
        /// Key of the requester's record.
        requester: RecordKey,
        /// Time since it is missing.
        since: Timestamp,
    },
    /// The requester is deactivated.
    Deactivated(RecordKey),
    /// The requester is active.
    Active(RecordKey),
}

pub(crate) fn requester_linked(customer: &Customer, requester: Option<&Requester>) -> Check {
    const RULE: &str = "requester_linked";
    let name = customer.name.clone();
    let (reason, finding) = match (requester, &customer.requester_unlinked) {
        (Some(requester), _) => {
            let requester = requester.key.clone();
            return Check::pass(RULE, RequesterFinding::Linked { customer: name, requester });
        }
        (None, _) if let Some(since) = customer.requester_gone => {
            (Reason::RequesterGone, RequesterFinding::LinkedGone { since })
        }
        (None, None) if customer.account == Some(AccountStanding::Open) => {
            (Reason::NotInServiceDesk, RequesterFinding::OnlyMarketplace(name))
        }
        (None, None) if customer.account == Some(AccountStanding::Closed) => {
            (Reason::AccountClosed, RequesterFinding::AccountClosed(name))
        }
        (None, None) if customer.operator == Some(OperatorPerson::Colleague) => {
            (Reason::OperatingCompany, RequesterFinding::OperatingCompany)
        }
        (None, None) => (Reason::NeverLinked, RequesterFinding::NeverLinked(name)),
        (None, Some(unlinked)) => (Reason::RequesterUnlinked, RequesterFinding::Unlinked(unlinked.clone())),
    };
    Check::decides(RULE, reason, finding, Some(Target::Customer(customer.id)))
}

pub(crate) fn requester_there(found: &Requester, customer: Option<&Customer>) -> Check {
    const RULE: &str = "requester_there";
    let asked = customer.into_iter().flat_map(|customer| &customer.reviews);
    for (review, question) in asked {
        if let Question::MergedIntoTaken { .. } = question {
            let asked = RequesterFinding::MergeAsked(question.clone());
            return Check::decides(RULE, Reason::RequesterMerged, asked, Some(Target::Review(*review)));
        }
    }
    let requester = found.key.clone();
    let (reason, finding) = if let Some(into) = &found.merged_into {
        (Reason::RequesterMerged, RequesterFinding::Merged { requester, into: into.clone() })
    } else if let Some(since) = found.gone_at {
        (Reason::RequesterGone, RequesterFinding::Gone { requester, since })
    } else if let Some(since) = found.missing_since {
        (Reason::RequesterMissing, RequesterFinding::Missing { requester, since })
    } else if found.active {
        return Check::pass(RULE, RequesterFinding::Active(requester));
    } else {
        (Reason::RequesterDeactivated, RequesterFinding::Deactivated(requester))
    };
    Check::decides(RULE, reason, finding, Some(Target::Record(found.key.clone())))
}
