//! Plans: what is to change, and why. A plan is data; the store applies it in one transaction, or not at all.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::licence::LicenceType;
use crate::activation::Activation;
use crate::credentials::session::NewSession;
use crate::credentials::{OneTimeLink, Passkey};
use crate::devices::Device;
use crate::devices::device_writes::{DeviceWrite, WriteState};
use crate::forum::ForumChange;
use crate::invitations::{Claim, Invitation, Revocation};
use crate::invoices::Invoice;
use crate::kernel::actor::{Actor, Channel};
use crate::kernel::attachment::{Attachment, Owner};
use crate::kernel::customer::{Customer, Ended, Identity, Link, Suspension};
use crate::kernel::ids::{
    AssetWriteId, AttachmentId, CustomerId, IdentityId, InvitationId, InvoiceId, JobId, LinkId, OneTimeLinkId,
    PersonId, PlaceId, RemarkId, RequestId, ReviewId,
};
use crate::kernel::job::{Job, Task};
use crate::kernel::record::{Observation, RecordKey};
use crate::kernel::timeline::{Event, Leaving, NewEntry};
use crate::marketplace::{Call, SyncOption};
use crate::news::NewsChange;
use crate::persons::Person;
use crate::persons::contact::Contact;
use crate::persons::place::Place;
use crate::persons::profile::ProfileChange;
use crate::persons::registration::{Registration, RegistrationState};
use crate::returns::Return;
use crate::search::Index;
use crate::service_requests::file::RequestFile;
use crate::service_requests::workflow::Workflow;
use crate::service_requests::{Comment, DeliveryState, ServiceRequest};
use crate::staff::StaffChange;
use crate::sync::correlate::Slot;
use crate::sync::hold::HoldChange;
use crate::sync::review::{Decision, Review};

pub(crate) mod describe;
mod draft;

pub use draft::CustomerEdit;

/// When, by whom and through which channel a plan is made, and where fresh ids come from.
#[derive(Clone, Copy)]
pub struct Stamp<'a> {
    /// The time of every change in the plan.
    pub now: Timestamp,
    /// Who causes it.
    pub actor: &'a Actor,
    /// Through which channel it came.
    pub channel: Channel,
    /// Makes a fresh `UUIDv7`.
    pub mint: &'a (dyn Fn() -> Uuid + Sync),
}

impl std::fmt::Debug for Stamp<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stamp")
            .field("now", &self.now)
            .field("actor", &self.actor)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl Stamp<'_> {
    /// A fresh id.
    pub fn id<Id: From<Uuid>>(&self) -> Id {
        Id::from((self.mint)())
    }

    /// An entry of a customer's timeline.
    pub fn entry(&self, customer_id: CustomerId, event: &Event) -> NewEntry {
        NewEntry::new(customer_id, self.now, (&self.actor.to_string(), self.channel.as_str()), event, || self.salt())
    }

    /// Sixteen bytes that nobody guesses. An id is in part a time, so several are mixed.
    fn salt(&self) -> [u8; 16] {
        let ids = [(self.mint)(), (self.mint)(), (self.mint)()].map(Uuid::into_bytes);
        let hash: [u8; 32] = Sha256::digest(ids.concat()).into();
        hash.first_chunk().copied().unwrap_or_default()
    }

    /// A job for a task, to be run at once.
    pub fn job(&self, task: Task) -> Job {
        Job { id: self.id(), task, run_at: self.now, created_at: self.now }
    }
}

