//! The catalogue: every reason with its code, and what can be done. The interfaces have the texts.

use serde::{Deserialize, Serialize};

/// The one true cause. The names are the codes that every face shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// The invitation's time ran out.
    InvitationExpired,
    /// The invitation was taken back.
    InvitationRevoked,
    /// The activation waits for a system that does not answer.
    ActivationDelayed,
    /// The activation was refused.
    ActivationRefused,
    /// A question about this sign-in waits for a person's decision.
    ReviewPending,
    /// The devices are assigned to a second requester of the same person.
    AssignedToDuplicate,
    /// The linked requester was merged into another.
    RequesterMerged,
    /// The requester is deactivated.
    RequesterDeactivated,
    /// The requester did not answer by its id; it is looked at again before anything follows.
    RequesterMissing,
    /// The requester is gone for good.
    RequesterGone,
    /// The customer has no requester any more.
    RequesterUnlinked,
    /// The requester has no e-mail address, so nobody can be invited.
    RequesterWithoutEmail,
    /// The device lies in the service desk's trash.
    DeviceTrashed,
    /// The service desk no longer has the device.
    DeviceGone,
    /// The device is assigned to nobody.
    DeviceInStock,
    /// What the hub knows is too old to rest on.
    DataStale,
    /// Changes wait for release, because too many came at once.
    ChangesHeld,
    /// This sign-in was unlinked.
    IdentityUnlinked,
    /// The account was activated with another sign-in.
    OtherIdentity,
    /// The sign-in's address was not verified by its provider, so it proves nothing.
    EmailUnverified,
    /// No CRM contact has the requester's primary e-mail.
    ContactMissing,
    /// Several CRM contacts have it.
    ContactAmbiguous,
    /// The one contact that has it is linked to another customer.
    ContactTaken,
    /// The mail with the activation link could not be sent.
    MailFailed,
    /// Work about this customer was given up.
    JobFailed,
    /// The marketplace deleted the customer's account.
    AccountClosed,
    /// The customer came from a marketplace, and the service desk does not know them.
    NotInServiceDesk,
}

/// What can be done about a reason, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Invite the requester.
    Invite,
    /// Open the link that was sent.
    OpenLink,
    /// Nothing: it goes on by itself.
    Wait,
    /// Ask the company's support.
    ContactSupport,
    /// Answer the question.
    DecideReview,
    /// Look at the held changes, and apply or discard them.
    ReleaseChanges,
    /// Assign the asset in the service desk.
    AssignAsset,
    /// Mend the record in the service desk.
    FixInServiceDesk,
    /// Mend the record in the CRM.
    FixInCrm,
    /// Have the records read again.
    ReadAgain,
    /// Sign in with the account that was activated.
    UseOtherSignIn,
    /// Have the sign-in's address verified.
    VerifyEmail,
    /// Look at the jobs that were given up, and have them tried again.
    RetryJob,
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
        }
    }
}

macro_rules! catalogue {
    ($($reason:ident = $code:literal, customer $customer:ident, staff $staff:ident;)*) => {
        impl Reason {
            /// Every reason there is.
            pub const ALL: &[Self] = &[$(Self::$reason),*];

            /// The code used by every face.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$reason => $code),* }
            }

            /// What the customer can do.
            pub const fn customer_action(self) -> Action {
                match self { $(Self::$reason => Action::$customer),* }
            }

            /// What staff can do.
            pub const fn action(self) -> Action {
                match self { $(Self::$reason => Action::$staff),* }
            }
        }
    };
}

catalogue! {
    NeverActivated = "never_activated", customer ContactSupport, staff Invite;
    InvitationUnused = "invitation_unused", customer OpenLink, staff OpenLink;
    ActivationPending = "activation_pending", customer Wait, staff Wait;
    NothingAssigned = "nothing_assigned", customer ContactSupport, staff AssignAsset;
    OtherAssetType = "other_asset_type", customer ContactSupport, staff FixInServiceDesk;
    NotACustomer = "not_a_customer", customer ContactSupport, staff FixInServiceDesk;
    InvitationExpired = "invitation_expired", customer ContactSupport, staff Invite;
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
}
