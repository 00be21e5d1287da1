//! The catalogue: every reason with its code, its words for customers and for staff, and what can be done.
//!
//! What customers read tells of nobody else, and nothing about an address that was not proven to be theirs.

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

/// A reason in words, for one kind of reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Words {
    /// What is the matter, as a heading.
    pub title: &'static str,
    /// What it means.
    pub explanation: &'static str,
    /// What to do next.
    pub next_step: &'static str,
}

macro_rules! catalogue {
    ($($reason:ident = $code:literal, customer $customer:ident: [$title:literal, $explanation:literal, $next:literal],
       staff $action:ident: [$staff_title:literal, $staff:literal, $staff_next:literal];)*) => {
        impl Reason {
            /// Every reason there is.
            pub const ALL: &[Self] = &[$(Self::$reason),*];

            /// The code used by every face.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$reason => $code),* }
            }

            /// What the customer reads.
            pub const fn words(self) -> Words {
                match self { $(Self::$reason => Words { title: $title, explanation: $explanation, next_step: $next }),* }
            }

            /// What the customer can do.
            pub const fn customer_action(self) -> Action {
                match self { $(Self::$reason => Action::$customer),* }
            }

            /// What staff read.
            pub const fn staff(self) -> Words {
                match self { $(Self::$reason => Words { title: $staff_title, explanation: $staff, next_step: $staff_next }),* }
            }

            /// What staff can do.
            pub const fn action(self) -> Action {
                match self { $(Self::$reason => Action::$action),* }
            }
        }
    };
}

