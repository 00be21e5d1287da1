//! The call budget of an account, shared by all its users.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_hub::ports::{Priority, Quota, Spending};

use super::window::Window;

/// Maximum duration of a limit per minute, with a margin for clock differences.
pub const MAX_BLOCK: Duration = Duration::from_secs(75);
/// Time that other calls wait while a probe finds out whether the system answers again.
const PROBE_TAKES: Duration = Duration::from_secs(30);

/// A published limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// What it counts: `account` for all calls, or the name of a kind of call.
    pub name: &'static str,
    /// Credits per period.
    pub amount: u32,
    /// Length of the period.
    pub per: Duration,
    /// Whether every call counts, or only calls charged to this name.
    pub account_wide: bool,
}

/// Cost of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Credits. Most calls cost one.
    pub credits: u32,
    /// The limit of this kind of call, in addition to the account's.
    pub limit: Option<&'static str>,
}

impl Charge {
    /// One credit, counted only by the account's limits.
    pub const ONE: Self = Self { credits: 1, limit: None };
}

#[derive(Debug)]
struct Meter {
    limit: Limit,
    amount: u64,
    window: Window,
}

#[derive(Debug)]
struct State {
    meters: Vec<Meter>,
    block: Option<Block>,
}

/// A refusal by the system. Its stated duration is an upper bound, so a single call probes now and then whether it is
/// over.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// Stated end.
    until: Timestamp,
    /// Time of the next probe.
    probe_at: Timestamp,
}

/// Keeps calls within the limits of an account, with a reserve for interactive calls.
#[derive(Debug)]
pub struct Budget {
    reserve_percent: u64,
    state: Mutex<State>,
}

impl Budget {
    /// A budget with these limits. Background work does not use `reserve_percent` (0–100) of them.
    pub fn new(limits: &[Limit], reserve_percent: u8) -> Self {
        let meter = |limit: &Limit| Meter {
            limit: *limit,
            amount: limit.amount.into(),
            window: Window::new(SignedDuration::try_from(limit.per).unwrap_or(SignedDuration::MAX)),
        };
        let state = State { meters: limits.iter().map(meter).collect(), block: None };
        Self { reserve_percent: u64::from(reserve_percent.min(100)), state: Mutex::new(state) }
    }

    /// Spends the cost of a call, or returns the time at which it is available without spending anything.
    pub fn take(&self, now: Timestamp, priority: Priority, charge: Charge) -> Result<(), Timestamp> {
        let mut state = self.state();
        let block = state.block.filter(|block| block.until > now);
        let credits = u64::from(charge.credits);
        let mut when = block.map_or(now, |block| block.probe_at.max(now));
        for meter in state.charged(charge) {
            let allowed = self.allowed(meter.amount, priority);
            when = when.max(meter.window.when(now, allowed, credits));
        }
        if when > now {
            return Err(when);
        }
        state.charged(charge).for_each(|meter| meter.window.spend(now, credits));
        // This call is the probe. Other calls wait until it has an answer or is given up.
        let next = later(now, PROBE_TAKES);
        state.block = block.map(|block| Block { probe_at: next, ..block });
        Ok(())
    }

    /// The cost of a call under each limit, for the shared ledger.
    pub(super) fn spending(&self, priority: Priority, charge: Charge) -> Vec<Spending> {
        let credits = u64::from(charge.credits);
        let spending = |meter: &mut Meter| Spending {
            meter: meter.limit.name,
            credits,
            // A call that costs more than is ever allowed is admitted when nothing else was spent.
            allowed: self.allowed(meter.amount, priority).max(credits),
            per: SignedDuration::try_from(meter.limit.per).unwrap_or(SignedDuration::MAX),
        };
        self.state().charged(charge).map(spending).collect()
    }

    /// Returns the cost of a call that is not made.
    pub(super) fn give_back(&self, charge: Charge) {
        self.state().charged(charge).for_each(|meter| meter.window.give_back(u64::from(charge.credits)));
    }

    /// The time of the last of `calls` such calls, if no others are made.
    pub fn forecast(&self, now: Timestamp, priority: Priority, charge: Charge, calls: u64) -> Timestamp {
        let mut state = self.state();
        let start = state.block.filter(|block| block.until > now).map_or(now, |block| block.probe_at.max(now));
        let credits = u64::from(charge.credits);
        let ends = state.charged(charge).map(|meter| {
            let allowed = self.allowed(meter.amount, priority);
            meter.window.forecast(start, allowed, credits, calls)
        });
        ends.max().unwrap_or(start).max(start)
    }

    /// Updates the budget from the system's own count. The account is shared: calls by other programs count as spent
    /// now.
    ///
    /// `total` identifies the limit that `remaining` is about. A total that matches no limit is the account's own,
    /// enlarged by an add-on.
    pub fn learn(&self, now: Timestamp, charge: Charge, total: Option<u64>, remaining: u64) {
        let mut state = self.state();
        let fits = |meter: &Meter| total.is_none_or(|total| meter.amount == total);
        let known = state.charged(charge).position(|meter| fits(meter)).unwrap_or(0);
        let Some(meter) = state.charged(charge).nth(known) else { return };
        if let Some(total) = total.filter(|total| *total > 0 && meter.limit.account_wide) {
            meter.amount = total;
        }
        let used = meter.window.used(now);
        let others = meter.amount.saturating_sub(remaining).saturating_sub(used);
        if others > 0 {
            meter.window.spend(now, others);
        }
    }

