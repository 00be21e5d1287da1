//! Types of event details.

use serde::{Deserialize, Serialize};

use super::personal::Personal;
use crate::kernel::ids::CustomerId;
use crate::kernel::record::RecordKey;

/// An action of a person in the forum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForumAct {
    /// Started a topic.
    Started,
    /// Posted a reply.
    Replied,
    /// Edited their own post.
    Edited,
    /// Reported a post.
    Reported,
}

/// Reason why a device is no longer a customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Leaving {
    /// Returned to stock (`A07`).
    Unassigned,
    /// Assigned to another requester (`A22`).
    Moved {
        /// The new requester.
        requester_id: String,
        /// The customer linked to the new requester, if any.
        customer_id: Option<CustomerId>,
    },
    /// Changed to another asset type, so it is no longer a device.
    Retyped {
        /// Name of the new asset type, if known.
        asset_type: Option<String>,
    },
    /// Moved to the service desk's trash.
    Trashed,
    /// Deleted permanently.
    Gone,
    /// The link to its requester ended.
    Unlinked,
}

/// A device has two serial numbers (`A06`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SerialField {
    /// The hardware serial number.
    Serial,
    /// The inverter serial number.
    InverterSerial,
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

/// Reason why a write to the service desk was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum NotDone {
    /// The service desk rejected it.
    Failed {
        /// Error message of the service desk.
        why: Personal,
    },
    /// The asset had been assigned to another requester.
    Superseded {
        /// The requester who held it; `None` if it was in stock.
        holder: Option<String>,
    },
    /// It was cancelled.
    Cancelled {
        /// Actor who cancelled it.
        by: String,
    },
}
