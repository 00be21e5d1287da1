//! What happens to a return, as the timeline tells it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::line::{Answered, Cancelled, Hold, HoldKind, Posting, Tracking};
use super::{Line, Return, Step};
use crate::kernel::ids::ReturnId;
use crate::kernel::money::Money;
use crate::kernel::timeline::Personal;

/// What happened to a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnEvent {
    /// The return.
    #[serde(alias = "rma_id")]
    pub return_id: ReturnId,
    /// What people call it.
    pub number: String,
    /// What happened.
    #[serde(flatten)]
    pub what: Happened,
}

/// What happened, with the line it happened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happened {
    /// It was opened.
    Opened {
        /// What is returned.
        lines: Vec<ReturnedLine>,
        /// Staff or a machine opened it for the customer.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        for_customer: bool,
    },
    /// A step was done.
    Done {
        /// What it was done to.
        model: Personal,
        /// Which.
        step: Step,
        /// To how many units.
        quantity: u32,
        /// How to follow the parcel.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<Tracking>,
    },
    /// Serial numbers became known.
    Identified {
        /// Of what.
        model: Personal,
        /// As entered.
        serials: Vec<String>,
    },
    /// It waits for parts.
    Held {
        /// What waits.
        model: Personal,
        /// What staff wrote.
        note: Personal,
    },
    /// The customer was asked to approve an amount.
    Asked {
        /// For what unit.
        model: Personal,
        /// How much.
        amount: Money,
        /// For what.
        note: Personal,
    },
    /// The customer answered.
    Answered {
        /// For what unit.
        model: Personal,
        /// How much it was.
        amount: Money,
        /// Yes; otherwise no.
        approved: bool,
    },
    /// It waits no longer.
    Resumed {
        /// What goes on.
        model: Personal,
    },
    /// A line was given up.
    Cancelled {
        /// What is no longer returned.
        model: Personal,
        /// Why.
        why: Personal,
    },
    /// The customer gave a line up.
    Withdrawn {
        /// What is no longer returned.
        model: Personal,
    },
    /// Nothing more is to be done.
    Closed,
}

/// A line of a return, as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// What is returned.
    pub model: Personal,
    /// How many.
    pub quantity: u32,
}

impl From<&Line> for ReturnedLine {
    fn from(line: &Line) -> Self {
        Self { model: (&line.model).into(), quantity: line.quantity }
    }
}

impl Tracking {
    /// Carrier and number, as read aloud.
    pub fn sentence(&self) -> String {
        match &self.carrier {
            Some(carrier) => format!("{carrier} {}", self.number),
            None => format!("tracking number {}", self.number),
        }
    }
}

impl Return {
    /// What is written in the return itself of what happened to it, the newest first: when, by whom, what.
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
        // What happened in one moment stays in the order of its telling.
        story.reverse();
        story.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        story
    }
}
