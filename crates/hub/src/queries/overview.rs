//! The home page of the console: what waits for a person, and figures of a period. And what each page of the console says about
//! work and alarms.

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::customer::Origin;
use tessera_store::{ConsoleLimits, Reads, StoreError};

use super::Queries;
use crate::clock_watch::CLOCK;

pub use tessera_store::{ConsoleState, Funnel, Sweep, Work, WorkKind};

/// Up to this number, work is counted exactly.
pub const MAX_WORK: usize = 1000;
/// Up to this number, the activations of a period are counted.
pub const MAX_ACTIVATIONS: usize = 20_000;
/// Up to this number, invitations and links of a period are counted.
pub const MAX_COUNTED: usize = 2000;
/// Up to this number, jobs that are due are counted.
pub const MAX_JOBS: usize = 2000;
/// How long a job that was given up is an alarm.
const ALARM_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);
/// A job that is due for longer should run.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(5);
/// Limits of the ages of jobs.
const AGES: [SignedDuration; 3] =
    [SignedDuration::from_mins(1), SignedDuration::from_mins(10), SignedDuration::from_hours(1)];

/// The figures that the reader of the home page may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HomeQuery {
    /// The beginning of the period of [`CustomerFigures`], if these are to be read.
    pub customers_since: Option<Timestamp>,
    /// The number of sweeps of [`OperatingFigures`], if these are to be read.
    pub sweeps: Option<usize>,
}

/// The home page.
#[derive(Debug, Clone)]
pub struct Home {
    /// What waits for a person, each kind counted up to [`MAX_WORK`].
    pub work: Vec<Work>,
    /// When a person last decided about something that waited, by kind.
    pub decisions: Vec<(WorkKind, Timestamp)>,
    /// Figures about customers.
    pub customers: Option<CustomerFigures>,
    /// Figures about the hub.
    pub operating: Option<OperatingFigures>,
}

/// Figures of a period about customers.
#[derive(Debug, Clone)]
pub struct CustomerFigures {
    /// Number of activations by day, without days that had none: the newest [`MAX_ACTIVATIONS`]. Days are counted since 1970, in UTC.
    pub activations: Vec<(i64, i64)>,
    /// How far the newest [`MAX_COUNTED`] invitations came.
    pub funnel: Funnel,
    /// How the newest [`MAX_COUNTED`] links came about.
    pub links: Vec<(Origin, i64)>,
}

/// Figures about the hub itself.
#[derive(Debug, Clone)]
pub struct OperatingFigures {
    /// The newest sweeps.
    pub sweeps: Vec<Sweep>,
    /// Number of jobs that have been due for less than a minute, ten minutes, an hour, and for longer; [`MAX_JOBS`] altogether.
    pub due: [i64; 4],
}

impl Queries<'_> {
    /// What each page of the console says about work and alarms, each counted up to `most`.
    pub async fn console_state(&self, most: usize) -> Result<ConsoleState, StoreError> {
        let now = self.hub.env.now();
        let limits = ConsoleLimits { most, failed_since: now - ALARM_FOR, late_since: now - LATE_AFTER, clock: CLOCK };
        self.reads().console_state(limits).await
    }

    /// The home page of the console.
    pub async fn console_home(&self, asked: HomeQuery) -> Result<Home, StoreError> {
        let (store, now) = (self.snapshot().await?, self.hub.env.now());
        let customers = match asked.customers_since {
            Some(since) => Some(customer_figures(&store, since).await?),
            None => None,
        };
        let operating = match asked.sweeps {
            Some(sweeps) => Some(OperatingFigures {
                sweeps: store.newest_sweeps(sweeps).await?,
                due: store.jobs_due_by_age(now, AGES.map(|age| now - age), MAX_JOBS).await?,
            }),
            None => None,
        };
        let (work, decisions) = (store.staff_work(MAX_WORK).await?, store.last_decisions().await?);
        Ok(Home { work, decisions, customers, operating })
    }
}

async fn customer_figures(store: &Reads, since: Timestamp) -> Result<CustomerFigures, StoreError> {
    Ok(CustomerFigures {
        activations: store.activations_by_day(since, MAX_ACTIVATIONS).await?,
        funnel: store.invitation_funnel(since, MAX_COUNTED).await?,
        links: store.links_by_origin(since, MAX_COUNTED).await?,
    })
}
