//! Returns in the customer portal, `/portal/customer/returns` (P09).

pub(in crate::pages) mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::Badge;
use crate::pages::{Fact, Page};

/// The list of a customer's returns.
#[derive(Debug, Clone, Serialize)]
pub struct Returns {
    /// The returns that match the filter, newest first.
    pub items: Vec<ReturnCard>,
    /// The filters.
    pub filters: Vec<Choice>,
    /// The search text.
    pub search: String,
    /// Whether there are any returns, regardless of the filter.
    pub any: bool,
    /// URL for opening a return.
    pub new_url: String,
    /// URL of the next page.
    pub more_url: Option<String>,
}

impl Page for Returns {
    const TEMPLATE: &'static str = "portal/returns/list.html";
}

/// A choice in a list or a form.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// The submitted value.
    pub value: String,
    /// The label.
    pub label: String,
    /// Whether it is selected.
    pub chosen: bool,
}

impl Choice {
    /// Creates a choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), chosen }
    }
}

/// A return in a list.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnCard {
    /// URL of the return.
    pub url: String,
    /// The return's number.
    pub number: String,
    /// The status.
    pub status: Badge,
    /// The returned units.
    pub units: Vec<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The amounts that wait for the customer's answer.
    pub asked: Vec<String>,
}

/// The page of a return.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnPage {
    /// The return's number.
    pub number: String,
    /// The status.
    pub status: Badge,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The returned units.
    pub lines: Vec<ReturnLine>,
    /// Instructions for sending the parcel, while one is expected.
    pub instructions: Option<String>,
    /// What the customer has to do next, if anything.
    pub next: Option<String>,
    /// POST action for cancelling the return.
    pub cancel_action: Option<String>,
    /// URL of the list.
    pub back_url: String,
    /// The history, newest first.
    pub history: Vec<Happening>,
}

impl Page for ReturnPage {
    const TEMPLATE: &'static str = "portal/returns/one.html";
}

/// An event in a return's history.
#[derive(Debug, Clone, Serialize)]
pub struct Happening {
    /// When it happened.
    pub at: Timestamp,
    /// The description.
    pub text: String,
}

/// A line, as its customer sees it.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnLine {
    /// The line's number.
    pub number: u32,
    /// The units: `2 × PACE 5 kW`.
    pub title: String,
    /// URL of the device.
    pub device_url: Option<String>,
    /// The status.
    pub status: Badge,
    /// Reason, serial numbers, problem.
    pub facts: Vec<Fact>,
    /// The steps done and the steps to come.
    pub steps: Vec<LineStep>,
    /// What the line is waiting for.
    pub waits: Option<String>,
    /// The amount to approve.
    pub approval: Option<ApprovalForm>,
}

/// A step, in plain language.
#[derive(Debug, Clone, Serialize)]
pub struct LineStep {
    /// The label.
    pub label: String,
    /// `done`, `running` or `waiting`.
    pub state: &'static str,
    /// When the step was done, for how many units, and how to track the parcel.
    pub note: String,
}

/// The form for approving or declining an amount. Fields: `version`, `answer` (`approve` or `decline`), `note`.
#[derive(Debug, Clone, Serialize)]
pub struct ApprovalForm {
    /// The form's action.
    pub action: String,
    /// The version that is shown.
    pub version: u32,
    /// The amount.
    pub amount: String,
    /// What the amount is for.
    pub note: String,
}

/// The form of a new return. Fields of line N: `device_N`, `model_N`, `quantity_N`, `serials_N`, `reason_N`,
/// `problem_N`; and `place`, and `add` for another line.
#[derive(Debug, Clone, Serialize)]
pub struct NewReturn {
    /// The form's action.
    pub action: String,
    /// URL of the list.
    pub back_url: String,
    /// The places to choose from; empty if there is only one.
    pub places: Vec<Choice>,
    /// The lines entered so far.
    pub lines: Vec<LineForm>,
    /// Whether another line can be added.
    pub can_add: bool,
    /// Error messages of the rejected form.
    pub problems: Vec<String>,
}

impl Page for NewReturn {
    const TEMPLATE: &'static str = "portal/returns/new.html";
}

/// A line of the form.
#[derive(Debug, Clone, Serialize)]
pub struct LineForm {
    /// The line's number, from 1.
    pub number: u32,
    /// The customer's devices, and the choice of something else.
    pub devices: Vec<Choice>,
    /// The return reasons.
    pub reasons: Vec<Choice>,
    /// The entered model.
    pub model: String,
    /// The entered quantity.
    pub quantity: String,
    /// The entered serial numbers.
    pub serials: String,
    /// The entered problem.
    pub problem: String,
}
