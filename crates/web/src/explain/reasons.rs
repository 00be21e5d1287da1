//! The wording of every reason, for customers and for staff.
//!
//! Texts for customers reveal nothing about other people or about an address that was not proved to be theirs.

use serde::Serialize;
use tessera_core::explain::Reason;

/// The wording of a reason for one audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Heading.
    pub title: &'static str,
    /// Explanation.
    pub explanation: &'static str,
    /// What to do next.
    pub next_step: &'static str,
}

macro_rules! words {
    ($($reason:ident
        customer [$title:literal, $explanation:literal, $next:literal]
        staff [$staff_title:literal, $staff:literal, $staff_next:literal])*) => {
        /// The wording for the customer.
        pub const fn for_customer(reason: Reason) -> Words {
            match reason { $(Reason::$reason => Words { title: $title, explanation: $explanation, next_step: $next }),* }
        }

        /// The wording for staff.
        pub const fn for_staff(reason: Reason) -> Words {
            match reason { $(Reason::$reason => Words { title: $staff_title, explanation: $staff, next_step: $staff_next }),* }
        }
    };
}

words! {
    NeverActivated
        customer ["Your account is not activated yet", "You are signed in, but this sign-in is not connected to your customer record.", "Have the activation link sent to the e-mail address we have for you, open it and sign in."]
        staff ["Never activated", "The requester is known and was never invited.", "Invite the requester. The customer then signs in once through the link."]
    InvitationUnused
        customer ["Your activation link is waiting", "We sent you an activation link by e-mail, and it has not been used yet.", "Open the link in that e-mail and sign in with this account."]
        staff ["Invited, link not used", "An invitation is open, and nobody has signed in through it.", "Ask the customer to open the link in the e-mail, the junk folder included. Inviting again sends a new one."]
    ActivationPending
        customer ["We are connecting your account", "You have signed in through your activation link, and we are still collecting your devices.", "There is nothing to do. This finishes by itself, and we send you an e-mail."]
        staff ["Activation under way", "The customer signed in; the background steps are running.", "Wait a minute, then look again."]
    NothingAssigned
        customer ["No devices are assigned to you", "Your account is activated, but no device is registered in your name.", "If a device was installed for you, contact us with its serial number."]
        staff ["Nothing assigned", "The requester is linked, and the service desk has no asset in its name.", "Assign the asset to this requester in the service desk."]
    OtherAssetType
        customer ["Nothing to show here", "Equipment is registered in your name, but none of it is of the kind shown here.", "If you expected a device here, contact us with its serial number."]
        staff ["Another asset type", "What is assigned is not of the asset type that counts as a device.", "If it should be shown, give the asset the right type in the service desk."]
    NotACustomer
        customer ["We do not know this account", "You are signed in, but we have no customer record for you.", "If you are a customer, contact us, and we send you an activation link."]
        staff ["Not a customer", "No requester the hub knows has the verified address of this sign-in.", "If this is a customer, correct the requester's e-mail in the service desk, or invite the requester: the link works with any account."]
    InvitationExpired
        customer ["Your activation link has expired", "We sent you an activation link by e-mail, but it was not used in time.", "Have a new link sent to the e-mail address we have for you, open it and sign in."]
        staff ["Invitation expired", "The last invitation ran out before anybody used it.", "Invite the requester again."]
    InvitationRevoked
        customer ["Your activation link is no longer valid", "The activation link we sent you was withdrawn before it was used.", "Ask us for a new link. We send it to the e-mail address we have for you."]
        staff ["Invitation withdrawn", "The last invitation was taken back and no newer one was made.", "Invite the requester again, if it was not taken back on purpose."]
    ActivationDelayed
        customer ["Connecting your account takes longer", "You have signed in through your activation link. One of our systems does not answer right now, and we keep trying.", "There is nothing to do. This finishes by itself, and we send you an e-mail."]
        staff ["Activation delayed", "The customer signed in; the background steps wait for a system that does not answer.", "Look at the system named here. Everything goes on by itself once it answers."]
    ActivationRefused
        customer ["Your account could not be activated", "You signed in through an activation link, but it could not be connected to this sign-in.", "Contact us. We help you sign in with the right account, or send you a new link."]
        staff ["Activation refused", "Somebody signed in through the invitation and was refused.", "Read the cause named here, settle it with the customer, then invite again."]
    ReviewPending
        customer ["We are checking your sign-in", "Before we connect this sign-in, one of us makes sure that it belongs to you.", "There is nothing to do. If it takes more than a day, contact us."]
        staff ["A decision is open", "A question about this waits for a person.", "Decide the review."]
    AssignedToDuplicate
        customer ["Your device is registered under a second entry", "We have more than one entry for you, and your device is registered under the one that is not connected to this account.", "Contact us. We bring the entries together, and the device appears here."]
        staff ["Assigned to a duplicate", "The asset is assigned to another requester who shares an e-mail address or the telephone number and name with this customer.", "Merge the two requesters in the service desk, or assign the asset to the linked one."]
    RequesterMerged
        customer ["We are bringing your entries together", "Your entry in our records was combined with another one, and this account still points to the old one.", "Contact us if your devices are not back within a day."]
        staff ["Requester merged", "The service desk merged the linked requester into one that another customer has.", "Decide the review: it asks whether the two are one customer."]
    RequesterDeactivated
        customer ["Your account is paused", "Your customer entry is not active at the moment.", "Contact us if you think that this is a mistake."]
        staff ["Requester deactivated", "The requester is deactivated in the service desk. Its link rests until it is active again.", "Reactivate the requester in the service desk, then read it again."]
    RequesterMissing
        customer ["We are checking your entry", "Your customer entry could not be found just now, and we look again before anything changes.", "There is nothing to do. If this stays for more than a day, contact us."]
        staff ["Requester not found", "The service desk did not find the requester by its id. It is looked at again before anything follows.", "Look for the requester in the service desk: it may have been merged or deleted."]
    RequesterGone
        customer ["We no longer have your entry", "The customer entry that this account belonged to no longer exists.", "Contact us, and we set your account up again."]
        staff ["Requester gone", "The service desk no longer has the requester.", "Find the requester that replaced it, and invite that one."]
    RequesterUnlinked
        customer ["Your account was disconnected", "This sign-in is known, but it is no longer connected to your customer entry.", "Contact us, and we send you a new activation link."]
        staff ["No requester linked", "The link to the requester was ended.", "If it was not ended on purpose, invite the requester again."]
    RequesterWithoutEmail
        customer ["Your account is not activated yet", "You are signed in, but this sign-in is not connected to your customer record.", "Contact us, and we send you an activation link."]
        staff ["Requester without e-mail", "The requester has no e-mail address, so nobody can be invited.", "Add the e-mail address in the service desk, then read the requester again and invite."]
    DeviceTrashed
        customer ["Your device was removed", "A device that was registered in your name was taken out of our records.", "Contact us with its serial number if you still have it."]
        staff ["Device in the trash", "The asset lies in the service desk's trash.", "Restore the asset in the service desk, if it was trashed by mistake."]
    DeviceGone
        customer ["Your device was removed", "A device that was registered in your name was taken out of our records.", "Contact us with its serial number if you still have it."]
        staff ["Device deleted", "The service desk no longer has the asset.", "If it was deleted by mistake, create it again and assign it."]
    DeviceInStock
        customer ["This device is not registered to anybody", "The device is known, but it is not registered in anybody's name.", "Contact us with its serial number."]
        staff ["Device in stock", "The asset is assigned to nobody.", "Assign the asset to the customer's requester in the service desk."]
    DataStale
        customer ["We cannot show your devices right now", "Our records could not be refreshed for a while, so we do not know whether devices are registered in your name.", "Try again later. There is nothing you need to do."]
        staff ["Data is stale", "The service desk was not read for longer than it should be.", "Look at the systems page and run the doctor. When the service desk answers, read again."]
    ChangesHeld
        customer ["We are checking a change", "Something about your devices changed in our records, and one of us looks at it before it shows here.", "There is nothing to do. If it takes more than a day, contact us."]
        staff ["Changes held back", "More was taken away at once than is usual, so the changes wait for a person.", "Look at the held changes under Sweeps, then apply or discard them."]
    IdentityUnlinked
        customer ["This sign-in was disconnected", "This sign-in used to be connected to a customer account, and no longer is.", "Use another sign-in of yours, or contact us for a new activation link."]
        staff ["Sign-in unlinked", "The sign-in was unlinked from the customer.", "If it was not unlinked on purpose, invite the requester again."]
    OtherIdentity
        customer ["Your account uses another sign-in", "Your account is activated, but with another sign-in than this one.", "Sign out, then sign in the way you did when you activated your account."]
        staff ["Activated with another sign-in", "The customer is activated, but this is not the sign-in they activated with.", "Ask the customer to use the sign-in shown on the customer's page, or to add this one."]
    EmailUnverified
        customer ["Your e-mail address is not confirmed", "Your sign-in provider has not confirmed your e-mail address, so we cannot tell who you are.", "Confirm the address with your sign-in provider, or open the activation link we sent you."]
        staff ["E-mail not verified", "The provider did not verify the address of this sign-in, so it proves nothing.", "Ask the customer to confirm the address with the provider, or to use the activation link."]
    ContactMissing
        customer ["Part of your record is missing", "Your account works, but one of our systems has no entry for you.", "There is nothing you need to do."]
        staff ["No CRM contact", "No CRM contact has the requester's primary e-mail.", "Add the contact in the CRM, or correct its primary e-mail, then read again."]
    ContactAmbiguous
        customer ["Part of your record is being checked", "Your account works, and one of us is bringing your entries together.", "There is nothing you need to do."]
        staff ["Several CRM contacts", "Several CRM contacts have the requester's primary e-mail.", "Decide the review: it asks which contact is this customer."]
    ContactTaken
        customer ["Part of your record is being checked", "Your account works, and one of us is bringing your entries together.", "There is nothing you need to do."]
        staff ["CRM contact taken", "The one CRM contact with this e-mail is linked to another customer.", "Decide the review. Unlink the contact there first, if it belongs here."]
    MailFailed
        customer ["Your activation link did not reach you", "We made an activation link for you, but the e-mail with it could not be sent.", "Contact us, and we make sure that we have the right address."]
        staff ["Invitation mail not sent", "The mail with the activation link was refused for good.", "Correct the address in the service desk and invite again, or try the job again on the systems page."]
    JobFailed
        customer ["Something did not finish", "A step about your account could not be completed.", "Contact us if something is missing."]
        staff ["A job was given up", "Work about this customer failed for good.", "Mend the cause named here, then try the job again on the systems page."]
    AccountClosed
        customer ["Your account was closed", "The marketplace you ordered from closed your account with us.", "Order again at the marketplace, or contact us if this is a mistake."]
        staff ["Closed at the marketplace", "The marketplace deleted the account, and nothing else makes this a customer.", "If it was a mistake, undo the deletion on the account's page under Marketplaces."]
    NotInServiceDesk
        customer ["No devices are assigned to you", "Your account is activated, but no device is registered in your name.", "If a device was installed for you, contact us with its serial number."]
        staff ["Not in the service desk", "The customer came from a marketplace and has no requester, so nothing can be assigned.", "Invite the requester that has the customer's address, made first if there is none. The customer opens the link and signs in as before."]
    OperatingCompany
        customer ["Welcome, colleague", "You are signed in as a member of our own team. Devices belong to customers, so there are none here for you.", "Use the other parts of the portal, or open the portal of your own work."]
        staff ["Works for the operating company", "The person belongs to the operating company, which has no devices of its own.", "Nothing is wrong. To see a customer's devices, ask about that customer."]
    NeverLinked
        customer ["No devices are connected to your access", "We set up your access, and no device has been connected to it.", "If a device was installed for you, contact us with its serial number."]
        staff ["Set up by staff, without a requester", "Staff made this customer or person, and no requester was ever linked, so nothing can be assigned.", "If devices belong here, invite the requester that is this person; make it in the service desk first if there is none."]
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
            for words in [for_customer(*reason), for_staff(*reason)] {
                assert!(!words.title.ends_with('.'), "{reason:?}: a heading");
                assert!(words.explanation.ends_with('.') && words.next_step.ends_with('.'), "{reason:?}: sentences");
            }
        }
    }

    #[test]
    fn a19_customers_read_nothing_of_how_we_work() {
        for reason in Reason::ALL {
            let Words { title, explanation, next_step } = for_customer(*reason);
            let text = format!("{title} {explanation} {next_step}").to_lowercase();
            for word in
                ["requester", "crm", "freshservice", "freshsales", "service desk", "asset", "stale", "review", "job"]
            {
                assert!(!text.contains(word), "{reason:?} says {word}: {text}");
            }
        }
    }
}
