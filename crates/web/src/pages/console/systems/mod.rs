//! The outside systems and the work that waits for them (H06).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::{AlarmNotice, Badge};

/// The systems page.
#[derive(Debug, Clone, Serialize)]
pub struct Systems {
    /// What somebody has to look at.
    pub alarms: Vec<AlarmNotice>,
    /// Every configured system.
    pub systems: Vec<SystemCard>,
    /// The last complete reading of each kind of record.
    pub readings: Vec<Reading>,
    /// What came through the hooks.
    pub hooks: Vec<Hook>,
    /// Where workflows send changes.
    pub hook_url: String,
    /// POST here asks for complete readings of everything.
    pub read_action: String,
    /// The work in the background.
    pub jobs: Jobs,
}

impl Page for Systems {
    const TEMPLATE: &'static str = "console/sync/systems.html";
}

/// What came through one hook.
#[derive(Debug, Clone, Serialize)]
pub struct Hook {
    /// Its path.
    pub path: String,
    /// How many deliveries were usable.
    pub good: i64,
    /// When the last usable one came.
    pub last_good_at: Option<Timestamp>,
    /// The last one that could not be used, with what was wrong.
    pub last_unusable: Option<Incident>,
    /// What that one looked like, with every value made unreadable.
    pub excerpt: Option<String>,
}

/// A complete reading of one kind of record: everything, page by page.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// The system's name for people.
    pub system: String,
    /// "Requesters", "Assets", "Contacts".
    pub what: String,
    /// How it went, as in "Complete" or "Under way".
    pub state: Badge,
    /// What stopped it, redacted.
    pub error: Option<String>,
    /// How many records it saw.
    pub seen: i64,
    /// How many of them were new or had changed.
    pub changed: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it is under way.
    pub finished_at: Option<Timestamp>,
}

/// One system.
#[derive(Debug, Clone, Serialize)]
pub struct SystemCard {
    /// Its name for people.
    pub label: String,
    /// What it is: "Service desk", "CRM", "Identity provider", "Mail".
    pub kind: String,
    /// Its base address.
    pub address: String,
    /// How it does.
    pub health: Health,
    /// When it last answered well.
    pub last_success: Option<Timestamp>,
    /// Its last failure.
    pub last_error: Option<Incident>,
    /// The use of its rate limit, if it has one.
    pub quota: Option<Quota>,
}

/// How a system does.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Health {
    /// It answers.
    Healthy,
    /// It answers, and asks us to slow down.
    Throttled {
        /// Until when we hold back.
        until: Timestamp,
    },
    /// It failed repeatedly, so calls are paused.
    BreakerOpen {
        /// When the next try is made.
        until: Timestamp,
    },
    /// What we know of it is older than it should be.
    Stale {
        /// Since when.
        since: Timestamp,
    },
    /// It was not called yet.
    Unknown,
}

/// A failure.
#[derive(Debug, Clone, Serialize)]
pub struct Incident {
    /// When.
    pub at: Timestamp,
    /// What, redacted.
    pub text: String,
}

/// The use of a rate limit.
#[derive(Debug, Clone, Serialize)]
pub struct Quota {
    /// Calls (credits) used in the current window.
    pub used: u32,
    /// The window's limit.
    pub limit: u32,
    /// The window in words: "minute", "hour".
    pub per: String,
    /// How much is kept for interactive work.
    pub reserve: u32,
}

/// The background work.
#[derive(Debug, Clone, Serialize)]
pub struct Jobs {
    /// Jobs that wait for their time.
    pub waiting: u64,
    /// Jobs being done.
    pub running: u64,
    /// Jobs that gave up, newest first.
    pub failed: Vec<JobRow>,
    /// Jobs whose e-mail may have been sent, newest first.
    pub in_doubt: Vec<JobRow>,
    /// Jobs that will be tried again after a failure, soonest first.
    pub retrying: Vec<JobRow>,
}

/// One job.
#[derive(Debug, Clone, Serialize)]
pub struct JobRow {
    /// Its id.
    pub id: String,
    /// What it does, as in "Finish activation".
    pub what: String,
    /// Whom it concerns.
    pub subject: String,
    /// The subject's page.
    pub subject_url: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last try failed, redacted.
    pub error: String,
    /// When it gave up; none while it is tried again.
    pub last_at: Option<Timestamp>,
    /// When it will be tried again; none when it gave up.
    pub next_at: Option<Timestamp>,
    /// POST here tries it now.
    pub retry_action: Option<String>,
    /// Where it is put aside; none: it is not given up.
    pub dismiss_action: Option<String>,
}