    /// Records a refusal with its stated end. Returns the time of the probe.
    ///
    /// A limit per minute ends after a minute, whatever the answer states. So the wait before the probe is at most
    /// `cap`.
    pub fn block(&self, now: Timestamp, until: Timestamp, cap: Duration) -> Timestamp {
        let mut state = self.state();
        let until = state.block.map_or(until, |block| block.until.max(until));
        let probe_at = until.min(later(now, cap));
        state.block = Some(Block { until, probe_at });
        probe_at
    }

    /// Records that the system answers again.
    pub fn unblock(&self) {
        self.state().block = None;
    }

    /// Stated end of a present refusal.
    pub fn blocked_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.state().block.map(|block| block.until).filter(|until| *until > now)
    }

    /// All limits with their use.
    pub fn quotas(&self, now: Timestamp) -> Vec<Quota> {
        let mut state = self.state();
        let quota = |meter: &mut Meter| {
            let used = meter.window.used(now);
            Quota {
                name: meter.limit.name,
                limit: meter.amount,
                per_seconds: meter.limit.per.as_secs(),
                used,
                remaining: meter.amount.saturating_sub(used),
                reserved: meter.amount - self.allowed(meter.amount, Priority::Background),
            }
        };
        state.meters.iter_mut().map(quota).collect()
    }

    fn allowed(&self, amount: u64, priority: Priority) -> u64 {
        match priority {
            Priority::Interactive => amount,
            Priority::Background => amount - (amount * self.reserve_percent).div_ceil(100),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // After a panic elsewhere the numbers are at worst slightly off.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.saturating_add(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
}

impl State {
    fn charged(&mut self, charge: Charge) -> impl Iterator<Item = &mut Meter> {
        self.meters.iter_mut().filter(move |meter| meter.limit.account_wide || charge.limit == Some(meter.limit.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);
    const LIMITS: [Limit; 2] = [
        Limit { name: "account", amount: 100, per: MINUTE, account_wide: true },
        Limit { name: "list_assets", amount: 40, per: MINUTE, account_wide: false },
    ];
    const LIST: Charge = Charge { credits: 3, limit: Some("list_assets") };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn spend_all(budget: &Budget, priority: Priority, charge: Charge) -> usize {
        (0..1000).take_while(|_| budget.take(at(0), priority, charge).is_ok()).count()
    }

    #[test]
    fn background_work_leaves_a_reserve_for_people() {
        let budget = Budget::new(&LIMITS, 25);
        assert_eq!(spend_all(&budget, Priority::Background, Charge::ONE), 75);
        assert_eq!(spend_all(&budget, Priority::Interactive, Charge::ONE), 25);
        assert_eq!(budget.take(at(1), Priority::Interactive, Charge::ONE), Err(at(60)));
    }

    #[test]
    fn one_kind_of_call_may_be_limited_further() {
        let budget = Budget::new(&LIMITS, 25);
        assert_eq!(spend_all(&budget, Priority::Interactive, LIST), 13);
        assert!(budget.take(at(0), Priority::Interactive, Charge::ONE).is_ok());
        assert_eq!(budget.forecast(at(0), Priority::Interactive, LIST, 14), at(120));
    }

    #[test]
    fn what_other_users_of_the_account_spend_counts() {
        let budget = Budget::new(&LIMITS, 25);
        budget.learn(at(0), Charge::ONE, Some(100), 2);
        assert_eq!(spend_all(&budget, Priority::Background, Charge::ONE), 0);
        assert_eq!(spend_all(&budget, Priority::Interactive, Charge::ONE), 2);
        budget.learn(at(0), Charge::ONE, Some(100), 90);
        assert_eq!(budget.quotas(at(0))[0].remaining, 0, "a higher count is an older one");
    }

    #[test]
    fn a_paid_add_on_is_noticed() {
        let budget = Budget::new(&LIMITS, 0);
        budget.learn(at(0), LIST, Some(1000), 999);
        assert_eq!(budget.quotas(at(0))[0].limit, 1000);
        budget.learn(at(0), LIST, Some(40), 1);
        assert_eq!(budget.quotas(at(0))[1].remaining, 1);
    }

    #[test]
    fn h06_a_refusal_stops_everybody_but_one_who_finds_out() {
        let budget = Budget::new(&LIMITS, 25);
        assert_eq!(budget.block(at(0), at(3600), MINUTE), at(60));
        assert_eq!(budget.take(at(0), Priority::Interactive, Charge::ONE), Err(at(60)));
        assert!(budget.take(at(60), Priority::Background, Charge::ONE).is_ok());
        assert_eq!(budget.take(at(60), Priority::Interactive, Charge::ONE), Err(at(90)), "one finds out for all");
        assert_eq!(budget.block(at(61), at(3600), MINUTE), at(121), "it still refuses");
        assert_eq!(budget.blocked_until(at(61)), Some(at(3600)), "what it said is shown");
        assert!(budget.take(at(121), Priority::Interactive, Charge::ONE).is_ok());
        budget.unblock();
        assert!(budget.take(at(122), Priority::Background, Charge::ONE).is_ok(), "it answered: everybody goes on");
    }

    #[test]
    fn a_short_wait_is_kept_to() {
        let budget = Budget::new(&LIMITS, 25);
        assert_eq!(budget.block(at(0), at(30), MINUTE), at(30));
        assert_eq!(budget.take(at(29), Priority::Interactive, Charge::ONE), Err(at(30)));
        assert!(budget.take(at(30), Priority::Background, Charge::ONE).is_ok());
        assert!(budget.take(at(30), Priority::Background, Charge::ONE).is_ok(), "it is over by the system's own words");
    }
}
