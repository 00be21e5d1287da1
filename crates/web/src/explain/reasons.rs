//! The wording of every reason, for customers and for staff.
//!
//! Texts for customers reveal nothing about other people or about an address that was not proved to be theirs.

use serde::Serialize;
use tessera_core::explain::Reason;

use crate::locale::text;

/// The wording of a reason for the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomerWords {
    /// Heading.
    pub title: String,
    /// Explanation.
    pub explanation: String,
    /// What to do next.
    pub next_step: String,
}

/// The wording for the customer, in the reader's language.
pub fn for_customer(reason: Reason) -> CustomerWords {
    let said = |part: &str| text!(&key(reason, part));
    CustomerWords { title: said("title"), explanation: said("why"), next_step: said("next") }
}

/// The key of a part of the wording in the catalogues.
pub(crate) fn key(reason: Reason, part: &str) -> String {
    format!("reason-{}-{part}", reason.code().replace('_', "-"))
}

/// The wording of a reason for staff.
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
        staff [$staff_title:literal, $staff:literal, $staff_next:literal])*) => {
        /// The wording for staff.
        pub const fn for_staff(reason: Reason) -> Words {
            match reason { $(Reason::$reason => Words { title: $staff_title, explanation: $staff, next_step: $staff_next }),* }
        }
    };
}

