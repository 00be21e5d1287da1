//! Sweeps: how far they are, what they hold, and what became of them (H04, H06).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::Badge;

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
    const TEMPLATE: &'static str = "console/sync/sweeps.html";
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
    /// Why the last choice came to nothing.
    pub refused: Option<String>,
    /// A page of what waits and is found.
    pub changes: Vec<ChangeRow>,
    /// How many wait in all.
    pub count: u64,
    /// How many of them are found.
    pub found: u64,
    /// The words that are looked for.
    pub text: String,
    /// The kind of record that is looked for.
    pub picked_kind: String,
    /// The kinds of record, with the one that is looked for.
    pub kinds: Vec<KindPick>,
    /// Whether words or a kind are looked for.
    pub filtered: bool,
    /// This page, without what is looked for.
    pub url: String,
    /// This page with every change ticked, or none, for whoever has no script.
    pub tick_all_url: String,
    /// See `tick_all_url`.
    pub tick_none_url: String,
    /// What waits and is found, as a table.
    pub export_url: String,
    /// The next page of them.
    pub more_url: Option<String>,
    /// POST here applies what is chosen; none: nothing to decide. Fields: `scope` (`all`, `found`, `ticked`), `change` (repeated), `text`,
    /// `kind`, `after`.
    pub apply_action: Option<String>,
    /// POST here throws away what is chosen. The same fields.
    pub discard_action: Option<String>,
    /// The change behind which this page begins.
    pub after: Option<String>,
}

/// A kind of record to look for.
#[derive(Debug, Clone, Serialize)]
pub struct KindPick {
    /// The value.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// Whether it is the one.
    pub picked: bool,
}

impl Page for SweepPage {
    const TEMPLATE: &'static str = "console/sync/sweep.html";
}

/// A change that waits for a decision.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeRow {
    /// Its id.
    pub id: String,
    /// Whether it is ticked.
    pub ticked: bool,
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
