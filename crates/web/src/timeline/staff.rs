//! Wording of timeline events for staff (`H05`).

use tessera_core::access::licence::LicenceType;
use tessera_core::devices::device_writes::AssetChange;
use tessera_core::devices::load::LoadKind;
use tessera_core::invoices::{Delivered, InvoiceEvent};
use tessera_core::kernel::customer::Evidence;
use tessera_core::kernel::job::Upstream;
use tessera_core::kernel::timeline::{
    Entry, Event, ForumAct, Leaving, NotDone, Personal, Recorded, Ruling, SerialField,
};
use tessera_core::marketplace::AccountField;
use tessera_core::news::PostState;
use tessera_core::persons::PersonDifference;
use tessera_core::persons::profile::ProfileField;
use tessera_core::returns::{Happened, ReturnEvent, ReturnedLine};
use tessera_core::service_requests::workflow::Step;
use tessera_core::sync::sweep::Decision;
use tessera_core::work_orders::{WorkHappened, WorkOrderEvent};

use crate::explain::end_of_link;

/// The wording of a timeline entry.
pub fn entry(entry: &Entry) -> String {
    recorded(entry.recorded())
}

/// The wording of a recorded event. An event of a newer version of the program is described by its name.
pub(super) fn recorded(recorded: Recorded) -> String {
    match recorded {
        Recorded::Event(event) => sentence(&event),
        Recorded::Newer(newer) => format!("An event recorded by a newer version: {}", newer.event),
    }
}

