//! Why somebody sees no devices: one code, the same on every face (`A19`, `A21`).

use serde::{Deserialize, Serialize};

/// The one true cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Signed in, known by a verified address, but never invited.
    NeverActivated,
    /// Invited; the link was not used.
    InvitationUnused,
    /// Activation is under way.
    ActivationPending,
    /// Activated; nothing is assigned in the service desk.
    NothingAssigned,
    /// Activated; what is assigned is of another asset type.
    OtherAssetType,
    /// Nobody the company knows.
    NotACustomer,
}

/// What a customer reads about a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Words {
    /// What is the matter, as a heading.
    pub title: &'static str,
    /// What it means.
    pub explanation: &'static str,
    /// What to do next.
    pub next_step: &'static str,
}

impl Reason {
    /// The code used by every face.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NeverActivated => "never_activated",
            Self::InvitationUnused => "invitation_unused",
            Self::ActivationPending => "activation_pending",
            Self::NothingAssigned => "nothing_assigned",
            Self::OtherAssetType => "other_asset_type",
            Self::NotACustomer => "not_a_customer",
        }
    }

    /// What the customer reads.
    pub const fn words(self) -> Words {
        match self {
            Self::NeverActivated => Words {
                title: "Your account is not activated yet",
                explanation: "You are signed in, but this sign-in is not connected to your customer record.",
                next_step: "Ask us for an activation link. We send it to the e-mail address we have for you.",
            },
            Self::InvitationUnused => Words {
                title: "Your activation link is waiting",
                explanation: "We sent you an activation link by e-mail, and it has not been used yet.",
                next_step: "Open the link in that e-mail and sign in with this account.",
            },
            Self::ActivationPending => Words {
                title: "We are connecting your account",
                explanation: "You have signed in through your activation link, and we are still collecting your devices.",
                next_step: "There is nothing to do. This finishes by itself, and we send you an e-mail.",
            },
            Self::NothingAssigned => Words {
                title: "No devices are assigned to you",
                explanation: "Your account is activated, but no device is registered in your name.",
                next_step: "If a device was installed for you, contact us with its serial number.",
            },
            Self::OtherAssetType => Words {
                title: "Nothing to show here",
                explanation: "Equipment is registered in your name, but none of it is of the kind shown here.",
                next_step: "If you expected a device here, contact us with its serial number.",
            },
            Self::NotACustomer => Words {
                title: "We do not know this account",
                explanation: "You are signed in, but we have no customer record for you.",
                next_step: "If you are a customer, contact us, and we send you an activation link.",
            },
        }
    }
}

/// What is known about somebody who signed in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    /// The identity belongs to a customer.
    pub linked: bool,
    /// How many devices that customer has.
    pub devices: usize,
    /// How many other assets.
    pub other_assets: usize,
    /// An activation of this identity is under way.
    pub activation_pending: bool,
    /// The identity's verified address is the primary address of a requester.
    pub address_known: bool,
    /// An invitation for that requester is open.
    pub invited: bool,
}

/// The one reason why there are no devices; none when there are.
pub const fn no_devices(standing: Standing) -> Option<Reason> {
    match standing {
        Standing { linked: true, devices: 1.., .. } => None,
        Standing { linked: true, other_assets: 1.., .. } => Some(Reason::OtherAssetType),
        Standing { linked: true, .. } => Some(Reason::NothingAssigned),
        Standing { activation_pending: true, .. } => Some(Reason::ActivationPending),
        Standing { address_known: true, invited: true, .. } => Some(Reason::InvitationUnused),
        Standing { address_known: true, .. } => Some(Reason::NeverActivated),
        _ => Some(Reason::NotACustomer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a19_every_empty_screen_has_exactly_one_cause() {
        let linked = Standing { linked: true, ..Standing::default() };
        let cases = [
            (Standing { devices: 2, ..linked }, None),
            (linked, Some(Reason::NothingAssigned)),
            (Standing { other_assets: 1, ..linked }, Some(Reason::OtherAssetType)),
            (
                Standing { activation_pending: true, address_known: true, invited: true, ..Standing::default() },
                Some(Reason::ActivationPending),
            ),
            (Standing { address_known: true, invited: true, ..Standing::default() }, Some(Reason::InvitationUnused)),
            (Standing { address_known: true, ..Standing::default() }, Some(Reason::NeverActivated)),
            (Standing { invited: true, ..Standing::default() }, Some(Reason::NotACustomer)),
            (Standing::default(), Some(Reason::NotACustomer)),
        ];
        for (standing, expected) in cases {
            assert_eq!(no_devices(standing), expected, "{standing:?}");
        }
    }
}
