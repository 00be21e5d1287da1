//! Jobs that share a scarce call budget (`H06`): a model of a runner and of an outside system that allows some calls per minute.

use std::collections::VecDeque;
use std::time::Duration;

use proptest::prelude::*;
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::{Due, Lane, Load, Places, Pool, Scarce, Upstream};
use uuid::Uuid;

/// Milliseconds in which the system allows some calls.
const WINDOW: u64 = 60_000;
const DESK: Upstream = Upstream::ServiceDesk;
/// A job that needs several calls, one after the other.
#[derive(Debug, Clone)]
struct Work {
    lane: Lane,
    calls: usize,
    /// Milliseconds that a call takes.
    takes: u64,
    begins: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting {
        until: u64,
    },
    /// The time of the next call, and how many were made.
    Running {
        next: u64,
        made: usize,
    },
    Done,
}

struct Model {
    work: Vec<Work>,
    states: Vec<State>,
    allowed: usize,
    spent: VecDeque<u64>,
    scarce: Scarce,
    load: Load,
    now: u64,
    /// Whether the rule is applied.
    in_turn: bool,
}

fn id(number: usize) -> JobId {
    JobId(Uuid::from_u128(number as u128))
}

impl Model {
    /// A system that allows so many calls, all of which have been made, evenly over the last minute.
    fn used_up(work: Vec<Work>, allowed: usize, in_turn: bool) -> Self {
        let each = WINDOW / allowed as u64;
        let spent = (1..=allowed as u64).map(|n| n * each).collect();
        let states = work.iter().map(|job| State::Waiting { until: WINDOW + job.begins }).collect();
        let (scarce, load) = (Scarce::default(), Load::default());
        Self { work, states, allowed, spent, scarce, load, now: WINDOW, in_turn }
    }

    /// When the last job ends; none: not within this time.
    fn ends_within(mut self, limit: u64) -> Option<u64> {
        while self.now <= WINDOW + limit {
            self.start_due();
            let Some(next) = self.states.iter().filter_map(|state| self.next(*state)).min() else {
                let all_ended = self.states.iter().all(|state| *state == State::Done);
                return all_ended.then(|| self.now - WINDOW);
            };
            self.now = next.max(self.now);
            for job in 0..self.work.len() {
                self.go_on(job);
            }
        }
        None
    }

    fn next(&self, state: State) -> Option<u64> {
        match state {
            // One that is due and has no place starts when another one ends.
            State::Waiting { until } => (until > self.now).then_some(until),
            State::Running { next, .. } => Some(next),
            State::Done => None,
        }
    }

    fn start_due(&mut self) {
        let is_due = |job: &usize| matches!(self.states[*job], State::Waiting { until } if until <= self.now);
        let mut due: Vec<usize> = (0..self.work.len()).filter(is_due).collect();
        due.sort_by_key(|job| match self.states[*job] {
            State::Waiting { until } => (self.work[*job].lane, until),
            _ => unreachable!("it is due"),
        });
        let listed = due.iter().map(|job| Due {
            id: id(*job),
            lane: self.work[*job].lane,
            pool: Pool::ServiceDesk,
            share: None,
        });
        let places = Places::default().while_scarce(&self.scarce);
        let chosen = places.choose(&self.load, &listed.collect::<Vec<_>>());
        for job in due {
            if chosen.iter().any(|due| due.id == id(job)) {
                self.load.add(self.work[job].lane, Pool::ServiceDesk, None);
                self.states[job] = State::Running { next: self.now, made: 0 };
            }
        }
    }

    fn go_on(&mut self, job: usize) {
        let State::Running { next, made } = self.states[job] else { return };
        let Work { lane, calls, takes, .. } = self.work[job];
        if next > self.now {
            return;
        }
        if made == calls {
            return self.end(job, State::Done);
        }
        match self.free_at(lane) {
            free if free <= self.now => {
                self.spent.push_back(self.now);
                self.states[job] = State::Running { next: self.now + takes, made: made + 1 };
            }
            free => {
                let wait = Duration::from_millis(free - self.now);
                if self.in_turn && self.scarce.may_wait(id(job), lane, DESK, wait) {
                    self.states[job] = State::Running { next: free, made };
                } else {
                    self.end(job, State::Waiting { until: free });
                }
            }
        }
    }

