//! Returns in the console, `/console/returns` (P09).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, Done};
use crate::pages::returns::{Choice, NewReturn};
use crate::pages::{Fact, Page};

/// All returns, by filter or search.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnsPage {
    /// Those shown, the newest first.
    pub items: Vec<ReturnRow>,
    /// What may be shown.
    pub filters: Vec<Choice>,
    /// What is searched for.
    pub search: String,
    /// Where the list goes on.
    pub more_url: Option<String>,
    /// Where staff open one for a customer.
    pub new_url: String,
}

impl Page for ReturnsPage {
    const TEMPLATE: &'static str = "console/returns/list.html";
}

/// A return in a list.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnRow {
    /// Its page.
    pub url: String,
    /// What it is called.
    pub number: String,
    /// Whose it is.
    pub customer: String,
    /// The customer's page.
    pub customer_url: String,
    /// What is returned, and why.
    pub units: Vec<String>,
    /// How it stands.
    pub status: Badge,
    /// What comes next, in a few words.
    pub next: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Opening a return for a customer.
#[derive(Debug, Clone, Serialize)]
pub struct NewReturnFor {
    /// What was looked for; empty: nothing yet.
    pub query: String,
    /// The customers it can mean.
    pub found: Vec<CustomerChoice>,
    /// There are more of them than are shown.
    pub more: bool,
    /// The form, once the customer is chosen.
    pub of: Option<ReturnFor>,
}

impl Page for NewReturnFor {
    const TEMPLATE: &'static str = "console/returns/new.html";
}

/// A customer to choose.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerChoice {
    /// The form for this one.
    pub url: String,
    /// The name.
    pub name: String,
    /// The known address.
    pub email: Option<String>,
    /// How many devices they have.
    pub devices: u32,
}

/// The form of a return for a customer.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnFor {
    /// The customer's id, sent along.
    pub customer_id: String,
    /// The name.
    pub customer: String,
    /// The customer's page.
    pub customer_url: String,
    /// Lines and places. Fields as in the portal, and `customer`, `told`.
    pub form: NewReturn,
    /// Who is told by mail: the customer at their own address, or one of their people.
    pub told: Vec<Choice>,
}

/// One return with what may be done next.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnDetail {
    /// What it is called.
    pub number: String,
    /// How it stands.
    pub status: Badge,
    /// Whose it is.
    pub customer: String,
    /// The customer's page.
    pub customer_url: String,
    /// When and by whom it was opened.
    pub opened: Done,
    /// Counts changes; sent with every form, so that nobody acts on what they did not see.
    pub version: i64,
    /// Where every form posts to. Fields: `version`, `line`, `act`, and those of the act.
    pub action: String,
    /// In which currency amounts are asked.
    pub currency: String,
    /// What is returned.
    pub lines: Vec<ReturnWork>,
    /// What happened to it, the newest first.
    pub story: Vec<HistoryEntry>,
}

impl Page for ReturnDetail {
    const TEMPLATE: &'static str = "console/returns/one.html";
}

/// What happened.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryEntry {
    /// When and by whom.
    pub done: Done,
    /// What.
    pub text: String,
}

/// A line with its work.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnWork {
    /// Its number.
    pub number: u32,
    /// What it is.
    pub title: String,
    /// The device's page.
    pub device_url: Option<String>,
    /// How it stands.
    pub status: Badge,
    /// Reason, serial numbers, problem.
    pub facts: Vec<Fact>,
    /// How far each step is: `received 1 of 2`.
    pub progress: Vec<Progress>,
    /// What may be done now.
    pub next: Vec<NextStep>,
    /// What it waits for.
    pub waits: Option<String>,
    /// Whether it may be put on hold, asked about, given serial numbers, cancelled.
    pub open: bool,
    /// Whether it waits, and may be resumed.
    pub on_hold: bool,
    /// Amounts asked and answered.
    pub approvals: Vec<Fact>,
}

/// How far a step is.
#[derive(Debug, Clone, Serialize)]
pub struct Progress {
    /// What was done.
    pub label: String,
    /// To how many units.
    pub done: u32,
    /// Of how many.
    pub of: u32,
    /// When, by whom, which parcel.
    pub notes: Vec<String>,
}

/// A step that may be done now.
#[derive(Debug, Clone, Serialize)]
pub struct NextStep {
    /// `receive`, `repair` or `ship`.
    pub step: &'static str,
    /// What the button says.
    pub label: &'static str,
    /// How many units are ready for it.
    pub ready: u32,
    /// Whether serial numbers may be told with it.
    pub serials: bool,
    /// Whether a parcel can be followed.
    pub tracking: bool,
}