/// The wording of an event for staff.
#[expect(clippy::too_many_lines, reason = "one line for each event")]
pub fn sentence(event: &Event) -> String {
    match event {
        Event::CustomerCreated { name } => format!("Customer record created for {name}"),
        Event::Invited { email, issued_by, .. } => format!("Invitation issued to {email} by {issued_by}"),
        Event::Activated { provider, email: Some(email), .. } => {
            format!("Account activated; signed in through {provider} as {email}")
        }
        Event::Activated { provider, email: None, .. } => format!("Account activated; signed in through {provider}"),
        Event::Linked { record, evidence: Personal::Known(evidence), .. } => {
            format!("Linked {record}: {}", self::evidence(evidence))
        }
        Event::Linked { record, evidence: Personal::Erased, .. } => format!("Linked {record}: (erased)"),
        Event::Unlinked { record, why } => format!("Unlinked {record}: {}", end_of_link(record, why)),
        Event::ContactMissing { email } => format!("No CRM contact has the e-mail {email}; nothing linked there"),
        Event::ContactAmbiguous { email, candidates, .. } => {
            format!("{candidates} CRM contacts have the e-mail {email}; waiting for a decision")
        }
        Event::ReviewDecided { ruling, note: Some(note), .. } => {
            format!("Review decided: {} ({note})", self::ruling(ruling))
        }
        Event::ReviewDecided { ruling, note: None, .. } => format!("Review decided: {}", self::ruling(ruling)),
        Event::DeviceAssigned { name, serial, .. } => {
            format!("Device {name} assigned, serial {}", or_none(serial.as_ref()))
        }
        Event::DeviceUnassigned { name, serial, leaving, .. } => {
            let why = leaving.as_ref().map_or_else(String::new, |leaving| format!(": {}", self::leaving(leaving)));
            format!("Device {name} no longer assigned, serial {}{why}", or_none(serial.as_ref()))
        }
        Event::EmailChanged { from, to } => {
            format!("Service desk e-mail changed from {} to {}", or_none(from.as_ref()), or_none(to.as_ref()))
        }
        Event::PhoneChanged { from, to } => {
            format!("Service desk telephone number changed from {} to {}", or_none(from.as_ref()), or_none(to.as_ref()))
        }
        Event::Renamed { from, to } => format!("Name changed from {from} to {to}"),
        Event::AccountChanged { record, changes } => {
            format!("Marketplace {} told something new: {}", record.system, listed(changes, account_field))
        }
        Event::ServedByReseller { record, reseller } => {
            format!("Served through marketplace {} by reseller {}", record.system, reseller.external_id)
        }
        Event::Licensed { name, licence } => format!("{name} may sign in with licence {}", licence.as_str()),
        Event::InvitedByMarketplace { marketplace, email: Some(email), .. } => {
            format!("Activation link for {email} given to marketplace {marketplace}")
        }
        Event::InvitedByMarketplace { marketplace, email: None, .. } => {
            format!("Activation link given to marketplace {marketplace}")
        }
        Event::AccountDeleted { record, access_ended: true } => {
            format!("Marketplace {} deleted account {}; access ended", record.system, record.external_id)
        }
        Event::AccountDeleted { record, access_ended: false } => {
            format!("Marketplace {} deleted account {}; still a customer otherwise", record.system, record.external_id)
        }
        Event::AccountRestored { record, why } => {
            format!("Deletion of account {} at marketplace {} undone: {why}", record.external_id, record.system)
        }
        Event::NewsWritten { title, name, before, state, .. } => {
            format!("{name} {} “{title}”", news_words(*before, *state))
        }
        Event::ForumWritten { act, title, name, .. } => format!("{name} {} in the forum: “{title}”", forum_act(*act)),
        Event::ForumModerated { moderation, title, name, why, .. } if moderation.is_of_post() => {
            format!("Post by {name} in “{title}” {}: {why}", moderation.words())
        }
        Event::ForumModerated { moderation, title, name, why, .. } => {
            format!("Topic “{title}” by {name} {}: {why}", moderation.words())
        }
        Event::ForumMuted { name, until: Some(until), why } => {
            format!("{name} may not write in the forum until {until:.0}: {why}")
        }
        Event::ForumMuted { name, until: None, why } => format!("{name} may write in the forum again: {why}"),
        Event::ProfileChanged { name, changes } => {
            format!("{name} changed their own {}", listed(changes, |field| profile_field(*field)))
        }
        Event::PersonEmailAsked { name, to } => format!("{name} wants the e-mail address {to}; not confirmed yet"),
        Event::PersonEmailChanged { name, from, to } => {
            format!("{name} changed their e-mail address from {} to {to}", or_none(from.as_ref()))
        }
        Event::IdentityAdded { provider, shown_as } => {
            format!("The customer added the sign-in {shown_as} at {provider}")
        }
        Event::IdentityRemoved { provider, shown_as } => {
            format!("The customer removed the sign-in {shown_as} at {provider}")
        }
        Event::RequesterDeactivated { record } => {
            format!("{record} was deactivated in the service desk; its devices are not shown for as long")
        }
        Event::RequesterReactivated { record } => {
            format!("{record} is active in the service desk again; its devices are shown again")
        }
        Event::RequesterConverted { record } => {
            format!("{record} is an agent of the service desk now; the link and its devices stay")
        }
        Event::RecordMerged { from, into } => format!("{from} was merged into {into}; the link moved along"),
        Event::MergeDisputed { from, into, .. } => {
            format!("{from} was merged into {into}, which is another customer's; waiting for a decision")
        }
        Event::OtherContactFound { email, linked, others, .. } => {
            format!("{others} other CRM contact(s) have the e-mail {email}; {linked} stays linked until a decision")
        }
        Event::ContactDiffers { contact, theirs, email } => {
            format!("{contact} has the e-mail {} now, not {email}; it stays linked", or_none(theirs.as_ref()))
        }
        Event::SerialCorrected { name, field, from, to, .. } => {
            format!(
                "{} of {name} corrected from {} to {}",
                serial_field(*field),
                or_none(from.as_ref()),
                or_none(to.as_ref())
            )
        }
        Event::SerialsDiffer { name, serial, inverter_serial, .. } => {
            format!("{name} has two serial numbers that differ: hardware {serial}, inverter {inverter_serial}")
        }
        Event::DeviceWriteRequested { change, .. } => format!("Asked of the service desk: {}", asset_change(change)),
        Event::DeviceWriteFailed { change, outcome, .. } => {
            format!("Not done in the service desk: {}: {}", asset_change(change), not_done(outcome))
        }
        Event::PersonAdded { person_id, name, licence: Some(licence) } => {
            format!("{name} may sign in as {person_id} with licence {}", licence.as_str())
        }
        Event::PersonAdded { person_id, name, licence: None } => {
            format!("{name} is known as {person_id}, without a licence")
        }
        Event::PersonChanged { person_id, changes } => {
            format!("{person_id} changed: {}", listed(changes, person_change))
        }
        Event::PersonDeactivated { person_id } => format!("{person_id} was made inactive and signed out"),
        Event::PersonReactivated { person_id } => format!("{person_id} is active again"),
        Event::PlaceAdded { name, .. } => format!("Place {name} added"),
        Event::PlaceChanged { name, active: true, .. } => format!("Place {name} changed"),
        Event::PlaceChanged { name, active: false, .. } => format!("Place {name} is not in use any more"),
        Event::ContactAdded { name, .. } => format!("Contact {name} added"),
        Event::ContactChanged { name, .. } => format!("Contact {name} changed"),
        Event::Previewed { person_id } => format!("The portal was looked at through the eyes of {person_id}"),
        Event::PersonErased { person_id, facts, .. } => {
            let entries = if *facts == 1 { "entry" } else { "entries" };
            format!("The personal data of {person_id} was erased, also from {facts} {entries} of this timeline")
        }
        Event::SeatFreed { person_id, licence } => format!("{person_id} lost a seat of {}", licence.as_str()),
        Event::DevicePlaced { record, place } => format!("{record} is at {place}"),
        Event::Return(event) => return_sentence(event),
        Event::Invoice(event) => invoice(event),
        Event::WorkOrder(event) => work_order(event),
        Event::PasswordLinkSent { person_id, sent_to } => {
            format!("A link to set the password of {person_id} was sent to {sent_to}")
        }
        Event::SignInSecured { person_id, what } => format!("{} for {person_id}", super::security_notice(*what)),
        Event::SessionsEnded { person_id } => format!("{person_id} was signed out"),
        Event::SignedUp { person_id, name } => format!("{name} signed up in the storefront as {person_id}"),
        Event::Registered { person_id, name } => format!("{name} registered as {person_id} and waits for approval"),
        Event::RegistrationApproved { person_id, name, licence } => {
            format!("{name} was approved: signs in as {person_id} with licence {}", licence.as_str())
        }
        Event::RegistrationRefused { person_id, name, reason } => {
            format!("The registration of {name} as {person_id} was refused: {reason}")
        }
        Event::RequestOpened { subject, .. } => format!("Request “{subject}” opened in the portal"),
        Event::RequestArrived { ticket, subject, .. } => {
            format!("Request “{subject}” came from the service desk as ticket {ticket}")
        }
        Event::RequestApproved { subject, by, .. } => format!("Request “{subject}” approved by {by}"),
        Event::RequestDeclined { subject, by, reason, .. } => {
            format!("Request “{subject}” declined by {by}: {reason}")
        }
        Event::RequestSent { ticket, subject, .. } => format!("Request “{subject}” is ticket {ticket}"),
        Event::RequestNotSent { subject, why, .. } => format!("Request “{subject}” was refused: {why}"),
        Event::RequestLost { subject, why, .. } => format!("Request “{subject}” lost its ticket: {}", why.words()),
        Event::RequestMoved { subject, status, .. } => format!("Request “{subject}”: {}", status.words()),
        Event::RequestAnswered { subject, .. } => format!("The service team answered request “{subject}”"),
        Event::RequestClosed { subject, .. } => format!("Request “{subject}” closed in the portal"),
        Event::RequestReopened { subject, .. } => format!("Request “{subject}” opened again in the portal"),
        Event::WorkflowChanged { kind, steps } if steps.is_empty() => format!("Requests “{kind}” take no steps"),
        Event::WorkflowChanged { kind, steps } => {
            format!("Requests “{kind}” take the steps: {}", listed_by("; ", steps, step))
        }
        Event::InvitationWithdrawn { requester } => format!("The invitation of {requester} was withdrawn"),
        Event::SweepRequested { sweep, system, kind, dry_run } => {
            let what = if *dry_run { "A dry run of a sweep" } else { "A sweep" };
            format!("{what} of {kind} in {system} was requested: {sweep}")
        }
        Event::SweepDecided { sweep, system, kind, decision, changes } => {
            let did = match decision {
                Decision::Apply => "applied",
                Decision::Discard => "discarded",
            };
            let changes = if *changes == 1 { "1 change".to_owned() } else { format!("{changes} changes") };
            format!("{changes} of a sweep of {kind} in {system} {did} (sweep {sweep})")
        }
        Event::DeviceLoadDecided { load, kind, decision, changes } => {
            let what = match kind {
                LoadKind::Assignments => "assignments",
                LoadKind::Devices => "new devices",
            };
            let did = if decision == "running" { "started" } else { decision };
            format!("The load of {changes} {what} was {did} (load {load})")
        }
        Event::StaffAdded { login, roles } if roles.is_empty() => format!("Staff account {login} added"),
        Event::StaffAdded { login, roles } => format!("Staff account {login} added ({})", roles.join(", ")),
        Event::StaffRolesChanged { login, roles } if roles.is_empty() => {
            format!("Staff account {login} deactivated: it has no role any more")
        }
        Event::StaffRolesChanged { login, roles } => {
            format!("The roles of staff account {login} are now: {}", roles.join(", "))
        }
        Event::StaffBreakGlass { login } => {
            format!("Local staff account {login} signed in, although staff sign in at the company’s identity provider")
        }
        Event::StaffRemoved { login } => format!("Staff account {login} removed"),
        Event::StaffPasswordSet { login } => format!("The password of staff account {login} was set"),
        Event::SecretsReencrypted { key, values: 1 } => format!("1 secret was encrypted anew with secret key {key}"),
        Event::SecretsReencrypted { key, values } => {
            format!("{values} secrets were encrypted anew with secret key {key}")
        }
        Event::MessageKeyIssued { person_id, name } => format!("Message key {name} issued for {person_id}"),
        Event::MessageKeyRevoked { person_id, name } => format!("Message key {name} of {person_id} revoked"),
        Event::ServiceManagerSaved { name } => format!("The settings of service manager {name} were saved"),
        Event::ServiceManagerDeleted { name } => format!("Service manager {name} was deleted"),
        Event::VendorCustomerLinked { service_manager, external_id, existed: false } => {
            format!("The marketplace account was created at {service_manager} as {external_id}")
        }
        Event::VendorCustomerLinked { service_manager, external_id, existed: true } => {
            format!("The marketplace account was linked with {external_id}, which {service_manager} had already")
        }
        Event::VendorCustomerUnlinked { service_manager, external_id } => {
            format!("Customer {external_id} of {service_manager} was given to another account")
        }
        Event::VendorCustomerDeleted { service_manager, external_id } => {
            format!("The marketplace account was deleted at {service_manager}, where it was {external_id}")
        }
        Event::OrderPlaced { number } => format!("Order {number} was placed in the storefront"),
        Event::OrderCancelled { number } => format!("Order {number} was cancelled"),
        Event::ProductSaved { name } => format!("Product {name} of the storefront was saved"),
        Event::ProductDeleted { name } => format!("Product {name} of the storefront was deleted"),
        Event::AccountImportDecided { import, decision, changes } => {
            let did = if decision == "running" { "started" } else { decision };
            format!("The import of {changes} marketplace accounts was {did} (import {import})")
        }
        Event::DomainAdded { domain } => format!("Domain {domain} entered"),
        Event::DomainRemoved { domain } => format!("Domain {domain} removed"),
        Event::ApiKeyIssued { name, scopes } if scopes.is_empty() => format!("API key {name} issued"),
        Event::ApiKeyIssued { name, scopes } => format!("API key {name} issued ({})", scopes.join(", ")),
        Event::ApiKeyRevoked { name } => format!("API key {name} revoked"),
        Event::JobDismissed { kind, error, in_doubt: false, .. } => {
            format!("A failed job was dismissed: {kind} ({error})")
        }
        Event::JobDismissed { kind, error, in_doubt: true, .. } => {
            format!("A job in doubt was settled: {kind} ({error})")
        }
        Event::JobRetried { kind, in_doubt: false, .. } => format!("A failed job was retried: {kind}"),
        Event::JobRetried { kind, in_doubt: true, .. } => format!("A job in doubt was sent again: {kind}"),
        Event::JobsRetried { kind, system, jobs } => {
            let of = kind.as_deref().or(system.map(upstream)).unwrap_or("every kind");
            let jobs = if *jobs == 1 { "1 failed job".to_owned() } else { format!("{jobs} failed jobs") };
            format!("{jobs} retried: {of}")
        }
        Event::SystemPaused { system } => format!("Background work of the {} was paused", upstream(*system)),
        Event::SystemResumed { system } => format!("Background work of the {} was resumed", upstream(*system)),
        Event::PersonEmailCorrected { name, from, to } => {
            format!("The marketplace corrected the e-mail address of {name} from {} to {to}", or_none(from.as_ref()))
        }
    }
}