/// One change. Each carries what must still be true for it to be right, and the store refuses the whole plan when it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Write a new customer.
    CreateCustomer(Customer),
    /// Write a customer as it shall be; its version must still be the one before.
    UpdateCustomer(Customer),
    /// Write a record as just read, unless a later read is there already.
    PutRecord(Box<Observation>),
    /// Note that the object is gone from its system.
    BuryRecord {
        /// Which.
        key: RecordKey,
        /// Since when it is known.
        at: Timestamp,
    },
    /// Write a device as just read, unless a later read is there already.
    PutDevice(Box<Device>),
    /// The asset is no device, or no longer.
    DropDevice {
        /// Its system.
        system: String,
        /// Its display id.
        external_id: String,
        /// When that was read.
        read_at: Timestamp,
    },
    /// A device leaves whoever holds it, who must still do so: this is what the brake counts (`H04`).
    TakeDevice {
        /// Its system.
        system: String,
        /// Its display id.
        external_id: String,
        /// The requester it leaves.
        holder: String,
    },
    /// Link a record; nobody else may have it.
    CreateLink(Box<Link>),
    /// End a link that is still active.
    EndLink {
        /// Which.
        id: LinkId,
        /// When, by whom, why.
        ended: Ended,
    },
    /// Write a new person with the places listed for them; the person id must be free.
    CreatePerson(Person),
    /// Write a new identity; issuer and subject must be free.
    CreateIdentity(Box<Identity>),
    /// Take an identity away: it is free to be linked again, and its sessions end.
    RemoveIdentity(IdentityId),
    /// Write a new invitation.
    CreateInvitation(Box<Invitation>),
    /// Take back every invitation of a requester that nobody has claimed yet.
    RevokeInvitations {
        /// The service desk, or the marketplace.
        system: String,
        /// The requester, or the account.
        external_id: String,
        /// When.
        at: Timestamp,
        /// Why.
        why: Revocation,
    },
    /// Claim an invitation; it must be open, and unclaimed.
    ClaimInvitation {
        /// Which.
        id: InvitationId,
        /// For whom.
        claim: Claim,
    },
    /// Give a claimed invitation back, because the activation was refused.
    ReleaseInvitation {
        /// Which.
        id: InvitationId,
    },
    /// Use an invitation up; it must be claimed and unused.
    ConsumeInvitation {
        /// Which.
        id: InvitationId,
        /// When.
        at: Timestamp,
    },
    /// Write a new activation.
    CreateActivation(Box<Activation>),
    /// Begin a session. It comes after everything that makes a person of its identity.
    OpenSession(Box<NewSession>),
    /// Write how an activation stands; it must still be pending.
    UpdateActivation(Box<Activation>),
    /// Write an entry at the end of a timeline. Its place is given at the commit, in the order of the plan.
    Append(NewEntry),
    /// Erase what is personal about an entry of a timeline. Its chain verifies as before.
    ErasePersonal {
        /// Whose timeline.
        customer_id: CustomerId,
        /// The entry's place.
        seq: i64,
    },
    /// Put a question to staff, unless the same question is open.
    CreateReview(Box<Review>),
    /// Answer a question that is still open.
    DecideReview {
        /// Which.
        id: ReviewId,
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
        /// How.
        decision: Decision,
        /// What whoever decided added to it.
        note: Option<String>,
    },
    /// Keep the answer to a request that may be repeated; nobody else may have kept one under its key.
    KeepAnswer {
        /// By what a repetition is recognised.
        key: String,
        /// SHA-256 of what was asked.
        request_hash: [u8; 32],
        /// The HTTP status of the answer.
        status: u16,
        /// What it takes to answer again.
        answer: String,
        /// When.
        at: Timestamp,
    },
    /// Ask for an effect, unless the same is waiting already.
    Enqueue(Job),
    /// Finish a job; it must still be this worker's.
    FinishJob {
        /// Which.
        id: JobId,
        /// Which attempt.
        attempt: i64,
        /// When.
        at: Timestamp,
    },
    /// Take an identity away as its customer wishes: another one of theirs must remain (`A23`).
    RemoveSpareIdentity(IdentityId),
    /// The stored record must still be the one the plan was made from: read then, or not known at all. This is what keeps a timeline from
    /// telling of a change that a later reading had overtaken.
    Expect {
        /// Which.
        key: RecordKey,
        /// When the record planned from was read; none: there was none, and this plan writes it.
        read_at: Option<Timestamp>,
    },
    /// Note that the object was looked for by its id and was not there. A reading clears it again.
    MarkMissing {
        /// Which.
        key: RecordKey,
        /// When the look began.
        at: Timestamp,
    },
    /// Note that the object was merged into another one of its kind: its id is retired and stands for that one.
    MergeRecord {
        /// Which.
        key: RecordKey,
        /// The id of the one that stayed.
        into: String,
        /// When the look began.
        at: Timestamp,
    },
    /// Let an active link rest, or resume it: while it rests, nothing is shown through it.
    SuspendLink {
        /// Which.
        id: LinkId,
        /// Why it rests; none: it rests no longer.
        why: Option<Suspension>,
    },
    /// Ask for a write to the service desk; nothing else may be wanted of the same asset.
    CreateAssetWrite(Box<DeviceWrite>),
    /// End a write that is still wanted.
    EndAssetWrite {
        /// Which.
        id: AssetWriteId,
        /// How.
        state: WriteState,
        /// When.
        at: Timestamp,
    },
    /// Nobody signs in for a customer any more: its people become inactive, its sessions end (`M15`).
    EndAccess {
        /// Whose.
        customer_id: CustomerId,
        /// Since when.
        at: Timestamp,
    },
    /// Whoever [`Change::EndAccess`] made inactive is active again.
    GiveAccessBack {
        /// Whose.
        customer_id: CustomerId,
    },
    /// Keep what a marketplace asked and was answered, for staff.
    KeepCall(Box<Call>),
    /// Put sync options in force; nobody may have changed them since `version`.
    PutOptions {
        /// The marketplace.
        instance: String,
        /// The options; none: those of the configuration.
        options: Vec<SyncOption>,
        /// The version that was changed; 0: the first change.
        version: i64,
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
    },
    /// A device is a customer's from now on, and they hear of it (`A09`).
    AssignDevice {
        /// Whose it is.
        customer_id: CustomerId,
        /// The device's record.
        device: RecordKey,
        /// Since when.
        at: Timestamp,
    },
    /// A device is a customer's no longer, and they hear of it (`A09`).
    UnassignDevice {
        /// Whose it was.
        customer_id: CustomerId,
        /// The device's record.
        device: RecordKey,
        /// Since when.
        at: Timestamp,
        /// What became of it.
        leaving: Leaving,
    },
    /// Count a delivery of a hook.
    NoteDelivery {
        /// The hook, as in its path.
        hook: String,
        /// When it came.
        at: Timestamp,
        /// Why it could not be used, if so.
        unusable: Option<UnusableDelivery>,
    },
    /// Write a person as they shall be, with the places listed for them; their version must still be the one before, the person id free.
    UpdatePerson(Box<Person>),
    /// End the sessions of a person, but this one.
    EndPersonSessions {
        /// Whose.
        person: PersonId,
        /// SHA-256 of the token of the session that stays.
        except: Option<[u8; 32]>,
    },
    /// Write a new place.
    CreatePlace(Place),
    /// Write a place as it shall be; its version must still be the one before.
    UpdatePlace(Place),
    /// Write a new contact.
    CreateContact(Contact),
    /// Write a contact as it shall be; its version must still be the one before.
    UpdateContact(Contact),
    /// Note that somebody was refused a licence type that does not exist, so that it can be said when they ask why (`P13`).
    NoteRefusedLicence {
        /// The person id, as it is compared.
        person_key: String,
        /// What was typed.
        code: String,
        /// When.
        at: Timestamp,
    },
    /// The person was given what exists.
    ForgetRefusedLicence {
        /// The person id, as it is compared.
        person_key: String,
    },
    /// Say at which place a device is; none: at the home place of whoever has it.
    PutDevicePlace {
        /// The service desk.
        system: String,
        /// The device's display id.
        external_id: String,
        /// Where it is.
        place: Option<PlaceId>,
    },
    /// Write a new return; none of its units may be on another open one (`P09`).
    CreateReturn(Box<Return>),
    /// Write a return as it shall be; its version must still be this one, and none of its units on another open one.
    UpdateReturn(Box<Return>),
    /// Attach a file (`P09`, `P10`).
    Attach(Box<Attachment>),
    /// Take an attached file away.
    Detach {
        /// Which.
        id: AttachmentId,
        /// What it is attached to.
        owner: Owner,
    },
    /// Change the blog (`P10`).
    Blog(NewsChange),
    /// Change the forum (`P10`).
    Forum(ForumChange),
    /// Change what the portal's search finds (`P09`).
    Search(Index),
    /// Change what is kept about a person's profile (`P09`).
    Profile(ProfileChange),
    /// Write an invoice as its source says it is (`P09`).
    PutInvoice(Box<Invoice>),
    /// Note that the source says the same of an invoice as before.
    ConfirmInvoice {
        /// Which.
        id: InvoiceId,
        /// When it said so.
        at: Timestamp,
    },
    /// Note that the source does not name these invoices any more: all that it did not confirm since then. They are kept.
    MissInvoices {
        /// The source.
        source: String,
        /// When the reading began that did not find them.
        at: Timestamp,
    },
    /// Write a new link to set a password.
    CreateOneTimeLink(Box<OneTimeLink>),
    /// Every open link of a person works no longer.
    RevokeOneTimeLinks {
        /// Whose.
        person: PersonId,
        /// When.
        at: Timestamp,
    },
    /// Use a link up; it must be open, and its person active and unchanged since it was sent.
    UseOneTimeLink {
        /// Which.
        id: OneTimeLinkId,
        /// When.
        at: Timestamp,
    },
    /// Set a password, the first or another.
    PutPassword {
        /// Whose.
        person: PersonId,
        /// Argon2id, in PHC string format.
        hash: String,
        /// When.
        at: Timestamp,
    },
    /// Take password and second factor of a person away.
    ForgetCredentials(PersonId),
    /// Add a second factor, in the place of one that is there; the person has a password.
    PutSecondFactor {
        /// Whose.
        person: PersonId,
        /// Names the secret.
        key_id: Uuid,
        /// The time step of the code that was shown.
        step: i64,
        /// When.
        at: Timestamp,
    },
    /// Take the app of a second factor away, and the recovery codes unless passkeys need them.
    ForgetSecondFactor(PersonId),
    /// Put recovery codes in the place of all others.
    PutRecoveryCodes {
        /// Whose.
        person: PersonId,
        /// Their keyed hashes.
        codes: Vec<[u8; 32]>,
    },
    /// Use a recovery code up; it must be there.
    UseRecoveryCode {
        /// Whose.
        person: PersonId,
        /// Its keyed hash.
        code_hash: [u8; 32],
    },
    /// Write a new registration.
    CreateRegistration(Box<Registration>),
    /// Write a registration as it shall be; nobody may have moved it on meanwhile.
    UpdateRegistration {
        /// As it shall be.
        registration: Box<Registration>,
        /// How far it was.
        from: RegistrationState,
    },
    /// Say whose a person is who has no sign-in yet.
    MovePerson {
        /// Who.
        person: PersonId,
        /// Whose they are from now on.
        to: CustomerId,
    },
    /// Write a new service request.
    CreateRequest(Box<ServiceRequest>),
    /// Write a service request as it shall be; its version must still be the one before.
    UpdateRequest(Box<ServiceRequest>),
    /// Write something said or done on a request; an entry of the service desk is taken over once.
    AddRemark(Box<Comment>),
    /// Write how far a remark got.
    MarkRemark {
        /// Which.
        id: RemarkId,
        /// How far.
        way: DeliveryState,
    },
    /// Send what the service desk refused of a request once more.
    RetryRemarks(RequestId),
    /// Keep a file of a request, as long as there is room.
    KeepRequestFile(Box<(RequestFile, Vec<u8>)>),
    /// Put a workflow in force; nobody may have changed it since `version`.
    PutWorkflow(Workflow),
    /// Nobody may have correlated by the same names since these versions of their slots were read; 0: nobody ever had.
    TakeSlots(Vec<(Slot, i64)>),
    /// Change staff accounts or API keys.
    Staff(StaffChange),
    /// Free a seat of a licence (`P12`).
    FreeSeat {
        /// The licence.
        licence: LicenceType,
        /// Which of its seats.
        number: i64,
    },
    /// Have a job that was given up tried again; it must be given up still.
    ReviveJob {
        /// Which.
        id: JobId,
        /// When it is due.
        at: Timestamp,
    },
    /// Note that a request is being sent to the service desk, or was not sent after all. Durable before it is sent.
    MarkRequestSent {
        /// Which.
        id: RequestId,
        /// Its version, which must still be this one.
        version: i64,
        /// When it is sent; none: it was not let through.
        at: Option<Timestamp>,
    },
    /// The same for a remark that waits.
    MarkRemarkSent {
        /// Which.
        id: RemarkId,
        /// When it is sent; none: it was not let through.
        at: Option<Timestamp>,
    },
    /// The same for a write to the service desk that is still wanted.
    MarkAssetWriteSent {
        /// Which.
        id: AssetWriteId,
        /// When it is sent; none: it was not let through.
        at: Option<Timestamp>,
    },
    /// Keep a new passkey; nobody may have one that its device names alike (`P03`). Its identity is written in the same plan.
    CreatePasskey(Box<Passkey>),
    /// Change what waits for a decision (`H04`).
    Hold(HoldChange),
}

