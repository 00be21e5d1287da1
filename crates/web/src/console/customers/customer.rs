//! A customer's page: the record, its links to outside systems, and the timeline (`H01`, `H05`).

use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, LinkId};
use tessera_core::kernel::record::RecordKey;
use tessera_core::kernel::timeline::{Entry, TimelinePage};
use tessera_core::sync::review::Review;
use tessera_hub::queries::customers::{CustomerPage, LinkedRecord};
use tessera_hub::{HubError, Subject, WhyAnswer};

use super::{dealings, domains, links};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::persons::person;
use crate::console::{
    back, chrome, customer_url, device_url, devices, explain, id, invitations, presenter, record_url,
};
use crate::pages::console as view;
use crate::pages::console::{CustomerDevice, ReviewLine, TimelineEntry, Verification};
use crate::pages::{Fact, Flash};
use crate::respond::page::{Answer, PageError, page, redirect_with};
use crate::timeline::staff;

/// Timeline entries per page.
const ENTRIES: usize = 50;
/// Maximum length of a reason, in characters.
const MAX_REASON_LENGTH: usize = 200;

/// Query: the part of the timeline to show.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Part {
    /// Only entries before this one.
    before: Option<i64>,
}

pub(crate) async fn customer(
    State(app): State<App>,
    staff: Staff,
    Path(customer_id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(part): Query<Part>,
) -> Answer {
    let of: CustomerId = id(&customer_id)?;
    let read = app.hub.queries().customer_page(of, part.before, ENTRIES).await?.ok_or(PageError::NOT_FOUND)?;
    let answer = app.hub.why_subject(&Subject::Customer(read.customer.clone())).await?;
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    page(&app, &chrome, &shown(&app, read, &answer))
}

/// The customer in the path.
async fn known(app: &App, text: &str) -> Result<Customer, PageError> {
    app.hub.queries().customer(id(text)?).await?.ok_or(PageError::NOT_FOUND)
}

/// The customer in the path, and their requester.
async fn known_with_requester(app: &App, text: &str) -> Result<(Customer, Option<RecordKey>), PageError> {
    app.hub.queries().customer_and_requester(id(text)?).await?.ok_or(PageError::NOT_FOUND)
}

fn shown(app: &App, read: CustomerPage, answer: &WhyAnswer) -> view::Customer {
    let CustomerPage { customer, mut linked, requester, identities, devices, people, timeline, .. } = read;
    let of = customer.id;
    links::sort(&mut linked);
    let tickets_url = requester.as_ref().map(|key| format!("{}/tickets", record_url(key)));
    let url = customer_url(customer.id);
    view::Customer {
        id: customer.id.to_string(),
        facts: facts(&linked),
        contact: linked.iter().find_map(|linked| dealings::crm_contact(app, linked.record.as_ref()?)),
        dealings: dealings::dealings(app, &read.dealings, tickets_url),
        since: customer.created_at,
        links: linked.iter().map(|linked| links::row(app, linked, identities, devices.len())).collect(),
        no_devices: devices.is_empty().then(|| explain::no_devices(answer)),
        people: people.into_iter().map(person::row).collect(),
        why: explain::panel(app, answer),
        devices: devices.iter().map(device).collect(),
        domains: read.domains.into_iter().map(|known| domains::row(app, of, known)).collect(),
        domain_action: format!("{url}/domains"),
        invitations: invitations::rows(app, &read.invitations),
        reviews: read.open_reviews.iter().map(review).collect(),
        verification: verification(&timeline),
        older_url: timeline.entries.last().filter(|_| timeline.more).map(|last| format!("{url}?before={}", last.seq)),
        timeline: timeline.entries.iter().map(|entry| happened(app, entry)).collect(),
        assign_action: requester.as_ref().map(|_| format!("{url}/assign")),
        stock_url: requester.as_ref().map(|key| format!("/console/devices?for={}", key.external_id)),
        new_device_url: requester.as_ref().map(|key| format!("/console/devices/new?for={}", key.external_id)),
        invite_action: requester.map(|_| format!("{url}/invite")),
        reread_action: format!("{url}/reread"),
        stale: presenter::stale(app, &[app.hub.desk.name(), app.hub.crm.name()]),
        name: customer.name,
        email: customer.email,
    }
}

fn review(review: &Review) -> ReviewLine {
    ReviewLine {
        url: format!("/console/reviews/{}", review.id),
        title: review.question.sentence(),
        opened_at: review.created_at,
    }
}

fn verification(page: &TimelinePage) -> Verification {
    match &page.checked {
        Ok(()) => {
            let short: String = page.head.hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            Verification::Verified { entries: page.head.length.unsigned_abs(), head: short }
        }
        Err(broken) => Verification::Broken { sequence: broken.seq().unsigned_abs() },
    }
}

fn happened(app: &App, entry: &Entry) -> TimelineEntry {
    TimelineEntry {
        at: entry.at,
        title: staff::entry(entry),
        actor: presenter::actor(app, &entry.actor),
        channel: presenter::channel(&entry.channel),
        sequence: entry.seq.unsigned_abs(),
        facts: Vec::new(),
    }
}

/// Facts from the linked records in addition to the customer's own name and address, without duplicates.
fn facts(linked: &[LinkedRecord]) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for fact in linked
        .iter()
        .filter_map(|linked| linked.record.as_ref())
        .flat_map(|record| presenter::facts(&record.attributes))
    {
        if !facts.iter().any(|known| known.value == fact.value) {
            facts.push(fact);
        }
    }
    facts
}

