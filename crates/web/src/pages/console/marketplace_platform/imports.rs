//! Imports of accounts from tables.

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::samples::done;
use crate::pages::console::{Badge, Done};
use crate::pages::returns::Choice;
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago, states};
use crate::pages::{Page, Tone};

/// The list of imports, with the form of a new one. Fields: `table`, or a file `file`.
#[derive(Debug, Clone, Serialize)]
pub struct AccountImports {
    pub imports: Vec<ImportCard>,
    pub more_url: Option<String>,
    pub columns: Vec<String>,
    pub table: String,
    pub problem: Option<String>,
}

impl Page for AccountImports {
    const TEMPLATE: &'static str = "console/marketplace_platform/imports.html";
}

#[derive(Debug, Clone, Serialize)]
pub struct ImportCard {
    pub url: String,
    pub state: Badge,
    pub added: i64,
    pub changed: i64,
    pub refused: i64,
    pub asked: Done,
}

/// An import: its plan, and its progress.
#[derive(Debug, Clone, Serialize)]
pub struct ImportPage {
    pub import: ImportCard,
    pub lines: i64,
    /// Number of planned changes.
    pub changes: i64,
    pub done: i64,
    pub left_out: i64,
    /// Planned changes that have ended.
    pub ended: i64,
    pub decided: Option<Done>,
    pub finished_at: Option<Timestamp>,
    pub under_way: bool,
    pub shown: Vec<Choice>,
    pub rows: Vec<ImportRow>,
    pub url: String,
    pub more_url: Option<String>,
    pub start_action: Option<String>,
    pub end_action: Option<String>,
}

impl Page for ImportPage {
    const TEMPLATE: &'static str = "console/marketplace_platform/import.html";
}

#[derive(Debug, Clone, Serialize)]
pub struct ImportRow {
    pub line: i64,
    pub name: String,
    pub email: String,
    pub state: Badge,
    pub why: Option<String>,
    pub account_url: Option<String>,
}

fn card(state: Badge) -> ImportCard {
    ImportCard {
        url: "/console/marketplace-accounts/import/0199".to_owned(),
        state,
        added: 2,
        changed: 1,
        refused: 1,
        asked: done(HOUR, "agnes"),
    }
}

impl Sample for AccountImports {
    fn samples() -> Vec<(String, Self)> {
        let some = Self {
            imports: vec![card(Badge::new("Trial run", Tone::Warn)), card(Badge::new("Finished", Tone::Good))],
            more_url: Some("/console/marketplace-accounts/import?before=0199".into()),
            columns: vec!["name".to_owned(), "email".to_owned()],
            table: String::new(),
            problem: None,
        };
        let wrong = Self {
            table: "company\nAcme\n".to_owned(),
            problem: Some("The table cannot be read: its first line names no column “name”".into()),
            ..some.clone()
        };
        let none = Self { imports: Vec::new(), more_url: None, ..some.clone() };
        states([("some", some), ("wrong", wrong), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<AccountImports>(Shown::Staff("/console/marketplace-accounts/import")) }

impl Sample for ImportPage {
    fn samples() -> Vec<(String, Self)> {
        let row = |line, state, why: Option<&str>, account: Option<&str>| ImportRow {
            line,
            name: "Acme Ltd".to_owned(),
            email: if line == 2 { String::new() } else { "office@example.com".to_owned() },
            state,
            why: why.map(ToOwned::to_owned),
            account_url: account.map(ToOwned::to_owned),
        };
        let planned = Self {
            import: card(Badge::new("Trial run", Tone::Warn)),
            lines: 5,
            changes: 3,
            done: 0,
            left_out: 0,
            ended: 0,
            decided: None,
            finished_at: None,
            under_way: false,
            shown: vec![Choice::new("", "All lines", true), Choice::new("refused", "Refused", false)],
            rows: vec![
                row(2, Badge::new("New", Tone::Plain), None, None),
                row(3, Badge::new("Refused", Tone::Bad), Some("Line 2 is about the same account"), None),
            ],
            url: "/console/marketplace-accounts/import/0199".to_owned(),
            more_url: Some("/console/marketplace-accounts/import/0199?after=3".into()),
            start_action: Some("/console/marketplace-accounts/import/0199/start".into()),
            end_action: Some("/console/marketplace-accounts/import/0199/end".into()),
        };
        let running = Self {
            import: card(Badge::new("Running", Tone::Warn)),
            done: 1,
            ended: 1,
            decided: Some(done(5, "agnes")),
            under_way: true,
            rows: vec![row(2, Badge::new("Done", Tone::Good), None, Some("/console/marketplace-accounts/0199"))],
            more_url: None,
            start_action: None,
            ..planned.clone()
        };
        let finished = Self {
            import: card(Badge::new("Finished", Tone::Good)),
            done: 2,
            left_out: 1,
            ended: 3,
            finished_at: Some(ago(1)),
            under_way: false,
            end_action: None,
            ..running.clone()
        };
        let nothing = ImportCard { added: 0, changed: 0, ..card(Badge::new("Trial run", Tone::Warn)) };
        let empty = Self {
            import: nothing,
            changes: 0,
            rows: Vec::new(),
            more_url: None,
            start_action: None,
            ..planned.clone()
        };
        states([("planned", planned), ("running", running), ("finished", finished), ("no such lines", empty)])
    }
}

inventory::submit! { PageSamples::of::<ImportPage>(Shown::Staff("/console/marketplace-accounts/import/0199")) }
