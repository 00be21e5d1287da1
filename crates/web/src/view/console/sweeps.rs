//! Sweeps: how far they are, what they hold, and what became of them (H04, H06).

use jiff::Timestamp;
use serde::Serialize;

use super::super::Page;
use super::Badge;

/// All sweeps.
#[derive(Debug, Clone, Serialize)]
pub struct Sweeps {
    /// What somebody has to look at.
    pub alarms: Vec<AlarmNotice>,
    /// Those that have not ended.
    pub open: Vec<SweepCard>,
    /// Those whose changes wait for a decision.
    pub waiting: Vec<SweepCard>,
    /// The others, newest first.
    pub past: Vec<SweepCard>,
    /// POST here starts some. Fields: `kind` (repeated), `mode`, `dry`.
    pub start_action: String,
}

impl Page for Sweeps {
    const TEMPLATE: &'static str = "console/sweeps.html";
}

/// Something that somebody has to look at.
#[derive(Debug, Clone, Serialize)]
pub struct AlarmNotice {
    /// The system's name for people.
    pub system: String,
    /// What happened and what to do.
    pub text: String,
    /// Since when.
    pub since: Timestamp,
}

/// One sweep, in a list and on its page.
#[derive(Debug, Clone, Serialize)]
pub struct SweepCard {
    /// Its page.
    pub url: String,
    /// "Assets", "Requesters", "Contacts", "Single changes".
    pub what: String,
    /// The system's name for people.
    pub system: String,
    /// "Everything" or "What changed".
    pub mode: String,
    /// Whether it only plans.
    pub dry: bool,
    /// How it stands.
    pub state: Badge,
    /// Who asked for it.
    pub by: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Objects seen.
    pub seen: i64,
    /// Objects that will be seen, if that is known.
    pub expected: Option<i64>,
    /// Of them, how many changed.
    pub changed: i64,
    /// Devices and links that it takes from customers.
    pub takes_away: i64,
    /// Known objects that were not listed.
    pub missing: i64,
    /// When it will end, or go on.
    pub forecast_at: Option<Timestamp>,
    /// Whether the forecast is of when it goes on.
    pub paused: bool,
    /// What stopped it, or has to be looked at.
    pub error: Option<String>,
    /// Who decided about it.
    pub decided_by: Option<String>,
}

/// One sweep with the changes that wait.
#[derive(Debug, Clone, Serialize)]
pub struct SweepPage {
    /// How it stands.
    pub sweep: SweepCard,
    /// Whether it still goes on: the page looks again by itself.
    pub under_way: bool,
    /// A page of what waits.
    pub changes: Vec<ChangeRow>,
    /// How many wait in all.
    pub count: u64,
    /// The next page of them.
    pub more_url: Option<String>,
    /// POST here applies all of them; none: nothing to decide.
    pub apply_action: Option<String>,
    /// POST here throws all of them away.
    pub discard_action: Option<String>,
}

impl Page for SweepPage {
    const TEMPLATE: &'static str = "console/sweep.html";
}

/// A change that waits for a decision.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeRow {
    /// What the record is called.
    pub title: String,
    /// "asset 42".
    pub record: String,
    /// What it says now.
    pub before: String,
    /// What it would say.
    pub after: String,
    /// Whether it takes something from a customer.
    pub takes: bool,
}
