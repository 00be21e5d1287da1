//! Why a passkey or an authenticator app is not set up.

use crate::kernel::rejection::Rejection;

/// Why a passkey is not asked for, or not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// This hub has none.
    #[error("passkeys need the hub to be reached by a domain name and https")]
    Unavailable,
    /// They do not work here.
    #[error("passkeys cannot be used here: {0}")]
    Unusable(String),
    /// The question was answered before, or too late.
    #[error("it took too long, or was sent before; begin again")]
    Late,
    /// The answer is to another question.
    #[error("what your device answered is not right; begin again")]
    Wrong,
    /// The device forgets it.
    #[error("this device cannot keep a passkey that signs in by itself; use another device")]
    NotKept,
    /// Somebody has it.
    #[error("this passkey is registered already")]
    Known,
}

impl Rejection for PasskeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable | Self::Unusable(_) => "passkeys_unavailable",
            Self::Late => "passkey_late",
            Self::Wrong => "passkey_wrong",
            Self::NotKept => "passkey_not_kept",
            Self::Known => "passkey_known",
        }
    }
}

/// An authenticator app cannot be offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SecondFactorError(pub String);

impl Rejection for SecondFactorError {
    fn code(&self) -> &'static str {
        "second_factor"
    }
}
