//! The states of a work order, and the steps between them.

use serde::{Deserialize, Serialize};

/// State of a work order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has taken it on yet.
    Open,
    /// The assignee has taken it on.
    Accepted,
    /// The assignee is on the way.
    OnTheWay,
    /// The assignee is at work.
    Working,
    /// Finished.
    Done,
    /// The assignee has given it back. It waits for the office.
    Refused,
    /// Given up by the office.
    Cancelled,
}

/// A step that a technician takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Take it on.
    Accept,
    /// Set off.
    Depart,
    /// Begin to work.
    Begin,
    /// Finish it.
    Finish,
    /// Give it back, with a reason.
    Refuse,
}

impl State {
    /// All states.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::Accepted, Self::OnTheWay, Self::Working, Self::Done, Self::Refused, Self::Cancelled];

    /// The name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::OnTheWay => "on_the_way",
            Self::Working => "working",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }

    /// Whether someone has begun it, so that the office cannot give it to someone else.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Working)
    }

    /// The state after a step; `None` if the step is not possible.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Open, Step::Accept) => Some(Self::Accepted),
            (Self::Accepted, Step::Depart) => Some(Self::OnTheWay),
            (Self::OnTheWay, Step::Begin) => Some(Self::Working),
            (Self::Working, Step::Finish) => Some(Self::Done),
            (Self::Open | Self::Accepted | Self::OnTheWay | Self::Working, Step::Refuse) => Some(Self::Refused),
            _ => None,
        }
    }

    /// The steps that are possible.
    pub fn next_steps(self) -> Vec<Step> {
        Step::ALL.into_iter().filter(|step| self.after(*step).is_some()).collect()
    }

    /// The state in words, within a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::OnTheWay => "on the way",
            Self::Working => "in progress",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 5] = [Self::Accept, Self::Depart, Self::Begin, Self::Finish, Self::Refuse];

    /// The name used in forms and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Depart => "depart",
            Self::Begin => "begin",
            Self::Finish => "finish",
            Self::Refuse => "refuse",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}
