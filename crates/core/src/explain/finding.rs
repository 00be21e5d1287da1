//! Findings of checks, as data. The interfaces make the sentences.

use super::assets::AssetsFinding;
use super::device::DeviceFinding;
use super::invitation::{ActivationFinding, InvitationFinding};
use super::pending_work::PendingWorkFinding;
use super::person::PersonFinding;
use super::requester::RequesterFinding;

macro_rules! findings {
    ($($(#[$doc:meta])* $part:ident($finding:ident)),* $(,)?) => {
        /// The finding of a check, by area.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Finding {
            $($(#[$doc])* $part($finding)),*
        }

        $(impl From<$finding> for Finding {
            fn from(finding: $finding) -> Self {
                Self::$part(finding)
            }
        })*
    };
}

findings! {
    /// About a sign-in and its customer.
    Person(PersonFinding),
    /// About the invitation.
    Invitation(InvitationFinding),
    /// About the activation.
    Activation(ActivationFinding),
    /// About the requester.
    Requester(RequesterFinding),
    /// About the customer's assets.
    Assets(AssetsFinding),
    /// About one device.
    Device(DeviceFinding),
    /// About pending work of the hub, and the CRM contact.
    PendingWork(PendingWorkFinding),
}
