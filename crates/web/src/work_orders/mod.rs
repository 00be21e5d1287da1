//! What the Tech Portal and the console share about work orders: how they are shown, and what their forms mean.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tessera_core::devices::Device;
use tessera_core::kernel::actor::Actor;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::service_requests::ServiceRequest;
use tessera_core::work_orders::file::WorkFile;
use tessera_core::work_orders::{State, Step, Window, WorkNote, WorkOrder};
use tessera_hub::queries::work_orders::{ListedWorkOrder, WorkOrderFilter, WorkOrderPage};

use crate::App;
use crate::console::asset_state;
use crate::locale::text;
use crate::pages::console::Badge;
use crate::pages::returns::Choice;
use crate::pages::service_requests::FileLine;
use crate::pages::work_orders::{BriefLine, CheckLine, CustomerWork, PartLine, WorkNoteLine, WorkOrderView, WorkRow};
use crate::pages::{Fact, Tone, dates};
use crate::portal::service_requests::presenter::{self, paragraphs};
use crate::respond::files::size;

/// Where a map application finds an address.
const MAP: &str = "https://www.openstreetmap.org/search?query=";

/// The state, for the company's own people.
pub(crate) fn state(state: State) -> Badge {
    match state {
        State::Open => Badge::new("Open", Tone::Plain),
        State::Accepted => Badge::new("Accepted", Tone::Good),
        State::OnTheWay => Badge::new("On the way", Tone::Good),
        State::Working => Badge::new("In progress", Tone::Good),
        State::Done => Badge::new("Done", Tone::Plain),
        State::Refused => Badge::new("Given back", Tone::Bad),
        State::Cancelled => Badge::new("Cancelled", Tone::Plain),
    }
}

/// The progress, in the customer's words. What the company sorts out among its own people is not theirs to see.
fn progress(order: &WorkOrder) -> Badge {
    match (order.state, order.window) {
        (State::Open | State::Refused | State::Accepted, None) => {
            Badge::new(text!("requests-work-being-planned"), Tone::Plain)
        }
        (State::Open | State::Refused | State::Accepted, Some(_)) => {
            Badge::new(text!("requests-work-appointment-made"), Tone::Good)
        }
        (State::OnTheWay, _) => Badge::new(text!("requests-work-on-the-way"), Tone::Good),
        (State::Working, _) => Badge::new(text!("requests-work-being-done"), Tone::Good),
        (State::Done, _) => Badge::new(text!("requests-work-done"), Tone::Good),
        (State::Cancelled, _) => Badge::new(text!("requests-work-cancelled"), Tone::Plain),
    }
}

/// The work orders of a request, as the customer sees them.
pub(crate) fn for_customer(app: &App, orders: &[WorkOrder]) -> Vec<CustomerWork> {
    let line = |order: &WorkOrder| CustomerWork {
        kind: order.kind.label.clone(),
        number: order.number.clone(),
        progress: progress(order),
        when: order.window.filter(|_| order.state != State::Cancelled).map(|window| when(app, window)),
        technician: order
            .assignee
            .as_ref()
            .filter(|_| !matches!(order.state, State::Refused | State::Cancelled))
            .map(|assignee| assignee.name.clone()),
    };
    orders.iter().map(line).collect()
}

/// An appointment in words.
pub(crate) fn when(app: &App, window: Window) -> String {
    let zone = &app.hub.config.locale.time_zone;
    let local = |at: Timestamp| at.to_zoned(zone.clone()).datetime();
    dates::appointment(local(window.from), local(window.to))
}

/// The button of a step.
pub(crate) const fn label(step: Step) -> &'static str {
    match step {
        Step::Accept => "Accept",
        Step::Depart => "I’m on my way",
        Step::Begin => "Start the work",
        Step::Finish => "Finish",
        Step::Refuse => "Give it back",
    }
}

/// The filters of a list.
pub(crate) fn filters(chosen: WorkOrderFilter) -> Vec<Choice> {
    let label = |filter| match filter {
        WorkOrderFilter::Open => "Not finished",
        WorkOrderFilter::ToAssign => "To be accepted or assigned",
        WorkOrderFilter::UnderWay => "Under way",
        WorkOrderFilter::Done => "Done",
        WorkOrderFilter::Cancelled => "Cancelled",
        WorkOrderFilter::All => "All",
    };
    WorkOrderFilter::ALL.map(|filter| Choice::new(filter.as_str(), label(filter), filter == chosen)).into()
}

/// A work order in a list.
pub(crate) fn row(app: &App, base: &str, listed: ListedWorkOrder) -> WorkRow {
    let ListedWorkOrder { order, customer, place, assignee_is_able } = listed;
    WorkRow {
        url: format!("{base}/{}", order.id),
        when: order.window.map(|window| when(app, window)),
        customer: customer.unwrap_or_else(|| "unknown".to_owned()),
        address: place.and_then(|place| place.address.or(Some(place.name))),
        state: state(order.state),
        assignee_unable: !assignee_is_able && !order.state.is_over(),
        assignee: order.assignee.map(|assignee| assignee.name),
        kind: order.kind.label,
        number: order.number,
        subject: order.subject,
    }
}

