//! Operations: an account is brought to a vendor, or deleted at every vendor.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerId};

/// What a customer reads when the vendor's message is for staff (`M11`).
pub const CONTACT_SUPPORT: &str = "Contact your support department";

/// Attempts after which an operation fails whose vendor cannot be reached. Their waits add up to about half a day.
pub const MAX_UNREACHABLE: i64 = 50;
/// Attempts after which an operation fails whose vendor gives answers that are not of the contract.
pub const MAX_UNUSABLE: i64 = 6;
/// How long an operation waits at most for a vendor that is left alone because it failed for others. Such waits are no
/// failed attempts, so that their number is no limit.
pub const MAX_WAITING: SignedDuration = SignedDuration::from_hours(48);
/// Attempts after which customers cannot have an operation tried again any more by mending what they entered.
pub const MAX_MENDED: i64 = 20;

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
    /// Whether it was cancelled. Its state is `failed`.
    pub cancelled: bool,
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
    /// Whether someone cancelled it.
    pub cancelled: bool,
}

/// Why an operation is not tried again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// The vendor could not be reached in so many attempts.
    Unreachable(i64),
    /// The vendor's answers were not of the contract in so many attempts.
    Unusable(i64),
    /// The vendor was left alone for too long, because it failed for others.
    LeftAlone,
    /// So many attempts failed in the hub itself.
    Hub(i64),
}

impl GivenUp {
    /// The end of the operation: what was tried, what went wrong last, and what it needs from staff.
    pub fn outcome(self, last: &str) -> Outcome {
        let tried = match self {
            Self::Unreachable(attempts) | Self::Unusable(attempts) | Self::Hub(attempts) => {
                format!("given up after {attempts} attempts")
            }
            Self::LeftAlone => format!("given up after {} hours", MAX_WAITING.as_hours()),
        };
        let needed = match self {
            Self::Unreachable(_) | Self::LeftAlone => "Try it again when the vendor can be reached",
            Self::Unusable(_) => "Ask the vendor to correct its answers, and try it again then",
            Self::Hub(_) => "Look for the cause in the hub's log, and try it again then",
        };
        // What went wrong is shortened, not what has to be done.
        let last: String = last.chars().take(MAX_MESSAGE_LENGTH / 2).collect();
        Outcome::failure(None, &format!("{needed} ({tried}, last because: {last})"))
    }
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
            ..Self::default()
        }
    }

    /// The end of an operation that someone cancelled.
    pub fn cancelled(code: Option<i64>, message: &str) -> Self {
        Self { cancelled: true, ..Self::failure(code, message) }
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

    #[test]
    fn m20_an_operation_that_is_given_up_says_what_it_needs() {
        for (why, needed) in [
            (GivenUp::Unreachable(50), "when the vendor can be reached"),
            (GivenUp::Unusable(6), "Ask the vendor to correct its answers"),
            (GivenUp::LeftAlone, "when the vendor can be reached"),
            (GivenUp::Hub(50), "the hub's log"),
        ] {
            let Outcome { message, customer_message, cancelled, .. } = why.outcome(&"x".repeat(5000));
            let message = message.unwrap();
            assert!(message.contains(needed) && message.contains("given up after"), "{message}");
            assert!(message.ends_with("x)") && message.chars().count() <= MAX_MESSAGE_LENGTH, "{message}");
            assert_eq!((customer_message.as_deref(), cancelled), (Some(CONTACT_SUPPORT), false));
        }
        assert!(GivenUp::Unusable(6).outcome("no JSON").message.unwrap().contains("6 attempts, last because: no JSON"));
    }
}
