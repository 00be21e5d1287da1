//! What the metrics say about the present state of the hub.

use jiff::Timestamp;
use prometheus_client::metrics::histogram::Histogram;
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::sweep::SweepState;
use tessera_store::StoreError;

use super::Queries;
use crate::sync::sweep::alarms;

pub use tessera_store::{Alarm, Connections, Effort, Held, JobCounts, Load, Space};

/// Maximum number of open invitations, and of reviews, that is counted.
const MOST: usize = 100_000;

/// The state that the database holds, from one snapshot.
#[derive(Debug, Clone)]
pub struct Standing {
    /// When it was read.
    pub at: Timestamp,
    /// The alarms, oldest first.
    pub alarms: Vec<Alarm>,
    /// What the brake holds, by system.
    pub held: Vec<Held>,
    /// Numbers of jobs.
    pub jobs: JobCounts,
    /// Since when the job is due that has been due longest.
    pub oldest_due: Option<Timestamp>,
    /// The sweeps of each kind of object.
    pub sweeps: Vec<SweepStanding>,
    /// Invitations that someone can still use.
    pub open_invitations: i64,
    /// Reviews that wait for a decision.
    pub open_reviews: u32,
    /// Registrations that wait for a decision.
    pub open_registrations: u32,
}

/// The sweeps of one kind of object.
#[derive(Debug, Clone)]
pub struct SweepStanding {
    /// The outside system.
    pub system: String,
    /// The kind of object.
    pub kind: &'static str,
    /// When the last successful sweep ended.
    pub last_success: Option<Timestamp>,
    /// Whether a sweep has begun and has not ended, also when it waits for calls.
    pub running: bool,
    /// Number of objects that the latest sweep has read.
    pub objects: i64,
}

impl Queries<'_> {
    /// The state that the database holds.
    pub async fn standing(&self) -> Result<Standing, StoreError> {
        let at = self.hub.env.now();
        let store = self.snapshot().await?;
        let latest = store.sweeps().await?;
        let mut sweeps = Vec::new();
        for what in SweepOf::ALL {
            let (system, kind) = (self.hub.listing(what).name(), what.as_str());
            let last_good = store.last_good_sweep(system, kind, false).await?;
            let newest = latest.iter().find(|sweep| sweep.system == system && sweep.kind == kind);
            sweeps.push(SweepStanding {
                system: system.to_owned(),
                kind,
                last_success: last_good.and_then(|sweep| sweep.finished_at),
                running: newest.is_some_and(|it| matches!(it.state, SweepState::Running | SweepState::Paused)),
                objects: newest.map_or(0, |sweep| sweep.seen),
            });
        }
        let for_staff = store.waiting_for_staff(MOST).await?;
        Ok(Standing {
            at,
            alarms: alarms(&store).await?,
            held: store.held_now().await?,
            jobs: store.job_counts(at).await?,
            oldest_due: store.oldest_due_job(at).await?,
            sweeps,
            open_invitations: store.open_invitation_count(at, MOST).await?,
            open_reviews: for_staff.reviews,
            open_registrations: for_staff.registrations,
        })
    }

    /// What waits for the database at this moment.
    pub fn database_load(self) -> Load {
        self.reads().load()
    }

    /// The work of the database since the start of this process.
    pub fn database_effort(self) -> Effort {
        self.reads().effort()
    }

    /// The disk space of an SQLite database. `None` for PostgreSQL, and when the disk cannot be asked.
    pub fn database_space(self) -> Option<Space> {
        self.reads().space().ok().flatten()
    }

    /// How long commits took since the start of this process.
    pub fn commit_seconds(self) -> Histogram {
        self.reads().commit_seconds()
    }
}
