//! Timeline events of returns.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::line::{Answered, Cancelled, Hold, HoldKind, Posting, Tracking};
use super::{Line, Return, Step};
use crate::kernel::ids::ReturnId;
use crate::kernel::money::Money;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// A timeline event of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnEvent {
    /// The return.
    #[serde(alias = "rma_id")]
    pub return_id: ReturnId,
    /// Return number.
    pub number: String,
    /// The event.
    #[serde(flatten)]
    pub what: Happened,
}

impl FeatureEvent for ReturnEvent {
    const NAMES: &'static [&'static str] = &["return"];

    fn name(&self) -> &'static str {
        "return"
    }

    fn detail(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    fn read(_: &str, detail: &Value) -> serde_json::Result<Self> {
        Self::deserialize(detail)
    }
}

/// Kinds of event, with the model of the line concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happened {
    /// The return was opened.
    Opened {
        /// The returned lines.
        lines: Vec<ReturnedLine>,
        /// Whether it was opened by staff or an API client.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        for_customer: bool,
    },
    /// A step was completed.
    Done {
        /// The model.
        model: Personal,
        /// The step.
        step: Step,
        /// Number of units.
        quantity: u32,
        /// Tracking data of the parcel.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<Tracking>,
    },
    /// Serial numbers were added.
    Identified {
        /// The model.
        model: Personal,
        /// Serial numbers, as entered.
        serials: Vec<String>,
    },
    /// A line was put on hold to wait for parts.
    Held {
        /// The model.
        model: Personal,
        /// Note by staff.
        note: Personal,
    },
    /// The customer was asked to approve an amount.
    Asked {
        /// The model.
        model: Personal,
        /// The amount.
        amount: Money,
        /// Purpose of the amount.
        note: Personal,
    },
    /// The customer answered.
    Answered {
        /// The model.
        model: Personal,
        /// The amount.
        amount: Money,
        /// Whether it was approved.
        approved: bool,
    },
    /// A line was resumed.
    Resumed {
        /// The model.
        model: Personal,
    },
    /// Staff cancelled a line.
    Cancelled {
        /// The model.
        model: Personal,
        /// Reason.
        why: Personal,
    },
    /// The customer cancelled a line.
    Withdrawn {
        /// The model.
        model: Personal,
    },
    /// The return is complete.
    Closed,
}

/// A line of a newly opened return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// The model.
    pub model: Personal,
    /// Number of units.
    pub quantity: u32,
}

impl From<&Line> for ReturnedLine {
    fn from(line: &Line) -> Self {
        Self { model: (&line.model).into(), quantity: line.quantity }
    }
}

impl Tracking {
    /// Carrier and tracking number as text.
    pub fn sentence(&self) -> String {
        match &self.carrier {
            Some(carrier) => format!("{carrier} {}", self.number),
            None => format!("tracking number {}", self.number),
        }
    }
}

impl Return {
    /// The events that the return itself records, newest first: time, actor, event.
    pub fn story(&self) -> Vec<(Timestamp, String, ReturnEvent)> {
        let mut story = Vec::new();
        let mut tell = |at: Timestamp, by: &str, what: Happened| {
            story.push((at, by.to_owned(), ReturnEvent { return_id: self.id, number: self.number.clone(), what }));
        };
        let lines = self.lines.iter().map(ReturnedLine::from).collect();
        let opened = Happened::Opened { lines, for_customer: self.person_id.is_none() };
        tell(self.created_at, &self.created_by, opened);
        for line in &self.lines {
            let model = || Personal::from(&line.model);
            for Posting { step, quantity, at, by, tracking } in &line.postings {
                let (step, quantity, tracking) = (*step, *quantity, tracking.clone());
                tell(*at, by, Happened::Done { model: model(), step, quantity, tracking });
            }
            for asked in &line.approvals {
                let amount = asked.amount;
                tell(
                    asked.asked_at,
                    &asked.asked_by,
                    Happened::Asked { model: model(), amount, note: (&asked.note).into() },
                );
                if let Some(Answered { approved, at, by, .. }) = &asked.answered {
                    tell(*at, by, Happened::Answered { model: model(), amount, approved: *approved });
                }
            }
            if let Some(Hold { kind: HoldKind::Parts, note, at, by }) = &line.hold {
                tell(*at, by, Happened::Held { model: model(), note: note.into() });
            }
            if let Some(Cancelled { at, by, why }) = &line.cancelled {
                tell(*at, by, Happened::Cancelled { model: model(), why: why.into() });
            }
        }
        // Events with the same time keep their order.
        story.reverse();
        story.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        story
    }
}