const fn upstream(system: Upstream) -> &'static str {
    match system {
        Upstream::ServiceDesk => "service desk",
        Upstream::Crm => "CRM",
        Upstream::Mail => "mail server",
        Upstream::Invoices => "invoice source",
    }
}

fn or_none(text: Option<&impl ToString>) -> String {
    text.map_or_else(|| "none".to_owned(), ToString::to_string)
}

fn listed<T>(items: &[T], words: impl Fn(&T) -> String) -> String {
    listed_by(", ", items, words)
}

fn listed_by<T>(between: &str, items: &[T], words: impl Fn(&T) -> String) -> String {
    items.iter().map(words).collect::<Vec<_>>().join(between)
}

/// The evidence of a link, worded for staff.
pub(crate) fn evidence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::InvitationToken { sent_to, .. } => format!("opened the invitation sent to {sent_to}"),
        Evidence::SignIn { issuer, email: Some(email), email_verified } => {
            let verified = if *email_verified { "verified" } else { "not verified" };
            format!("signed in at {issuer} as {email} ({verified})")
        }
        Evidence::SignIn { issuer, email: None, .. } => format!("signed in at {issuer}"),
        Evidence::PrimaryEmail { email } => format!("the only contact whose primary e-mail is {email}"),
        Evidence::Decision { .. } => "decided by staff in a review".to_owned(),
        Evidence::Marketplace { matched_by: None } => "made for this account of the marketplace".to_owned(),
        Evidence::Marketplace { matched_by: Some(by) } => format!("named by the marketplace: {by}"),
        Evidence::VerifiedEmail { issuer, email } => {
            format!("signed in at {issuer} as {email}, verified there and an address of the requester")
        }
        Evidence::WorkOrder { number } => format!("the office planned work order {number} for them"),
        Evidence::Merged { from, email } => format!("{from} was merged into it: it now carries {email}"),
    }
}

