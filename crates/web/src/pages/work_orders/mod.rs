//! Work orders: in the Tech Portal, `/portal/tech`, for one thumb on a phone; and in the console, for the office.

mod samples;

pub(crate) use samples::sample_row;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, CustomerChoice};
use crate::pages::returns::Choice;
use crate::pages::service_requests::FileLine;
use crate::pages::{Fact, Page};

/// A work order in a list.
#[derive(Debug, Clone, Serialize)]
pub struct WorkRow {
    /// URL of the work order.
    pub url: String,
    /// Its number.
    pub number: String,
    /// The subject.
    pub subject: String,
    /// The label of its kind.
    pub kind: String,
    /// The customer's name.
    pub customer: String,
    /// The address, with line breaks.
    pub address: Option<String>,
    /// The appointment in words, in the company's time zone.
    pub when: Option<String>,
    /// The state.
    pub state: Badge,
    /// Who does it.
    pub assignee: Option<String>,
    /// Whether the assignee cannot do it any more.
    pub assignee_unable: bool,
}

/// The work of a day.
#[derive(Debug, Clone, Serialize)]
pub struct WorkDay {
    /// The day in words.
    pub title: String,
    /// The work orders, in order.
    pub rows: Vec<WorkRow>,
}

/// "My work" in the Tech Portal.
#[derive(Debug, Clone, Serialize)]
pub struct MyWorkPage {
    /// What is assigned, by day.
    pub days: Vec<WorkDay>,
    /// What is nobody's, if the technician may take it.
    pub free: Vec<WorkRow>,
}

impl Page for MyWorkPage {
    const TEMPLATE: &'static str = "tech/my_work.html";
}

/// The list of a technician's work orders.
#[derive(Debug, Clone, Serialize)]
pub struct WorkList {
    /// The work orders, newest first.
    pub rows: Vec<WorkRow>,
    /// Filter: the state.
    pub filters: Vec<Choice>,
    /// The search text.
    pub search: String,
    /// URL of the next page.
    pub older_url: Option<String>,
}

impl Page for WorkList {
    const TEMPLATE: &'static str = "tech/list.html";
}

/// What technician and office see of a work order.
#[derive(Debug, Clone, Serialize)]
pub struct WorkOrderView {
    /// Its number.
    pub number: String,
    /// The subject.
    pub subject: String,
    /// The label of its kind.
    pub kind: String,
    /// The state.
    pub state: Badge,
    /// The appointment in words, in the company's time zone.
    pub when: Option<String>,
    /// Who does it.
    pub assignee: Option<String>,
    /// Why it was refused or cancelled.
    pub reason: Option<String>,
    /// What is to be done, in paragraphs.
    pub paragraphs: Vec<String>,
    /// The customer's name.
    pub customer: String,
    /// The customer's telephone number, and the address that calls it.
    pub phone: Option<(String, String)>,
    /// Name of the place.
    pub place: Option<String>,
    /// The address, with line breaks.
    pub address: Option<String>,
    /// URL of the address on a map.
    pub map_url: Option<String>,
    /// The device concerned, or installed.
    pub device: Option<String>,
    /// Serial numbers, product, state…
    pub device_facts: Vec<Fact>,
    /// The model, if no device is concerned.
    pub model: Option<String>,
    /// The check list.
    pub checks: Vec<CheckLine>,
    /// The parts used.
    pub parts: Vec<PartLine>,
    /// Notes and steps, newest first.
    pub notes: Vec<WorkNoteLine>,
    /// The customer's newest requests.
    pub requests: Vec<BriefLine>,
    /// The customer's newest other work orders.
    pub earlier: Vec<BriefLine>,
    /// The version that forms rest on.
    pub version: i64,
}

/// An item of the check list.
#[derive(Debug, Clone, Serialize)]
pub struct CheckLine {
    /// Its position, from 0.
    pub position: usize,
    /// What is to be checked.
    pub item: String,
    /// Whether it was.
    pub done: bool,
}

/// A part that was used.
#[derive(Debug, Clone, Serialize)]
pub struct PartLine {
    /// Van and code, as submitted.
    pub value: String,
    /// The part's label.
    pub label: String,
    /// Number of units.
    pub quantity: u32,
}

/// A note or a step.
#[derive(Debug, Clone, Serialize)]
pub struct WorkNoteLine {
    /// Who.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// The step in words; `None` for a note.
    pub deed: Option<String>,
    /// The text, in paragraphs.
    pub paragraphs: Vec<String>,
    /// The photos and files.
    pub files: Vec<FileLine>,
}

/// An object of the customer's history, in a line.
#[derive(Debug, Clone, Serialize)]
pub struct BriefLine {
    /// What it is about.
    pub subject: String,
    /// Its state.
    pub state: Badge,
    /// When it last changed.
    pub at: Timestamp,
}

/// A work order in the Tech Portal. Fields of the forms: `step`, `version`, `serial`, `reason`; `item`, `done`; `part`,
/// `quantity`, `back`; `text`, `files`.
#[derive(Debug, Clone, Serialize)]
pub struct TechOrder {
    /// The work order.
    pub order: WorkOrderView,
    /// The next step, if there is one: its name and the button's text.
    pub next: Option<(String, String)>,
    /// Whether the next step needs the serial number of the device that was installed.
    pub needs_serial: bool,
    /// Serial numbers of the devices in the van, as suggestions.
    pub serials: Vec<String>,
    /// What is still to be checked, if that keeps it from being finished.
    pub unchecked: bool,
    /// Whether it can be given back.
    pub may_refuse: bool,
    /// Whether items can be ticked and parts used.
    pub in_hand: bool,
    /// The parts in the vans: van and code, and the label with the number of units.
    pub van_parts: Vec<Choice>,
    /// Whether the technician has a van.
    pub has_van: bool,
    /// POST action of the steps.
    pub step_action: String,
    /// POST action of the check list.
    pub check_action: String,
    /// POST action of the parts.
    pub part_action: String,
    /// POST action of notes.
    pub note_action: String,
    /// Error message of a rejected note, with its text.
    pub problem: Option<String>,
    /// The text of a rejected note.
    pub typed: String,
}

