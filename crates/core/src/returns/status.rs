//! Status of a return, derived from its lines.

use serde::{Deserialize, Serialize};

use super::{LineStatus, Return};

/// Status of a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnStatus {
    /// No unit has been received or shipped yet.
    New,
    /// A unit has been received or shipped.
    InProgress,
    /// A line is on hold.
    OnHold,
    /// Every line that was not cancelled is complete.
    Closed,
    /// Every line was cancelled.
    Cancelled,
}

impl ReturnStatus {
    /// All statuses.
    pub const ALL: [Self; 5] = [Self::New, Self::InProgress, Self::OnHold, Self::Closed, Self::Cancelled];

    /// The name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::OnHold => "on_hold",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether steps remain.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::InProgress | Self::OnHold)
    }
}

impl Return {
    /// Status derived from the lines.
    pub fn status(&self) -> ReturnStatus {
        let all = |wanted: fn(LineStatus) -> bool| self.lines.iter().all(|line| wanted(line.status()));
        let any = |wanted: LineStatus| self.lines.iter().any(|line| line.status() == wanted);
        if all(|status| status == LineStatus::Cancelled) {
            ReturnStatus::Cancelled
        } else if all(|status| !status.is_open()) {
            ReturnStatus::Closed
        } else if any(LineStatus::OnHold) {
            ReturnStatus::OnHold
        } else if all(|status| matches!(status, LineStatus::New | LineStatus::Cancelled)) {
            ReturnStatus::New
        } else {
            ReturnStatus::InProgress
        }
    }
}