fn ruling(ruling: &Ruling) -> String {
    match ruling {
        Ruling::IsTheirs { record } => format!("{record} is this customer's"),
        Ruling::NoneIs => "none of the candidates is this customer".to_owned(),
        Ruling::AccountOf { account, candidate } => format!("{account} is the account of whoever has {candidate}"),
        Ruling::NewCustomer { account } => format!("{account} is a customer of its own"),
        Ruling::SignInOf { requester_id, decided_by } => {
            format!("requester {requester_id} is this sign-in's, says {decided_by}")
        }
    }
}

fn asset_change(change: &Personal<Box<AssetChange>>) -> String {
    change.as_ref().known().map_or_else(|| "(erased)".to_owned(), |change| change.sentence())
}

fn not_done(outcome: &NotDone) -> String {
    match outcome {
        NotDone::Failed { why } => why.to_string(),
        NotDone::Superseded { holder } => superseded(holder.as_deref()),
        NotDone::Cancelled { by } => format!("cancelled by {by}"),
    }
}

/// The outcome of a device write that was superseded, because the asset already had another holder.
pub(crate) fn superseded(holder: Option<&str>) -> String {
    let found = holder.map_or_else(|| "in stock".to_owned(), |id| format!("with requester {id}"));
    format!("the asset is {found} by now; nothing was changed")
}