catalogue! {
    NeverActivated = "never_activated",
        customer ContactSupport: ["Your account is not activated yet", "You are signed in, but this sign-in is not connected to your customer record.", "Ask us for an activation link. We send it to the e-mail address we have for you."],
        staff Invite: ["Never activated", "The requester is known and was never invited.", "Invite the requester. The customer then signs in once through the link."];
    InvitationUnused = "invitation_unused",
        customer OpenLink: ["Your activation link is waiting", "We sent you an activation link by e-mail, and it has not been used yet.", "Open the link in that e-mail and sign in with this account."],
        staff OpenLink: ["Invited, link not used", "An invitation is open, and nobody has signed in through it.", "Ask the customer to open the link in the e-mail, the junk folder included. Inviting again sends a new one."];
    ActivationPending = "activation_pending",
        customer Wait: ["We are connecting your account", "You have signed in through your activation link, and we are still collecting your devices.", "There is nothing to do. This finishes by itself, and we send you an e-mail."],
        staff Wait: ["Activation under way", "The customer signed in; the background steps are running.", "Wait a minute, then look again."];
    NothingAssigned = "nothing_assigned",
        customer ContactSupport: ["No devices are assigned to you", "Your account is activated, but no device is registered in your name.", "If a device was installed for you, contact us with its serial number."],
        staff AssignAsset: ["Nothing assigned", "The requester is linked, and the service desk has no asset in its name.", "Assign the asset to this requester in the service desk."];
    OtherAssetType = "other_asset_type",
        customer ContactSupport: ["Nothing to show here", "Equipment is registered in your name, but none of it is of the kind shown here.", "If you expected a device here, contact us with its serial number."],
        staff FixInServiceDesk: ["Another asset type", "What is assigned is not of the asset type that counts as a device.", "If it should be shown, give the asset the right type in the service desk."];
    NotACustomer = "not_a_customer",
        customer ContactSupport: ["We do not know this account", "You are signed in, but we have no customer record for you.", "If you are a customer, contact us, and we send you an activation link."],
        staff FixInServiceDesk: ["Not a customer", "No requester the hub knows has the verified address of this sign-in.", "If this is a customer, correct the requester's e-mail in the service desk, or invite the requester: the link works with any account."];
    InvitationExpired = "invitation_expired",
        customer ContactSupport: ["Your activation link has expired", "We sent you an activation link by e-mail, but it was not used in time.", "Ask us for a new link. We send it to the e-mail address we have for you."],
        staff Invite: ["Invitation expired", "The last invitation ran out before anybody used it.", "Invite the requester again."];
    InvitationRevoked = "invitation_revoked",
        customer ContactSupport: ["Your activation link is no longer valid", "The activation link we sent you was withdrawn before it was used.", "Ask us for a new link. We send it to the e-mail address we have for you."],
        staff Invite: ["Invitation withdrawn", "The last invitation was taken back and no newer one was made.", "Invite the requester again, if it was not taken back on purpose."];
    ActivationDelayed = "activation_delayed",
        customer Wait: ["Connecting your account takes longer", "You have signed in through your activation link. One of our systems does not answer right now, and we keep trying.", "There is nothing to do. This finishes by itself, and we send you an e-mail."],
        staff Wait: ["Activation delayed", "The customer signed in; the background steps wait for a system that does not answer.", "Look at the system named here. Everything goes on by itself once it answers."];
    ActivationRefused = "activation_refused",
        customer ContactSupport: ["Your account could not be activated", "You signed in through an activation link, but it could not be connected to this sign-in.", "Contact us. We help you sign in with the right account, or send you a new link."],
        staff Invite: ["Activation refused", "Somebody signed in through the invitation and was refused.", "Read the cause named here, settle it with the customer, then invite again."];
    ReviewPending = "review_pending",
        customer Wait: ["We are checking your sign-in", "Before we connect this sign-in, one of us makes sure that it belongs to you.", "There is nothing to do. If it takes more than a day, contact us."],
        staff DecideReview: ["A decision is open", "A question about this waits for a person.", "Decide the review."];
    AssignedToDuplicate = "assigned_to_duplicate",
        customer ContactSupport: ["Your device is registered under a second entry", "We have more than one entry for you, and your device is registered under the one that is not connected to this account.", "Contact us. We bring the entries together, and the device appears here."],
        staff FixInServiceDesk: ["Assigned to a duplicate", "The asset is assigned to another requester who shares an e-mail address or the telephone number and name with this customer.", "Merge the two requesters in the service desk, or assign the asset to the linked one."];
    RequesterMerged = "requester_merged",
        customer ContactSupport: ["We are bringing your entries together", "Your entry in our records was combined with another one, and this account still points to the old one.", "Contact us if your devices are not back within a day."],
        staff DecideReview: ["Requester merged", "The service desk merged the linked requester into one that another customer has.", "Decide the review: it asks whether the two are one customer."];
    RequesterDeactivated = "requester_deactivated",
        customer ContactSupport: ["Your account is paused", "Your customer entry is not active at the moment.", "Contact us if you think that this is a mistake."],
        staff FixInServiceDesk: ["Requester deactivated", "The requester is deactivated in the service desk. Its link rests until it is active again.", "Reactivate the requester in the service desk, then read it again."];
    RequesterMissing = "requester_missing",
        customer Wait: ["We are checking your entry", "Your customer entry could not be found just now, and we look again before anything changes.", "There is nothing to do. If this stays for more than a day, contact us."],
        staff FixInServiceDesk: ["Requester not found", "The service desk did not find the requester by its id. It is looked at again before anything follows.", "Look for the requester in the service desk: it may have been merged or deleted."];
    RequesterGone = "requester_gone",
        customer ContactSupport: ["We no longer have your entry", "The customer entry that this account belonged to no longer exists.", "Contact us, and we set your account up again."],
        staff Invite: ["Requester gone", "The service desk no longer has the requester.", "Find the requester that replaced it, and invite that one."];
    RequesterUnlinked = "requester_unlinked",
        customer ContactSupport: ["Your account was disconnected", "This sign-in is known, but it is no longer connected to your customer entry.", "Contact us, and we send you a new activation link."],
        staff Invite: ["No requester linked", "The link to the requester was ended.", "If it was not ended on purpose, invite the requester again."];
    RequesterWithoutEmail = "requester_without_email",
        customer ContactSupport: ["Your account is not activated yet", "You are signed in, but this sign-in is not connected to your customer record.", "Contact us, and we send you an activation link."],
        staff FixInServiceDesk: ["Requester without e-mail", "The requester has no e-mail address, so nobody can be invited.", "Add the e-mail address in the service desk, then read the requester again and invite."];
    DeviceTrashed = "device_trashed",
        customer ContactSupport: ["Your device was removed", "A device that was registered in your name was taken out of our records.", "Contact us with its serial number if you still have it."],
        staff FixInServiceDesk: ["Device in the trash", "The asset lies in the service desk's trash.", "Restore the asset in the service desk, if it was trashed by mistake."];
    DeviceGone = "device_gone",
        customer ContactSupport: ["Your device was removed", "A device that was registered in your name was taken out of our records.", "Contact us with its serial number if you still have it."],
        staff FixInServiceDesk: ["Device deleted", "The service desk no longer has the asset.", "If it was deleted by mistake, create it again and assign it."];
    DeviceInStock = "device_in_stock",
        customer ContactSupport: ["This device is not registered to anybody", "The device is known, but it is not registered in anybody's name.", "Contact us with its serial number."],
        staff AssignAsset: ["Device in stock", "The asset is assigned to nobody.", "Assign the asset to the customer's requester in the service desk."];
    DataStale = "data_stale",
        customer Wait: ["We cannot show your devices right now", "Our records could not be refreshed for a while, so we do not know whether devices are registered in your name.", "Try again later. There is nothing you need to do."],
        staff ReadAgain: ["Data is stale", "The service desk was not read for longer than it should be.", "Look at the systems page and run the doctor. When the service desk answers, read again."];
    ChangesHeld = "changes_held",
        customer Wait: ["We are checking a change", "Something about your devices changed in our records, and one of us looks at it before it shows here.", "There is nothing to do. If it takes more than a day, contact us."],
        staff ReleaseChanges: ["Changes held back", "More was taken away at once than is usual, so the changes wait for a person.", "Look at the held changes under Sweeps, then apply or discard them."];
    IdentityUnlinked = "identity_unlinked",
        customer ContactSupport: ["This sign-in was disconnected", "This sign-in used to be connected to a customer account, and no longer is.", "Use another sign-in of yours, or contact us for a new activation link."],
        staff Invite: ["Sign-in unlinked", "The sign-in was unlinked from the customer.", "If it was not unlinked on purpose, invite the requester again."];
    OtherIdentity = "other_identity",
        customer UseOtherSignIn: ["Your account uses another sign-in", "Your account is activated, but with another sign-in than this one.", "Sign out, then sign in the way you did when you activated your account."],
        staff UseOtherSignIn: ["Activated with another sign-in", "The customer is activated, but this is not the sign-in they activated with.", "Ask the customer to use the sign-in shown on the customer's page, or to add this one."];
    EmailUnverified = "email_unverified",
        customer VerifyEmail: ["Your e-mail address is not confirmed", "Your sign-in provider has not confirmed your e-mail address, so we cannot tell who you are.", "Confirm the address with your sign-in provider, or open the activation link we sent you."],
        staff VerifyEmail: ["E-mail not verified", "The provider did not verify the address of this sign-in, so it proves nothing.", "Ask the customer to confirm the address with the provider, or to use the activation link."];
    ContactMissing = "contact_missing",
        customer ContactSupport: ["Part of your record is missing", "Your account works, but one of our systems has no entry for you.", "There is nothing you need to do."],
        staff FixInCrm: ["No CRM contact", "No CRM contact has the requester's primary e-mail.", "Add the contact in the CRM, or correct its primary e-mail, then read again."];
    ContactAmbiguous = "contact_ambiguous",
        customer Wait: ["Part of your record is being checked", "Your account works, and one of us is bringing your entries together.", "There is nothing you need to do."],
        staff DecideReview: ["Several CRM contacts", "Several CRM contacts have the requester's primary e-mail.", "Decide the review: it asks which contact is this customer."];
    ContactTaken = "contact_taken",
        customer Wait: ["Part of your record is being checked", "Your account works, and one of us is bringing your entries together.", "There is nothing you need to do."],
        staff DecideReview: ["CRM contact taken", "The one CRM contact with this e-mail is linked to another customer.", "Decide the review. Unlink the contact there first, if it belongs here."];
    MailFailed = "mail_failed",
        customer ContactSupport: ["Your activation link did not reach you", "We made an activation link for you, but the e-mail with it could not be sent.", "Contact us, and we make sure that we have the right address."],
        staff RetryJob: ["Invitation mail not sent", "The mail with the activation link was refused for good.", "Correct the address in the service desk and invite again, or try the job again on the systems page."];
    JobFailed = "job_failed",
        customer ContactSupport: ["Something did not finish", "A step about your account could not be completed.", "Contact us if something is missing."],
        staff RetryJob: ["A job was given up", "Work about this customer failed for good.", "Mend the cause named here, then try the job again on the systems page."];
    AccountClosed = "account_closed",
        customer ContactSupport: ["Your account was closed", "The marketplace you ordered from closed your account with us.", "Order again at the marketplace, or contact us if this is a mistake."],
        staff ContactSupport: ["Closed at the marketplace", "The marketplace deleted the account, and nothing else makes this a customer.", "If it was a mistake, undo the deletion on the account's page under Marketplaces."];
    NotInServiceDesk = "not_in_service_desk",
        customer ContactSupport: ["No devices are assigned to you", "Your account is activated, but no device is registered in your name.", "If a device was installed for you, contact us with its serial number."],
        staff FixInServiceDesk: ["Not in the service desk", "The customer came from a marketplace and has no requester, so nothing can be assigned.", "Invite the requester that has the customer's address, made first if there is none. The customer opens the link and signs in as before."];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a21_every_reason_has_one_code_and_words_for_both_readers() {
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len(), "no code is used twice");
        for reason in Reason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code(), "the code is the name");
            for words in [reason.words(), reason.staff()] {
                assert!(!words.title.ends_with('.'), "{reason:?}: a heading");
                assert!(words.explanation.ends_with('.') && words.next_step.ends_with('.'), "{reason:?}: sentences");
            }
        }
    }

    #[test]
    fn a19_customers_read_nothing_of_how_we_work() {
        for reason in Reason::ALL {
            let Words { title, explanation, next_step } = reason.words();
            let text = format!("{title} {explanation} {next_step}").to_lowercase();
            for word in
                ["requester", "crm", "freshservice", "freshsales", "service desk", "asset", "stale", "review", "job"]
            {
                assert!(!text.contains(word), "{reason:?} says {word}: {text}");
            }
        }
    }
}
