//! What the home page of the console shows: work that waits for a person, and figures of a period.
//!
//! Everything is counted up to a maximum, along an index, so that the page costs the same however many customers there are.

use jiff::Timestamp;
use tessera_core::kernel::customer::Origin;
use tessera_core::kernel::job::{Lane, Pool};

use crate::engine::{Row, statements};
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, Undecodable, values};

// A literal list of numbers lets both databases seek each part of the index of waiting jobs.
const _: () = assert!(Lane::ALL.len() == 3 && Pool::ALL.len() == 7);

/// Jobs that are due at `$1` or earlier.
macro_rules! due_before {
    ($parameter:literal) => {
        concat!("state = 'waiting' AND lane IN (0, 1, 2) AND pool IN (0, 1, 2, 3, 4, 5, 6) AND run_at <= ", $parameter)
    };
}

statements! {
    /// What each page of the console says about work and alarms. An old failure is no alarm any more.
    CONSOLE_STATE = concat!(
        "SELECT
            (SELECT count(*) FROM (SELECT 1 FROM reviews WHERE decided_at IS NULL LIMIT $1) a) AS reviews,
            (SELECT count(*) FROM (SELECT 1 FROM registrations WHERE state = 'waiting' LIMIT $1) b) AS registrations,
            (SELECT count(*) FROM (
                SELECT 1 FROM jobs WHERE state = 'failed' AND under_way_at IS NULL AND finished_at > $2 LIMIT $1
            ) c) AS failed,
            (SELECT count(*) FROM (
                SELECT 1 FROM jobs WHERE state = 'failed' AND under_way_at IS NOT NULL AND finished_at > $2 LIMIT $1
            ) d) AS in_doubt,
            (SELECT count(*) FROM alarms WHERE code = $4) AS clock,
            (SELECT count(*) FROM alarms WHERE code <> $4) AS sweeps,
            (SELECT count(*) FROM sweeps WHERE state = 'held') AS held,
            (SELECT count(*) FROM paused_systems) AS paused,
            (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE ", due_before!("$3"), " LIMIT 1) e) AS late,
            (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state = 'running' LIMIT 1) f) AS running"
    );
    /// What waits for a person, the oldest of each kind first, each kind counted up to a maximum. An operation that was repeated since,
    /// or whose account is being deleted, waits for nobody.
    STAFF_WORK =
        "SELECT what, count(*) AS count, min(since) AS since
        FROM (
            SELECT 'reviews' AS what, since FROM (
                SELECT created_at AS since FROM reviews WHERE decided_at IS NULL ORDER BY created_at LIMIT $1
            ) a
            UNION ALL
            SELECT 'registrations' AS what, since FROM (
                SELECT created_at AS since FROM registrations WHERE state = 'waiting' ORDER BY created_at LIMIT $1
            ) b
            UNION ALL
            SELECT 'holds' AS what, since FROM (
                SELECT started_at AS since FROM sweeps WHERE state = 'held' ORDER BY started_at LIMIT $1
            ) i
            UNION ALL
            SELECT what, since FROM (
                SELECT CASE WHEN pool = $2 THEN 'mail' ELSE 'jobs' END AS what, finished_at AS since
                FROM jobs WHERE state = 'failed' AND under_way_at IS NULL ORDER BY finished_at LIMIT $1
            ) c
            UNION ALL
            SELECT 'in_doubt' AS what, since FROM (
                SELECT finished_at AS since FROM jobs WHERE state = 'failed' AND under_way_at IS NOT NULL
                ORDER BY finished_at LIMIT $1
            ) d
            UNION ALL
            SELECT 'returns' AS what, since FROM (
                SELECT created_at AS since FROM returns WHERE status = 'new' ORDER BY id LIMIT $1
            ) e
            UNION ALL
            SELECT 'returns' AS what, since FROM (
                SELECT created_at AS since FROM returns WHERE status = 'in_progress' ORDER BY id LIMIT $1
            ) f
            UNION ALL
            SELECT 'requests' AS what, since FROM (
                SELECT created_at AS since FROM requests WHERE mirror IN ('unlinked', 'refused', 'lost')
                ORDER BY id LIMIT $1
            ) g
            UNION ALL
            SELECT 'work_orders' AS what, since FROM (
                SELECT created_at AS since FROM work_orders
                WHERE assignee_id IS NULL AND state IN ('open', 'accepted', 'on_the_way', 'working')
                ORDER BY due_at, id LIMIT $1
            ) j
            UNION ALL
            SELECT 'work_orders' AS what, since FROM (
                SELECT updated_at AS since FROM work_orders WHERE state = 'refused' ORDER BY id LIMIT $1
            ) k
            UNION ALL
            SELECT 'reports' AS what, since FROM (
                SELECT at AS since FROM forum_reports WHERE decided_at IS NULL ORDER BY at, id LIMIT $1
            ) h
            UNION ALL
            SELECT 'operations' AS what, failed.finished_at AS since FROM (
                SELECT id, account_id, service_manager_id, finished_at FROM account_operations
                WHERE state = 'failed' AND cancelled = 0 ORDER BY id DESC LIMIT $1
            ) failed
            WHERE NOT EXISTS (
                SELECT 1 FROM account_operations newer
                WHERE newer.account_id = failed.account_id AND newer.id > failed.id
                  AND (newer.service_manager_id IS NULL OR newer.service_manager_id = failed.service_manager_id)
            )
        ) waiting
        GROUP BY what ORDER BY what";
    /// When a person last decided about something that waited.
    LAST_DECISIONS =
        "SELECT what, max(decided) AS decided
        FROM (
            SELECT 'reviews' AS what, decided FROM (
                SELECT decided_at AS decided FROM reviews WHERE decided_at IS NOT NULL
                ORDER BY decided_at DESC LIMIT 1
            ) a
            UNION ALL
            SELECT 'registrations' AS what, decided FROM (
                SELECT decided_at AS decided FROM registrations WHERE decided_at IS NOT NULL
                ORDER BY decided_at DESC LIMIT 1
            ) b
            UNION ALL
            SELECT 'holds' AS what, decided FROM (
                SELECT finished_at AS decided FROM sweeps WHERE decided_by IS NOT NULL AND finished_at > 0
                ORDER BY finished_at DESC LIMIT 1
            ) c
        ) decisions
        GROUP BY what ORDER BY what";
    /// The newest activations of a period, by days since 1970: a day has so many microseconds.
    ACTIVATIONS_BY_DAY =
        "SELECT day, count(*) AS count
        FROM (
            SELECT finished_at / 86400000000 AS day FROM activations
            WHERE state = 'done' AND finished_at >= $1 ORDER BY finished_at DESC LIMIT $2
        ) done
        GROUP BY day ORDER BY day";
    /// How far the newest invitations of a period came. Who signed in through a policy of the identity provider has the link
    /// from there, and has not opened it here.
    INVITATION_FUNNEL =
        "SELECT count(*) AS invited, count(COALESCE(opened_at, claimed_at)) AS opened, count(claimed_at) AS signed_in,
            count(consumed_at) AS activated
        FROM (
            SELECT opened_at, claimed_at, consumed_at FROM invitations
            WHERE ground IS NULL AND created_at >= $1 ORDER BY created_at DESC LIMIT $2
        ) newest";
    /// How the newest links of a period came about.
    LINKS_BY_ORIGIN =
        "SELECT origin, count(*) AS count
        FROM (
            SELECT origin FROM links WHERE created_at >= $1 ORDER BY created_at DESC LIMIT $2
        ) newest
        GROUP BY origin ORDER BY origin";
    /// Jobs that are due, by how long they have been.
    JOBS_DUE_BY_AGE = concat!(
        "SELECT age, count(*) AS count
        FROM (
            SELECT CAST(CASE WHEN run_at > $2 THEN 0 WHEN run_at > $3 THEN 1 WHEN run_at > $4 THEN 2 ELSE 3 END
                AS BIGINT) AS age
            FROM jobs WHERE ", due_before!("$1"), " LIMIT $5
        ) due
        GROUP BY age ORDER BY age"
    );
}

