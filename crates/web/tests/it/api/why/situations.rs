//! All known gaps: the steps that cause each, and the expected reason.

use super::somebody::Step::{self, *};
use super::somebody::Whose::{First, Second};

/// The form of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The e-mail address.
    Email,
    /// The id of the customer.
    Customer,
    /// The requester's id.
    Requester,
    /// The second requester, by its key.
    SecondRequester,
    /// The contact's id.
    Contact,
    /// The serial number of the newest device.
    Serial,
    /// The asset's tag.
    Tag,
    /// Issuer and subject.
    Identity,
    /// The subject alone.
    Subject,
}

/// A situation, with or without a gap.
#[derive(Debug)]
pub struct Situation {
    /// Description.
    pub name: &'static str,
    /// Steps that cause it.
    pub steps: &'static [Step],
    /// The queries of staff.
    pub ask: &'static [Ask],
    /// The expected reason. `None`: nothing is missing.
    pub code: Option<&'static str>,
    /// Whether the signed-in user gets the same reason.
    pub app: bool,
}

const fn told(name: &'static str, steps: &'static [Step], ask: &'static [Ask], code: &'static str) -> Situation {
    Situation { name, steps, ask, code: Some(code), app: true }
}

/// A gap that is shown only to staff, because the user sees data or does not sign in.
const fn staff(name: &'static str, steps: &'static [Step], ask: &'static [Ask], code: &'static str) -> Situation {
    Situation { name, steps, ask, code: Some(code), app: false }
}

const fn fine(name: &'static str, steps: &'static [Step], ask: &'static [Ask]) -> Situation {
    Situation { name, steps, ask, code: None, app: false }
}

use Ask::{
    Contact as AskContact, Customer, Email, Identity, Requester as AskRequester, SecondRequester, Serial, Subject, Tag,
};

/// Situations before anything is linked.
pub const ARRIVING: &[Situation] = &[
    told("a stranger", &[Account, SignIn], &[Email, Identity, Subject], "not_a_customer"),
    told("a stranger without a verified address", &[UnverifiedAccount, SignIn], &[Email, Identity], "email_unverified"),
    told(
        "an unverified address of a requester",
        &[UnverifiedAccount, Requester, Look(First), SignIn],
        &[Identity],
        "email_unverified",
    ),
    told(
        "known, never invited, signs in",
        &[Account, Requester, Look(First), SignIn],
        &[Email, AskRequester, Identity],
        "never_activated",
    ),
    staff(
        "known, never invited, never here",
        &[Requester, Device(First), Look(First)],
        &[Email, AskRequester, Serial, Tag],
        "never_activated",
    ),
    staff(
        "a contact whose requester was never invited",
        &[Requester, Contact, Look(First), LookAtContact],
        &[AskContact],
        "never_activated",
    ),
    staff("a contact without a requester", &[Contact, LookAtContact], &[AskContact, Email], "not_a_customer"),
    staff(
        "a requester without an address",
        &[SilentRequester, Look(First)],
        &[AskRequester],
        "requester_without_email",
    ),
    told(
        "deactivated before any invitation",
        &[Account, Requester, Deactivate, Look(First), SignIn],
        &[Email, AskRequester],
        "requester_deactivated",
    ),
    told(
        "invited, not used",
        &[Account, Requester, Device(First), Invite, Look(First), SignIn],
        &[Email, AskRequester, Serial],
        "invitation_unused",
    ),
    told(
        "the mail with the link was refused",
        &[Account, Requester, MailRefused, Invite, WorkOff, SignIn],
        &[Email, AskRequester],
        "mail_failed",
    ),
    told(
        "the invitation ran out",
        &[Account, Requester, Invite, Wait(15 * 24), SignIn],
        &[Email, AskRequester],
        "invitation_expired",
    ),
    told(
        "the invitation was withdrawn",
        &[Account, Requester, Invite, Withdraw, SignIn],
        &[Email, AskRequester],
        "invitation_revoked",
    ),
    staff(
        "the address changed after the invitation",
        &[Requester, Invite, ChangeEmail, Look(First)],
        &[AskRequester],
        "invitation_revoked",
    ),
    told(
        "invited again after a withdrawal",
        &[Account, Requester, Invite, Withdraw, Wait(1), Invite, SignIn],
        &[Email, AskRequester],
        "invitation_unused",
    ),
    told(
        "signed in, not yet done",
        &[Account, Requester, Invite, Claim],
        &[AskRequester, Identity],
        "activation_pending",
    ),
    told(
        "signed in, the CRM is down",
        &[Account, Requester, Invite, Claim, CrmDown, WorkOff],
        &[AskRequester, Identity, Subject],
        "activation_delayed",
    ),
    told(
        "the address changed while the activation ran",
        &[Account, Requester, Invite, Claim, ChangeEmail, WorkOff],
        &[AskRequester, Identity],
        "activation_refused",
    ),
    told(
        "invited anew after a refusal",
        &[Account, Requester, Invite, Claim, ChangeEmail, WorkOff, ChangeEmailBack, Wait(1), Invite, SignIn],
        &[AskRequester, Email],
        "invitation_unused",
    ),
];