    fn end(&mut self, job: usize, state: State) {
        let lane = self.work[job].lane;
        self.load.remove(lane, Pool::ServiceDesk, None);
        if self.in_turn {
            self.scarce.ended(id(job), lane, Pool::ServiceDesk, state != State::Done);
        }
        self.states[job] = state;
    }

    /// When a call of a lane may be made. A quarter is reserved for people.
    fn free_at(&mut self, lane: Lane) -> u64 {
        while self.spent.front().is_some_and(|at| at + WINDOW <= self.now) {
            self.spent.pop_front();
        }
        let allowed = if lane == Lane::Interactive { self.allowed } else { self.allowed * 3 / 4 };
        self.spent.len().checked_sub(allowed).map_or(self.now, |last| self.spent[last] + WINDOW)
    }
}

fn work() -> impl Strategy<Value = Work> {
    let lane = prop::sample::select(Lane::ALL.to_vec());
    (lane, 1_usize..30, 20_u64..3000, 0_u64..120_000).prop_map(|(lane, calls, takes, begins)| Work {
        lane,
        calls,
        takes,
        begins,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn h06_each_job_that_waits_for_a_scarce_budget_ends(
        work in prop::collection::vec(work(), 1..25),
        allowed in 4_usize..60,
    ) {
        let rounds = |job: &Work| 2 + job.calls.div_ceil(allowed * 3 / 4) as u64;
        let longest = work.iter().map(|job| rounds(job) * WINDOW + job.takes * job.calls as u64).max().unwrap_or(0);
        let bound = 120_000 + (work.len() as u64 + 1) * longest;
        prop_assert!(Model::used_up(work, allowed, true).ends_within(bound).is_some(), "after {bound} ms");
    }
}

fn six_alike() -> Vec<Work> {
    vec![Work { lane: Lane::Normal, calls: 5, takes: 200, begins: 0 }; 6]
}

#[test]
fn h06_without_turns_jobs_use_up_each_others_calls() {
    let ended = Model::used_up(six_alike(), 60, false).ends_within(30 * WINDOW);
    assert_eq!(ended, None, "the model shows what the rule is for");
}

#[test]
fn h06_in_turn_no_call_is_made_in_vain() {
    // 30 calls, one per second, after the quarter that is reserved is free again.
    assert!(Model::used_up(six_alike(), 60, true).ends_within(50_000).is_some());
}

#[test]
fn h06_a_job_that_needs_more_calls_than_a_minute_allows_ends() {
    let work = vec![Work { lane: Lane::Normal, calls: 100, takes: 100, begins: 0 }];
    assert!(Model::used_up(work, 20, true).ends_within(8 * WINDOW).is_some());
}

#[test]
fn h06_a_sweep_that_waits_for_calls_gives_way_to_more_urgent_work() {
    let mut scarce = Scarce::default();
    let wait = Duration::from_secs(5);
    let (sweep, refresh, other) = (id(1), id(2), id(3));
    assert!(scarce.may_wait(sweep, Lane::Bulk, DESK, wait));
    assert_eq!(scarce.at_once(DESK, Lane::Bulk), 0, "one has the turn");
    assert!(scarce.at_once(DESK, Lane::Normal) > 0, "more urgent work starts");
    assert!(scarce.may_wait(refresh, Lane::Normal, DESK, wait));
    assert!(!scarce.may_wait(other, Lane::Normal, DESK, wait), "one at a time");
    assert!(!scarce.may_wait(sweep, Lane::Bulk, DESK, wait));
    scarce.ended(sweep, Lane::Bulk, Pool::ServiceDesk, true);
    assert_eq!(scarce.at_once(DESK, Lane::Bulk), 0);
    scarce.ended(refresh, Lane::Normal, Pool::ServiceDesk, false);
    assert_eq!((scarce.at_once(DESK, Lane::Normal), scarce.at_once(DESK, Lane::Bulk)), (1, 1));
    assert!(scarce.at_once(DESK, Lane::Interactive) > 100, "a person's calls have a share of their own");
    for _ in 0..12 {
        scarce.ended(other, Lane::Normal, Pool::ServiceDesk, false);
    }
    assert!(scarce.at_once(DESK, Lane::Normal) > 100, "there are enough calls again");
}
