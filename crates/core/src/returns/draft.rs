//! Input for a new return, and its validation.

use std::collections::BTreeSet;

use super::line::{DeviceRef, Unit, UnitRole};
use super::{Line, MAX_LINES, MAX_SERIAL_LENGTH, MAX_TEXT_LENGTH, MAX_UNITS, ReturnDraftError, ReturnReason};
use crate::kernel::ids::{CustomerId, PersonId, PlaceId};
use crate::kernel::rejection::FieldProblem;
use crate::kernel::{input, normalise};

/// Input for a new return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnDraft {
    /// The customer.
    pub customer_id: CustomerId,
    /// The place.
    pub place_id: PlaceId,
    /// The person who opens it; `None` if staff or an API client do.
    pub person_id: Option<PersonId>,
    /// Recipient of its e-mails.
    pub email: Option<String>,
    /// The lines.
    pub lines: Vec<ReturnDraftLine>,
}

/// Input for a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnDraftLine {
    /// The device; its name and serial number are given as well.
    pub device: Option<DeviceRef>,
    /// The model.
    pub model: String,
    /// Number of units.
    pub quantity: u32,
    /// Serial numbers, as far as known.
    pub serials: Vec<String>,
    /// Code of the return reason.
    pub reason: String,
    /// Description of the problem.
    pub problem: String,
}

impl ReturnDraft {
    /// Validates the lines, and returns them or all problems. `staff` allows reasons that customers cannot choose.
    /// `elsewhere` are normalised serial numbers of devices that belong to other customers.
    pub(crate) fn checked(
        &self,
        reasons: &[ReturnReason],
        staff: bool,
        elsewhere: &BTreeSet<String>,
    ) -> Result<Vec<Line>, ReturnDraftError> {
        let mut wrong = Vec::new();
        if self.lines.is_empty() {
            wrong.push(FieldProblem::general("enter what you return: at least one line is needed"));
        }
        if self.lines.len() > MAX_LINES {
            let why = format!("a return has at most {MAX_LINES} lines; open another one for the rest");
            wrong.push(FieldProblem::general(why));
        }
        let mut lines = Vec::new();
        for (number, line) in (1_u32..).zip(&self.lines) {
            match line.checked(number, reasons, staff, elsewhere) {
                Ok(line) => lines.push(line),
                Err(problems) => wrong.extend(problems.into_iter().map(|why| of_line(number, why))),
            }
        }
        for (at, line) in lines.iter().enumerate() {
            let twice = |key: &String| lines[..at].iter().any(|other| other.unit_keys().contains(key));
            if line.unit_keys().iter().any(twice) {
                wrong.push(of_line(line.number, "the same unit is on another line"));
            }
        }
        if wrong.is_empty() { Ok(lines) } else { Err(ReturnDraftError(wrong)) }
    }
}

impl ReturnDraftLine {
    fn checked(
        &self,
        number: u32,
        reasons: &[ReturnReason],
        staff: bool,
        elsewhere: &BTreeSet<String>,
    ) -> Result<Line, Vec<String>> {
        let mut wrong = Vec::new();
        let model = input::line(&self.model, input::NAME).unwrap_or_else(|_| {
            wrong.push("say what it is, in at most 200 characters".to_owned());
            String::new()
        });
        if !(1..=MAX_UNITS).contains(&self.quantity) {
            wrong.push(format!("the number of units is 1 to {MAX_UNITS}"));
        }
        if self.device.is_some() && self.quantity != 1 {
            wrong.push("a device is one unit; use another line for more".to_owned());
        }
        let problem = input::optional_text(self.problem.trim(), MAX_TEXT_LENGTH).unwrap_or_else(|_| {
            wrong.push(format!("describe the problem in at most {MAX_TEXT_LENGTH} characters"));
            None
        });
        let reason = reasons.iter().find(|reason| reason.code == self.reason && (staff || reason.for_customers));
        if reason.is_none() {
            let codes: Vec<_> = reasons.iter().map(|reason| reason.code.as_str()).collect();
            wrong.push(format!("“{}” is not a return reason; choose one of {}", self.reason, codes.join(", ")));
        }
        let units = self.units(elsewhere, &mut wrong);
        match reason {
            Some(reason) if wrong.is_empty() => Ok(Line {
                number,
                model,
                device: self.device.clone(),
                quantity: self.quantity,
                reason: reason.clone(),
                problem: problem.unwrap_or_default(),
                units,
                postings: Vec::new(),
                hold: None,
                approvals: Vec::new(),
                cancelled: None,
            }),
            _ => Err(wrong),
        }
    }

    fn units(&self, elsewhere: &BTreeSet<String>, wrong: &mut Vec<String>) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        for entered in self.serials.iter().map(|entered| entered.trim()).filter(|entered| !entered.is_empty()) {
            // Non-ASCII letters can look like ASCII ones, so the same unit could be entered as a different one.
            let fits = |compared: &String| compared.is_ascii() && compared.len() <= MAX_SERIAL_LENGTH;
            let Some(compared) = normalise::serial(entered).filter(fits) else {
                wrong.push(format!("“{entered}” is no serial number"));
                continue;
            };
            if units.iter().any(|unit| normalise::serial(&unit.serial).as_ref() == Some(&compared)) {
                wrong.push(format!("serial number {entered} is there twice"));
                continue;
            }
            let elsewhere = elsewhere.contains(&compared);
            units.push(Unit { serial: entered.to_owned(), role: UnitRole::Returned, elsewhere });
        }
        if units.len() > self.quantity as usize {
            wrong.push("there are more serial numbers than units".to_owned());
        }
        units
    }
}

fn of_line(number: u32, why: impl Into<String>) -> FieldProblem {
    FieldProblem::new(format!("line {number}"), why)
}

/// Splits serial numbers entered on several lines, or separated by commas or semicolons.
pub fn split_serials(typed: &str) -> Vec<String> {
    let typed = typed.split(['\n', '\r', ',', ';']).map(str::trim);
    typed.filter(|serial| !serial.is_empty()).map(ToOwned::to_owned).collect()
}