/// Situations after linking.
pub const LINKED: &[Situation] = &[
    fine(
        "all is well",
        &[Account, Requester, Contact, Device(First), Activate],
        &[Email, Customer, AskRequester, AskContact, Serial, Tag, Identity, Subject],
    ),
    told(
        "activated, nothing assigned",
        &[Account, Requester, Contact, Activate],
        &[Email, Customer, AskRequester, Identity],
        "nothing_assigned",
    ),
    told(
        "activated, only a router",
        &[Account, Requester, Contact, Router, Activate],
        &[Email, Customer, Identity],
        "other_asset_type",
    ),
    staff(
        "the router itself",
        &[Account, Requester, Contact, Device(First), Router, Activate, ReadAssets],
        &[Tag],
        "other_asset_type",
    ),
    told(
        "the device is a second requester's",
        &[Account, Requester, Contact, SecondRequester_, Device(Second), Look(Second), Activate],
        &[Email, Customer, Serial],
        "assigned_to_duplicate",
    ),
    told(
        "the device went to the trash",
        &[Account, Requester, Contact, Device(First), Activate, Trash, Read],
        &[Email, Customer, Serial],
        "device_trashed",
    ),
    told(
        "the device was deleted for ever",
        &[
            Account,
            Requester,
            Contact,
            Device(First),
            Activate,
            Trash,
            DeleteForever,
            Read,
            Wait(1),
            Read,
            Wait(25),
            Read,
        ],
        &[Customer, Serial],
        "device_gone",
    ),
    told(
        "the device was taken back",
        &[Account, Requester, Contact, Device(First), Activate, Unassign, Read],
        &[Email, Customer],
        "nothing_assigned",
    ),
    staff(
        "the device that was taken back",
        &[Account, Requester, Contact, Device(First), Activate, Unassign, Read],
        &[Serial, Tag],
        "device_in_stock",
    ),
    staff("a device in stock", &[Stock, ReadAssets], &[Serial, Tag], "device_in_stock"),
    told(
        "the device is of another type now",
        &[Account, Requester, Contact, Device(First), Activate, Retype, ReadAssets, Read],
        &[Customer, Serial],
        "other_asset_type",
    ),
    staff(
        "the device moved to somebody who was never invited",
        &[Account, Requester, Contact, Device(First), Activate, Stranger, Move, Read, Look(Second)],
        &[Serial, SecondRequester],
        "never_activated",
    ),
    told(
        "the sign-in was unlinked by staff",
        &[Account, Requester, Contact, Device(First), Activate, UnlinkUser, SignIn],
        &[Email, Customer, AskRequester, Identity],
        "identity_unlinked",
    ),
    told(
        "the sign-in was unlinked, then invited again",
        &[Account, Requester, Contact, Device(First), Activate, UnlinkUser, Wait(1), Invite, SignIn],
        &[Email, Customer, Identity],
        "invitation_unused",
    ),
    told(
        "the requester was unlinked by staff",
        &[Account, Requester, Contact, Device(First), Activate, UnlinkRequester],
        &[Customer, Identity],
        "requester_unlinked",
    ),
    told(
        "activated with another account",
        &[Account, OtherAccount, Requester, Contact, Device(First), ActivateAsOther, SignIn],
        &[Email, Identity],
        "other_identity",
    ),
    staff(
        "no contact",
        &[Account, Requester, Device(First), Activate],
        &[Email, Customer, Identity],
        "contact_missing",
    ),
    staff("two contacts", &[Cleo, Activate], &[Email, Customer, AskRequester], "contact_ambiguous"),
    staff(
        "somebody else has the contact",
        &[Account, Requester, ContactOfBen, Device(First), Activate],
        &[Customer],
        "contact_taken",
    ),
    told(
        "deactivated after activation",
        &[Account, Requester, Contact, Activate, Deactivate, Read],
        &[Customer, AskRequester, Identity],
        "requester_deactivated",
    ),
    staff(
        "a reading was given up",
        &[Account, Requester, Contact, Device(First), Activate, DeskRefuses, Read],
        &[Customer],
        "job_failed",
    ),
    told(
        "not read for a day, nothing known",
        &[Account, Requester, Contact, Activate, DeskDown, Wait(25)],
        &[Email, Customer, Identity],
        "data_stale",
    ),
    staff(
        "not read for a day, a device known",
        &[Account, Requester, Contact, Device(First), Activate, DeskDown, Wait(25)],
        &[Customer, Serial],
        "data_stale",
    ),
    fine(
        "a device that does not answer is still shown",
        &[Account, Requester, Contact, Device(First), Activate, Trash, DeleteForever, Read],
        &[Customer, Serial],
    ),
    told(
        "the requester does not answer",
        &[Account, Requester, Contact, Activate, Forget, Read],
        &[Customer, AskRequester, Identity],
        "requester_missing",
    ),
    told(
        "the requester is gone for good",
        &[Account, Requester, Contact, Activate, Forget, Read, Wait(25), WorkOff],
        &[Identity, Subject],
        "requester_gone",
    ),
    fine(
        "merged into a requester that is nobody's",
        &[Account, Requester, Contact, SecondRequester_, Device(First), Activate, MergeIntoSecond, Read, WorkOff],
        &[Identity, AskRequester, Serial],
    ),
    told(
        "merged into another customer's requester",
        &[Account, Requester, Contact, Activate, MergeIntoBen, Read],
        &[Identity],
        "requester_merged",
    ),
    told(
        "a bare number waits for a decision",
        &[UnverifiedAccount, Requester, PolicyNumber],
        &[Identity, Subject],
        "review_pending",
    ),
];
