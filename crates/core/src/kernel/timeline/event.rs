//! What can happen to a customer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::details::{ForumAct, Leaving, NotDone, Ruling, SerialField};
use super::personal::Personal;
use crate::access::licence::LicenceType;
use crate::credentials::Notice;
use crate::devices::device_writes::AssetChange;
use crate::forum::Moderation;
use crate::invoices::InvoiceEvent;
use crate::kernel::customer::{EndReason, Evidence, Origin};
use crate::kernel::ids::{
    AssetWriteId, BlogPostId, ContactId, ForumPostId, InvitationId, JobId, PlaceId, RequestId, ReviewId, SweepId,
    TopicId,
};
use crate::kernel::record::RecordKey;
use crate::marketplace::AccountField;
use crate::news::PostState;
use crate::persons::PersonDifference;
use crate::persons::profile::ProfileField;
use crate::returns::ReturnEvent;
use crate::service_requests::workflow::Step;
use crate::service_requests::{Loss, Status};
use crate::sync::sweep::Decision;

/// What happened. The name of the case and its fields are the API's `event` and `detail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The customer record came into being (`A01`).
    CustomerCreated {
        /// The name it began with.
        name: Personal,
    },
    /// An invitation was sent (`A11`). Written when the record already exists, or looked back upon when it begins.
    Invited {
        /// Which invitation.
        invitation_id: InvitationId,
        /// Where it was sent.
        email: Personal,
        /// When it was issued, which may lie before the entry.
        issued_at: Timestamp,
        /// Who asked for it.
        issued_by: String,
    },
    /// The customer activated (`A13`).
    Activated {
        /// Through which invitation.
        invitation_id: InvitationId,
        /// The identity provider's configured name.
        provider: String,
        /// The address of the sign-in, when the provider told one.
        email: Option<Personal>,
    },
    /// A record was linked.
    Linked {
        /// Which record.
        record: RecordKey,
        /// How it came about.
        origin: Origin,
        /// On what evidence.
        evidence: Personal<Evidence>,
    },
    /// A link was ended.
    Unlinked {
        /// Which record.
        record: RecordKey,
        /// Why.
        why: EndReason,
    },
    /// No CRM contact has the requester's primary e-mail (`A04`).
    ContactMissing {
        /// The address looked for.
        email: Personal,
    },
    /// Several CRM contacts have the requester's primary e-mail: a person decides (`H03`).
    ContactAmbiguous {
        /// The address looked for.
        email: Personal,
        /// How many have it.
        candidates: usize,
        /// The question put to staff.
        review_id: ReviewId,
    },
    /// Staff answered a question.
    ReviewDecided {
        /// Which.
        review_id: ReviewId,
        /// The answer.
        ruling: Ruling,
        /// What whoever decided added to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Personal>,
    },
    /// A device was assigned to the customer (`A09`).
    DeviceAssigned {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// Its serial number.
        serial: Option<String>,
    },
    /// A device was taken from the customer, or is theirs no longer (`A09`).
    DeviceUnassigned {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// Its serial number.
        serial: Option<String>,
        /// What became of it. Staff read it; a customer is never told whom a device went to (`A22`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leaving: Option<Leaving>,
    },
    /// The service desk's primary e-mail changed.
    EmailChanged {
        /// The address before.
        from: Option<Personal>,
        /// The address now.
        to: Option<Personal>,
    },
    /// The service desk's telephone number changed.
    PhoneChanged {
        /// The number before.
        from: Option<Personal>,
        /// The number now.
        to: Option<Personal>,
    },
    /// The name changed.
    Renamed {
        /// The name before.
        from: Personal,
        /// The name now.
        to: Personal,
    },
    /// The customer added a sign-in to their record (`A23`).
    IdentityAdded {
        /// The identity provider's configured name.
        provider: String,
        /// The sign-in, masked.
        shown_as: Personal,
    },
    /// The customer removed a sign-in from their record (`A23`).
    IdentityRemoved {
        /// The identity provider's configured name.
        provider: String,
        /// The sign-in, masked.
        shown_as: Personal,
    },
    /// The linked requester was deactivated: nothing is shown through its link for as long.
    RequesterDeactivated {
        /// The requester.
        record: RecordKey,
    },
    /// The linked requester is active again.
    RequesterReactivated {
        /// The requester.
        record: RecordKey,
    },
    /// The linked requester became an agent of the service desk.
    RequesterConverted {
        /// The requester.
        record: RecordKey,
    },
    /// The linked record was merged into another one, and the link moved along.
    RecordMerged {
        /// The record whose id is retired.
        from: RecordKey,
        /// The one that stayed.
        into: RecordKey,
    },
    /// The linked record was merged into another customer's: a person decides.
    MergeDisputed {
        /// The record whose id is retired.
        from: RecordKey,
        /// The one that stayed.
        into: RecordKey,
        /// The question put to staff.
        review_id: ReviewId,
    },
    /// Another contact has the customer's address; the link stays until a person decides.
    OtherContactFound {
        /// The address.
        email: Personal,
        /// The contact that is linked.
        linked: RecordKey,
        /// How many others there are.
        others: usize,
        /// The question put to staff.
        review_id: ReviewId,
    },
    /// The linked contact has another address than the requester, and nobody else has the requester's.
    ContactDiffers {
        /// The contact that is linked.
        contact: RecordKey,
        /// Its address.
        theirs: Option<Personal>,
        /// The requester's address.
        email: Personal,
    },
    /// A serial number of a device was corrected (`A06`).
    SerialCorrected {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// `serial` or `inverter_serial`.
        field: SerialField,
        /// The number before.
        from: Option<String>,
        /// The number now.
        to: Option<String>,
    },
    /// Hardware and inverter serial number of a device differ: worth a warning, never a reason to refuse (`A06`).
    SerialsDiffer {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// The hardware serial number.
        serial: String,
        /// The inverter serial number.
        inverter_serial: String,
    },
    /// Something was asked of the service desk for an asset of the customer's (`A08`, `A09`).
    AssetWriteAsked {
        /// Which write.
        write_id: AssetWriteId,
        /// What.
        change: Personal<Box<AssetChange>>,
    },
    /// It was not done.
    AssetWriteNotDone {
        /// Which write.
        write_id: AssetWriteId,
        /// What.
        change: Personal<Box<AssetChange>>,
        /// Why not.
        outcome: NotDone,
    },
    /// A marketplace told something new about an account (`M07`).
    AccountChanged {
        /// The account.
        record: RecordKey,
        /// What is new.
        changes: Vec<AccountField>,
    },
    /// A reseller serves the customer (`M08`).
    ServedByReseller {
        /// The account.
        record: RecordKey,
        /// The reseller's account.
        reseller: RecordKey,
    },
    /// Somebody of the customer may sign in, with this licence (`P05`).
    Licensed {
        /// Their name.
        name: Personal,
        /// What they may use.
        licence: LicenceType,
    },
    /// A marketplace was given an activation link to hand on (`M13`).
    InvitedByMarketplace {
        /// Which invitation.
        invitation_id: InvitationId,
        /// The marketplace.
        marketplace: String,
        /// The account's address, if it has one that mail can be sent to.
        email: Option<Personal>,
    },
    /// A marketplace deleted the account (`M15`).
    AccountDeleted {
        /// The account.
        record: RecordKey,
        /// Nobody signs in for the customer any more.
        access_ended: bool,
    },
    /// Staff undid a deletion (`M15`).
    AccountRestored {
        /// The account.
        record: RecordKey,
        /// Why.
        why: Personal,
    },
    /// Somebody may sign in (`P02`).
    PersonAdded {
        /// What they sign in with.
        person_id: String,
        /// Their name.
        name: Personal,
        /// What they may use.
        licence: Option<LicenceType>,
    },
    /// Something about a person changed.
    PersonChanged {
        /// What they sign in with.
        person_id: String,
        /// What changed.
        changes: Vec<PersonDifference>,
    },
    /// A person was made inactive (`P04`).
    PersonDeactivated {
        /// What they sign in with.
        person_id: String,
    },
    /// A person is active again.
    PersonReactivated {
        /// What they sign in with.
        person_id: String,
    },
    /// The customer has another place (`P08`).
    PlaceAdded {
        /// Which.
        place_id: PlaceId,
        /// What it is called.
        name: Personal,
    },
    /// Something about a place changed.
    PlaceChanged {
        /// Which.
        place_id: PlaceId,
        /// What it is called now.
        name: Personal,
        /// Whether it is in use.
        active: bool,
    },
    /// Information is kept about somebody (`P01`).
    ContactAdded {
        /// Which contact.
        contact_id: ContactId,
        /// Their name.
        name: Personal,
    },
    /// Something about a contact changed.
    ContactChanged {
        /// Which contact.
        contact_id: ContactId,
        /// Their name now.
        name: Personal,
    },
    /// Staff looked at the customer portal through a person's eyes (`P14`).
    Previewed {
        /// Whose.
        person_id: String,
    },
    /// Staff took somebody's seat of a licence (`P12`).
    SeatFreed {
        /// Whose.
        person_id: String,
        /// Of which licence.
        licence: LicenceType,
    },
    /// A device was put at a place (`P08`).
    DevicePlaced {
        /// Which device.
        record: RecordKey,
        /// Where it is.
        place: Personal,
    },
    /// Something happened to a return (`P09`).
    Return(ReturnEvent),
    /// Something happened to an invoice (`P09`).
    Invoice(InvoiceEvent),
    /// A link to set a password was sent (`P03`).
    PasswordLinkSent {
        /// What the person signs in with.
        person_id: String,
        /// Where it was sent, masked.
        sent_to: Personal,
    },
    /// Something about how a person proves who they are changed.
    SignInSecured {
        /// What the person signs in with.
        person_id: String,
        /// What happened.
        what: Notice,
    },
    /// Somebody decided about changes that the brake held or a dry run planned (`H04`). On the operating company's timeline.
    SweepDecided {
        /// The sweep they belong to.
        sweep: SweepId,
        /// The system.
        system: String,
        /// What it read: requesters, contacts, assets; `single` for changes that came one by one.
        kind: String,
        /// What was decided.
        decision: Decision,
        /// About how many changes.
        changes: i64,
    },
    /// A person was signed out, everywhere or everywhere else.
    SessionsEnded {
        /// What the person signs in with.
        person_id: String,
    },
    /// Somebody registered and proved their address (`P12`).
    Registered {
        /// What they will sign in with.
        person_id: String,
        /// Their name.
        name: Personal,
    },
    /// A registration was approved.
    RegistrationApproved {
        /// What they sign in with.
        person_id: String,
        /// Their name.
        name: Personal,
        /// What they may use.
        licence: LicenceType,
    },
    /// A registration was refused.
    RegistrationRefused {
        /// What they would have signed in with.
        person_id: String,
        /// Their name.
        name: Personal,
        /// Why, as the applicant reads it.
        reason: Personal,
    },
    /// Somebody wrote in the blog (`P10`).
    NewsWritten {
        /// Which post.
        post_id: BlogPostId,
        /// Its title.
        title: Personal,
        /// Who.
        name: Personal,
        /// How it could be read before; none: it is new.
        before: Option<PostState>,
        /// How it can be read now.
        state: PostState,
    },
    /// Somebody did something in the forum (`P10`).
    ForumWritten {
        /// What.
        act: ForumAct,
        /// In which topic.
        topic_id: TopicId,
        /// Which post.
        post_id: ForumPostId,
        /// The topic's title.
        title: Personal,
        /// Who.
        name: Personal,
    },
    /// A moderator decided about something written for the customer (`P10`).
    ForumModerated {
        /// What.
        moderation: Moderation,
        /// In which topic.
        topic_id: TopicId,
        /// The topic's title.
        title: Personal,
        /// Who wrote it.
        name: Personal,
        /// Why.
        why: Personal,
    },
    /// Somebody may not write in the forum for a while, or may again (`P10`).
    ForumMuted {
        /// Who.
        name: Personal,
        /// Until when; none: they may again.
        until: Option<Timestamp>,
        /// Why.
        why: Personal,
    },
    /// Somebody changed their own profile (`P09`).
    ProfileChanged {
        /// Who.
        name: Personal,
        /// What.
        changes: Vec<ProfileField>,
    },
    /// Somebody wants another e-mail address, and has to confirm it (`P09`).
    PersonEmailAsked {
        /// Who.
        name: Personal,
        /// The new address, masked.
        to: Personal,
    },
    /// Somebody confirmed their new e-mail address (`P09`).
    PersonEmailChanged {
        /// Who.
        name: Personal,
        /// The address before, masked.
        from: Option<Personal>,
        /// The address now, masked.
        to: Personal,
    },
    /// A service request was opened in the portal (`P09`).
    RequestOpened {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
    },
    /// A service request came from the service desk.
    RequestArrived {
        /// Which.
        request_id: RequestId,
        /// The ticket’s number.
        ticket: String,
        /// What it is about.
        subject: Personal,
    },
    /// Somebody of the customer’s own approved it.
    RequestApproved {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
        /// Who, by name.
        by: Personal,
    },
    /// Somebody of the customer’s own declined it.
    RequestDeclined {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
        /// Who, by name.
        by: Personal,
        /// Why.
        reason: Personal,
    },
    /// The service desk has it as a ticket.
    RequestSent {
        /// Which.
        request_id: RequestId,
        /// The ticket’s number.
        ticket: String,
        /// What it is about.
        subject: Personal,
    },
    /// The service desk did not take it.
    RequestNotSent {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
        /// What the matter is.
        why: Personal,
    },
    /// Its ticket is gone, or somebody else’s.
    RequestLost {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
        /// What the matter is.
        why: Loss,
    },
    /// The service desk gave it another status.
    RequestMoved {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
        /// The status.
        status: Status,
    },
    /// The service team said something on it.
    RequestAnswered {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
    },
    /// It was closed in the portal.
    RequestClosed {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
    },
    /// It was opened again in the portal.
    RequestReopened {
        /// Which.
        request_id: RequestId,
        /// What it is about.
        subject: Personal,
    },
    /// A customer’s administrator defined the steps of a kind of request.
    WorkflowChanged {
        /// The kind, as people called it then.
        kind: String,
        /// The steps.
        steps: Vec<Personal<Step>>,
    },
    /// A staff account of the console was made.
    StaffAdded {
        /// What they sign in with.
        login: String,
    },
    /// A staff account got another password; its sessions ended.
    StaffPasswordSet {
        /// What they sign in with.
        login: String,
    },
    /// A machine was given a key; an older one of the same name stopped working.
    ApiKeyIssued {
        /// The machine's name.
        name: String,
    },
    /// A person or a machine asked for a sweep (`H06`).
    SweepRequested {
        /// Which.
        sweep: SweepId,
        /// The system.
        system: String,
        /// Requesters, contacts or assets.
        kind: String,
        /// Whether it only plans.
        dry_run: bool,
    },
    /// Staff took back an invitation that was not used.
    InvitationWithdrawn {
        /// Of which requester.
        requester: RecordKey,
    },
    /// Staff put a job aside that was given up.
    JobDismissed {
        /// Which.
        job_id: JobId,
        /// What it would have done.
        kind: String,
        /// Why it had failed.
        error: Personal,
    },
    /// Staff had a job tried again that was given up.
    JobRetried {
        /// Which.
        job_id: JobId,
        /// What it does.
        kind: String,
    },
    /// The marketplace corrected the address of an account, and with it the person's who was made from it (`M08`).
    PersonEmailCorrected {
        /// Who.
        name: Personal,
        /// The address before, masked.
        from: Option<Personal>,
        /// The address now, masked.
        to: Personal,
    },
}

impl Event {
    /// The name in the database and the API.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// The device the event is about, if it is: its system and display id.
    pub fn device(&self) -> Option<(&str, &str)> {
        match self {
            Self::DeviceAssigned { record, .. }
            | Self::DeviceUnassigned { record, .. }
            | Self::SerialCorrected { record, .. }
            | Self::DevicePlaced { record, .. } => Some((&record.system, &record.external_id)),
            _ => None,
        }
    }

    /// What the person signs in with whose own page tells of the event, if it is about one.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::PersonAdded { person_id, .. }
            | Self::PersonChanged { person_id, .. }
            | Self::PersonDeactivated { person_id }
            | Self::PersonReactivated { person_id }
            | Self::SeatFreed { person_id, .. }
            | Self::Previewed { person_id } => Some(person_id),
            _ => None,
        }
    }
}
