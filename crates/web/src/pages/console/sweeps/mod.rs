//! Sweeps: their progress, their held changes, and their results (H04, H06).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::Badge;

/// The list of sweeps.
#[derive(Debug, Clone, Serialize)]
pub struct Sweeps {
    /// What needs attention.
    pub alarms: Vec<AlarmNotice>,
    /// The sweeps that have not ended.
    pub open: Vec<SweepCard>,
    /// The sweeps with changes that wait for a decision.
    pub waiting: Vec<SweepCard>,
    /// The other sweeps, newest first.
    pub past: Vec<SweepCard>,
    /// POST action for starting sweeps. Fields: `kind` (repeated), `mode`, `dry`.
    pub start_action: String,
}

impl Page for Sweeps {
    const TEMPLATE: &'static str = "console/sync/sweeps.html";
}

/// An alarm: something that needs attention.
#[derive(Debug, Clone, Serialize)]
pub struct AlarmNotice {
    /// The system's display name.
    pub system: String,
    /// What happened and what to do.
    pub text: String,
    /// When the alarm began.
    pub since: Timestamp,
}

/// A sweep, in a list or on its page.
#[derive(Debug, Clone, Serialize)]
pub struct SweepCard {
    /// URL of the sweep.
    pub url: String,
    /// "Assets", "Requesters", "Contacts", "Single changes".
    pub what: String,
    /// The system's display name.
    pub system: String,
    /// "Everything" or "What changed".
    pub mode: String,
    /// Whether it is a dry run, which only plans.
    pub dry: bool,
    /// The state.
    pub state: Badge,
    /// Who requested it.
    pub by: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Number of objects read.
    pub seen: i64,
    /// Expected number of objects, if known.
    pub expected: Option<i64>,
    /// Number of objects that were new or changed.
    pub changed: i64,
    /// Number of devices and links that it removes from customers.
    pub takes_away: i64,
    /// Number of known objects missing from the list.
    pub missing: i64,
    /// When it is expected to end, or to resume.
    pub forecast_at: Option<Timestamp>,
    /// Whether it is paused, so that the forecast is of when it resumes.
    pub paused: bool,
    /// What stopped it or needs attention.
    pub error: Option<String>,
    /// Who decided about its changes.
    pub decided_by: Option<String>,
}

/// The page of a sweep, with the changes that wait for a decision.
#[derive(Debug, Clone, Serialize)]
pub struct SweepPage {
    /// The sweep.
    pub sweep: SweepCard,
    /// Whether it is in progress, so that the page reloads itself.
    pub under_way: bool,
    /// Error message of the last decision.
    pub refused: Option<String>,
    /// A page of the changes that wait and match the filter.
    pub changes: Vec<ChangeRow>,
    /// Number of changes that wait.
    pub count: u64,
    /// Number of them that match the filter.
    pub found: u64,
    /// The search text.
    pub text: String,
    /// The kind of record to filter by.
    pub picked_kind: String,
    /// The kinds of record, with the selected one.
    pub kinds: Vec<KindPick>,
    /// Whether a search or filter is active.
    pub filtered: bool,
    /// URL of this page without the filter.
    pub url: String,
    /// URL of this page with every change ticked, for browsers without scripts.
    pub tick_all_url: String,
    /// URL of this page with no change ticked, for browsers without scripts.
    pub tick_none_url: String,
    /// URL of the matching changes as CSV.
    pub export_url: String,
    /// URL of the next page of changes.
    pub more_url: Option<String>,
    /// POST action for applying the selected changes; `None` if there is nothing to decide. Fields: `scope` (`all`,
    /// `found`, `ticked`), `change` (repeated), `text`, `kind`, `after`.
    pub apply_action: Option<String>,
    /// POST action for discarding the selected changes, with the same fields.
    pub discard_action: Option<String>,
    /// The change after which this page begins.
    pub after: Option<String>,
}

/// A kind of record to filter by.
#[derive(Debug, Clone, Serialize)]
pub struct KindPick {
    /// The submitted value.
    pub value: String,
    /// The label.
    pub label: String,
    /// Whether it is selected.
    pub picked: bool,
}

impl Page for SweepPage {
    const TEMPLATE: &'static str = "console/sync/sweep.html";
}

/// A change that waits for a decision.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeRow {
    /// The change's id.
    pub id: String,
    /// Whether it is ticked.
    pub ticked: bool,
    /// The record's title.
    pub title: String,
    /// The record, as in "asset 42".
    pub record: String,
    /// The current values.
    pub before: String,
    /// The values after the change.
    pub after: String,
    /// Whether it removes something from a customer.
    pub takes: bool,
}