/// The state that each page of the console tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConsoleState {
    /// Open reviews.
    pub reviews: i64,
    /// Registrations that wait for a decision.
    pub registrations: i64,
    /// Jobs that were given up lately.
    pub failed: i64,
    /// E-mails of which it is in doubt whether they were sent.
    pub in_doubt: i64,
    /// Alarms about this machine's clock.
    pub clock: i64,
    /// Alarms about sweeps.
    pub sweeps: i64,
    /// Sweeps whose changes are held.
    pub held: i64,
    /// Systems that staff paused.
    pub paused: i64,
    /// Whether a job should have run by now.
    pub late: bool,
    /// Whether a job is running.
    pub running: bool,
}

/// When the parts of [`ConsoleState`] begin to matter.
#[derive(Debug, Clone, Copy)]
pub struct ConsoleLimits<'a> {
    /// Up to which number is counted.
    pub most: usize,
    /// Since when failed jobs count.
    pub failed_since: Timestamp,
    /// A job that was due by then is late.
    pub late_since: Timestamp,
    /// The code of alarms about the clock.
    pub clock: &'a str,
}

/// A kind of work that waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkKind {
    /// Reviews.
    Reviews,
    /// Registrations.
    Registrations,
    /// Sweeps whose changes are held.
    Holds,
    /// Jobs that were given up.
    Jobs,
    /// E-mails that were given up.
    Mail,
    /// E-mails that may have been sent.
    InDoubt,
    /// Returns whose next step is ours.
    Returns,
    /// Requests that have no ticket.
    Requests,
    /// Work orders that nobody has, or that a technician gave back.
    WorkOrders,
    /// Reported posts of the forum.
    Reports,
    /// Operations at vendors that failed.
    Operations,
}