fn device(device: &Device) -> CustomerDevice {
    CustomerDevice {
        name: device.name.clone(),
        product: device.product.clone(),
        serial: device.serial.clone(),
        inverter_serial: device.inverter_serial.clone(),
        serials_differ: device.serials_differ(),
        state: presenter::asset_state(device.state.as_deref()),
        since: device.assigned_on,
        url: Some(device_url(&device.external_id)),
    }
}

/// Invites the customer's requester again.
pub(crate) async fn invite(State(app): State<App>, staff: Staff, Path(customer_id): Path<String>) -> Answer {
    let (customer, requester) = known_with_requester(&app, &customer_id).await?;
    let outcome = match requester {
        Some(requester) => app.hub.invite(&requester.external_id, &staff.ctx()).await,
        None => Err(HubError::NotFound(format!("{} has no linked requester to invite", customer.name))),
    };
    back(&app, &customer_url(customer.id), outcome.map(|invited| invitations::invited_message(&invited)))
}

/// Form: the device to assign.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Assign {
    device: String,
}

/// Assigns a device from stock to the customer's requester (`A09`).
pub(crate) async fn assign(
    State(app): State<App>,
    staff: Staff,
    Path(customer_id): Path<String>,
    Form(assign): Form<Assign>,
) -> Answer {
    let (customer, requester) = known_with_requester(&app, &customer_id).await?;
    let url = customer_url(customer.id);
    let Some(requester) = requester else {
        let missing = format!("{} has no linked requester to assign a device to", customer.name);
        return back(&app, &url, Err(HubError::NotFound(missing)));
    };
    devices::assign(&app, &staff, &requester, &assign.device, &url).await
}

/// Requests that the customer's records are read again.
pub(crate) async fn reread(State(app): State<App>, staff: Staff, Path(customer_id): Path<String>) -> Answer {
    let customer = known(&app, &customer_id).await?;
    let outcome = app.hub.request_refresh(customer.id, &staff.ctx()).await;
    let done = "The records are being read again. Reload this page in a moment to see what changed.";
    back(&app, &customer_url(customer.id), outcome.map(|()| done.to_owned()))
}

/// Form for ending a link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Undo {
    reason: String,
}

/// Ends one of the customer's links.
pub(crate) async fn unlink(
    State(app): State<App>,
    staff: Staff,
    Path((customer_id, link_id)): Path<(String, String)>,
    Form(undo): Form<Undo>,
) -> Answer {
    let customer = known(&app, &customer_id).await?;
    let link_id: LinkId = id(&link_id)?;
    let why: String = undo.reason.trim().chars().take(MAX_REASON_LENGTH).collect();
    let to = customer_url(customer.id);
    if why.is_empty() {
        let flash = Flash::failed("Nothing was unlinked: give a reason, which is kept in the timeline.");
        return Ok(redirect_with(&app, &to, Some(&flash)));
    }
    let outcome = app.hub.unlink(customer.id, link_id, &why, &staff.ctx()).await;
    back(&app, &to, outcome.map(|()| "Unlinked. The link and the reason stay on the timeline.".to_owned()))
}
