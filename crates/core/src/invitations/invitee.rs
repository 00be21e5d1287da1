//! Checks whether a requester can be invited, and at which address (`A11`).

use super::InvitationError;
use crate::kernel::normalise;
use crate::kernel::record::Requester;

/// The recipient address of an invitation for the requester `id`.
pub fn address_of<'a>(requester: &'a Requester, id: &str) -> Result<&'a str, InvitationError> {
    if !requester.active {
        return Err(InvitationError::RequesterInactive(id.to_owned()));
    }
    let address = requester.primary_email.as_deref().filter(|email| !email.trim().is_empty());
    let address = address.ok_or_else(|| InvitationError::NoEmail(id.to_owned()))?;
    let delivered = normalise::deliverable(address).map(|_| address);
    delivered.ok_or_else(|| InvitationError::NotDeliverable(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a11_invitation_requires_an_active_requester_with_a_deliverable_address() {
        let invited = |email: Option<&str>, active| {
            let requester = Requester { primary_email: email.map(ToOwned::to_owned), active, ..Requester::default() };
            address_of(&requester, "7").map(ToOwned::to_owned)
        };
        let id = || "7".to_owned();
        assert_eq!(invited(Some("ada@example.com"), true), Ok("ada@example.com".to_owned()));
        assert_eq!(invited(Some("ada@example.com"), false), Err(InvitationError::RequesterInactive(id())));
        assert_eq!(invited(Some(" "), true), Err(InvitationError::NoEmail(id())));
        assert_eq!(invited(None, true), Err(InvitationError::NoEmail(id())));
        assert_eq!(invited(Some("ada at example"), true), Err(InvitationError::NotDeliverable(id())));
    }
}
