//! Plans that open and change returns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::event::{Happened, ReturnedLine};
use super::{Act, Draft, Refused, ReturnEvent, ReturnReason, Return, ReturnStatus, Step, WrongDraft, number_of};
use crate::kernel::customer::Customer;
use crate::kernel::ids::RmaId;
use crate::kernel::job::Task;
use crate::kernel::plan::{self, Change, Plan, Stamp};
use crate::kernel::timeline::{Event, Personal};

/// What a mail tells of a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tells", rename_all = "snake_case")]
pub enum Letter {
    /// It was opened.
    Opened,
    /// An amount is to be approved.
    Asked {
        /// On which line.
        line: u32,
        /// Which version of it.
        version: u32,
    },
    /// Something was shipped.
    Shipped {
        /// Of which line.
        line: u32,
        /// Which posting of the line, from 0.
        posting: u32,
    },
    /// It is complete, or was cancelled.
    Ended,
}

impl std::fmt::Display for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Opened => f.write_str("opened"),
            Self::Asked { line, version } => write!(f, "asked:{line}:{version}"),
            Self::Shipped { line, posting } => write!(f, "shipped:{line}:{posting}"),
            Self::Ended => f.write_str("ended"),
        }
    }
}

/// Opens a return.
///
/// # Errors
/// Everything that is wrong with the draft.
pub fn open(
    draft: &Draft,
    reasons: &[ReturnReason],
    customer: Customer,
    (staff, elsewhere): (bool, &BTreeSet<String>),
    stamp: Stamp<'_>,
) -> Result<(Return, Plan), WrongDraft> {
    let lines = draft.checked(reasons, staff, elsewhere)?;
    let id: RmaId = stamp.id();
    let rma = Return {
        id,
        number: number_of(id),
        version: 1,
        customer_id: draft.customer_id,
        place_id: draft.place_id,
        person_id: draft.person_id,
        email: draft.email.clone(),
        lines,
        created_at: stamp.now,
        created_by: stamp.actor.to_string(),
        updated_at: stamp.now,
    };
    let mut told = plan::Draft::of(customer, stamp);
    let lines = rma.lines.iter().map(ReturnedLine::from).collect();
    told.note(&event(&rma, Happened::Opened { lines, for_customer: staff }));
    told.push(Change::CreateReturn(Box::new(rma.clone())), "the customer sends something back");
    mail(&mut told, &rma, Letter::Opened, stamp);
    Ok((rma, told.finish()))
}

/// Does something to lines of a return, all of it or nothing.
///
/// # Errors
/// Why not.
pub fn change(
    before: &Return,
    acts: Vec<(u32, Act)>,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Result<(Return, Plan), Refused> {
    let mut rma = before.clone();
    let mut told = plan::Draft::of(customer, stamp);
    for (line, act) in acts {
        let known = rma.line(line).map_or(0, |line| line.units.len());
        rma.act(line, act.clone(), stamp)?;
        if let Some(what) = happened(&rma, line, &act, known) {
            told.note(&event(&rma, what));
        }
        if let Some(letter) = letter(&rma, line, &act) {
            mail(&mut told, &rma, letter, stamp);
        }
    }
    if before.status().is_open() && !rma.status().is_open() {
        if rma.status() == ReturnStatus::Closed {
            told.note(&event(&rma, Happened::Closed));
        }
        mail(&mut told, &rma, Letter::Ended, stamp);
    }
    told.push(Change::UpdateReturn(Box::new(rma.clone())), "something was done to the return");
    Ok((Return { version: rma.version + 1, ..rma }, told.finish()))
}

fn event(rma: &Return, what: Happened) -> Event {
    Event::Return(ReturnEvent { rma_id: rma.id, number: rma.number.clone(), what })
}

fn happened(rma: &Return, line: u32, act: &Act, known: usize) -> Option<Happened> {
    let line = rma.line(line)?;
    let model = Personal::from(&line.model);
    Some(match act {
        Act::Done { .. } => {
            let posting = line.postings.last()?;
            let tracking = posting.tracking.clone();
            Happened::Done { model, step: posting.step, quantity: posting.quantity, tracking }
        }
        Act::Identify { .. } => {
            let new: Vec<_> = line.units.iter().skip(known).map(|unit| unit.serial.clone()).collect();
            Happened::Identified { model, serials: Some(new).filter(|new| !new.is_empty())? }
        }
        Act::Hold { note } => Happened::Held { model, note: note.trim().into() },
        Act::Ask { amount, note } => Happened::Asked { model, amount: *amount, note: note.trim().into() },
        Act::Resume => Happened::Resumed { model },
        Act::Withdraw => Happened::Withdrawn { model },
        Act::Cancel { .. } => Happened::Cancelled { model, why: (&line.cancelled.as_ref()?.why).into() },
        Act::Approve { .. } | Act::Decline { .. } => {
            let approval = line.approvals.last()?;
            Happened::Answered { model, amount: approval.amount, approved: matches!(act, Act::Approve { .. }) }
        }
    })
}

fn letter(rma: &Return, number: u32, act: &Act) -> Option<Letter> {
    let line = rma.line(number)?;
    match act {
        Act::Ask { .. } => Some(Letter::Asked { line: number, version: line.approvals.last()?.version }),
        Act::Done { step: Step::Ship, .. } => {
            let posting = u32::try_from(line.postings.len().checked_sub(1)?).ok()?;
            Some(Letter::Shipped { line: number, posting })
        }
        _ => None,
    }
}

fn mail(told: &mut plan::Draft<'_>, rma: &Return, letter: Letter, stamp: Stamp<'_>) {
    let task = Task::MailReturn { rma_id: rma.id, letter };
    told.push(Change::Enqueue(stamp.job(task)), "the customer is told by mail");
}