fn account_field(field: &AccountField) -> String {
    match field {
        AccountField::Name => "name",
        AccountField::Code => "code",
        AccountField::Phone => "phone",
        AccountField::Fax => "fax",
        AccountField::Website => "web site",
        AccountField::Email => "e-mail",
        AccountField::Description => "description",
        AccountField::Reseller => "reseller",
        AccountField::Contact => "contact",
        AccountField::Address => "address",
        AccountField::Option(id) => return format!("option {id}"),
    }
    .to_owned()
}

fn person_change(change: &PersonDifference) -> String {
    let licence = |licence: &Option<LicenceType>| licence.map_or("none", LicenceType::as_str);
    match change {
        PersonDifference::PersonId { from, to } => return format!("person id {from} → {to}"),
        PersonDifference::Licence { from, to } => return format!("licence {} → {}", licence(from), licence(to)),
        PersonDifference::Name => "name",
        PersonDifference::Email => "e-mail",
        PersonDifference::MobileUser => "mobile user",
        PersonDifference::DefaultPlace => "default place",
        PersonDifference::Places => "places",
        PersonDifference::RoleFunctions => "role functions",
        PersonDifference::Contact => "contact",
    }
    .to_owned()
}

pub(super) fn profile_field(field: ProfileField) -> String {
    match field {
        ProfileField::Name => "name",
        ProfileField::Phone => "telephone number",
        ProfileField::Notices => "notices",
        ProfileField::Language => "language",
        ProfileField::TimeZone => "time zone",
    }
    .to_owned()
}

