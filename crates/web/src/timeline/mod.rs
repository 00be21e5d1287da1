//! Wording of timelines. The core records facts; their sentences are made here.

pub mod customer;
pub mod plan;
pub mod staff;

use tessera_core::credentials::Notice;

/// A change of a person's credentials, worded as the end of "… of P-7K3F-9QX2" or alone.
pub(crate) const fn security_notice(notice: Notice) -> &'static str {
    match notice {
        Notice::PasswordSet => "A password was set",
        Notice::PasswordRemoved => "The password was removed",
        Notice::SecondFactorAdded => "A second factor was added",
        Notice::SecondFactorRemoved => "The second factor was removed",
        Notice::CodesRenewed => "New recovery codes were made",
        Notice::CodeUsed => "A recovery code was used",
        Notice::PasskeyAdded => "A passkey was added",
        Notice::PasskeyRemoved => "A passkey was removed",
        Notice::PasskeyRefused => "A passkey that may have been copied was refused",
    }
}
