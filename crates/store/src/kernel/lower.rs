//! From a plan to statements. What a plan takes for granted becomes a guard, so that a plan made on an old state is refused whole.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::activation::{Activation, ActivationState};
use tessera_core::devices::device_writes::DeviceWrite;

use tessera_core::access::change::AccessChange;
use tessera_core::activation::change::ActivationChange;
use tessera_core::credentials::change::{CredentialChange, IdentityChange};
use tessera_core::devices::Device;
use tessera_core::devices::change::{DeviceChange, DeviceWriteChange};
use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{Entitlement, Invitation};
use tessera_core::invoices::change::InvoiceChange;
use tessera_core::kernel::answer::AnswerChange;
use tessera_core::kernel::attachment::change::AttachmentChange;
use tessera_core::kernel::customer::change::{CustomerChange, LinkChange};
use tessera_core::kernel::customer::{Customer, Identity, Link, Suspension};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::job::Job;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::record::{Observation, RecordKey};
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_core::kernel::timeline::{GENESIS, NewEntry};
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::marketplace::{Call, Operation};
use tessera_core::persons::change::{ContactChange, PersonChange, PlaceChange, RegistrationChange};
use tessera_core::returns::change::ReturnChange;
use tessera_core::service_requests::change::ServiceRequestChange;
use tessera_core::sync::change::{HookChange, ReviewChange};
use tessera_core::sync::correlate::Slot;

use crate::Conflict;
use crate::credentials::{credentials, passkeys, sessions};
use crate::engine::Statement;
use crate::kernel::sql;
use crate::kernel::{attachments, timeline};
use crate::persons::{persons, profiles, registrations};
use crate::search::portal;
use crate::service_requests;
use crate::sync::holds;
use crate::{forum, invoices, news, returns, staff, values};

/// The statements that apply a plan, in its order.
pub fn lower(plan: &Plan) -> Vec<Statement> {
    let mut statements = Vec::with_capacity(plan.steps.len() * 2);
    let mut appended: BTreeMap<CustomerId, Vec<&NewEntry>> = BTreeMap::new();
    for change in plan.changes() {
        match change {
            Change::Timeline(TimelineChange::Append(entry)) => {
                appended.entry(entry.customer_id).or_default().push(entry)
            }
            change => lower_change(change, &mut statements),
        }
    }
    // Entries go last: the heads that others wait for are locked as short as can be, and in one order for all plans.
    for (customer, entries) in appended {
        timeline::append(customer, &entries, &mut statements);
    }
    statements
}

