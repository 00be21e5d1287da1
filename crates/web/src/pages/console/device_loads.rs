//! Loading many devices or assignments from a table, `/console/device-loads` (A07, A08, A09).

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::samples::done;
use crate::pages::console::{Badge, Done};
use crate::pages::returns::Choice;
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago};
use crate::pages::{Page, Tone};

/// The list of loads, with the form of a new one. Fields: `kind`, `table`, or a file `file`.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceLoads {
    /// The loads, newest first.
    pub loads: Vec<LoadCard>,
    /// URL of the next page.
    pub more_url: Option<String>,
    /// What a table can contain.
    pub kinds: Vec<Choice>,
    /// The entered table.
    pub table: String,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

impl Page for DeviceLoads {
    const TEMPLATE: &'static str = "console/devices/loads.html";
}

/// A load in a list.
#[derive(Debug, Clone, Serialize)]
pub struct LoadCard {
    /// URL of the load.
    pub url: String,
    /// What its table contains.
    pub what: String,
    /// The state.
    pub state: Badge,
    /// Number of planned changes.
    pub changes: i64,
    /// Number of lines with a problem.
    pub wrong: i64,
    /// When and by whom the trial run was made.
    pub asked: Done,
}

/// A load: its plan, and its progress.
#[derive(Debug, Clone, Serialize)]
pub struct LoadPage {
    /// The load.
    pub load: LoadCard,
    /// Number of lines.
    pub lines: i64,
    /// Planned changes that have ended.
    pub ended: i64,
    /// Changes carried out.
    pub done: i64,
    /// Changes that failed, or were not requested.
    pub failed: i64,
    /// Who started, stopped or discarded it.
    pub decided: Option<Done>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Whether a job is carrying it out.
    pub under_way: bool,
    /// Filter: all lines, or those with one kind of plan.
    pub shown: Vec<Choice>,
    /// A page of the lines.
    pub rows: Vec<LoadRow>,
    /// URL of this page.
    pub url: String,
    /// URL of the next page of lines.
    pub more_url: Option<String>,
    /// POST action that starts it; only for a planned load that changes something.
    pub start_action: Option<String>,
    /// POST action that discards or stops it.
    pub end_action: Option<String>,
}

impl Page for LoadPage {
    const TEMPLATE: &'static str = "console/devices/load.html";
}

/// A line of a load.
#[derive(Debug, Clone, Serialize)]
pub struct LoadRow {
    /// The line's number.
    pub line: i64,
    /// The device, as entered.
    pub typed: String,
    /// The planned change, or the problem.
    pub what: String,
    /// The state, with the URL of the write if one was requested.
    pub state: Badge,
    /// URL of the requested write.
    pub write_url: Option<String>,
    /// Why it failed.
    pub detail: Option<String>,
}

fn card(state: Badge) -> LoadCard {
    LoadCard {
        url: "/console/device-loads/0199".to_owned(),
        what: "Assignments".to_owned(),
        state,
        changes: 2,
        wrong: 1,
        asked: done(HOUR, "agnes"),
    }
}

fn kinds() -> Vec<Choice> {
    vec![Choice::new("assignments", "Assignments", true), Choice::new("devices", "New devices", false)]
}

impl Sample for DeviceLoads {
    fn samples() -> Vec<(String, Self)> {
        let some = Self {
            loads: vec![card(Badge::new("Trial run", Tone::Warn)), card(Badge::new("Finished", Tone::Good))],
            more_url: Some("/console/device-loads?before=0199".into()),
            kinds: kinds(),
            table: String::new(),
            problem: None,
        };
        let wrong = Self {
            table: "device,user\nS1,777\n".to_owned(),
            problem: Some("The table cannot be read: its first line names no column “requester”".into()),
            ..some.clone()
        };
        let none = Self { loads: Vec::new(), more_url: None, ..some.clone() };
        vec![("some".to_owned(), some), ("wrong".to_owned(), wrong), ("none".to_owned(), none)]
    }
}

inventory::submit! { PageSamples::of::<DeviceLoads>(Shown::Staff("/console")) }

impl Sample for LoadPage {
    fn samples() -> Vec<(String, Self)> {
        let row = |line, what: &str, state, write: Option<&str>, detail: Option<&str>| LoadRow {
            line,
            typed: "PC 5048 0017 22".to_owned(),
            what: what.to_owned(),
            state,
            write_url: write.map(ToOwned::to_owned),
            detail: detail.map(ToOwned::to_owned),
        };
        let change = "Assign PACE (asset 4) to requester 777";
        let planned = Self {
            load: card(Badge::new("Trial run", Tone::Warn)),
            lines: 3,
            ended: 0,
            done: 0,
            failed: 0,
            decided: None,
            finished_at: None,
            under_way: false,
            shown: vec![Choice::new("", "All lines", true), Choice::new("wrong", "Wrong", false)],
            rows: vec![
                row(2, change, Badge::new("Planned", Tone::Plain), None, None),
                row(3, "Requester 777 has it already", Badge::new("No change", Tone::Plain), None, None),
                row(4, "No device known here is called “X”", Badge::new("Wrong", Tone::Bad), None, None),
            ],
            url: "/console/device-loads/0199".to_owned(),
            more_url: Some("/console/device-loads/0199?after=4".into()),
            start_action: Some("/console/device-loads/0199/start".into()),
            end_action: Some("/console/device-loads/0199/end".into()),
        };
        let running = Self {
            load: card(Badge::new("Running", Tone::Warn)),
            ended: 1,
            done: 1,
            decided: Some(done(5, "agnes")),
            under_way: true,
            rows: vec![row(2, change, Badge::new("Waiting", Tone::Warn), Some("/console/device-writes/1"), None)],
            more_url: None,
            start_action: None,
            ..planned.clone()
        };
        let finished = Self {
            load: card(Badge::new("Finished", Tone::Good)),
            ended: 2,
            failed: 1,
            finished_at: Some(ago(1)),
            under_way: false,
            rows: vec![row(2, change, Badge::new("Failed", Tone::Bad), None, Some("the service desk refused it"))],
            end_action: None,
            ..running.clone()
        };
        let empty = Self { rows: Vec::new(), more_url: None, start_action: None, ..planned.clone() };
        let named = [("planned", planned), ("running", running), ("finished", finished), ("no such lines", empty)];
        named.map(|(name, page)| (name.to_owned(), page)).into()
    }
}

inventory::submit! { PageSamples::of::<LoadPage>(Shown::Staff("/console")) }
