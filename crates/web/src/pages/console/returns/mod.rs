//! Returns in the console, `/console/returns` (P09).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, Done};
use crate::pages::returns::{Choice, NewReturn};
use crate::pages::{Fact, Page};

/// The list of returns.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnsPage {
    /// The returns that match the filter and search, newest first.
    pub items: Vec<ReturnRow>,
    /// The filters.
    pub filters: Vec<Choice>,
    /// The search text.
    pub search: String,
    /// URL of the next page.
    pub more_url: Option<String>,
    /// URL for opening a return for a customer.
    pub new_url: String,
}

impl Page for ReturnsPage {
    const TEMPLATE: &'static str = "console/returns/list.html";
}

/// A return in a list.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnRow {
    /// URL of the return.
    pub url: String,
    /// The return's number.
    pub number: String,
    /// The customer's name.
    pub customer: String,
    /// URL of the customer.
    pub customer_url: String,
    /// The returned units, with the reasons.
    pub units: Vec<String>,
    /// The status.
    pub status: Badge,
    /// The next step, in a few words.
    pub next: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The page for opening a return for a customer.
#[derive(Debug, Clone, Serialize)]
pub struct NewReturnFor {
    /// The search text; empty before the first search.
    pub query: String,
    /// The customers found.
    pub found: Vec<CustomerChoice>,
    /// Whether there are more customers than are shown.
    pub more: bool,
    /// The form, once a customer is chosen.
    pub of: Option<ReturnFor>,
}

impl Page for NewReturnFor {
    const TEMPLATE: &'static str = "console/returns/new.html";
}

/// A customer to choose.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerChoice {
    /// URL of the form for this customer.
    pub url: String,
    /// The customer's name.
    pub name: String,
    /// The known e-mail address.
    pub email: Option<String>,
    /// Number of devices.
    pub devices: u32,
}

/// The form of a return for a customer.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnFor {
    /// The customer's id, submitted with the form.
    pub customer_id: String,
    /// The customer's name.
    pub customer: String,
    /// URL of the customer.
    pub customer_url: String,
    /// The places and lines. Fields as in the portal, and `customer`, `told`.
    pub form: NewReturn,
    /// The recipients to choose from for e-mail notifications: the customer at their own address, or one of their
    /// persons.
    pub told: Vec<Choice>,
}

/// The page of a return, with the available actions.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnDetail {
    /// The return's number.
    pub number: String,
    /// The status.
    pub status: Badge,
    /// The customer's name.
    pub customer: String,
    /// URL of the customer.
    pub customer_url: String,
    /// When and by whom it was opened.
    pub opened: Done,
    /// Version number, incremented by every change. Sent with every form, to prevent conflicting changes.
    pub version: i64,
    /// The action of every form. Fields: `version`, `line`, `act`, and those of the act.
    pub action: String,
    /// The currency of the amounts.
    pub currency: String,
    /// The returned units.
    pub lines: Vec<ReturnWork>,
    /// The history, newest first.
    pub story: Vec<HistoryEntry>,
}

impl Page for ReturnDetail {
    const TEMPLATE: &'static str = "console/returns/one.html";
}

/// An event in the history.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryEntry {
    /// When it happened and who caused it.
    pub done: Done,
    /// The description.
    pub text: String,
}

/// A line of a return, with the available actions.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnWork {
    /// The line's number.
    pub number: u32,
    /// The returned units.
    pub title: String,
    /// URL of the device.
    pub device_url: Option<String>,
    /// The status.
    pub status: Badge,
    /// Reason, serial numbers, problem.
    pub facts: Vec<Fact>,
    /// The progress of each step: `received 1 of 2`.
    pub progress: Vec<Progress>,
    /// The steps that can be done now.
    pub next: Vec<NextStep>,
    /// What the line is waiting for.
    pub waits: Option<String>,
    /// Whether the line is open, so that it can be put on hold or cancelled, approval can be requested, and serial
    /// numbers can be added.
    pub open: bool,
    /// Whether the line is on hold, so that it can be resumed.
    pub on_hold: bool,
    /// The amounts for which approval was requested, with the answers.
    pub approvals: Vec<Fact>,
}

/// The progress of a step.
#[derive(Debug, Clone, Serialize)]
pub struct Progress {
    /// The label of the step.
    pub label: String,
    /// Number of units for which it is done.
    pub done: u32,
    /// Total number of units.
    pub of: u32,
    /// When and by whom it was done, and the parcel.
    pub notes: Vec<String>,
}

/// A step that can be done now.
#[derive(Debug, Clone, Serialize)]
pub struct NextStep {
    /// `receive`, `repair` or `ship`.
    pub step: &'static str,
    /// The button's label.
    pub label: &'static str,
    /// Number of units that are ready for it.
    pub ready: u32,
    /// Whether serial numbers can be entered with it.
    pub serials: bool,
    /// Whether a tracking number can be entered with it.
    pub tracking: bool,
}
