//! Call budgets and circuit breakers of outside systems, shared by all processes on one database. The rows are needed only
//! for the period of a limit, so on PostgreSQL the tables are unlogged.

use jiff::{SignedDuration, Timestamp};

use super::Technical;
use crate::engine::{Statement, statements};
use crate::kernel::reads::{read_all, read_one};
use crate::{ApplyError, Conflict, StoreError, values};

/// A limit's period is divided into this number of slots, each with one row.
const SLOTS: i32 = 60;

statements! {
    /// Locks the system's row, so that concurrent calls are counted one after the other.
    CALLS_LOCK =
        "INSERT INTO call_systems (system, turns)
        VALUES ($1, 1)
        ON CONFLICT (system) DO UPDATE SET turns = call_systems.turns + 1";
    CALLS_EXPIRE = "DELETE FROM call_spending WHERE system = $1 AND meter = $2 AND slot < $3";
    CALLS_TAKE =
        "INSERT INTO call_spending (system, meter, slot, credits)
        SELECT $1, $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT)
        WHERE (
            SELECT CAST(COALESCE(sum(s.credits), 0) AS BIGINT)
            FROM call_spending s
            WHERE s.system = $1 AND s.meter = $2 AND s.slot >= $5 AND s.slot <= $6
        ) + CAST($4 AS BIGINT) <= CAST($7 AS BIGINT)
        ON CONFLICT (system, meter, slot) DO UPDATE SET credits = call_spending.credits + excluded.credits";
    CALLS_SPENT =
        "SELECT slot, credits FROM call_spending
        WHERE system = $1 AND meter = $2 AND slot >= $3 AND slot <= $4
        ORDER BY slot";
    PAUSE = "SELECT paused_until FROM call_systems WHERE system = $1";
    PAUSE_SET =
        "INSERT INTO call_systems (system, turns, paused_until)
        VALUES ($1, 0, $2)
        ON CONFLICT (system) DO UPDATE SET paused_until = excluded.paused_until";
    /// Only one process gets the probe.
    PAUSE_CLAIM = "UPDATE call_systems SET paused_until = $1 WHERE system = $2 AND paused_until = $3";
    PAUSE_END = "UPDATE call_systems SET paused_until = NULL WHERE system = $1 AND paused_until IS NOT NULL";
}

/// The cost of a call under one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// Name of the limit.
    pub meter: &'static str,
    /// Cost.
    pub credits: i64,
    /// Maximum that may be spent within any period.
    pub allowed: i64,
    /// Period of the limit.
    pub per: SignedDuration,
}

impl Spending {
    /// The length of a slot in microseconds.
    fn grain(&self) -> i64 {
        i64::try_from((self.per / SLOTS).as_micros()).unwrap_or(i64::MAX).max(1)
    }

    /// The first slot that counts, the current one, and the last one that counts. Later slots count because the clock of
    /// another process may be ahead; even later ones are from before the clock was set back.
    fn slots(&self, now: Timestamp) -> (i64, i64, i64) {
        let present = now.as_microsecond() / self.grain();
        (present - i64::from(SLOTS), present, present + i64::from(SLOTS))
    }
}

impl Technical<'_> {
    /// Spends the cost of a call under all limits, or under none. The inner error is the time of the next attempt.
    pub async fn spend_calls(
        &self,
        system: &str,
        now: Timestamp,
        spending: &[Spending],
    ) -> Result<Result<(), Timestamp>, StoreError> {
        let mut statements = vec![Statement::any(CALLS_LOCK, values![system])];
        for it in spending {
            let (first, present, last) = it.slots(now);
            statements.push(Statement::any(CALLS_EXPIRE, values![system, it.meter, first]));
            let values = values![system, it.meter, present, it.credits, first, last, it.allowed];
            statements.push(Statement::one(CALLS_TAKE, values, Conflict::Limit));
        }
        match self.batch(statements).await {
            Ok(()) => Ok(Ok(())),
            Err(ApplyError::Conflict(_)) => self.when_free(system, now, spending).await.map(Err),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Earliest time at which the cost can be spent, if nothing else is spent.
    async fn when_free(&self, system: &str, now: Timestamp, spending: &[Spending]) -> Result<Timestamp, StoreError> {
        let mut when = now + SignedDuration::from_millis(10);
        for it in spending {
            let (first, _, last) = it.slots(now);
            let rows = self.0.query(CALLS_SPENT, values![system, it.meter, first, last]).await?;
            let spent = read_all(rows, |row| Ok((row.get::<i64>("slot")?, row.get::<i64>("credits")?)))?;
            let mut used: i64 = spent.iter().map(|(_, credits)| credits).sum();
            for (slot, credits) in spent {
                if used + it.credits <= it.allowed {
                    break;
                }
                used -= credits;
                let free = (slot + i64::from(SLOTS) + 1).saturating_mul(it.grain());
                when = when.max(Timestamp::from_microsecond(free).unwrap_or(when));
            }
        }
        Ok(when)
    }

    /// End of the pause during which a system is not called. In the past: one call may probe whether it answers again.
    pub async fn calls_paused_until(&self, system: &str) -> Result<Option<Timestamp>, StoreError> {
        let row = self.0.one(PAUSE, values![system]).await?;
        Ok(read_one(row, |row| row.get("paused_until"))?.flatten())
    }

    /// Pauses the calls of all processes to a system.
    pub async fn pause_calls(&self, system: &str, until: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(PAUSE_SET, values![system, until])).await
    }

    /// Claims the probe of a paused system. `false`: another process has claimed it.
    pub async fn claim_probe(&self, system: &str, seen: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        match self.write(Statement::one(PAUSE_CLAIM, values![until, system, seen], Conflict::Limit)).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Ends the pause of a system.
    pub async fn resume_calls(&self, system: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(PAUSE_END, values![system])).await
    }
}
