//! Wording of timelines. The core records facts; their sentences are made here.

pub mod customer;
pub(crate) mod events;
pub mod plan;
pub mod staff;

use tessera_core::credentials::Notice;

use crate::locale::text;

/// A change of a person's credentials, worded as the end of "… of P-7K3F-9QX2" or alone.
pub(crate) fn security_notice(notice: Notice) -> String {
    match notice {
        Notice::PasswordSet => text!("security-password-set"),
        Notice::PasswordRemoved => text!("security-password-removed"),
        Notice::SecondFactorAdded => text!("security-factor-added"),
        Notice::SecondFactorRemoved => text!("security-factor-removed"),
        Notice::CodesRenewed => text!("security-codes-renewed"),
        Notice::CodeUsed => text!("security-code-used"),
        Notice::PasskeyAdded => text!("security-passkey-added"),
        Notice::PasskeyRemoved => text!("security-passkey-removed"),
        Notice::PasskeyRefused => text!("security-passkey-refused"),
        Notice::SecondStepFailed => text!("security-second-step-failed"),
    }
}
