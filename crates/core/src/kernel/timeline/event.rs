//! Timeline events of a customer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::details::{ForumAct, Leaving, NotDone, Ruling, SerialField};
use super::personal::Personal;
use super::rewrites::Rewritten;
use crate::access::licence::LicenceType;
use crate::credentials::Notice;
use crate::devices::device_writes::AssetChange;
use crate::devices::load::LoadKind;
use crate::forum::Moderation;
use crate::invoices::InvoiceEvent;
use crate::kernel::customer::{EndReason, Evidence, Origin};
use crate::kernel::ids::{
    AccountImportId, ContactId, DeviceLoadId, DeviceWriteId, ForumPostId, InvitationId, JobId, NewsPostId, PlaceId,
    ReviewId, ServiceRequestId, SweepId, TopicId,
};
use crate::kernel::job::Upstream;
use crate::kernel::record::RecordKey;
use crate::marketplace::AccountField;
use crate::news::PostState;
use crate::persons::PersonDifference;
use crate::persons::profile::ProfileField;
use crate::returns::ReturnEvent;
use crate::service_requests::workflow::Step;
use crate::service_requests::{Loss, Status};
use crate::sync::sweep::Decision;
use crate::work_orders::WorkOrderEvent;

/// A timeline event. The variant's name and its fields are `event` and `detail` in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The customer record was created (`A01`).
    CustomerCreated {
        /// Initial name.
        name: Personal,
    },
    /// An invitation was sent (`A11`). Written at once if the customer exists, otherwise when it is created.
    Invited {
        /// The invitation.
        invitation_id: InvitationId,
        /// Recipient address.
        email: Personal,
        /// Time of issue; may be earlier than the entry.
        issued_at: Timestamp,
        /// Actor who issued it.
        issued_by: String,
    },
    /// The customer activated (`A13`).
    Activated {
        /// The invitation used.
        invitation_id: InvitationId,
        /// The identity provider's configured name.
        provider: String,
        /// E-mail address from the sign-in, if the provider supplied one.
        email: Option<Personal>,
    },
    /// A record was linked.
    Linked {
        /// The linked record.
        record: RecordKey,
        /// Origin of the link.
        origin: Origin,
        /// Evidence for the link.
        evidence: Personal<Evidence>,
    },
    /// A link was ended.
    Unlinked {
        /// The unlinked record.
        record: RecordKey,
        /// Reason.
        why: EndReason,
    },
    /// No CRM contact has the requester's primary e-mail (`A04`).
    ContactMissing {
        /// The address searched for.
        email: Personal,
    },
    /// Several CRM contacts have the requester's primary e-mail; staff decide in a review (`H03`).
    ContactAmbiguous {
        /// The address searched for.
        email: Personal,
        /// Number of matching contacts.
        candidates: usize,
        /// The review opened for staff.
        review_id: ReviewId,
    },
    /// Staff decided a review.
    ReviewDecided {
        /// The review.
        review_id: ReviewId,
        /// The decision.
        ruling: Ruling,
        /// Note of the person who decided.
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
    /// A device was unassigned from the customer (`A09`).
    DeviceUnassigned {
        /// The asset.
        record: RecordKey,
        /// Its name.
        name: Personal,
        /// Its serial number.
        serial: Option<String>,
        /// What happened to the device. Shown to staff only: a customer never learns the new holder (`A22`).
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
    /// The linked requester was deactivated. Nothing is shown through its link until it is reactivated.
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
    /// The linked record was merged into another one, and the link was moved to it.
    RecordMerged {
        /// The record whose id was retired.
        from: RecordKey,
        /// The surviving record.
        into: RecordKey,
    },
    /// The linked record was merged into a record of another customer; staff decide in a review.
    MergeDisputed {
        /// The record whose id was retired.
        from: RecordKey,
        /// The surviving record.
        into: RecordKey,
        /// The review opened for staff.
        review_id: ReviewId,
    },
    /// Another contact has the customer's address. The link stays until staff decide.
    OtherContactFound {
        /// The address.
        email: Personal,
        /// The linked contact.
        linked: RecordKey,
        /// Number of other contacts.
        others: usize,
        /// The review opened for staff.
        review_id: ReviewId,
    },
    /// The linked contact's address differs from the requester's, and no other contact has the requester's.
    ContactDiffers {
        /// The linked contact.
        contact: RecordKey,
        /// The contact's address.
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
    /// Hardware and inverter serial number of a device differ: a warning, never a reason to reject (`A06`).
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
    /// A change of one of the customer's assets was requested from the service desk (`A08`, `A09`).
    #[serde(alias = "asset_write_asked")]
    DeviceWriteRequested {
        /// The write.
        write_id: DeviceWriteId,
        /// The requested change.
        change: Personal<Box<AssetChange>>,
    },
    /// A requested change failed or was cancelled.
    #[serde(alias = "asset_write_not_done")]
    DeviceWriteFailed {
        /// The write.
        write_id: DeviceWriteId,
        /// The requested change.
        change: Personal<Box<AssetChange>>,
        /// Why it was not carried out.
        outcome: NotDone,
    },
    /// A marketplace reported changes of an account (`M07`).
    AccountChanged {
        /// The account.
        record: RecordKey,
        /// The changed fields.
        changes: Vec<AccountField>,
    },
    /// A reseller serves the customer (`M08`).
    ServedByReseller {
        /// The account.
        record: RecordKey,
        /// The reseller's account.
        reseller: RecordKey,
    },
    /// A person of the customer was given sign-in with a licence (`P05`).
    Licensed {
        /// The person's name.
        name: Personal,
        /// The licence.
        licence: LicenceType,
    },
    /// An activation link was issued to a marketplace (`M13`).
    InvitedByMarketplace {
        /// The invitation.
        invitation_id: InvitationId,
        /// The marketplace.
        marketplace: String,
        /// The account's address, if mail can be sent to it.
        email: Option<Personal>,
    },
    /// A marketplace deleted the account (`M15`).
    AccountDeleted {
        /// The account.
        record: RecordKey,
        /// Whether the customer's access ended with it.
        access_ended: bool,
    },
    /// Staff reversed a deletion (`M15`).
    AccountRestored {
        /// The account.
        record: RecordKey,
        /// Reason.
        why: Personal,
    },
    /// A person was created (`P02`).
    PersonAdded {
        /// Person id.
        person_id: String,
        /// The person's name.
        name: Personal,
        /// The licence, if any.
        licence: Option<LicenceType>,
    },
    /// A person was changed.
    PersonChanged {
        /// Person id.
        person_id: String,
        /// The differences.
        changes: Vec<PersonDifference>,
    },
    /// A person was deactivated (`P04`).
    PersonDeactivated {
        /// Person id.
        person_id: String,
    },
    /// A person was reactivated.
    PersonReactivated {
        /// Person id.
        person_id: String,
    },
    /// A place was added (`P08`).
    PlaceAdded {
        /// The place.
        place_id: PlaceId,
        /// Its name.
        name: Personal,
    },
    /// A place was changed.
    PlaceChanged {
        /// The place.
        place_id: PlaceId,
        /// Its current name.
        name: Personal,
        /// Whether it is in use.
        active: bool,
    },
    /// A contact was added (`P01`).
    ContactAdded {
        /// The contact.
        contact_id: ContactId,
        /// The contact's name.
        name: Personal,
    },
    /// A contact was changed.
    ContactChanged {
        /// The contact.
        contact_id: ContactId,
        /// The contact's current name.
        name: Personal,
    },
    /// Staff previewed the customer portal as a person (`P14`).
    Previewed {
        /// Person id of the person previewed.
        person_id: String,
    },
    /// Staff freed a licence seat (`P12`).
    SeatFreed {
        /// Person id of the previous holder.
        person_id: String,
        /// The licence of the seat.
        licence: LicenceType,
    },
    /// A device was assigned to a place (`P08`).
    DevicePlaced {
        /// The device.
        record: RecordKey,
        /// The place.
        place: Personal,
    },
    /// An event of a return (`P09`).
    Return(ReturnEvent),
    /// An event of a work order.
    WorkOrder(WorkOrderEvent),
    /// An event of an invoice (`P09`).
    Invoice(InvoiceEvent),
    /// A link to set a password was sent (`P03`).
    PasswordLinkSent {
        /// Person id.
        person_id: String,
        /// Recipient address, masked.
        sent_to: Personal,
    },
    /// A person's credentials changed.
    SignInSecured {
        /// Person id.
        person_id: String,
        /// The change.
        what: Notice,
    },
    /// Staff decided about changes held by the brake or planned by a dry run (`H04`). On the operator's timeline.
    SweepDecided {
        /// The sweep.
        sweep: SweepId,
        /// The system.
        system: String,
        /// What the sweep reads: requesters, contacts or assets; `single` for changes outside a sweep.
        kind: String,
        /// The decision.
        decision: Decision,
        /// Number of changes decided about.
        changes: i64,
    },
    /// Staff started, stopped or discarded a load of devices or assignments (`A09`). On the operator's timeline.
    DeviceLoadDecided {
        /// The load.
        load: DeviceLoadId,
        /// What its table contains.
        kind: LoadKind,
        /// The decision: `running`, `stopped` or `discarded`.
        decision: String,
        /// Number of planned changes.
        changes: i64,
    },
    /// A person's sessions were ended: all, or all but the current one.
    SessionsEnded {
        /// Person id.
        person_id: String,
    },
    /// Someone registered and verified their address (`P12`).
    Registered {
        /// Person id chosen.
        person_id: String,
        /// The applicant's name.
        name: Personal,
    },
    /// Someone signed up in the storefront and verified their address (`M06`).
    SignedUp {
        /// Person id.
        person_id: String,
        /// The person's name.
        name: Personal,
    },
    /// A registration was approved.
    RegistrationApproved {
        /// Person id.
        person_id: String,
        /// The person's name.
        name: Personal,
        /// The licence.
        licence: LicenceType,
    },
    /// A registration was rejected.
    RegistrationRefused {
        /// Person id chosen.
        person_id: String,
        /// The applicant's name.
        name: Personal,
        /// Reason, as shown to the applicant.
        reason: Personal,
    },
    /// A news post was created or changed (`P10`).
    NewsWritten {
        /// The post.
        post_id: NewsPostId,
        /// Its title.
        title: Personal,
        /// The author's name.
        name: Personal,
        /// Its state before; none for a new post.
        before: Option<PostState>,
        /// Its state now.
        state: PostState,
    },
    /// A person acted in the forum (`P10`).
    ForumWritten {
        /// The action.
        act: ForumAct,
        /// The topic.
        topic_id: TopicId,
        /// The post.
        post_id: ForumPostId,
        /// The topic's title.
        title: Personal,
        /// The person's name.
        name: Personal,
    },
    /// A moderator decided about a post of the customer (`P10`).
    ForumModerated {
        /// The decision.
        moderation: Moderation,
        /// The topic.
        topic_id: TopicId,
        /// The topic's title.
        title: Personal,
        /// The author's name.
        name: Personal,
        /// Reason.
        why: Personal,
    },
    /// A person was muted or unmuted in the forum (`P10`).
    ForumMuted {
        /// The person's name.
        name: Personal,
        /// End of the mute; none when unmuted.
        until: Option<Timestamp>,
        /// Reason.
        why: Personal,
    },
    /// A person changed their own profile (`P09`).
    ProfileChanged {
        /// The person's name.
        name: Personal,
        /// The changed fields.
        changes: Vec<ProfileField>,
    },
    /// A person requested a new e-mail address, not yet confirmed (`P09`).
    PersonEmailAsked {
        /// The person's name.
        name: Personal,
        /// The new address, masked.
        to: Personal,
    },
    /// A person confirmed their new e-mail address (`P09`).
    PersonEmailChanged {
        /// The person's name.
        name: Personal,
        /// The address before, masked.
        from: Option<Personal>,
        /// The address now, masked.
        to: Personal,
    },
    /// A service request was opened in the portal (`P09`).
    RequestOpened {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
    },
    /// A service request was created from a ticket of the service desk.
    RequestArrived {
        /// The request.
        request_id: ServiceRequestId,
        /// Ticket number.
        ticket: String,
        /// Its subject.
        subject: Personal,
    },
    /// An approver of the customer approved a service request.
    RequestApproved {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// The approver's name.
        by: Personal,
    },
    /// An approver of the customer declined a service request.
    RequestDeclined {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// The approver's name.
        by: Personal,
        /// Reason.
        reason: Personal,
    },
    /// A service request was created as a ticket in the service desk.
    RequestSent {
        /// The request.
        request_id: ServiceRequestId,
        /// Ticket number.
        ticket: String,
        /// Its subject.
        subject: Personal,
    },
    /// The service desk rejected a service request.
    RequestNotSent {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// Reason.
        why: Personal,
    },
    /// The ticket of a service request was deleted, or belongs to another requester.
    RequestLost {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// Reason.
        why: Loss,
    },
    /// The service desk changed the status of a service request.
    RequestMoved {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
        /// The new status.
        status: Status,
    },
    /// The service team answered a service request.
    RequestAnswered {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
    },
    /// A service request was closed in the portal.
    RequestClosed {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
    },
    /// A service request was reopened in the portal.
    RequestReopened {
        /// The request.
        request_id: ServiceRequestId,
        /// Its subject.
        subject: Personal,
    },
    /// A customer's administrator changed the approval workflow of a kind of request.
    WorkflowChanged {
        /// The kind's name at that time.
        kind: String,
        /// The workflow's steps.
        steps: Vec<Personal<Step>>,
    },
    /// A staff account was created.
    StaffAdded {
        /// Login name.
        login: String,
        /// Names of its roles.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<String>,
    },
    /// A staff account got other roles.
    StaffRolesChanged {
        /// Login name.
        login: String,
        /// Names of its roles from then on.
        roles: Vec<String>,
    },
    /// A local staff account signed in although staff sign in at the company's identity provider.
    StaffBreakGlass {
        /// Login name.
        login: String,
    },
    /// A staff account was removed; its sessions ended.
    StaffRemoved {
        /// Login name.
        login: String,
    },
    /// A staff account's password was changed; its sessions ended.
    StaffPasswordSet {
        /// Login name.
        login: String,
    },
    /// Secrets were encrypted anew with another secret key (`H01`). On the operator's timeline.
    SecretsReencrypted {
        /// Public name of the key that encrypts them from then on.
        key: String,
        /// How many.
        values: u64,
    },
    /// A key with which a person's machine sends messages was issued (`P17`).
    MessageKeyIssued {
        /// The person id.
        person_id: String,
        /// The key's name.
        name: String,
    },
    /// Such a key was revoked.
    MessageKeyRevoked {
        /// The person id.
        person_id: String,
        /// The key's name.
        name: String,
    },
    /// The settings of a service manager were saved (`M04`).
    ServiceManagerSaved {
        /// Its name.
        name: String,
    },
    /// A service manager was deleted.
    ServiceManagerDeleted {
        /// Its name.
        name: String,
    },
    /// A marketplace account is a customer of a vendor from now on (`M14`, `M17`).
    VendorCustomerLinked {
        /// Name of the service manager.
        service_manager: String,
        /// The customer's id at the vendor.
        external_id: String,
        /// Whether the customer existed there before.
        existed: bool,
    },
    /// A marketplace account is no customer of a vendor any more: staff decided that the customer is another account's.
    VendorCustomerUnlinked {
        /// Name of the service manager.
        service_manager: String,
        /// The customer's id at the vendor.
        external_id: String,
    },
    /// The customer was deleted at a vendor (`M15`).
    VendorCustomerDeleted {
        /// Name of the service manager.
        service_manager: String,
        /// The customer's id at the vendor.
        external_id: String,
    },
    /// An order was placed in the storefront (`M06`).
    OrderPlaced {
        /// Its number.
        number: String,
    },
    /// An order was cancelled before anything was sent to a vendor.
    OrderCancelled {
        /// Its number.
        number: String,
    },
    /// A product of the storefront was created, changed, shown or hidden.
    ProductSaved {
        /// Its name.
        name: String,
    },
    /// A product of the storefront was deleted.
    ProductDeleted {
        /// Its name.
        name: String,
    },
    /// Staff started, stopped or discarded an import of marketplace accounts. On the operator's timeline.
    AccountImportDecided {
        /// The import.
        import: AccountImportId,
        /// The decision: `running`, `stopped` or `discarded`.
        decision: String,
        /// Number of accounts to add or change.
        changes: i64,
    },
    /// A domain was entered for the customer (`M16`).
    DomainAdded {
        /// The domain.
        domain: String,
    },
    /// A domain that was entered for the customer was removed.
    DomainRemoved {
        /// The domain.
        domain: String,
    },
    /// An API key was issued. An older key of the same name was revoked.
    ApiKeyIssued {
        /// The key's name.
        name: String,
        /// Its scopes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        scopes: Vec<String>,
    },
    /// An API key was revoked.
    ApiKeyRevoked {
        /// The key's name.
        name: String,
    },
    /// A sweep was requested by staff or through the API (`H06`).
    SweepRequested {
        /// The sweep.
        sweep: SweepId,
        /// The system.
        system: String,
        /// Kind of record: requesters, contacts or assets.
        kind: String,
        /// Whether it is a dry run.
        dry_run: bool,
    },
    /// Staff withdrew an unused invitation.
    InvitationWithdrawn {
        /// The invited requester.
        requester: RecordKey,
    },
    /// Staff dismissed a failed job.
    JobDismissed {
        /// The job.
        job_id: JobId,
        /// Kind of job.
        kind: String,
        /// Error of the last attempt.
        error: Personal,
        /// Whether its effect may have happened: then staff settled the doubt.
        #[serde(default)]
        in_doubt: bool,
    },
    /// Staff retried a failed job.
    JobRetried {
        /// The job.
        job_id: JobId,
        /// Kind of job.
        kind: String,
        /// Whether its effect may have happened before.
        #[serde(default)]
        in_doubt: bool,
    },
    /// Staff had jobs tried again that were given up: those of one kind, or of one outside system.
    JobsRetried {
        /// The kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        /// The outside system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        system: Option<Upstream>,
        /// How many.
        jobs: usize,
    },
    /// Staff paused an outside system: its jobs wait.
    SystemPaused {
        /// The outside system.
        system: Upstream,
    },
    /// Staff let the jobs of an outside system go on.
    SystemResumed {
        /// The outside system.
        system: Upstream,
    },
    /// A marketplace corrected an account's address, and with it the address of the person created from it (`M08`).
    PersonEmailCorrected {
        /// The person's name.
        name: Personal,
        /// The address before, masked.
        from: Option<Personal>,
        /// The address now, masked.
        to: Personal,
    },
    /// The data of a person was erased (`H10`).
    PersonErased {
        /// Person id from then on.
        person_id: String,
        /// Number of entries of this timeline whose personal data was erased.
        facts: usize,
        /// The entries whose identifiers were erased, too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rewritten: Vec<Rewritten>,
    },
}

impl Event {
    /// The name in the database and the API.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// System and display id of the device, if the event is about one.
    pub fn device(&self) -> Option<(&str, &str)> {
        match self {
            Self::DeviceAssigned { record, .. }
            | Self::DeviceUnassigned { record, .. }
            | Self::SerialCorrected { record, .. }
            | Self::DevicePlaced { record, .. } => Some((&record.system, &record.external_id)),
            _ => None,
        }
    }

    /// Person id of the person on whose page the event is shown, if any.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::PersonAdded { person_id, .. }
            | Self::PersonChanged { person_id, .. }
            | Self::PersonDeactivated { person_id }
            | Self::PersonReactivated { person_id }
            | Self::SeatFreed { person_id, .. }
            | Self::MessageKeyIssued { person_id, .. }
            | Self::MessageKeyRevoked { person_id, .. }
            | Self::PersonErased { person_id, .. }
            | Self::Previewed { person_id } => Some(person_id),
            _ => None,
        }
    }
}
