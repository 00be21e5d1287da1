//! The catalogue of reasons, with codes and actions. The interfaces have the texts.

use serde::{Deserialize, Serialize};

/// The reason why something is missing. The names are the codes in every interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Signed in with a verified address of a requester, but never invited.
    NeverActivated,
    /// Invited; the link has not been used.
    InvitationUnused,
    /// The activation is in progress.
    ActivationPending,
    /// Activated; no asset is assigned in the service desk.
    NothingAssigned,
    /// Activated; the assigned assets are of another type.
    OtherAssetType,
    /// The company does not know the person.
    NotACustomer,
    /// The invitation has expired.
    InvitationExpired,
    /// The invitation was revoked.
    InvitationRevoked,
    /// The activation is waiting for an unavailable system.
    ActivationDelayed,
    /// The activation was rejected.
    ActivationRefused,
    /// A review about this sign-in is pending.
    ReviewPending,
    /// The devices are assigned to a duplicate requester of the same person.
    AssignedToDuplicate,
    /// The linked requester was merged into another.
    RequesterMerged,
    /// The requester is deactivated.
    RequesterDeactivated,
    /// The requester was not found by its id. This is checked again before it has any effect.
    RequesterMissing,
    /// The requester was deleted permanently.
    RequesterGone,
    /// The customer has no requester.
    RequesterUnlinked,
    /// The requester has no e-mail address to send an invitation to.
    RequesterWithoutEmail,
    /// The device is in the service desk's trash.
    DeviceTrashed,
    /// The device no longer exists in the service desk.
    DeviceGone,
    /// The device is in stock.
    DeviceInStock,
    /// The hub's data is stale.
    DataStale,
    /// Changes are held by the brake until staff release them.
    ChangesHeld,
    /// This sign-in was unlinked.
    IdentityUnlinked,
    /// The account was activated with another sign-in.
    OtherIdentity,
    /// The provider did not verify the sign-in's address, so it is not evidence.
    EmailUnverified,
    /// No CRM contact has the requester's primary e-mail.
    ContactMissing,
    /// Several CRM contacts have the requester's primary e-mail.
    ContactAmbiguous,
    /// The only CRM contact with the requester's primary e-mail is linked to another customer.
    ContactTaken,
    /// The invitation e-mail could not be sent.
    MailFailed,
    /// A job about this customer failed permanently.
    JobFailed,
    /// The marketplace deleted the customer's account.
    AccountClosed,
    /// The customer came from a marketplace and has no requester in the service desk.
    NotInServiceDesk,
    /// The person works for the operating company, which has no devices.
    OperatingCompany,
    /// Staff set the access up, and there never was a requester.
    NeverLinked,
}

/// Actions in response to a reason, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Invite the requester.
    Invite,
    /// Open the link that was sent.
    OpenLink,
    /// Wait: no action is needed.
    Wait,
    /// Contact the company's support.
    ContactSupport,
    /// Decide the review.
    DecideReview,
    /// Review the held changes, and release or discard them.
    ReleaseChanges,
    /// Assign the asset in the service desk.
    AssignAsset,
    /// Correct the record in the service desk.
    FixInServiceDesk,
    /// Correct the record in the CRM.
    FixInCrm,
    /// Read the records again.
    ReadAgain,
    /// Sign in with the activated account.
    UseOtherSignIn,
    /// Have the sign-in's address verified.
    VerifyEmail,
    /// Check the failed jobs and retry them.
    RetryJob,
    /// Have the activation link sent to the known address.
    RequestLink,
    /// Nothing is wrong, so there is nothing to do.
    Nothing,
}

impl Action {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::OpenLink => "open_link",
            Self::Wait => "wait",
            Self::ContactSupport => "contact_support",
            Self::DecideReview => "decide_review",
            Self::ReleaseChanges => "release_changes",
            Self::AssignAsset => "assign_asset",
            Self::FixInServiceDesk => "fix_in_service_desk",
            Self::FixInCrm => "fix_in_crm",
            Self::ReadAgain => "read_again",
            Self::UseOtherSignIn => "use_other_sign_in",
            Self::VerifyEmail => "verify_email",
            Self::RetryJob => "retry_job",
            Self::RequestLink => "request_link",
            Self::Nothing => "nothing",
        }
    }
}

