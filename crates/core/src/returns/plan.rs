//! Plans that open and change returns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::event::{Happened, ReturnedLine};
use super::{
    Return, ReturnAction, ReturnActionError, ReturnDraft, ReturnDraftError, ReturnEvent, ReturnReason, ReturnStatus,
    Step, number_of,
};
use crate::kernel::customer::Customer;
use crate::kernel::ids::ReturnId;
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{self, Plan, Stamp};
use crate::kernel::timeline::Personal;
use crate::returns::change::ReturnChange;
use crate::returns::jobs::MailReturn;

/// Kinds of e-mail about a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tells", rename_all = "snake_case")]
pub enum Notice {
    /// The return was opened.
    Opened,
    /// An amount needs approval.
    Asked {
        /// Line number.
        line: u32,
        /// Version of the amount.
        version: u32,
    },
    /// Units were shipped.
    Shipped {
        /// Line number.
        line: u32,
        /// Index of the line's posting, from 0.
        posting: u32,
    },
    /// The return is complete or cancelled.
    Ended,
}

impl std::fmt::Display for Notice {
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
/// All validation errors of the input.
pub fn open(
    draft: &ReturnDraft,
    reasons: &[ReturnReason],
    customer: Customer,
    (staff, elsewhere): (bool, &BTreeSet<String>),
    stamp: Stamp<'_>,
) -> Result<(Return, Plan), ReturnDraftError> {
    let lines = draft.checked(reasons, staff, elsewhere)?;
    let id: ReturnId = stamp.id();
    let customer_return = Return {
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
    let mut edit = plan::CustomerEdit::of(customer, stamp);
    let lines = customer_return.lines.iter().map(ReturnedLine::from).collect();
    edit.note(event(&customer_return, Happened::Opened { lines, for_customer: staff }));
    edit.push(ReturnChange::Create(Box::new(customer_return.clone())), "the customer sends something back");
    mail(&mut edit, &customer_return, Notice::Opened, stamp);
    Ok((customer_return, edit.finish()))
}

/// Applies actions to lines of a return, all of them or none.
///
/// # Errors
/// The reason why an action is not possible.
pub fn change(
    before: &Return,
    acts: Vec<(u32, ReturnAction)>,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Result<(Return, Plan), ReturnActionError> {
    let mut customer_return = before.clone();
    let mut edit = plan::CustomerEdit::of(customer, stamp);
    for (line, act) in acts {
        let known = customer_return.line(line).map_or(0, |line| line.units.len());
        customer_return.act(line, act.clone(), stamp)?;
        if let Some(what) = happened(&customer_return, line, &act, known) {
            edit.note(event(&customer_return, what));
        }
        if let Some(notice) = notice(&customer_return, line, &act) {
            mail(&mut edit, &customer_return, notice, stamp);
        }
    }
    if before.status().is_open() && !customer_return.status().is_open() {
        if customer_return.status() == ReturnStatus::Closed {
            edit.note(event(&customer_return, Happened::Closed));
        }
        mail(&mut edit, &customer_return, Notice::Ended, stamp);
    }
    edit.push(ReturnChange::Update(Box::new(customer_return.clone())), "something was done to the return");
    Ok((Return { version: customer_return.version + 1, ..customer_return }, edit.finish()))
}

fn event(customer_return: &Return, what: Happened) -> ReturnEvent {
    ReturnEvent { return_id: customer_return.id, number: customer_return.number.clone(), what }
}

fn happened(customer_return: &Return, line: u32, act: &ReturnAction, known: usize) -> Option<Happened> {
    let line = customer_return.line(line)?;
    let model = Personal::from(&line.model);
    Some(match act {
        ReturnAction::Done { .. } => {
            let posting = line.postings.last()?;
            let tracking = posting.tracking.clone();
            Happened::Done { model, step: posting.step, quantity: posting.quantity, tracking }
        }
        ReturnAction::Identify { .. } => {
            let new: Vec<_> = line.units.iter().skip(known).map(|unit| unit.serial.clone()).collect();
            Happened::Identified { model, serials: Some(new).filter(|new| !new.is_empty())? }
        }
        ReturnAction::Hold { note } => Happened::Held { model, note: note.trim().into() },
        ReturnAction::Ask { amount, note } => Happened::Asked { model, amount: *amount, note: note.trim().into() },
        ReturnAction::Resume => Happened::Resumed { model },
        ReturnAction::Withdraw => Happened::Withdrawn { model },
        ReturnAction::Cancel { .. } => Happened::Cancelled { model, why: (&line.cancelled.as_ref()?.why).into() },
        ReturnAction::Approve { .. } | ReturnAction::Decline { .. } => {
            let approval = line.approvals.last()?;
            Happened::Answered { model, amount: approval.amount, approved: matches!(act, ReturnAction::Approve { .. }) }
        }
    })
}

fn notice(customer_return: &Return, number: u32, act: &ReturnAction) -> Option<Notice> {
    let line = customer_return.line(number)?;
    match act {
        ReturnAction::Ask { .. } => Some(Notice::Asked { line: number, version: line.approvals.last()?.version }),
        ReturnAction::Done { step: Step::Ship, .. } => {
            let posting = u32::try_from(line.postings.len().checked_sub(1)?).ok()?;
            Some(Notice::Shipped { line: number, posting })
        }
        _ => None,
    }
}

fn mail(edit: &mut plan::CustomerEdit<'_>, customer_return: &Return, notice: Notice, stamp: Stamp<'_>) {
    let task = MailReturn { return_id: customer_return.id, notice };
    edit.push(JobChange::Enqueue(stamp.job(task)), "the customer gets an e-mail");
}