/// A work order, with its files below `base`.
pub(crate) fn view(app: &App, base: &str, page: &WorkOrderPage) -> WorkOrderView {
    let order = &page.listed.order;
    let place = page.listed.place.as_ref();
    let address = place.and_then(|place| place.address.clone());
    let named = order.installed.as_ref().map(|it| it.name.clone());
    WorkOrderView {
        number: order.number.clone(),
        subject: order.subject.clone(),
        kind: order.kind.label.clone(),
        state: state(order.state),
        when: order.window.map(|window| when(app, window)),
        assignee: order.assignee.as_ref().map(|assignee| assignee.name.clone()),
        reason: order.reason.clone(),
        paragraphs: paragraphs(&order.description),
        customer: page.customer.name.clone(),
        phone: page.customer.phone.as_deref().map(dialled),
        place: place.map(|place| place.name.clone()),
        map_url: address.as_deref().map(on_map),
        address,
        device: named.or_else(|| order.device.as_ref().map(|device| device.name.clone())),
        device_facts: page.device.as_ref().map(device_facts).unwrap_or_default(),
        model: order.model.clone(),
        checks: (0..)
            .zip(&order.checks)
            .map(|(position, check)| CheckLine { position, item: check.item.clone(), done: check.done })
            .collect(),
        parts: order
            .parts
            .iter()
            .map(|used| PartLine {
                value: part_value(used.place, &used.part),
                label: used.label.clone(),
                quantity: used.quantity,
            })
            .collect(),
        notes: page.notes.iter().rev().map(|note| note_line(base, note, &page.files)).collect(),
        requests: page.requests.iter().map(|request| brief(app, request)).collect(),
        earlier: page.earlier.iter().map(brief_work).collect(),
        version: order.version,
    }
}

/// A telephone number, and the address that calls it.
fn dialled(number: &str) -> (String, String) {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    (number.to_owned(), format!("tel:{digits}"))
}

fn on_map(address: &str) -> String {
    let line = address.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
    format!("{MAP}{}", utf8_percent_encode(&line, NON_ALPHANUMERIC))
}

fn device_facts(device: &Device) -> Vec<Fact> {
    let facts = [
        ("Serial", device.serial.clone()),
        ("Inverter serial", device.inverter_serial.clone().filter(|_| device.serials_differ())),
        ("Product", device.product.clone()),
        ("State", device.state.as_deref().map(|state| asset_state(Some(state)).text)),
    ];
    facts.into_iter().filter_map(|(label, value)| Some(Fact::new(label, value?))).collect()
}

fn note_line(base: &str, note: &WorkNote, files: &[WorkFile]) -> WorkNoteLine {
    let file = |file: &WorkFile| FileLine {
        url: format!("{base}/{}/files/{}", note.work_order_id, file.id),
        name: file.name.clone(),
        size: size(file.size),
        picture: file.media_type.is_picture(),
    };
    WorkNoteLine {
        author: note.author.clone(),
        at: note.at,
        deed: deed(&note.act).map(ToOwned::to_owned),
        paragraphs: paragraphs(&note.text),
        files: files.iter().filter(|file| file.note_id == note.id).map(file).collect(),
    }
}

/// What an entry of the log says was done.
fn deed(act: &str) -> Option<&'static str> {
    Some(match act {
        "create" => "Made it",
        "accept" => "Accepted it",
        "depart" => "Set off",
        "begin" => "Began to work",
        "finish" => "Finished it",
        "refuse" => "Gave it back",
        "assign" => "Assigned it",
        "unassign" => "Took it away from its assignee",
        "schedule" => "Set the appointment",
        "unschedule" => "Took the appointment away",
        "cancel" => "Cancelled it",
        "use" => "Used parts",
        "put_back" => "Put parts back",
        _ => return None,
    })
}

fn brief(app: &App, request: &ServiceRequest) -> BriefLine {
    BriefLine {
        subject: request.subject.clone(),
        state: presenter::status(app, request.status),
        at: request.updated_at,
    }
}

fn brief_work(order: &WorkOrder) -> BriefLine {
    BriefLine {
        subject: format!("{}: {}", order.kind.label, order.subject),
        state: state(order.state),
        at: order.updated_at,
    }
}

/// A part in a van, as forms submit it.
pub(crate) fn part_value(place: PlaceId, part: &str) -> String {
    format!("{place} {part}")
}

/// The van and the code of a part, as a form has submitted them.
pub(crate) fn part_of(value: &str) -> Option<(PlaceId, String)> {
    let (place, part) = value.split_once(' ')?;
    Some((place.parse().ok()?, part.to_owned()))
}

/// The title of a day, as seen from another day.
pub(crate) fn day_title(day: Date, today: Date) -> String {
    let written = day.strftime("%a %-d %b");
    if day == today {
        format!("Today, {written}")
    } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == day) {
        format!("Tomorrow, {written}")
    } else {
        written.to_string()
    }
}

/// The appointment that a form has submitted, in the company's time zone. `Err`: it is none.
pub(crate) fn window(from: &str, to: &str, zone: &TimeZone) -> Result<Option<Window>, ()> {
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() && to.is_empty() {
        return Ok(None);
    }
    let read = |typed: &str| {
        let at: DateTime = typed.parse().ok()?;
        Some(at.to_zoned(zone.clone()).ok()?.timestamp())
    };
    let (Some(from), Some(to)) = (read(from), read(to)) else { return Err(()) };
    Ok(Some(Window { from, to }))
}

/// An appointment as a form has it: from and to.
pub(crate) fn window_fields(window: Option<Window>, zone: &TimeZone) -> (String, String) {
    let written = |at: jiff::Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    window.map_or_else(Default::default, |window| (written(window.from), written(window.to)))
}

/// The name of the company's time zone.
pub(crate) fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// The name under which the office acts on a work order.
pub(crate) fn office(actor: &Actor, name: &str) -> String {
    if name.trim().is_empty() { actor.to_string() } else { name.to_owned() }
}
