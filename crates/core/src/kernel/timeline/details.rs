//! Details of events that have a type of their own.

use serde::{Deserialize, Serialize};

use super::personal::Personal;
use crate::kernel::ids::CustomerId;
use crate::kernel::record::RecordKey;

/// What somebody did in the forum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForumAct {
    /// They began a topic.
    Started,
    /// They replied.
    Replied,
    /// They changed what they wrote.
    Edited,
    /// They reported a post.
    Reported,
}

/// What became of a device that is no longer a customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Leaving {
    /// It went back to stock (`A07`).
    Unassigned,
    /// It was given to somebody else (`A22`).
    Moved {
        /// The requester who has it now.
        requester_id: String,
        /// The customer linked to that requester, if any.
        customer_id: Option<CustomerId>,
    },
    /// It is of another asset type now.
    Retyped {
        /// Which, when its name is known.
        asset_type: Option<String>,
    },
    /// It lies in the service desk's trash.
    Trashed,
    /// It was deleted for ever.
    Gone,
    /// The link to its requester was ended.
    Unlinked,
}

/// Which of the two serial numbers of a device (`A06`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SerialField {
    /// The hardware serial number.
    Serial,
    /// The inverter serial number.
    InverterSerial,
}

/// How a question was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ruling", rename_all = "snake_case")]
pub enum Ruling {
    /// A candidate is the customer's.
    IsTheirs {
        /// Which record.
        record: RecordKey,
    },
    /// None of the candidates is.
    NoneIs,
    /// An account is that of the customer who has a candidate.
    AccountOf {
        /// The account.
        account: RecordKey,
        /// The candidate.
        candidate: RecordKey,
    },
    /// An account is a customer of its own.
    NewCustomer {
        /// The account.
        account: RecordKey,
    },
    /// A requester is the sign-in's.
    SignInOf {
        /// The requester's id.
        requester_id: String,
        /// Who decided: it was before the customer began.
        decided_by: String,
    },
}

/// Why a write to the service desk was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum NotDone {
    /// The service desk refused it.
    Failed {
        /// What it answered.
        why: Personal,
    },
    /// The asset was somebody else's by then.
    Superseded {
        /// The requester who had it; none: it was in stock.
        holder: Option<String>,
    },
    /// It was taken back.
    Cancelled {
        /// By whom.
        by: String,
    },
}