fn step(step: &Personal<Step>) -> String {
    match step {
        Personal::Known(step) => step.sentence(),
        Personal::Erased => "(erased)".to_owned(),
    }
}

pub(super) fn leaving(leaving: &Leaving) -> String {
    match leaving {
        Leaving::Unassigned => "back in stock".to_owned(),
        Leaving::Moved { requester_id, customer_id: Some(id) } => {
            format!("moved to requester {requester_id}, customer {id}")
        }
        Leaving::Moved { requester_id, customer_id: None } => {
            format!("moved to requester {requester_id}, who is linked to no customer")
        }
        Leaving::Retyped { asset_type: Some(name) } => format!("its asset type is {name} now"),
        Leaving::Retyped { asset_type: None } => "its asset type was changed".to_owned(),
        Leaving::Trashed => "in the service desk's trash".to_owned(),
        Leaving::Gone => "deleted from the service desk".to_owned(),
        Leaving::Unlinked => "the link to its requester was ended".to_owned(),
    }
}

const fn serial_field(field: SerialField) -> &'static str {
    match field {
        SerialField::Serial => "Serial number",
        SerialField::InverterSerial => "Inverter serial number",
    }
}

pub(super) const fn forum_act(act: ForumAct) -> &'static str {
    match act {
        ForumAct::Started => "began a topic",
        ForumAct::Replied => "replied",
        ForumAct::Edited => "edited a post",
        ForumAct::Reported => "reported a post",
    }
}

/// The returned items, each in a few words.
pub(super) fn returned(lines: &[ReturnedLine]) -> String {
    listed(lines, |line| match line.quantity {
        1 => line.model.to_string(),
        many => format!("{many} × {}", line.model),
    })
}

