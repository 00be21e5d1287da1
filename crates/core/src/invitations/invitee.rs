//! Whether a requester can be invited, and where the invitation goes (`A11`).

use crate::kernel::normalise;
use crate::kernel::record::Requester;

/// Why a requester cannot be invited as their system knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteeError {
    /// They are deactivated.
    Deactivated,
    /// They have no e-mail address.
    NoAddress,
    /// No mail can be sent to their e-mail address.
    Undeliverable,
}

/// The address that an invitation to a requester goes to.
pub fn address_of(requester: &Requester) -> Result<&str, InviteeError> {
    if !requester.active {
        return Err(InviteeError::Deactivated);
    }
    let address = requester.primary_email.as_deref().filter(|email| !email.trim().is_empty());
    let address = address.ok_or(InviteeError::NoAddress)?;
    normalise::deliverable(address).map(|_| address).ok_or(InviteeError::Undeliverable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a11_a_requester_is_invited_while_active_and_with_an_address_that_takes_mail() {
        let with = |email: Option<&str>, active| Requester {
            primary_email: email.map(ToOwned::to_owned),
            active,
            ..Requester::default()
        };
        assert_eq!(address_of(&with(Some("ada@example.com"), true)), Ok("ada@example.com"));
        assert_eq!(address_of(&with(Some("ada@example.com"), false)), Err(InviteeError::Deactivated));
        assert_eq!(address_of(&with(Some(" "), true)), Err(InviteeError::NoAddress));
        assert_eq!(address_of(&with(None, true)), Err(InviteeError::NoAddress));
        assert_eq!(address_of(&with(Some("ada at example"), true)), Err(InviteeError::Undeliverable));
    }
}
