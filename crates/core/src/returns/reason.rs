//! Return reasons: configuration that defines the steps of a line.

use serde::{Deserialize, Serialize};

/// A step in the processing of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The unit arrives from the customer.
    Receive,
    /// The unit is repaired.
    Repair,
    /// The unit or its replacement is sent to the customer.
    Ship,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 3] = [Self::Receive, Self::Repair, Self::Ship];

    /// The name used in the configuration, the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Repair => "repair",
            Self::Ship => "ship",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }

    /// Past participle of the step, for sentences.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Receive => "received",
            Self::Repair => "repaired",
            Self::Ship => "shipped",
        }
    }

    /// Whether the step moves a unit between customer and operating company. The first such step changes a line from
    /// new to in progress.
    pub const fn moves(self) -> bool {
        matches!(self, Self::Receive | Self::Ship)
    }
}

/// A return reason, with its steps in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnReason {
    /// Code, for example `repair` or `advance_replace`.
    pub code: String,
    /// Label for customers.
    pub label: String,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Whether customers may choose it; otherwise only staff.
    #[serde(default = "yes")]
    pub for_customers: bool,
}

const fn yes() -> bool {
    true
}

/// Configuration error of return reasons.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReturnReasonError {
    /// No reason is configured.
    #[error("[[returns.reasons]] is empty: at least one return reason is needed")]
    None,
    /// A code is used more than once.
    #[error("return reason “{0}” is there twice: every code may be used once")]
    Twice(String),
    /// Code or label is missing or invalid.
    #[error("return reason “{0}”: code needs lower-case letters, digits and _, at most 40; label at least one letter")]
    Unnamed(String),
    /// There are no steps, a step occurs twice, or the order is impossible.
    #[error(
        "return reason “{0}”: steps begin with receive or ship, hold each at most once, and repair comes after receive"
    )]
    Order(String),
}

impl ReturnReason {
    /// Creates a reason that customers may choose.
    pub fn new(code: &str, label: &str, steps: &[Step]) -> Self {
        Self { code: code.to_owned(), label: label.to_owned(), steps: steps.to_vec(), for_customers: true }
    }

    /// The default reasons, used if none are configured.
    pub fn usual() -> Vec<Self> {
        use Step::{Receive, Repair, Ship};
        vec![
            Self::new("repair", "Repair it and send it back", &[Receive, Repair, Ship]),
            Self::new("pool_swap", "Swap it: send mine first, then I get another one", &[Receive, Ship]),
            Self::new("advance_replace", "Replace it: I get another one first, then send mine", &[Ship, Receive]),
            Self::new("credit", "Return it for a credit", &[Receive]),
        ]
    }

    /// Validates a whole configuration.
    pub fn check_all(reasons: &[Self]) -> Result<(), ReturnReasonError> {
        if reasons.is_empty() {
            return Err(ReturnReasonError::None);
        }
        for (at, reason) in reasons.iter().enumerate() {
            reason.check()?;
            if reasons[..at].iter().any(|other| other.code == reason.code) {
                return Err(ReturnReasonError::Twice(reason.code.clone()));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ReturnReasonError> {
        let code_ok = (1..=40).contains(&self.code.len())
            && self.code.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
        if !code_ok || self.label.trim().is_empty() {
            return Err(ReturnReasonError::Unnamed(self.code.clone()));
        }
        let place = |wanted: Step| self.steps.iter().position(|step| *step == wanted);
        let begins = self.steps.first().is_some_and(|step| step.moves());
        let once = self.steps.iter().enumerate().all(|(at, step)| place(*step) == Some(at));
        let repair_ok = place(Step::Repair).is_none_or(|repair| place(Step::Receive).is_some_and(|at| at < repair));
        if begins && once && repair_ok { Ok(()) } else { Err(ReturnReasonError::Order(self.code.clone())) }
    }

    /// Whether the shipped unit is the returned one: a repaired unit goes back to its owner.
    pub fn sends_the_same(&self) -> bool {
        self.steps.contains(&Step::Repair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p09_default_return_reasons_are_valid() {
        let usual = ReturnReason::usual();
        assert_eq!(ReturnReason::check_all(&usual), Ok(()));
        let first = |code: &str| usual.iter().find(|reason| reason.code == code).unwrap().steps[0];
        assert_eq!(first("pool_swap"), Step::Receive);
        assert_eq!(first("advance_replace"), Step::Ship);
    }

    #[test]
    fn p09_return_reason_with_impossible_steps_is_rejected() {
        use Step::{Receive, Repair, Ship};
        for steps in
            [&[][..], &[Repair], &[Repair, Receive], &[Ship, Repair], &[Receive, Receive], &[Ship, Receive, Ship]]
        {
            let bad = [ReturnReason::new("odd", "Odd", steps)];
            assert_eq!(ReturnReason::check_all(&bad), Err(ReturnReasonError::Order("odd".into())), "{steps:?}");
        }
        assert_eq!(ReturnReason::check_all(&[]), Err(ReturnReasonError::None));
        let twice = [ReturnReason::new("a", "A", &[Receive]), ReturnReason::new("a", "B", &[Receive])];
        assert_eq!(ReturnReason::check_all(&twice), Err(ReturnReasonError::Twice("a".into())));
        assert!(ReturnReason::check_all(&[ReturnReason::new("No Code", "x", &[Receive])]).is_err());
    }
}
