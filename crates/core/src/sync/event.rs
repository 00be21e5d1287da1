//! Timeline events of synchronisation: requesters, merged records, reviews and sweeps.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::kernel::ids::{ReviewId, SweepId};
use crate::kernel::record::RecordKey;
use crate::kernel::timeline::{FeatureEvent, Personal};
use crate::sync::sweep::Decision;

/// Timeline events of synchronisation: requesters, merged records, reviews and sweeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SyncEvent {
    /// The linked requester was deactivated. Nothing is shown through its link until it is reactivated.
    RequesterDeactivated {
        /// The requester.
        record: RecordKey,
    },
    /// The linked requester is active again.
    RequesterReactivated {
        /// The requester.
        record: RecordKey,
    },
    /// The linked requester became an agent of the service desk.
    RequesterConverted {
        /// The requester.
        record: RecordKey,
    },
    /// The linked record was merged into another one, and the link was moved to it.
    RecordMerged {
        /// The record whose id was retired.
        from: RecordKey,
        /// The surviving record.
        into: RecordKey,
    },
    /// The linked record was merged into a record of another customer; staff decide in a review.
    MergeDisputed {
        /// The record whose id was retired.
        from: RecordKey,
        /// The surviving record.
        into: RecordKey,
        /// The review opened for staff.
        review_id: ReviewId,
    },
    /// Several CRM contacts have the requester's primary e-mail; staff decide in a review (`H03`).
    ContactAmbiguous {
        /// The address searched for.
        email: Personal,
        /// Number of matching contacts.
        candidates: usize,
        /// The review opened for staff.
        review_id: ReviewId,
    },
    /// Another contact has the customer's address. The link stays until staff decide.
    OtherContactFound {
        /// The address.
        email: Personal,
        /// The linked contact.
        linked: RecordKey,
        /// Number of other contacts.
        others: usize,
        /// The review opened for staff.
        review_id: ReviewId,
    },
    /// Staff decided a review.
    ReviewDecided {
        /// The review.
        review_id: ReviewId,
        /// The decision.
        ruling: Ruling,
        /// Note of the person who decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Personal>,
    },
    /// A sweep was requested by staff or through the API (`H06`).
    SweepRequested {
        /// The sweep.
        sweep: SweepId,
        /// The system.
        system: String,
        /// Kind of record: requesters, contacts or assets.
        kind: String,
        /// Whether it is a dry run.
        dry_run: bool,
    },
    /// Staff decided about changes held by the brake or planned by a dry run (`H04`). On the operator's timeline.
    SweepDecided {
        /// The sweep.
        sweep: SweepId,
        /// The system.
        system: String,
        /// What the sweep reads: requesters, contacts or assets; `single` for changes outside a sweep.
        kind: String,
        /// The decision.
        decision: Decision,
        /// Number of changes decided about.
        changes: i64,
    },
}

impl FeatureEvent for SyncEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}

/// The decision of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ruling", rename_all = "snake_case")]
pub enum Ruling {
    /// The customer is linked to a candidate.
    IsTheirs {
        /// The chosen record.
        record: RecordKey,
    },
    /// No candidate was chosen.
    NoneIs,
    /// The account is linked to the customer of a candidate.
    AccountOf {
        /// The account.
        account: RecordKey,
        /// The candidate.
        candidate: RecordKey,
    },
    /// The account becomes a new customer.
    NewCustomer {
        /// The account.
        account: RecordKey,
    },
    /// The sign-in is linked to a requester.
    SignInOf {
        /// The requester's id.
        requester_id: String,
        /// The staff member who decided, before the customer was created.
        decided_by: String,
    },
}