/// The wording of a return's event for staff.
pub(crate) fn return_sentence(event: &ReturnEvent) -> String {
    let number = &event.number;
    match &event.what {
        Happened::Opened { lines, for_customer } => {
            let whose = if *for_customer { " for the customer" } else { "" };
            format!("Return {number} opened{whose}: {}", returned(lines))
        }
        Happened::Done { model, step, quantity, tracking } => {
            let follow = tracking.as_ref().map_or_else(String::new, |tracking| format!(", {}", tracking.sentence()));
            format!("Return {number}: {quantity} × {model} {}{follow}", step.done())
        }
        Happened::Identified { model, serials } => {
            format!("Return {number}: serial {} noted for {model}", serials.join(", "))
        }
        Happened::Held { model, note } => format!("Return {number}: {model} waits for parts: {note}"),
        Happened::Asked { model, amount, note } => {
            format!("Return {number}: asked to approve {amount} for {model}: {note}")
        }
        Happened::Answered { model, amount, approved: true } => {
            format!("Return {number}: the customer approved {amount} for {model}")
        }
        Happened::Answered { model, amount, approved: false } => {
            format!("Return {number}: the customer declined {amount} for {model}")
        }
        Happened::Resumed { model } => format!("Return {number}: {model} goes on"),
        Happened::Cancelled { model, why } => format!("Return {number}: {model} cancelled: {why}"),
        Happened::Withdrawn { model } => format!("Return {number}: {model} cancelled: cancelled by the customer"),
        Happened::Closed => format!("Return {number} closed"),
    }
}

/// The wording of a work order's event for staff.
pub(crate) fn work_order(event: &WorkOrderEvent) -> String {
    let WorkOrderEvent { number, kind, .. } = event;
    let said = match &event.what {
        WorkHappened::Created => return format!("Work order {number} made: {kind}"),
        WorkHappened::Assigned { name } => format!("assigned to {name}"),
        WorkHappened::Unassigned => "taken away from its assignee".to_owned(),
        WorkHappened::Scheduled { from, to, moved } => {
            let what = if *moved { "appointment moved to" } else { "appointment on" };
            format!("{what} {}–{}", from.strftime("%-d %b %Y, %H:%M"), to.strftime("%H:%M UTC"))
        }
        WorkHappened::Unscheduled => "appointment taken away".to_owned(),
        WorkHappened::Accepted { name } => format!("accepted by {name}"),
        WorkHappened::OnTheWay { name } => format!("{name} is on the way"),
        WorkHappened::Begun { name } => format!("{name} has begun"),
        WorkHappened::Finished { name, serial: Some(serial) } => {
            format!("finished by {name}; serial {serial} installed")
        }
        WorkHappened::Finished { name, serial: None } => format!("finished by {name}"),
        WorkHappened::Refused { name, reason } => format!("given back by {name}: {reason}"),
        WorkHappened::Cancelled { reason } => format!("cancelled: {reason}"),
        WorkHappened::Noted { name } => format!("note by {name}"),
        WorkHappened::PartUsed { part, quantity } => format!("{quantity} × {part} used"),
        WorkHappened::PartPutBack { part, quantity } => format!("{quantity} × {part} put back"),
    };
    format!("Work order {number}: {said}")
}

/// The wording of an invoice's event for staff and customers.
pub(super) fn invoice(event: &InvoiceEvent) -> String {
    let InvoiceEvent { number, total, .. } = event;
    match event.became {
        None => format!("Invoice {number} over {total} was issued"),
        Some(Delivered::Open) => format!("Invoice {number} over {total} is open again"),
        Some(Delivered::Paid) => format!("Invoice {number} over {total} was paid"),
        Some(Delivered::Credited) => format!("Invoice {number} over {total} was credited"),
    }
}

/// The action of a news editor.
const fn news_words(before: Option<PostState>, state: PostState) -> &'static str {
    match (before, state) {
        (None, PostState::Published) => "wrote and published the news",
        (None, _) => "drafted the news",
        (Some(PostState::Published), PostState::Published) => "edited the published news",
        (Some(_), PostState::Published) => "published the news",
        (Some(PostState::Published), _) => "took back the news",
        (Some(_), _) => "edited the news",
    }
}
