//! Lowers changes of holds to statements.

use jiff::Timestamp;
use tessera_core::kernel::ids::SweepId;
use tessera_core::kernel::record::RecordKey;
use tessera_core::sync::hold::{Decided, HoldChange, PutAside, SweepEnd, SweepRequest, Taking};
use tessera_core::sync::observe::ReadRecord;
use tessera_core::sync::sweep::{Decision, SweepState};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

/// Reason for releasing a hold that the outside system has reverted.
const TAKEN_BACK: &str = "the outside system took it back: nothing is held any more";

/// Reason for ending a hold whose changes were all found by a later sweep.
const TAKEN_OVER: &str = "a later sweep read the same again, and holds it now";

/// The statements of a change. Those that depend on a limit or on an emptied hold come after [`sql::BRAKE`], which
/// serialises the plans of a system, so that each sees the effects of the one before it.
impl Lower for HoldChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Request(request) => to.push(request_sweep(request)),
            Self::Take(taking) => take(taking, to),
            Self::Open { run, system, at } => {
                brake(system, to);
                to.push(Statement::one(sql::SWEEP_SINGLE, values![*run, system, *at], Conflict::Hold));
            }
            Self::PutAside(aside) => put_aside(aside, to),
            Self::Release { key, read_at, at } => release(key, *read_at, *at, to),
            Self::Applied { id, read_at, run, system, took } => {
                brake(system, to);
                to.push(Statement::any(sql::RECORD_RELEASE_ONE, values![*id]));
                to.push(Statement::one(sql::HELD_REMOVE, values![*id, *read_at], Conflict::Hold));
                to.push(Statement::any(sql::SWEEP_TOOK, values![*took, *run]));
            }
            Self::Decide(decided) => decide(decided, to),
            Self::Settle { run, system, at } => {
                brake(system, to);
                to.push(Statement::any(sql::SWEEP_SETTLE, values![*at, *run]));
            }
            Self::GiveBack { run, system, why } => {
                brake(system, to);
                to.push(Statement::any(sql::HELD_UNCHOOSE, values![*run]));
                to.push(Statement::any(sql::SWEEP_NOT_APPLIED, values![why, *run]));
            }
            Self::End(end) => end_sweep(end, to),
        }
    }
}

fn request_sweep(request: &SweepRequest) -> Statement {
    let SweepRequest { id, system, kind, mode, dry, asked_by, at } = request;
    let waiting = SweepState::Waiting.as_str();
    let values = values![*id, system, kind, mode.as_str(), *dry, waiting, asked_by, *at];
    Statement::one(sql::SWEEP_CREATE, values, Conflict::Exists)
}

fn brake(system: &str, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::BRAKE, values![system]));
}

fn take(taking: &Taking, to: &mut Vec<Statement>) {
    let Taking { id, system, takes, at, since, limit } = taking;
    brake(system, to);
    to.push(Statement::one(sql::TAKE, values![*id, system, *at, *takes, *since, *limit], Conflict::Brake));
}