impl Change {
    /// Whether it changes what belongs to a customer, and with it what later plans about the customer are decided on: its links, its
    /// devices, the questions put about it, its people, their sign-ins and credentials, and whether they may sign in. Such a change counts the
    /// customer's version on; a guard of each row alone would not do, since whoever plans for the customer reads all of them. Everything else
    /// has a guard of its own (its version, or the reading it was planned from), or needs none.
    pub const fn is_of_what_belongs_to_a_customer(&self) -> bool {
        matches!(
            self,
            Self::CreateLink(_)
                | Self::EndLink { .. }
                | Self::SuspendLink { .. }
                | Self::AssignDevice { .. }
                | Self::UnassignDevice { .. }
                | Self::CreatePerson(_)
                | Self::MovePerson { .. }
                | Self::CreateIdentity(_)
                | Self::RemoveIdentity(_)
                | Self::RemoveSpareIdentity(_)
                | Self::EndAccess { .. }
                | Self::GiveAccessBack { .. }
                | Self::CreateReview(_)
                | Self::CreateOneTimeLink(_)
                | Self::PutPassword { .. }
                | Self::ForgetCredentials(_)
                | Self::PutSecondFactor { .. }
                | Self::ForgetSecondFactor(_)
                | Self::PutRecoveryCodes { .. }
                | Self::CreatePasskey(_)
        )
    }
}

/// A delivery that names nothing the hub could read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableDelivery {
    /// What is wrong with it.
    pub why: String,
    /// What it looks like, with every value made unreadable.
    pub excerpt: String,
}

/// A change with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub change: Change,
    /// Why, in words a person understands.
    pub reason: &'static str,
}

/// Everything one decision changes, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The changes.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Adds a change.
    pub fn push(&mut self, change: Change, reason: &'static str) {
        self.steps.push(Step { change, reason });
    }

    /// Adds the guard that a record is still the one planned from: read then, or not known.
    pub fn expect(&mut self, key: &RecordKey, read_at: Option<Timestamp>) {
        self.push(Change::Expect { key: key.clone(), read_at }, "it was planned from this reading");
    }

    /// Adds a change of what waits for a decision.
    pub fn hold(&mut self, change: HoldChange, reason: &'static str) {
        self.push(Change::Hold(change), reason);
    }

    /// Adds all of another plan.
    pub fn extend(&mut self, other: Self) {
        self.steps.extend(other.steps);
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The changes alone.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.steps.iter().map(|step| &step.change)
    }
}
