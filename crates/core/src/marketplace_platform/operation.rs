//! Operations: an account is brought to a vendor, or deleted at every vendor.

use jiff::Timestamp;

use crate::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerId};

/// What a customer reads when the vendor's message is for staff (`M11`).
pub const CONTACT_SUPPORT: &str = "Contact your support department";

/// Attempts after which an operation fails whose vendor cannot be reached. Their waits add up to about half a day.
pub const MAX_UNREACHABLE: i64 = 50;
/// Attempts after which an operation fails whose vendor gives answers that are not of the contract.
pub const MAX_UNUSABLE: i64 = 6;

/// Maximum length of a stored message, in characters.
const MAX_MESSAGE_LENGTH: usize = 1000;

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOperation {
    /// Id.
    pub id: AccountOperationId,
    /// Kind.
    pub kind: OperationKind,
    /// The account.
    pub account: MarketplaceAccountId,
    /// The vendor. `None`: every vendor that has the account.
    pub service_manager: Option<ServiceManagerId>,
    /// State.
    pub state: OperationState,
    /// Number of attempts that were begun.
    pub attempts: i64,
    /// The customer's id at the vendor, in the end.
    pub external_id: Option<String>,
    /// Code of the vendor's last answer.
    pub code: Option<i64>,
    /// What went wrong last, for staff.
    pub message: Option<String>,
    /// What went wrong, for the customer.
    pub customer_message: Option<String>,
    /// Who asked for it.
    pub requested_by: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Kind of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum OperationKind {
    /// Create, find or update the customer at one vendor.
    Synchronize,
    /// Delete the account here and at every vendor.
    Delete,
}

/// State of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum OperationState {
    /// Waits for its first attempt, or for another one.
    Waiting,
    /// An attempt is under way.
    Running,
    /// Done.
    Done,
    /// Failed, or cancelled. It can be tried again.
    Failed,
}

/// How an operation ends, or what its last attempt left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Code of the vendor's answer.
    pub code: Option<i64>,
    /// For staff.
    pub message: Option<String>,
    /// For the customer.
    pub customer_message: Option<String>,
    /// The customer's id at the vendor.
    pub external_id: Option<String>,
}

impl AccountOperation {
    /// Whether it has ended.
    pub const fn has_ended(&self) -> bool {
        matches!(self.state, OperationState::Done | OperationState::Failed)
    }
}

impl Outcome {
    /// A failure with the vendor's code and message.
    pub fn failure(code: Option<i64>, message: &str) -> Self {
        let shortened: String = message.chars().take(MAX_MESSAGE_LENGTH).collect();
        Self {
            code,
            customer_message: Some(customer_message(code, &shortened).to_owned()),
            message: Some(shortened),
            external_id: None,
        }
    }
}

/// What the customer reads of a failure: the vendor's message if its code is for customers (`M11`).
pub fn customer_message(code: Option<i64>, message: &str) -> &str {
    let is_for_customers = code.is_some_and(|code| (-89_999..=-80_000).contains(&code));
    if is_for_customers && !message.trim().is_empty() { message } else { CONTACT_SUPPORT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m11_a_customer_reads_the_message_only_of_codes_in_the_range() {
        for code in [-80_000, -80_012, -89_999] {
            assert_eq!(customer_message(Some(code), "Choose another domain."), "Choose another domain.");
        }
        for code in [Some(-1), Some(-79_999), Some(-90_000), Some(2), Some(80_000), None] {
            assert_eq!(customer_message(code, "SQL error"), CONTACT_SUPPORT, "{code:?}");
        }
        assert_eq!(customer_message(Some(-80_000), " "), CONTACT_SUPPORT);
        let staff = Outcome::failure(Some(-12), "no such tenant");
        assert_eq!(staff.message.as_deref(), Some("no such tenant"), "staff read everything");
        assert_eq!(staff.customer_message.as_deref(), Some(CONTACT_SUPPORT));
    }
}