words! {
    NeverActivated
        staff ["Never activated", "The requester is known and was never invited.", "Invite the requester. The customer then signs in once through the link."]
    InvitationUnused
        staff ["Invited, link not used", "An invitation is open, but it has not been used.", "Ask the customer to open the link in the e-mail, the junk folder included. Inviting again sends a new one."]
    ActivationPending
        staff ["Activation under way", "The customer signed in; the background steps are running.", "Wait a minute, then look again."]
    NothingAssigned
        staff ["Nothing assigned", "The requester is linked, and the service desk has no asset in its name.", "Assign the asset to this requester in the service desk."]
    OtherAssetType
        staff ["Another asset type", "What is assigned is not of the asset type that counts as a device.", "If it should be shown, give the asset the right type in the service desk."]
    NotACustomer
        staff ["Not a customer", "No requester the hub knows has the verified address of this sign-in.", "If this is a customer, correct the requester's e-mail in the service desk, or invite the requester: the link works with any account."]
    InvitationExpired
        staff ["Invitation expired", "The last invitation expired before it was used.", "Invite the requester again."]
    InvitationRevoked
        staff ["Invitation withdrawn", "The last invitation was taken back and no newer one was made.", "Invite the requester again, if it was not taken back on purpose."]
    ActivationDelayed
        staff ["Activation delayed", "The customer signed in; the background steps wait for a system that does not answer.", "Check the system named here. The activation continues automatically once the system answers."]
    ActivationRefused
        staff ["Activation refused", "A person signed in through the invitation and was refused.", "Read the cause named here, settle it with the customer, then invite again."]
    ReviewPending
        staff ["A decision is open", "A question about this waits for a person.", "Decide the review."]
    AssignedToDuplicate
        staff ["Assigned to a duplicate", "The asset is assigned to another requester who shares an e-mail address or the telephone number and name with this customer.", "Merge the two requesters in the service desk, or assign the asset to the linked one."]
    RequesterMerged
        staff ["Requester merged", "The service desk merged the linked requester into one that another customer has.", "Decide the review: it asks whether the two are one customer."]
    RequesterDeactivated
        staff ["Requester deactivated", "The requester is deactivated in the service desk. Its link rests until it is active again.", "Reactivate the requester in the service desk, then read it again."]
    RequesterMissing
        staff ["Requester not found", "The service desk did not find the requester by its id. It is looked at again before anything follows.", "Look for the requester in the service desk: it may have been merged or deleted."]
    RequesterGone
        staff ["Requester gone", "The service desk no longer has the requester.", "Find the requester that replaced it, and invite that one."]
    RequesterUnlinked
        staff ["No requester linked", "The link to the requester was ended.", "If it was not ended on purpose, invite the requester again."]
    RequesterWithoutEmail
        staff ["Requester without e-mail", "The requester has no e-mail address, so it cannot be invited.", "Add the e-mail address in the service desk, then read the requester again and invite."]
    DeviceTrashed
        staff ["Device in the trash", "The asset lies in the service desk's trash.", "Restore the asset in the service desk, if it was trashed by mistake."]
    DeviceGone
        staff ["Device deleted", "The service desk no longer has the asset.", "If it was deleted by mistake, create it again and assign it."]
    DeviceInStock
        staff ["Device in stock", "The asset is not assigned to a requester.", "Assign the asset to the customer's requester in the service desk."]
    DataStale
        staff ["Data is stale", "The service desk was not read for longer than it should be.", "Check the systems page and run the doctor. When the service desk answers, read again."]
    ChangesHeld
        staff ["Changes held back", "Unusually many records were removed at once, so the changes wait for a decision.", "Review the held changes under Sweeps, then apply or discard them."]
    IdentityUnlinked
        staff ["Sign-in unlinked", "The sign-in was unlinked from the customer.", "If it was not unlinked on purpose, invite the requester again."]
    OtherIdentity
        staff ["Activated with another sign-in", "The customer is activated, but this is not the sign-in they activated with.", "Ask the customer to use the sign-in shown on the customer's page, or to add this one."]
    EmailUnverified
        staff ["E-mail not verified", "The provider did not verify the address of this sign-in, so it proves nothing.", "Ask the customer to confirm the address with the provider, or to use the activation link."]
    ContactMissing
        staff ["No CRM contact", "No CRM contact has the requester's primary e-mail.", "Add the contact in the CRM, or correct its primary e-mail, then read again."]
    ContactAmbiguous
        staff ["Several CRM contacts", "Several CRM contacts have the requester's primary e-mail.", "Decide the review: it asks which contact is this customer."]
    ContactTaken
        staff ["CRM contact taken", "The one CRM contact with this e-mail is linked to another customer.", "Decide the review. Unlink the contact there first, if it belongs here."]
    MailFailed
        staff ["Invitation mail not sent", "The mail with the activation link was refused for good.", "Correct the address in the service desk and invite again, or try the job again on the systems page."]
    JobFailed
        staff ["A job was given up", "Work about this customer failed for good.", "Mend the cause named here, then try the job again on the systems page."]
    AccountClosed
        staff ["Closed at the marketplace", "The marketplace deleted the account, and nothing else makes this a customer.", "If it was a mistake, undo the deletion on the account's page under Marketplaces."]
    NotInServiceDesk
        staff ["Not in the service desk", "The customer came from a marketplace and has no requester, so nothing can be assigned.", "Invite the requester that has the customer's address, made first if there is none. The customer opens the link and signs in as before."]
    OperatingCompany
        staff ["Works for the operating company", "The person belongs to the operating company, which has no devices of its own.", "Nothing is wrong. To see a customer's devices, ask about that customer."]
    NeverLinked
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
            let (customer, staff) = (for_customer(*reason), for_staff(*reason));
            let staff = [staff.title, staff.explanation, staff.next_step];
            for [title, explanation, next_step] in
                [[&*customer.title, &customer.explanation, &customer.next_step], staff]
            {
                assert!(!title.ends_with('.'), "{reason:?}: a heading");
                assert!(explanation.ends_with('.') && next_step.ends_with('.'), "{reason:?}: sentences");
            }
        }
    }

    #[test]
    fn a19_customers_read_nothing_of_how_we_work() {
        for reason in Reason::ALL {
            let CustomerWords { title, explanation, next_step } = for_customer(*reason);
            let text = format!("{title} {explanation} {next_step}").to_lowercase();
            for word in
                ["requester", "crm", "freshservice", "freshsales", "service desk", "asset", "stale", "review", "job"]
            {
                assert!(!text.contains(word), "{reason:?} says {word}: {text}");
            }
        }
    }
}