macro_rules! catalogue {
    ($($reason:ident = $code:literal, customer $customer:ident, staff $staff:ident;)*) => {
        impl Reason {
            /// All reasons.
            pub const ALL: &[Self] = &[$(Self::$reason),*];

            /// The code used by every interface.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$reason => $code),* }
            }

            /// The customer's action.
            pub const fn customer_action(self) -> Action {
                match self { $(Self::$reason => Action::$customer),* }
            }

            /// The action of staff.
            pub const fn action(self) -> Action {
                match self { $(Self::$reason => Action::$staff),* }
            }
        }
    };
}

catalogue! {
    NeverActivated = "never_activated", customer RequestLink, staff Invite;
    InvitationUnused = "invitation_unused", customer OpenLink, staff OpenLink;
    ActivationPending = "activation_pending", customer Wait, staff Wait;
    NothingAssigned = "nothing_assigned", customer ContactSupport, staff AssignAsset;
    OtherAssetType = "other_asset_type", customer ContactSupport, staff FixInServiceDesk;
    NotACustomer = "not_a_customer", customer ContactSupport, staff FixInServiceDesk;
    InvitationExpired = "invitation_expired", customer RequestLink, staff Invite;
    InvitationRevoked = "invitation_revoked", customer ContactSupport, staff Invite;
    ActivationDelayed = "activation_delayed", customer Wait, staff Wait;
    ActivationRefused = "activation_refused", customer ContactSupport, staff Invite;
    ReviewPending = "review_pending", customer Wait, staff DecideReview;
    AssignedToDuplicate = "assigned_to_duplicate", customer ContactSupport, staff FixInServiceDesk;
    RequesterMerged = "requester_merged", customer ContactSupport, staff DecideReview;
    RequesterDeactivated = "requester_deactivated", customer ContactSupport, staff FixInServiceDesk;
    RequesterMissing = "requester_missing", customer Wait, staff FixInServiceDesk;
    RequesterGone = "requester_gone", customer ContactSupport, staff Invite;
    RequesterUnlinked = "requester_unlinked", customer ContactSupport, staff Invite;
    RequesterWithoutEmail = "requester_without_email", customer ContactSupport, staff FixInServiceDesk;
    DeviceTrashed = "device_trashed", customer ContactSupport, staff FixInServiceDesk;
    DeviceGone = "device_gone", customer ContactSupport, staff FixInServiceDesk;
    DeviceInStock = "device_in_stock", customer ContactSupport, staff AssignAsset;
    DataStale = "data_stale", customer Wait, staff ReadAgain;
    ChangesHeld = "changes_held", customer Wait, staff ReleaseChanges;
    IdentityUnlinked = "identity_unlinked", customer ContactSupport, staff Invite;
    OtherIdentity = "other_identity", customer UseOtherSignIn, staff UseOtherSignIn;
    EmailUnverified = "email_unverified", customer VerifyEmail, staff VerifyEmail;
    ContactMissing = "contact_missing", customer ContactSupport, staff FixInCrm;
    ContactAmbiguous = "contact_ambiguous", customer Wait, staff DecideReview;
    ContactTaken = "contact_taken", customer Wait, staff DecideReview;
    MailFailed = "mail_failed", customer ContactSupport, staff RetryJob;
    JobFailed = "job_failed", customer ContactSupport, staff RetryJob;
    AccountClosed = "account_closed", customer ContactSupport, staff ContactSupport;
    NotInServiceDesk = "not_in_service_desk", customer ContactSupport, staff FixInServiceDesk;
    OperatingCompany = "operating_company", customer Nothing, staff Nothing;
    NeverLinked = "never_linked", customer ContactSupport, staff Invite;
}
