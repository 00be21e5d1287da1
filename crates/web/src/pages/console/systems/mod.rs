//! The outside systems, and the background work (H06).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::{AlarmNotice, Badge, Done};

/// The systems page.
#[derive(Debug, Clone, Serialize)]
pub struct Systems {
    /// What needs attention.
    pub alarms: Vec<AlarmNotice>,
    /// Every configured system.
    pub systems: Vec<SystemCard>,
    /// The last full sweep of each kind of record.
    pub readings: Vec<Reading>,
    /// The deliveries to the webhooks.
    pub hooks: Vec<Hook>,
    /// URL of the webhook to which workflows send changes.
    pub hook_url: String,
    /// POST action for requesting full sweeps of everything.
    pub read_action: String,
    /// The background work.
    pub jobs: Jobs,
}

impl Page for Systems {
    const TEMPLATE: &'static str = "console/sync/systems.html";
}

/// The deliveries to a webhook.
#[derive(Debug, Clone, Serialize)]
pub struct Hook {
    /// The webhook's path.
    pub path: String,
    /// Number of usable deliveries.
    pub good: i64,
    /// When the last usable delivery arrived.
    pub last_good_at: Option<Timestamp>,
    /// The last unusable delivery, with what was wrong.
    pub last_unusable: Option<Incident>,
    /// An excerpt of it, with all values masked.
    pub excerpt: Option<String>,
}

/// A full sweep of a kind of record, page by page.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// The system's display name.
    pub system: String,
    /// "Requesters", "Assets", "Contacts".
    pub what: String,
    /// The state, as in "Complete" or "Under way".
    pub state: Badge,
    /// What stopped it, redacted.
    pub error: Option<String>,
    /// Number of records read.
    pub seen: i64,
    /// Number of records that were new or changed.
    pub changed: i64,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended; `None` while it is in progress.
    pub finished_at: Option<Timestamp>,
}

/// An outside system.
#[derive(Debug, Clone, Serialize)]
pub struct SystemCard {
    /// The display name.
    pub label: String,
    /// The kind of system: "Service desk", "CRM", "Identity provider", "Mail".
    pub kind: String,
    /// The base URL.
    pub address: String,
    /// The state of the connection.
    pub health: Health,
    /// When it last responded successfully.
    pub last_success: Option<Timestamp>,
    /// The last failure.
    pub last_error: Option<Incident>,
    /// The use of its rate limit, if it has one.
    pub quota: Option<Quota>,
}

/// The state of the connection to a system.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Health {
    /// The system responds.
    Healthy,
    /// The system responds, but has asked the hub to slow down.
    Throttled {
        /// When calls resume.
        until: Timestamp,
    },
    /// The system responds, but its answers cannot be used.
    Failing {
        /// When the first such answer came.
        since: Timestamp,
    },
    /// Calls are paused after repeated failures (circuit breaker).
    BreakerOpen {
        /// When the next attempt is made.
        until: Timestamp,
    },
    /// The data read from the system is stale.
    Stale {
        /// When it became stale.
        since: Timestamp,
    },
    /// The system has not been called yet.
    Unknown,
}

/// A failure.
#[derive(Debug, Clone, Serialize)]
pub struct Incident {
    /// When it happened.
    pub at: Timestamp,
    /// The error message, redacted.
    pub text: String,
}

/// The use of a rate limit.
#[derive(Debug, Clone, Serialize)]
pub struct Quota {
    /// Calls (credits) used in the current window.
    pub used: u32,
    /// The window's limit.
    pub limit: u32,
    /// The window as text: "minute", "hour".
    pub per: String,
    /// How much is reserved for interactive work.
    pub reserve: u32,
}

/// The background work.
#[derive(Debug, Clone, Serialize)]
pub struct Jobs {
    /// Number of scheduled jobs.
    pub waiting: u64,
    /// Number of running jobs.
    pub running: u64,
    /// The outside systems that jobs depend on.
    pub systems: Vec<SystemWork>,
    /// The kinds of which several jobs gave up.
    pub kinds: Vec<FailedKind>,
    /// Jobs given up after repeated failures, newest first.
    pub failed: Vec<JobRow>,
    /// Jobs in doubt, whose e-mail may have been sent, newest first.
    pub in_doubt: Vec<JobRow>,
    /// Jobs that will be retried after a failure, next one first.
    pub retrying: Vec<JobRow>,
}

/// The jobs of one outside system.
#[derive(Debug, Clone, Serialize)]
pub struct SystemWork {
    /// The system's name for people.
    pub label: String,
    /// Jobs that are due.
    pub due: i64,
    /// Jobs that gave up.
    pub failed: i64,
    /// Who paused it, if it is paused.
    pub paused: Option<Done>,
    /// POST here pauses it, or resumes it if it is paused.
    pub toggle_action: String,
    /// POST here has its failed jobs tried again.
    pub retry_action: Option<String>,
}

/// A kind of which several jobs gave up.
#[derive(Debug, Clone, Serialize)]
pub struct FailedKind {
    /// What it does.
    pub what: String,
    /// How many there are among those shown.
    pub jobs: usize,
    /// POST here has all of them tried again.
    pub retry_action: String,
}

/// A job.
#[derive(Debug, Clone, Serialize)]
pub struct JobRow {
    /// The job's id.
    pub id: String,
    /// The description, as in "Finish activation".
    pub what: String,
    /// The customer or object it concerns.
    pub subject: String,
    /// URL of the subject.
    pub subject_url: Option<String>,
    /// Number of attempts.
    pub attempts: u32,
    /// Why the last attempt failed, redacted.
    pub error: String,
    /// When it was given up; `None` while it is retried.
    pub last_at: Option<Timestamp>,
    /// When it will be retried; `None` if it was given up.
    pub next_at: Option<Timestamp>,
    /// POST action for retrying it now.
    pub retry_action: Option<String>,
    /// POST action for dismissing it; `None` if it was not given up.
    pub dismiss_action: Option<String>,
}