fn put_aside(aside: &PutAside, to: &mut Vec<Statement>) {
    let PutAside { change, on, read_by, dry } = aside;
    let key = change.seen.key();
    let kind = key.kind.as_str();
    brake(&key.system, to);
    to.push(Statement::one(sql::SWEEP_JOIN, values![change.run], Conflict::Hold));
    if !dry {
        if let Some(on) = on {
            let values = values![change.held_at, &key.system, kind, &key.external_id, on.read_at];
            to.push(Statement::one(sql::RECORD_HOLD, values, Conflict::Record));
        }
        let values = values![change.takes, &key.system, kind, &key.external_id, change.run];
        to.push(Statement::any(sql::SWEEP_HOLDS, values));
    }
    let read = match &change.seen {
        ReadRecord::There(read) => Some(read),
        ReadRecord::Missing { merge_target, .. } => merge_target.as_ref(),
    };
    let gone = matches!(change.seen, ReadRecord::Missing { .. });
    let merge_target = read.filter(|_| gone);
    let there = read.filter(|_| !gone);
    let values = values![
        change.id,
        change.run,
        *read_by,
        &key.system,
        kind,
        &key.external_id,
        &change.title,
        &change.before,
        &change.after,
        change.takes,
        gone,
        read.map(|read| json(&read.attributes)),
        read.map(|read| json(&read.raw)),
        read.and_then(|read| read.updated_at),
        change.seen.read_at(),
        merge_target.map(|merge_target| merge_target.key.external_id.as_str()),
        merge_target.map(|merge_target| merge_target.read_at),
        change.held_at,
        on.as_ref().map(|on| on.content_hash),
        // A deleted object has no content; no content has this digest.
        there.map_or([0; 32], |there| there.content_hash()),
        there.and_then(|there| there.holder()),
    ];
    to.push(Statement::any(if *dry { sql::STAGED_PUT } else { sql::HELD_PUT }, values));
}

fn release(key: &RecordKey, read_at: Timestamp, at: Timestamp, to: &mut Vec<Statement>) {
    let record = || values![&key.system, key.kind.as_str(), &key.external_id];
    let earlier = || values![&key.system, key.kind.as_str(), &key.external_id, read_at];
    brake(&key.system, to);
    to.push(Statement::any(sql::SWEEP_LETS_GO, earlier()));
    to.push(Statement::any(sql::HELD_CLEAR, earlier()));
    to.push(Statement::any(sql::RECORD_RELEASE, record()));
    to.push(Statement::any(sql::SWEEPS_EMPTIED, values![at, TAKEN_BACK, &key.system]));
}

fn decide(decided: &Decided, to: &mut Vec<Statement>) {
    let Decided { run, system, decision, chosen, count, by, at } = decided;
    brake(system, to);
    match chosen {
        None => to.push(Statement::any(sql::HELD_CHOOSE_ALL, values![*run])),
        Some(chosen) => {
            to.extend(chosen.iter().map(|id| Statement::one(sql::HELD_CHOOSE, values![*id, *run], Conflict::Hold)));
        }
    }
    let state = match decision {
        Decision::Apply => Some(SweepState::Applying.as_str()),
        Decision::Discard => None,
    };
    to.push(Statement::one(sql::SWEEP_DECIDE, values![state, by, *at, *run, *count], Conflict::Hold));
    match decision {
        Decision::Apply => to.push(Statement::any(sql::HELD_TO_APPLY, values![*run])),
        Decision::Discard => {
            drop_chosen(*run, to);
            to.push(Statement::any(sql::SWEEP_DISCARDED, values![*run]));
        }
    }
}

fn drop_chosen(run: SweepId, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::RECORDS_RELEASE_CHOSEN, values![run]));
    to.push(Statement::any(sql::HELD_DROP_CHOSEN, values![run]));
}

fn end_sweep(end: &SweepEnd, to: &mut Vec<Statement>) {
    let SweepEnd { run, system, state, at, missing, takes_away, error } = end;
    brake(system, to);
    match state {
        SweepState::Held => to.push(Statement::any(sql::HELD_ADOPT, values![*run])),
        // The changes that it put aside are discarded. Changes in other holds stay held.
        SweepState::Failed => {
            to.push(Statement::any(sql::HELD_CHOOSE_ALL, values![*run]));
            drop_chosen(*run, to);
        }
        _ => {}
    }
    let values = values![state.as_str(), *at, *missing, *takes_away, error.as_deref(), *run];
    to.push(Statement::one(sql::SWEEP_END, values, Conflict::Hold));
    if *state == SweepState::Held {
        to.push(Statement::any(sql::SWEEP_RECOUNT, values![*run]));
        to.push(Statement::any(sql::SWEEPS_EMPTIED, values![*at, TAKEN_OVER, system]));
    }
}
