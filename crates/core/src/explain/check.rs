//! A check of an explanation.

use serde::Serialize;

use super::{Action, Finding, Reason};
use crate::kernel::ids::{CustomerId, ReviewId};
use crate::kernel::record::RecordKey;

/// Result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The condition is met.
    Pass,
    /// The condition is not met.
    Fail,
    /// Cannot be determined, because the data is stale or an earlier check failed.
    Unknown,
    /// Decides nothing: a note, for example about a step that this person never had to take.
    Note,
}

impl Outcome {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Note => "note",
        }
    }
}

/// The object of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A customer.
    Customer(CustomerId),
    /// A record.
    Record(RecordKey),
    /// A review.
    Review(ReviewId),
    /// A system, by its configured name.
    System(String),
    /// The job list.
    Jobs,
}

/// A remedy for a failed check, for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The action.
    pub action: Action,
    /// The object to act on.
    pub target: Option<Target>,
}

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Stable name of the rule.
    pub rule: &'static str,
    /// Result.
    pub outcome: Outcome,
    /// Finding, for staff.
    pub finding: Finding,
    /// Remedy, if the check failed.
    pub fix: Option<Fix>,
    /// Reason that a failure gives; `None` if the failure follows from another check.
    pub reason: Option<Reason>,
}

impl Check {
    pub(crate) fn pass(rule: &'static str, finding: impl Into<Finding>) -> Self {
        Self { rule, outcome: Outcome::Pass, finding: finding.into(), fix: None, reason: None }
    }

    pub(crate) fn unknown(rule: &'static str, finding: impl Into<Finding>) -> Self {
        Self { rule, outcome: Outcome::Unknown, finding: finding.into(), fix: None, reason: None }
    }

    pub(crate) fn note(rule: &'static str, finding: impl Into<Finding>) -> Self {
        Self { rule, outcome: Outcome::Note, finding: finding.into(), fix: None, reason: None }
    }

    /// A failure that gives a reason.
    pub(crate) fn decides(
        rule: &'static str,
        reason: Reason,
        finding: impl Into<Finding>,
        target: Option<Target>,
    ) -> Self {
        let fix = Fix { action: reason.action(), target };
        Self { rule, outcome: Outcome::Fail, finding: finding.into(), fix: Some(fix), reason: Some(reason) }
    }

    /// A failure that follows from another check.
    pub(crate) fn follows(rule: &'static str, finding: impl Into<Finding>) -> Self {
        Self { rule, outcome: Outcome::Fail, finding: finding.into(), fix: None, reason: None }
    }
}
