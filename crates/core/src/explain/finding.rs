//! What a check found, as data. The interfaces make the sentences.

use super::assets::AssetsFinding;
use super::device::DeviceFinding;
use super::invitation::{ActivationFinding, InvitationFinding};
use super::pending_work::PendingWorkFinding;
use super::person::PersonFinding;
use super::requester::RequesterFinding;

macro_rules! findings {
    ($($(#[$doc:meta])* $part:ident($finding:ident)),* $(,)?) => {
        /// What a check found, by the part of the way.
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
    /// About a sign-in, and whose it is.
    Person(PersonFinding),
    /// About the invitation.
    Invitation(InvitationFinding),
    /// About the activation.
    Activation(ActivationFinding),
    /// About the requester.
    Requester(RequesterFinding),
    /// About what is assigned.
    Assets(AssetsFinding),
    /// About one device.
    Device(DeviceFinding),
    /// About what the hub still has to do, and about the CRM.
    PendingWork(PendingWorkFinding),
}