impl Page for TechOrder {
    const TEMPLATE: &'static str = "tech/order.html";
}

/// The vans of a technician.
#[derive(Debug, Clone, Serialize)]
pub struct Vans {
    /// The vans.
    pub vans: Vec<VanCard>,
}

impl Page for Vans {
    const TEMPLATE: &'static str = "tech/vans.html";
}

/// A van with what is in it.
#[derive(Debug, Clone, Serialize)]
pub struct VanCard {
    /// Its name.
    pub name: String,
    /// The devices: name and serial number.
    pub devices: Vec<(String, Option<String>)>,
    /// The parts: label and number of units.
    pub parts: Vec<(String, i64)>,
}

/// "Work orders" in the console.
#[derive(Debug, Clone, Serialize)]
pub struct WorkOrdersPage {
    /// The work orders, newest first.
    pub rows: Vec<WorkRow>,
    /// Filter: the state.
    pub filters: Vec<Choice>,
    /// The search text.
    pub search: String,
    /// URL of the next page.
    pub older_url: Option<String>,
}

impl Page for WorkOrdersPage {
    const TEMPLATE: &'static str = "console/work_orders/list.html";
}

/// A work order in the console. Fields of the forms: `assignee`; `from`, `to`; `step`, `version`, `serial`, `reason`;
/// `text`.
#[derive(Debug, Clone, Serialize)]
pub struct OfficeOrder {
    /// The work order.
    pub order: WorkOrderView,
    /// URL of the customer.
    pub customer_url: String,
    /// URL of the request, with its subject.
    pub request: Option<(String, String)>,
    /// URL of the return.
    pub return_url: Option<String>,
    /// URL of the device.
    pub device_url: Option<String>,
    /// Whether the assignee cannot do it any more.
    pub assignee_unable: bool,
    /// Who can do it. Empty if it cannot be assigned now.
    pub technicians: Vec<Choice>,
    /// The appointment as the form has it: from and to.
    pub window: (String, String),
    /// Whether it is not over.
    pub is_open: bool,
    /// The steps that the office can record: name and label.
    pub steps: Vec<(String, String)>,
    /// Whether finishing needs the serial number of the device that was installed.
    pub needs_serial: bool,
    /// POST action of all forms.
    pub action: String,
    /// The company's time zone.
    pub zone: String,
}

impl Page for OfficeOrder {
    const TEMPLATE: &'static str = "console/work_orders/one.html";
}

/// The form for a new work order: first the customer, then the rest.
#[derive(Debug, Clone, Serialize)]
pub struct NewWorkOrderPage {
    /// What was searched for.
    pub query: String,
    /// The customers found.
    pub found: Vec<CustomerChoice>,
    /// Whether there are more.
    pub more: bool,
    /// The form, once the customer is known.
    pub of: Option<WorkOrderFor>,
}

impl Page for NewWorkOrderPage {
    const TEMPLATE: &'static str = "console/work_orders/new.html";
}

/// The form of a new work order for a customer. Fields: `customer`, `requester`, `request`, `return`, `kind`, `place`, `device`,
/// `model`, `subject`, `description`, `from`, `to`, `assignee`.
#[derive(Debug, Clone, Serialize)]
pub struct WorkOrderFor {
    /// The customer's id; empty for a requester who is not one yet.
    pub customer_id: String,
    /// The customer's name.
    pub customer: String,
    /// URL of the customer or requester.
    pub customer_url: String,
    /// The requester's id; empty if the customer is named.
    pub requester_id: String,
    /// Id of the request that it is for; empty if none.
    pub request_id: String,
    /// Id of the return that it is for; empty if none.
    pub return_id: String,
    /// What the request or the return is called.
    pub about: Option<String>,
    /// The kinds of work.
    pub kinds: Vec<Choice>,
    /// The customer's places.
    pub places: Vec<Choice>,
    /// The customer's devices, and none.
    pub devices: Vec<Choice>,
    /// The model.
    pub model: String,
    /// The subject.
    pub subject: String,
    /// What is to be done.
    pub description: String,
    /// The beginning of the appointment, as the form has it.
    pub from: String,
    /// Its end.
    pub to: String,
    /// Who can do it, and nobody.
    pub technicians: Vec<Choice>,
    /// The errors.
    pub problems: Vec<String>,
    /// The company's time zone.
    pub zone: String,
}

/// The parts at the company's places. Fields of the form: `place`, `part`, `change`.
#[derive(Debug, Clone, Serialize)]
pub struct PartsPage {
    /// The places with their parts.
    pub places: Vec<PartsAtPlace>,
    /// The places to choose from.
    pub choices: Vec<Choice>,
    /// The parts to choose from.
    pub parts: Vec<Choice>,
}

impl Page for PartsPage {
    const TEMPLATE: &'static str = "console/work_orders/parts.html";
}

/// A place with its parts.
#[derive(Debug, Clone, Serialize)]
pub struct PartsAtPlace {
    /// Name of the place.
    pub name: String,
    /// The parts: label and number of units.
    pub parts: Vec<(String, i64)>,
}

/// An appointment and its progress, as the customer sees it on the page of a request.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerWork {
    /// The label of its kind.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// What is so now, in the customer's words.
    pub progress: Badge,
    /// The appointment in words, in the company's time zone.
    pub when: Option<String>,
    /// Who comes.
    pub technician: Option<String>,
}
