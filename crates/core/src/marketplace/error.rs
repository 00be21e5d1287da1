//! Why an account or the options of a marketplace stay as they are.

use crate::kernel::record::RecordKey;
use crate::kernel::rejection::Rejection;

/// Why the options of a marketplace stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// The set cannot work.
    #[error("{0}")]
    Invalid(String),
    /// Somebody was faster.
    #[error("somebody else changed these options meanwhile; look at them and change them again")]
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

/// Why staff cannot decide about a marketplace account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// A deleted account has begun anew.
    #[error("the account was synchronized anew since and is {0}’s now; unlink it there first")]
    SynchronizedAnew(String),
    /// The account has a customer by now.
    #[error("account {account} is {owner}’s meanwhile; unlink it there first")]
    Linked {
        /// Its id.
        account: String,
        /// The customer's name.
        owner: String,
    },
    /// The chosen record has no customer any more.
    #[error("{0} is nobody’s any more")]
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
