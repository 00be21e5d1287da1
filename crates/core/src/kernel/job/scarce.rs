//! Scarce call budgets: which job may wait for calls in its place, and how many jobs start meanwhile.
//!
//! A job that needs several calls, gives its place back when there are none left, and begins anew later, has spent its
//! calls in vain. Several such jobs can use up each call that becomes free, and none ever ends. Therefore one job of each
//! lane has the *turn* at a system whose budget is used up: it waits in its place, and keeps what it has done. Until it
//! ends, no other job of its lane that depends on the system starts. Then jobs start one at a time, and more of them at
//! once as they end without a wait.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Lane, Pool, Upstream};
use crate::kernel::ids::JobId;

/// The longest wait for a call in a job's place. Limits per minute end sooner.
pub const MAX_TURN_WAIT: Duration = Duration::from_mins(2);
/// Jobs of a lane that may run at once before its budget no longer counts as scarce.
const ENOUGH: usize = 10;

/// The systems whose call budget was used up, by lane.
#[derive(Debug, Clone, Default)]
pub struct Scarce(BTreeMap<(Upstream, Lane), Turn>);

#[derive(Debug, Clone, Copy)]
struct Turn {
    holder: Option<JobId>,
    /// Jobs that may run at once when no job has the turn.
    at_once: usize,
}

impl Scarce {
    /// Whether a job may wait this long for a call in its place. If so, it has the turn.
    pub fn may_wait(&mut self, job: JobId, lane: Lane, system: Upstream, wait: Duration) -> bool {
        let gives_way = self.gives_way(lane, system);
        let turn = self.0.entry((system, lane)).or_insert(Turn { holder: None, at_once: 1 });
        turn.at_once = 1;
        if gives_way || wait > MAX_TURN_WAIT {
            return false;
        }
        *turn.holder.get_or_insert(job) == job
    }

    /// Whether calls of a lane must not wait at all, because a more urgent lane that has the same share of the budget waits
    /// for them. A person's calls have a share of their own.
    pub fn gives_way(&self, lane: Lane, system: Upstream) -> bool {
        lane == Lane::Bulk && self.0.get(&(system, Lane::Normal)).is_some_and(|turn| turn.holder.is_some())
    }

    /// The maximum number of jobs of a lane that may run at once and depend on a system.
    pub fn at_once(&self, system: Upstream, lane: Lane) -> usize {
        match self.0.get(&(system, lane)) {
            _ if self.gives_way(lane, system) => 0,
            None => usize::MAX,
            Some(Turn { holder: Some(_), .. }) => 0,
            Some(turn) => turn.at_once,
        }
    }

    /// A job ended by itself. `throttled`: because it could not wait for a call.
    pub fn ended(&mut self, job: JobId, lane: Lane, pool: Pool, throttled: bool) {
        let had_turn = self.release(job);
        if !throttled && !had_turn {
            for system in pool.systems() {
                self.0.entry((*system, lane)).and_modify(|turn| turn.at_once += 1);
            }
        }
        self.0.retain(|_, turn| turn.holder.is_some() || turn.at_once <= ENOUGH);
    }

    /// A job is over, however it ended: it no longer has a turn. Returns whether it had one.
    pub fn release(&mut self, job: JobId) -> bool {
        let mut had = false;
        for turn in self.0.values_mut().filter(|turn| turn.holder == Some(job)) {
            turn.holder = None;
            had = true;
        }
        had
    }
}
