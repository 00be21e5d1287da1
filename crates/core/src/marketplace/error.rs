//! Rejections of decisions about accounts, and of changes to sync options.

use crate::kernel::record::RecordKey;
use crate::kernel::rejection::Rejection;

/// Reason why sync options cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// The options are invalid.
    #[error("{0}")]
    Invalid(String),
    /// The options were changed in the meantime.
    #[error("someone else has changed these options in the meantime; check them and change them again")]
    Changed,
}

impl Rejection for OptionsError {
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "options_invalid",
            Self::Changed => "options_changed",
        }
    }
}

/// Reason why a decision about a marketplace account is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The deleted account was synchronised again.
    #[error("the account was synchronized anew since and is {0}’s now; unlink it there first")]
    SynchronizedAnew(String),
    /// The account has been linked to a customer in the meantime.
    #[error("account {account} belongs to {owner} now; unlink it there first")]
    Linked {
        /// The account's id.
        account: String,
        /// The customer's name.
        owner: String,
    },
    /// The chosen record is no longer linked to a customer.
    #[error("{0} no longer belongs to a customer")]
    RecordUnlinked(RecordKey),
}

impl Rejection for AccountError {
    fn code(&self) -> &'static str {
        match self {
            Self::SynchronizedAnew(_) | Self::Linked { .. } => "account_linked",
            Self::RecordUnlinked(_) => "record_unlinked",
        }
    }
}
