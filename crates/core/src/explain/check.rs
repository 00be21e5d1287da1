//! One check on the way.

use serde::Serialize;

use super::{Action, Finding, Reason};
use crate::kernel::ids::{CustomerId, ReviewId};
use crate::kernel::record::RecordKey;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The hub cannot tell: what it knows is too old, or an earlier check does not hold.
    Unknown,
}

impl Outcome {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

/// What a fix is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A customer.
    Customer(CustomerId),
    /// A record.
    Record(RecordKey),
    /// A question.
    Review(ReviewId),
    /// A system, by its configured name.
    System(String),
    /// The list of jobs.
    Jobs,
}

/// What staff do about a check that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is done.
    pub action: Action,
    /// To what.
    pub target: Option<Target>,
}

/// One check on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The rule's name, stable.
    pub rule: &'static str,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found, for staff.
    pub finding: Finding,
    /// What to do, if it does not hold.
    pub fix: Option<Fix>,
    /// The reason this is, if it fails; none when it fails because of what another check says.
    pub reason: Option<Reason>,
}

impl Check {
    pub(crate) fn pass(rule: &'static str, finding: impl Into<Finding>) -> Self {
        Self { rule, outcome: Outcome::Pass, finding: finding.into(), fix: None, reason: None }
    }

    pub(crate) fn unknown(rule: &'static str, finding: impl Into<Finding>) -> Self {
        Self { rule, outcome: Outcome::Unknown, finding: finding.into(), fix: None, reason: None }
    }

    /// It fails, and this is why something is missing.
    pub(crate) fn decides(
        rule: &'static str,
        reason: Reason,
        finding: impl Into<Finding>,
        target: Option<Target>,
    ) -> Self {
        let fix = Fix { action: reason.action(), target };
        Self { rule, outcome: Outcome::Fail, finding: finding.into(), fix: Some(fix), reason: Some(reason) }
    }

    /// It fails, as a consequence of what another check says.
    pub(crate) fn follows(rule: &'static str, finding: impl Into<Finding>) -> Self {
        Self { rule, outcome: Outcome::Fail, finding: finding.into(), fix: None, reason: None }
    }
}