impl WorkKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Reviews,
        Self::Registrations,
        Self::Holds,
        Self::Jobs,
        Self::Mail,
        Self::InDoubt,
        Self::Returns,
        Self::Requests,
        Self::WorkOrders,
        Self::Reports,
        Self::Operations,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Reviews => "reviews",
            Self::Registrations => "registrations",
            Self::Holds => "holds",
            Self::Jobs => "jobs",
            Self::Mail => "mail",
            Self::InDoubt => "in_doubt",
            Self::Returns => "returns",
            Self::Requests => "requests",
            Self::WorkOrders => "work_orders",
            Self::Reports => "reports",
            Self::Operations => "operations",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Work of one kind that waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// The kind.
    pub kind: WorkKind,
    /// How much waits, counted up to a maximum.
    pub count: i64,
    /// Since when the oldest waits.
    pub since: Option<Timestamp>,
}

/// How far invitations came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Invitations.
    pub invited: i64,
    /// Those whose link was opened, here or by a policy of the identity provider.
    pub opened: i64,
    /// Those with which someone signed in.
    pub signed_in: i64,
    /// Those that made an account.
    pub activated: i64,
}

impl Reads {
    /// The state that each page of the console tells.
    pub async fn console_state(&self, limits: ConsoleLimits<'_>) -> Result<ConsoleState, StoreError> {
        let ConsoleLimits { most, failed_since, late_since, clock } = limits;
        let row = self.one(CONSOLE_STATE, values![number(most), failed_since, late_since, clock]).await?;
        let state = read_one(row, |row| {
            Ok(ConsoleState {
                reviews: row.get("reviews")?,
                registrations: row.get("registrations")?,
                failed: row.get("failed")?,
                in_doubt: row.get("in_doubt")?,
                clock: row.get("clock")?,
                sweeps: row.get("sweeps")?,
                held: row.get("held")?,
                paused: row.get("paused")?,
                late: row.get("late")?,
                running: row.get("running")?,
            })
        })?;
        Ok(state.unwrap_or_default())
    }

    /// What waits for a person, each kind counted up to `most`. Kinds of which nothing waits are missing.
    pub async fn staff_work(&self, most: usize) -> Result<Vec<Work>, StoreError> {
        let mail = Pool::Mail as i64;
        read_all(self.query(STAFF_WORK, values![number(most), mail]).await?, |row| {
            Ok(Work { kind: row.text("what", WorkKind::parse)?, count: row.get("count")?, since: row.get("since")? })
        })
    }

    /// When a person last decided about something that waited, by kind, as far as that is recorded.
    pub async fn last_decisions(&self) -> Result<Vec<(WorkKind, Timestamp)>, StoreError> {
        read_all(self.query(LAST_DECISIONS, values![]).await?, |row| {
            Ok((row.text("what", WorkKind::parse)?, row.get("decided")?))
        })
    }

    /// Number of activations on each day since a time, without days that had none. Days are counted since 1970, in UTC. If there are
    /// more than `most`, these are the newest.
    pub async fn activations_by_day(&self, since: Timestamp, most: usize) -> Result<Vec<(i64, i64)>, StoreError> {
        let rows = self.query(ACTIVATIONS_BY_DAY, values![since, number(most)]).await?;
        read_all(rows, |row| Ok((row.get("day")?, row.get("count")?)))
    }

    /// How far the invitations since a time came; the newest `most` of them.
    pub async fn invitation_funnel(&self, since: Timestamp, most: usize) -> Result<Funnel, StoreError> {
        let row = self.one(INVITATION_FUNNEL, values![since, number(most)]).await?;
        Ok(read_one(row, funnel)?.unwrap_or_default())
    }

    /// How the links since a time came about; the newest `most` of them.
    pub async fn links_by_origin(&self, since: Timestamp, most: usize) -> Result<Vec<(Origin, i64)>, StoreError> {
        let rows = self.query(LINKS_BY_ORIGIN, values![since, number(most)]).await?;
        read_all(rows, |row| Ok((row.text("origin", Origin::parse)?, row.get("count")?)))
    }

    /// Number of jobs that are due, up to `most`: those due after the first of the times, between it and the second, and so on.
    pub async fn jobs_due_by_age(
        &self,
        now: Timestamp,
        [first, second, third]: [Timestamp; 3],
        most: usize,
    ) -> Result<[i64; 4], StoreError> {
        let rows = self.query(JOBS_DUE_BY_AGE, values![now, first, second, third, number(most)]).await?;
        let counted = read_all(rows, |row| Ok((row.get::<usize>("age")?, row.get("count")?)))?;
        let mut counts = [0; 4];
        for (age, count) in counted {
            if let Some(place) = counts.get_mut(age) {
                *place = count;
            }
        }
        Ok(counts)
    }
}

fn funnel(row: &Row) -> Result<Funnel, Undecodable> {
    Ok(Funnel {
        invited: row.get("invited")?,
        opened: row.get("opened")?,
        signed_in: row.get("signed_in")?,
        activated: row.get("activated")?,
    })
}

fn number(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
