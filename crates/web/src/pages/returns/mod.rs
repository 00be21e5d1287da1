//! Returns in the customer portal, `/portal/customer/returns` (P09).

pub(in crate::pages) mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::Badge;
use crate::pages::{Fact, Page};

/// A customer's returns.
#[derive(Debug, Clone, Serialize)]
pub struct Returns {
    /// Those that the filter shows, the newest first.
    pub items: Vec<ReturnCard>,
    /// What may be shown.
    pub filters: Vec<Choice>,
    /// What is searched for.
    pub search: String,
    /// Whether there is any return at all, shown or not.
    pub any: bool,
    /// Where a new one begins.
    pub new_url: String,
    /// Where the list goes on.
    pub more_url: Option<String>,
}

impl Page for Returns {
    const TEMPLATE: &'static str = "portal/returns/list.html";
}

/// Something to choose, in a list or a form.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Its value.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), chosen }
    }
}

/// A return in a list.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnCard {
    /// Its page.
    pub url: String,
    /// What it is called.
    pub number: String,
    /// How it stands.
    pub status: Badge,
    /// What is returned.
    pub units: Vec<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The amounts that wait for an answer.
    pub asked: Vec<String>,
}

/// One return.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnPage {
    /// What it is called.
    pub number: String,
    /// How it stands.
    pub status: Badge,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// What is returned.
    pub lines: Vec<ReturnLine>,
    /// How a parcel gets to the company, while one is awaited.
    pub instructions: Option<String>,
    /// What the customer is to do next, if anything.
    pub next: Option<String>,
    /// POST here gives it up.
    pub cancel_action: Option<String>,
    /// The list.
    pub back_url: String,
    /// What happened, the newest first.
    pub history: Vec<Happening>,
}

impl Page for ReturnPage {
    const TEMPLATE: &'static str = "portal/returns/one.html";
}

/// What happened, and when.
#[derive(Debug, Clone, Serialize)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// A line as its customer sees it.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnLine {
    /// Its number.
    pub number: u32,
    /// What it is: `2 × PACE 5 kW`.
    pub title: String,
    /// The device's page.
    pub device_url: Option<String>,
    /// How it stands.
    pub status: Badge,
    /// Reason, serial numbers, problem.
    pub facts: Vec<Fact>,
    /// What was done and what follows.
    pub steps: Vec<LineStep>,
    /// What it waits for.
    pub waits: Option<String>,
    /// What is to be approved.
    pub approval: Option<ApprovalForm>,
}

/// A step in plain words.
#[derive(Debug, Clone, Serialize)]
pub struct LineStep {
    /// What is done in it.
    pub label: String,
    /// `done`, `running` or `waiting`.
    pub state: &'static str,
    /// When it was done, how many are, how to follow the parcel.
    pub note: String,
}

/// An amount to approve or decline. Fields: `version`, `answer` (`approve` or `decline`), `note`.
#[derive(Debug, Clone, Serialize)]
pub struct ApprovalForm {
    /// Where it is sent.
    pub action: String,
    /// Which version is shown.
    pub version: u32,
    /// How much.
    pub amount: String,
    /// For what.
    pub note: String,
}

/// The form of a new return. Fields of line N: `device_N`, `model_N`, `quantity_N`, `serials_N`, `reason_N`, `problem_N`; and `place`,
/// `add` for another line.
#[derive(Debug, Clone, Serialize)]
pub struct NewReturn {
    /// Where it is sent.
    pub action: String,
    /// The list.
    pub back_url: String,
    /// At which place; empty when there is only one.
    pub places: Vec<Choice>,
    /// The lines typed so far.
    pub lines: Vec<LineForm>,
    /// Whether another line fits.
    pub can_add: bool,
    /// What is wrong with what was sent.
    pub problems: Vec<String>,
}

impl Page for NewReturn {
    const TEMPLATE: &'static str = "portal/returns/new.html";
}

/// A line being typed.
#[derive(Debug, Clone, Serialize)]
pub struct LineForm {
    /// Its number, from 1.
    pub number: u32,
    /// The customer's devices, and something else.
    pub devices: Vec<Choice>,
    /// The return reasons.
    pub reasons: Vec<Choice>,
    /// What was typed.
    pub model: String,
    /// What was typed.
    pub quantity: String,
    /// What was typed.
    pub serials: String,
    /// What was typed.
    pub problem: String,
}