pub(crate) fn json(value: &impl Serialize) -> String {
    // The types written here are plain data: serialising them cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

fn lower_change(change: &Change, to: &mut Vec<Statement>) {
    match change {
        Change::Customer(CustomerChange::Create(customer)) => to.push(create_customer(customer)),
        Change::Customer(CustomerChange::Update(customer)) => to.push(update_customer(customer)),
        Change::Record(RecordChange::Put(observation)) => put_record(observation, to),
        Change::Record(RecordChange::Bury { key, at }) => {
            to.push(Statement::any(sql::RECORD_BURY, values![*at, &key.system, key.kind.as_str(), &key.external_id]));
        }
        Change::Device(DeviceChange::Put(device)) => to.push(put_device(device)),
        Change::Device(DeviceChange::Drop { system, external_id, read_at }) => {
            to.push(Statement::any(sql::DEVICE_DROP, values![system, external_id, *read_at]));
        }
        Change::Device(DeviceChange::Take { system, external_id, holder }) => {
            to.push(Statement::one(sql::DEVICE_TAKE, values![system, external_id, holder], Conflict::Record));
        }
        Change::Hold(change) => holds::lower(change, to),
        Change::Link(LinkChange::Create(link)) => to.push(create_link(link)),
        Change::Link(LinkChange::End { id, ended }) => {
            to.push(Statement::one(sql::LINK_END, values![ended.at, &ended.by, json(&ended.why), *id], Conflict::Link));
        }
        Change::Person(PersonChange::Create(person)) => {
            persons::create_person(person, to);
        }
        Change::Identity(IdentityChange::Create(identity)) => to.push(create_identity(identity)),
        Change::Identity(IdentityChange::Remove(id)) => {
            passkeys::remove(*id, to);
            to.push(Statement::any(sql::SESSIONS_END_OF_IDENTITY, values![*id]));
            to.push(Statement::one(sql::IDENTITY_REMOVE, values![*id], Conflict::Identity));
        }
        Change::Identity(IdentityChange::RemoveSpare(id)) => {
            passkeys::remove(*id, to);
            to.push(Statement::any(sql::SESSIONS_END_OF_IDENTITY, values![*id]));
            to.push(Statement::one(sql::IDENTITY_REMOVE_SPARE, values![*id], Conflict::Identity));
        }
        Change::Customer(CustomerChange::EndAccess { customer_id, at }) => {
            to.push(Statement::any(sql::ACCESS_END, values![*at, *customer_id]));
            to.push(Statement::any(sql::SESSIONS_END_OF_CUSTOMER, values![*customer_id, [0; 32]]));
            to.push(Statement::any(sql::SESSIONS_END_OF_PEOPLE, values![*customer_id, [0; 32]]));
        }
        Change::Customer(CustomerChange::GiveAccessBack { customer_id }) => {
            to.push(Statement::any(sql::ACCESS_GIVE_BACK, values![*customer_id]));
        }
        Change::Marketplace(MarketplaceChange::KeepCall(call)) => to.push(keep_call(call)),
        Change::Marketplace(MarketplaceChange::PutOptions { instance, options, version, at, by }) => {
            let values = values![instance, json(options), *at, by, *version];
            to.push(Statement::one(sql::OPTIONS_PUT, values, Conflict::Options));
        }
        Change::Invitation(InvitationChange::Create(invitation)) => to.push(create_invitation(invitation)),
        Change::Invitation(InvitationChange::Revoke { system, external_id, at, why }) => {
            to.push(Statement::any(sql::INVITATIONS_REVOKE, values![*at, why.as_str(), system, external_id]));
        }
        Change::Invitation(InvitationChange::Claim { id, claim }) => {
            let values = values![&claim.identity.issuer, &claim.identity.subject, &claim.shown_as, claim.at, *id];
            to.push(Statement::one(sql::INVITATION_CLAIM, values, Conflict::Invitation));
        }
        Change::Invitation(InvitationChange::Release { id }) => {
            to.push(Statement::one(sql::INVITATION_RELEASE, values![*id], Conflict::Invitation));
        }
        Change::Invitation(InvitationChange::Consume { id, at }) => {
            to.push(Statement::one(sql::INVITATION_CONSUME, values![*at, *id], Conflict::Invitation));
        }
        Change::Credential(CredentialChange::OpenSession(session)) => sessions::open(session, to),
        Change::Activation(ActivationChange::Create(activation)) => to.push(create_activation(activation)),
        Change::Activation(ActivationChange::Update(activation)) => to.push(update_activation(activation)),
        Change::Timeline(TimelineChange::Append(entry)) => timeline::append(entry.customer_id, &[entry], to),
        Change::Device(DeviceChange::Assign { customer_id, device, at }) => {
            let values = values![*customer_id, &device.system, &device.external_id, *at];
            to.push(Statement::any(sql::DEVICE_ASSIGN, values));
        }
        Change::Device(DeviceChange::Unassign { customer_id, device, at, leaving }) => {
            let values = values![*at, json(leaving), *customer_id, &device.system, &device.external_id];
            to.push(Statement::any(sql::DEVICE_UNASSIGN, values));
        }
        Change::Timeline(TimelineChange::ErasePersonal { customer_id, seq }) => {
            to.push(Statement::any(sql::TIMELINE_ERASE, values![*customer_id, *seq]));
        }
        Change::Review(ReviewChange::Create(review)) => {
            let subject = review.question.subject();
            let values = values![review.id, review.customer_id, subject, json(&review.question), review.created_at];
            to.push(Statement::any(sql::REVIEW_CREATE, values));
        }
        Change::Review(ReviewChange::Decide { id, at, by, decision, note }) => {
            let values = values![*at, by, json(decision), note.as_deref(), *id];
            to.push(Statement::one(sql::REVIEW_DECIDE, values, Conflict::Review));
        }
        Change::Record(RecordChange::Expect { key, read_at }) => to.push(expect(key, *read_at)),
        Change::Person(PersonChange::Update(person)) => persons::update_person(person, to),
        Change::Credential(CredentialChange::EndSessions { person, except }) => {
            // No token has this hash: then none is spared.
            let spared = except.unwrap_or_default();
            to.push(Statement::any(sql::SESSIONS_END_OF_PERSON, values![*person, spared]));
            to.push(Statement::any(sql::SESSIONS_END_OF_IDENTITIES, values![*person, spared]));
            to.push(Statement::any(sql::HALF_SIGN_INS_END, values![*person]));
        }
        Change::Credential(CredentialChange::CreateOneTimeLink(link)) => to.push(credentials::create_link(link)),
        Change::Credential(CredentialChange::RevokeOneTimeLinks { person, at }) => {
            to.push(Statement::any(sql::ONE_TIME_LINKS_REVOKE, values![*at, *person]));
        }
        Change::Credential(CredentialChange::UseOneTimeLink { id, at }) => {
            to.push(Statement::one(sql::ONE_TIME_LINK_USE, values![*at, *id], Conflict::OneTimeLink));
        }
        Change::Credential(CredentialChange::PutPassword { person, hash, at }) => {
            to.push(Statement::any(sql::PASSWORD_PUT, values![*person, hash, *at]));
        }
        Change::Credential(CredentialChange::Forget(person)) => credentials::forget(*person, to),
        Change::Credential(CredentialChange::PutSecondFactor { person, key_id, step, at }) => {
            let values = values![*key_id, *at, *step, *person];
            to.push(Statement::one(sql::FACTOR_PUT, values, Conflict::Identity));
        }
        Change::Credential(CredentialChange::ForgetSecondFactor(person)) => credentials::forget_factor(*person, to),
        Change::Credential(CredentialChange::PutRecoveryCodes { person, codes }) => {
            credentials::put_codes(*person, codes, to)
        }
        Change::Credential(CredentialChange::UseRecoveryCode { person, code_hash }) => {
            to.push(Statement::one(sql::RECOVERY_CODE_USE, values![*person, code_hash], Conflict::Exists));
        }
        Change::Registration(RegistrationChange::Create(registration)) => to.push(registrations::create(registration)),
        Change::Registration(RegistrationChange::Update { registration, from }) => {
            to.push(registrations::update(registration, *from))
        }
        Change::Person(PersonChange::Move { person, to: customer }) => {
            to.push(Statement::one(sql::PERSON_MOVE, values![*customer, *person], Conflict::PersonId));
        }
        Change::Place(PlaceChange::Create(place)) => to.push(persons::create_place(place)),
        Change::Place(PlaceChange::Update(place)) => to.push(persons::update_place(place)),
        Change::Contact(ContactChange::Create(contact)) => to.push(persons::create_contact(contact)),
        Change::Contact(ContactChange::Update(contact)) => to.push(persons::update_contact(contact)),
        Change::Access(AccessChange::NoteRefusedLicence { person_key, code, at }) => {
            to.push(Statement::any(sql::LICENCE_REFUSED, values![person_key, code, *at]));
        }
        Change::Access(AccessChange::ForgetRefusedLicence { person_key }) => {
            to.push(Statement::any(sql::LICENCE_REFUSED_FORGET, values![person_key]));
        }
        Change::Device(DeviceChange::PutPlace { system, external_id, place: Some(place) }) => {
            to.push(Statement::any(sql::DEVICE_PLACE_PUT, values![system, external_id, *place]));
        }
        Change::Device(DeviceChange::PutPlace { system, external_id, place: None }) => {
            to.push(Statement::any(sql::DEVICE_PLACE_CLEAR, values![system, external_id]));
        }
        Change::Hook(HookChange::NoteDelivery { hook, at, unusable: None }) => {
            to.push(Statement::any(sql::HOOK_GOOD, values![hook, *at]));
        }
        Change::Hook(HookChange::NoteDelivery { hook, at, unusable: Some(unusable) }) => {
            to.push(Statement::any(sql::HOOK_UNUSABLE, values![hook, *at, &unusable.why, &unusable.excerpt]));
        }
        Change::Record(RecordChange::MarkMissing { key, at }) => {
            to.push(Statement::any(
                sql::RECORD_MISSING,
                values![*at, &key.system, key.kind.as_str(), &key.external_id],
            ));
        }
        Change::Record(RecordChange::Merge { key, into, at }) => {
            let values = values![into, *at, &key.system, key.kind.as_str(), &key.external_id];
            to.push(Statement::any(sql::RECORD_MERGE, values));
        }
        Change::Link(LinkChange::Suspend { id, why }) => {
            let values = values![why.map(Suspension::as_str), *id];
            to.push(Statement::one(sql::LINK_SUSPEND, values, Conflict::Link));
        }
        Change::Answer(AnswerChange::Keep { key, request_hash, status, answer, at }) => {
            to.push(keep_answer(key, request_hash, *status, answer, *at));
        }
        Change::DeviceWrite(DeviceWriteChange::Create(write)) => to.push(create_asset_write(write)),
        Change::DeviceWrite(DeviceWriteChange::End { id, state, at }) => {
            let values = values![state.as_str(), state.note(), *at, *id];
            to.push(Statement::one(sql::ASSET_WRITE_END, values, Conflict::AssetWrite));
        }
        Change::Invoice(InvoiceChange::Put(invoice)) => to.push(invoices::put(invoice)),
        Change::Invoice(InvoiceChange::Confirm { id, at }) => to.push(invoices::confirm(*id, *at)),
        Change::Invoice(InvoiceChange::MarkMissing { source, at }) => to.push(invoices::miss(source, *at)),
        Change::Return(ReturnChange::Create(customer_return)) => returns::create(customer_return, to),
        Change::Return(ReturnChange::Update(customer_return)) => returns::update(customer_return, to),
        Change::Attachment(AttachmentChange::Add(attachment)) => to.push(attachments::add(attachment)),
        Change::Attachment(AttachmentChange::Remove { id, owner }) => to.push(attachments::remove(*id, owner)),
        Change::News(change) => news::lower(change, to),
        Change::Forum(change) => forum::lower(change, to),
        Change::Search(index) => portal::lower(index, to),
        Change::Profile(change) => profiles::lower(change, to),
        Change::ServiceRequest(ServiceRequestChange::Create(request)) => to.push(service_requests::create(request)),
        Change::ServiceRequest(ServiceRequestChange::Update(request)) => to.push(service_requests::update(request)),
        Change::ServiceRequest(ServiceRequestChange::AddComment(remark)) => {
            to.push(service_requests::add_remark(remark))
        }
        Change::ServiceRequest(ServiceRequestChange::MarkComment { id, way }) => {
            to.push(service_requests::mark_remark(*id, way))
        }
        Change::ServiceRequest(ServiceRequestChange::RetryComments(id)) => {
            to.push(Statement::any(sql::REMARKS_RETRY, values![*id]))
        }
        Change::ServiceRequest(ServiceRequestChange::KeepFile(kept)) => {
            service_requests::keep_file(&kept.0, &kept.1, to)
        }
        Change::ServiceRequest(ServiceRequestChange::PutWorkflow(workflow)) => {
            to.push(service_requests::put_workflow(workflow))
        }
        Change::Credential(CredentialChange::CreatePasskey(passkey)) => to.push(passkeys::create(passkey)),
        Change::Marketplace(MarketplaceChange::TakeSlots(slots)) => to.extend(slots.iter().map(take_slot)),
        Change::Staff(change) => staff::lower(change, to),
        Change::Access(AccessChange::FreeSeat { licence, number }) => {
            to.push(Statement::any(sql::SEAT_FREE, values![licence.as_str(), *number]));
        }
        Change::Job(JobChange::Revive { id, at }) => {
            to.push(Statement::one(sql::JOB_REVIVE, values![*at, *id], Conflict::Job));
        }
        Change::ServiceRequest(ServiceRequestChange::MarkSent { id, version, at }) => {
            to.push(Statement::one(sql::REQUEST_SENT, values![*at, *id, *version], Conflict::Request));
        }
        Change::ServiceRequest(ServiceRequestChange::MarkCommentSent { id, at }) => {
            to.push(Statement::one(sql::REMARK_SENT, values![*at, *id], Conflict::Request));
        }
        Change::DeviceWrite(DeviceWriteChange::MarkSent { id, at }) => {
            to.push(Statement::one(sql::ASSET_WRITE_SENT, values![*at, *id], Conflict::AssetWrite));
        }
        Change::Job(JobChange::Enqueue(job)) => to.push(enqueue(job)),
        Change::Job(JobChange::Finish { id, attempt, at }) => {
            to.push(Statement::one(sql::JOB_FINISH, values![*at, *id, *attempt], Conflict::Job));
        }
    }
}

fn create_customer(customer: &Customer) -> Statement {
    let values = values![
        customer.id,
        customer.version,
        &customer.name,
        customer.email.as_deref(),
        customer.created_at,
        customer.updated_at,
        customer.devices_as_of,
        customer.contact_finding.as_ref().map(json),
        GENESIS,
    ];
    Statement::one(sql::CUSTOMER_CREATE, values, Conflict::Exists)
}

fn update_customer(customer: &Customer) -> Statement {
    let values = values![
        &customer.name,
        customer.email.as_deref(),
        customer.updated_at,
        customer.devices_as_of,
        customer.contact_finding.as_ref().map(json),
        customer.id,
        customer.version,
    ];
    Statement::one(sql::CUSTOMER_UPDATE, values, Conflict::Customer)
}

fn put_record(observation: &Observation, to: &mut Vec<Statement>) {
    let key = &observation.key;
    to.push(Statement::any(
        sql::RECORD_PUT,
        values![
            &key.system,
            key.kind.as_str(),
            &key.external_id,
            observation.attributes.title(),
            json(&observation.attributes),
            json(&observation.raw),
            observation.content_hash(),
            observation.holder(),
            observation.updated_at,
            observation.read_at,
        ],
    ));
    // If a later read was there already, the record kept its `read_at`, and these two find nothing to do.
    let clear = values![&key.system, key.kind.as_str(), &key.external_id, observation.read_at];
    to.push(Statement::any(sql::HANDLES_CLEAR, clear));
    for handle in observation.attributes.handles() {
        let add = values![
            handle.kind.as_str(),
            handle.value,
            &key.system,
            key.kind.as_str(),
            &key.external_id,
            observation.read_at
        ];
        to.push(Statement::any(sql::HANDLE_ADD, add));
    }
}

fn expect(key: &RecordKey, read_at: Option<Timestamp>) -> Statement {
    let mut values = values![&key.system, key.kind.as_str(), &key.external_id];
    let statement = if let Some(read_at) = read_at {
        values.push(read_at.into());
        sql::RECORD_EXPECT
    } else {
        values.push([0_u8; 32].into());
        sql::RECORD_EXPECT_NONE
    };
    Statement::one(statement, values, Conflict::Record)
}

fn put_device(device: &Device) -> Statement {
    let values = values![
        &device.system,
        &device.external_id,
        device.holder.as_deref(),
        &device.name,
        device.serial.as_deref(),
        device.inverter_serial.as_deref(),
        device.state.as_deref(),
        device.product.as_deref(),
        device.vendor.as_deref(),
        device.inverter_vendor.as_deref(),
        device.assigned_on,
        device.read_at,
    ];
    Statement::any(sql::DEVICE_PUT, values)
}

fn create_link(link: &Link) -> Statement {
    let values = values![
        link.id,
        &link.record.system,
        link.record.kind.as_str(),
        &link.record.external_id,
        link.customer_id,
        link.origin.as_str(),
        &link.actor,
        json(&link.evidence),
        link.created_at,
    ];
    Statement::one(sql::LINK_CREATE, values, Conflict::Link)
}

fn create_identity(identity: &Identity) -> Statement {
    let values = values![
        identity.id,
        &identity.sign_in.identity.issuer,
        &identity.sign_in.identity.subject,
        identity.person_id,
        identity.customer_id,
        json(&identity.sign_in),
        identity.created_at,
    ];
    Statement::one(sql::IDENTITY_CREATE, values, Conflict::Identity)
}

fn create_invitation(invitation: &Invitation) -> Statement {
    let values = values![
        invitation.id,
        &invitation.system,
        &invitation.external_id,
        &invitation.name,
        &invitation.email,
        invitation.token_hash,
        invitation.created_at,
        &invitation.created_by,
        invitation.expires_at,
        Some(&invitation.ground).filter(|ground| **ground != Entitlement::Token).map(json),
        invitation.kind.as_str(),
    ];
    Statement::one(sql::INVITATION_CREATE, values, Conflict::Exists)
}

pub(crate) fn keep_call(call: &Call) -> Statement {
    let values = values![
        call.id,
        &call.instance,
        call.operation.map(Operation::as_str),
        call.account_id.as_deref(),
        call.at,
        call.micros,
        i64::from(call.code),
        call.is_test,
        &call.request,
        &call.answer,
    ];
    Statement::one(sql::CALL_KEEP, values, Conflict::Exists)
}

fn state_of(activation: &Activation) -> (&'static str, Option<&'static str>) {
    match activation.state {
        ActivationState::Pending => ("pending", None),
        ActivationState::Done => ("done", None),
        ActivationState::Refused(refusal) => ("refused", Some(refusal.code())),
    }
}

fn create_activation(activation: &Activation) -> Statement {
    let (state, refusal) = state_of(activation);
    let values = values![
        activation.id,
        activation.invitation_id,
        &activation.sign_in.identity.issuer,
        &activation.sign_in.identity.subject,
        json(&activation.sign_in),
        state,
        refusal,
        json(&activation.progress),
        activation.customer_id,
        activation.created_at,
        activation.finished_at,
    ];
    Statement::one(sql::ACTIVATION_CREATE, values, Conflict::Exists)
}

fn update_activation(activation: &Activation) -> Statement {
    let (state, refusal) = state_of(activation);
    let values = values![
        state,
        refusal,
        json(&activation.progress),
        activation.customer_id,
        activation.finished_at,
        activation.id,
    ];
    Statement::one(sql::ACTIVATION_UPDATE, values, Conflict::Activation)
}

fn create_asset_write(write: &DeviceWrite) -> Statement {
    let values = values![
        write.id,
        &write.system,
        write.change.subject(),
        json(&write.change),
        write.asked_by.to_string(),
        write.channel.as_str(),
        write.created_at,
    ];
    Statement::one(sql::ASSET_WRITE_CREATE, values, Conflict::AssetWrite)
}

pub(crate) fn keep_answer(key: &str, request_hash: &[u8; 32], status: u16, answer: &str, at: Timestamp) -> Statement {
    let values = values![key, request_hash, i64::from(status), answer, at];
    Statement::one(sql::IDEMPOTENCY_KEEP, values, Conflict::Exists)
}

fn take_slot((slot, version): &(Slot, i64)) -> Statement {
    match version {
        0 => Statement::one(sql::SLOT_FIRST, values![slot.0], Conflict::Slot),
        version => Statement::one(sql::SLOT_TAKE, values![slot.0, *version], Conflict::Slot),
    }
}

pub(crate) fn enqueue(job: &Job) -> Statement {
    let values = values![job.id, job.task.key(), json(&job.task), job.task.lane() as i64, job.run_at, job.created_at];
    Statement::any(sql::JOB_ENQUEUE, values)
}
