//! Calls to outside systems that all processes on one database share: what was spent of a limit, and whether a system
//! is left alone. Nothing here outlives a limit's period, so PostgreSQL keeps it without a write-ahead log.

use jiff::{SignedDuration, Timestamp};

use super::Technical;
use crate::engine::{Statement, statements};
use crate::kernel::reads::{read_all, read_one};
use crate::{ApplyError, Conflict, StoreError, values};

/// Spending within this part of a period is one row.
const SLOTS: i32 = 60;

statements! {
    /// Whoever spends takes this row first, so that they follow one another.
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
    /// Of many who want to find out whether it is over, one does.
    PAUSE_CLAIM = "UPDATE call_systems SET paused_until = $1 WHERE system = $2 AND paused_until = $3";
    PAUSE_END = "UPDATE call_systems SET paused_until = NULL WHERE system = $1 AND paused_until IS NOT NULL";
}

/// What a call spends of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// The limit's name.
    pub meter: &'static str,
    /// How much.
    pub credits: i64,
    /// How much may be spent within any period.
    pub allowed: i64,
    /// The period.
    pub per: SignedDuration,
}

impl Spending {
    /// The length of a slot in microseconds.
    fn grain(&self) -> i64 {
        i64::try_from((self.per / SLOTS).as_micros()).unwrap_or(i64::MAX).max(1)
    }

    /// The first slot that still counts, the present one, and the last that counts: those of a process whose clock is
    /// ahead. What is further ahead is from before the clock was set back.
    fn slots(&self, now: Timestamp) -> (i64, i64, i64) {
        let present = now.as_microsecond() / self.grain();
        (present - i64::from(SLOTS), present, present + i64::from(SLOTS))
    }
}

impl Technical<'_> {
    /// Spends what a call costs: of all limits, or of none. None: when it may be tried again.
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
            statements.push(Statement::one(CALLS_TAKE, values, Conflict::Budget));
        }
        match self.batch(statements).await {
            Ok(()) => Ok(Ok(())),
            Err(ApplyError::Conflict(_)) => self.when_free(system, now, spending).await.map(Err),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// When so much can be spent, if nobody else spends anything.
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

    /// Until when a system is left alone; in the past: somebody may find out whether it answers again.
    pub async fn calls_paused_until(&self, system: &str) -> Result<Option<Timestamp>, StoreError> {
        let row = self.0.one(PAUSE, values![system]).await?;
        Ok(read_one(row, |row| row.get("paused_until"))?.flatten())
    }

    /// Has every process leave a system alone.
    pub async fn pause_calls(&self, system: &str, until: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(PAUSE_SET, values![system, until])).await
    }

    /// Takes the one call that finds out whether a system answers again. `false`: another process has it.
    pub async fn claim_probe(&self, system: &str, seen: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        match self.write(Statement::one(PAUSE_CLAIM, values![until, system, seen], Conflict::Budget)).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// A system answers again.
    pub async fn resume_calls(&self, system: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(PAUSE_END, values![system])).await
    }
}
