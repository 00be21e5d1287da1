//! Loading many devices or assignments from a table (`A07`, `A08`, `A09`): a trial run plans each line and says what is
//! wrong; then a job requests the planned device writes, a few at a time.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, EnumString};

use crate::devices::asset_form::AssetForm;
use crate::devices::change::{DeviceLoadChange, DeviceWriteChange};
use crate::devices::device_writes::{self, AssetChange, DeviceAssignee, DeviceWrite, NewAsset};
use crate::kernel::actor::Actor;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{DeviceLoadId, DeviceWriteId};
use crate::kernel::normalise;
use crate::kernel::plan::{Plan, Stamp};
use crate::kernel::rejection::{Rejection, RejectionKind};

/// Maximum number of lines of a table.
pub const MAX_LINES: usize = 1000;
/// Word for "no requester" in a table. An empty cell is a mistake rather than an instruction.
pub const STOCK: &str = "stock";
/// Maximum length of a cell, in characters.
const MAX_CELL: usize = 255;

/// What a table contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, AsRefStr, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LoadKind {
    /// Devices with the requester each is to have.
    Assignments,
    /// New devices.
    Devices,
}

/// State of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum LoadState {
    /// The trial run is done. Nothing changes before it is started.
    Planned,
    /// A job requests the planned changes.
    Running,
    /// Every change was requested and has ended.
    Finished,
    /// Stopped by staff: the rest is not requested.
    Stopped,
    /// Discarded by staff before it was started.
    Discarded,
}

/// A table that was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceLoad {
    /// The load's id.
    pub id: DeviceLoadId,
    /// What the table contains.
    pub kind: LoadKind,
    /// Current state.
    pub state: LoadState,
    /// Number of lines.
    pub lines: i64,
    /// Number of planned changes.
    pub changes: i64,
    /// Number of lines with a problem.
    pub wrong: i64,
    /// Actor who made the trial run.
    pub asked_by: Actor,
    /// Time of the trial run.
    pub created_at: Timestamp,
    /// Actor who started, stopped or discarded it.
    pub decided_by: Option<Actor>,
    /// Time of that decision.
    pub decided_at: Option<Timestamp>,
    /// Time of the end.
    pub finished_at: Option<Timestamp>,
}

/// A line of a load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadLine {
    /// Number of the line in the table, counted from 1 with its header.
    pub line: i64,
    /// The device of the line, as entered.
    pub typed: String,
    /// The plan of the trial run.
    pub plan: LinePlan,
    /// The device write that was requested for it.
    pub write_id: Option<DeviceWriteId>,
    /// Why no write was requested for a planned change.
    pub refused: Option<String>,
}

/// Plan of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinePlan {
    /// A change.
    Change(Box<AssetChange>),
    /// Nothing to do, with the reason.
    Unchanged(String),
    /// A problem, with what to do about it.
    Wrong(String),
}

impl LinePlan {
    /// The name used in the database and the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Change(_) => "change",
            Self::Unchanged(_) => "unchanged",
            Self::Wrong(_) => "wrong",
        }
    }
}

/// Number of requested writes of a load, by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Requested, and not ended yet.
    pub waiting: i64,
    /// Carried out.
    pub done: i64,
    /// Ended without effect, or refused.
    pub failed: i64,
    /// Planned, and not requested yet.
    pub left: i64,
}

/// A data row: its line number, and its cells by column name in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Number of the line in the table.
    pub line: i64,
    /// The cells, trimmed.
    pub cells: BTreeMap<String, String>,
}

impl Row {
    /// A cell; empty if there is no such column.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map(String::as_str).unwrap_or_default()
    }
}

/// The objects that a cell may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant<T> {
    /// None is known.
    Nothing,
    /// Exactly one.
    One(T),
    /// Several, by their ids.
    Several(Vec<String>),
}

/// What a plan needs to know of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAsset {
    /// The display id.
    pub display_id: String,
    /// The name.
    pub name: String,
    /// The present holder.
    pub holder: Option<String>,
}

/// What a plan needs to know of a requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRequester {
    /// The id.
    pub id: String,
    /// Whether the requester is active.
    pub active: bool,
}

/// Plans a line of assignments: columns `device`, `requester`, and `from` for a device that is assigned.
pub fn assignment(row: &Row, device: &Meant<KnownAsset>, requester: &Meant<KnownRequester>) -> LinePlan {
    let (typed, to, from) = (row.cell("device"), row.cell("requester"), row.cell("from"));
    let device = match device {
        _ if typed.is_empty() => {
            return wrong("the column device is empty: enter a serial number, a tag or an asset id");
        }
        Meant::Nothing => return wrong(format!("no device known here is called “{typed}”")),
        Meant::Several(ids) => return wrong(format!("several assets are called “{typed}”: {}", ids.join(", "))),
        Meant::One(device) => device,
    };
    let to = if to.eq_ignore_ascii_case(STOCK) {
        None
    } else {
        match able(to, requester) {
            Ok(Some(id)) => Some(id),
            Ok(None) => return wrong(format!("the column requester is empty: enter a requester, or {STOCK}")),
            Err(problem) => return LinePlan::Wrong(problem),
        }
    };
    if device.holder == to {
        return LinePlan::Unchanged(match to {
            Some(id) => format!("requester {id} has it already"),
            None => "it is in stock already".to_owned(),
        });
    }
    match &device.holder {
        Some(holder) if from.is_empty() => {
            wrong(format!("requester {holder} has it: enter {holder} in the column from, to confirm the move"))
        }
        Some(holder) if from != holder => wrong(format!("it is with requester {holder}, not with {from}")),
        None if !from.is_empty() && !from.eq_ignore_ascii_case(STOCK) => {
            wrong(format!("it is in stock, not with requester {from}"))
        }
        _ => LinePlan::Change(Box::new(AssetChange::Hand(DeviceAssignee {
            display_id: device.display_id.clone(),
            name: device.name.clone(),
            from: device.holder.clone(),
            to,
        }))),
    }
}

/// Plans a line with a new device: the columns `name` and `requester`, and one for each field of the form, by key or
/// label. `known`: the asset that has the serial number already.
pub fn new_device(row: &Row, form: &AssetForm, requester: &Meant<KnownRequester>, known: Option<&str>) -> LinePlan {
    let mut problems = Vec::new();
    let name = row.cell("name");
    if name.is_empty() {
        problems.push("the column name is empty".to_owned());
    }
    let mut values = BTreeMap::new();
    for (column, cell) in row.cells.iter().filter(|(column, _)| !["name", "requester"].contains(&column.as_str())) {
        if cell.is_empty() {
            continue;
        }
        match form.fields.iter().find(|field| is_column_of(column, &field.key, &field.label)) {
            Some(field) => drop(values.insert(field.key.clone(), cell.clone())),
            None => problems.push(format!("the asset type {} has no field “{column}”", form.asset_type)),
        }
    }
    if row.cells.values().any(|cell| cell.chars().count() > MAX_CELL) {
        problems.push(format!("a cell has more than {MAX_CELL} characters"));
    }
    let type_fields = form.fill(&values).unwrap_or_else(|wrong| {
        problems.extend(wrong.into_iter().map(|problem| problem.message));
        serde_json::Map::new()
    });
    let serial = values.get(&form.serial).cloned().unwrap_or_default();
    if !serial.is_empty() && normalise::serial(&serial).is_none() {
        problems.push("a serial number holds at least a letter or a digit".to_owned());
    }
    if let Some(asset) = known {
        problems.push(format!("asset {asset} has the serial number {serial} already"));
    }
    let to = row.cell("requester");
    let used_by = if to.eq_ignore_ascii_case(STOCK) { Ok(None) } else { able(to, requester) };
    match used_by {
        Ok(used_by) if problems.is_empty() => LinePlan::Change(Box::new(AssetChange::Create(NewAsset {
            name: name.to_owned(),
            asset_type_id: form.asset_type_id.clone(),
            serial,
            used_by,
            type_fields,
            unverified: false,
        }))),
        Ok(_) => LinePlan::Wrong(problems.join("; ")),
        Err(problem) => {
            problems.push(problem);
            LinePlan::Wrong(problems.join("; "))
        }
    }
}

/// The serial number in a row with a new device.
pub fn serial_in<'a>(row: &'a Row, form: &AssetForm) -> &'a str {
    let field = form.fields.iter().find(|field| field.key == form.serial);
    let is_it = |column: &str| field.is_some_and(|field| is_column_of(column, &field.key, &field.label));
    row.cells.iter().find(|(column, _)| is_it(column)).map(|(_, cell)| cell.as_str()).unwrap_or_default()
}

/// Whether a column belongs to a field, by key or label.
fn is_column_of(column: &str, key: &str, label: &str) -> bool {
    let plain = column.replace([' ', '-'], "_");
    plain.eq_ignore_ascii_case(key) || column.eq_ignore_ascii_case(label.trim())
}

/// The id of the requester in a cell, if it can hold a device. `None` for an empty cell.
fn able(typed: &str, requester: &Meant<KnownRequester>) -> Result<Option<String>, String> {
    match requester {
        _ if typed.is_empty() => Ok(None),
        Meant::Nothing => Err(format!("no requester known here is “{typed}”")),
        Meant::Several(ids) => {
            Err(format!("several requesters have the address {typed}: {}; use the number", ids.join(", ")))
        }
        Meant::One(KnownRequester { id, active: false }) => Err(format!("requester {id} is deactivated")),
        Meant::One(KnownRequester { id, .. }) => Ok(Some(id.clone())),
    }
}

fn wrong(problem: impl Into<String>) -> LinePlan {
    LinePlan::Wrong(problem.into())
}

/// Marks a line as wrong if an earlier one changes the same asset, or has the same serial number.
pub fn refuse_repeated(lines: &mut [LoadLine]) {
    let mut first: HashMap<String, i64> = HashMap::new();
    for line in lines {
        let LinePlan::Change(change) = &line.plan else { continue };
        match first.entry(change.subject()) {
            Entry::Occupied(earlier) => {
                line.plan = LinePlan::Wrong(format!("line {} is about the same device", earlier.get()));
            }
            Entry::Vacant(free) => {
                free.insert(line.line);
            }
        }
    }
}

/// Stores a trial run. Nothing else changes.
pub fn plan(kind: LoadKind, lines: Vec<LoadLine>, stamp: Stamp<'_>) -> (DeviceLoadId, Plan) {
    let count = |of: fn(&LinePlan) -> bool| {
        i64::try_from(lines.iter().filter(|line| of(&line.plan)).count()).unwrap_or(i64::MAX)
    };
    let load = DeviceLoad {
        id: stamp.id(),
        kind,
        state: LoadState::Planned,
        lines: i64::try_from(lines.len()).unwrap_or(i64::MAX),
        changes: count(|plan| matches!(plan, LinePlan::Change(_))),
        wrong: count(|plan| matches!(plan, LinePlan::Wrong(_))),
        asked_by: stamp.actor.clone(),
        created_at: stamp.now,
        decided_by: None,
        decided_at: None,
        finished_at: None,
    };
    let id = load.id;
    let mut plan = Plan::default();
    let create = DeviceLoadChange::Create(Box::new(load), lines);
    plan.push(DeviceWriteChange::Load(create), "a trial run is kept until it is carried out or discarded");
    (id, plan)
}

/// Requests the write of a line. A line is requested once.
pub fn request(
    load: DeviceLoadId,
    line: i64,
    system: &str,
    change: AssetChange,
    concerned: Vec<Customer>,
    stamp: Stamp<'_>,
) -> (DeviceWrite, Plan) {
    let (write, mut plan) = device_writes::request(system, change, concerned, stamp);
    let asked = DeviceLoadChange::Ask { id: load, line, write_id: write.id };
    plan.push(DeviceWriteChange::Load(asked), "each line of a load is requested once");
    (write, plan)
}

/// Reason why a table cannot be loaded, or a load cannot be started or ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceLoadError {
    /// The table cannot be read at all.
    #[error("the table cannot be read: {0}")]
    Table(String),
    /// The load is not in a state for this.
    #[error("this load is {} already", .0.as_ref())]
    State(LoadState),
    /// No line has a change.
    #[error("no line of this table changes anything")]
    NothingToDo,
}

impl Rejection for DeviceLoadError {
    fn code(&self) -> &'static str {
        match self {
            Self::Table(_) => "invalid_table",
            Self::State(_) => "load_state",
            Self::NothingToDo => "nothing_to_load",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Table(_) => RejectionKind::Invalid,
            Self::State(_) | Self::NothingToDo => RejectionKind::Conflict,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[(&str, &str)]) -> Row {
        Row { line: 2, cells: cells.iter().map(|(key, cell)| ((*key).to_owned(), (*cell).to_owned())).collect() }
    }

    fn asset(holder: Option<&str>) -> Meant<KnownAsset> {
        Meant::One(KnownAsset {
            display_id: "4".to_owned(),
            name: "PACE".to_owned(),
            holder: holder.map(ToOwned::to_owned),
        })
    }

    fn requester(active: bool) -> Meant<KnownRequester> {
        Meant::One(KnownRequester { id: "777".to_owned(), active })
    }

    fn planned(plan: LinePlan) -> String {
        match plan {
            LinePlan::Change(change) => change.sentence(),
            LinePlan::Unchanged(why) => format!("unchanged: {why}"),
            LinePlan::Wrong(why) => format!("wrong: {why}"),
        }
    }

    #[test]
    fn a09_a_line_assigns_a_device_from_stock_and_moves_one_only_from_the_named_holder() {
        let to = |from: &str| row(&[("device", "S1"), ("requester", "777"), ("from", from)]);
        let plan = |row, holder| planned(assignment(&row, &asset(holder), &requester(true)));
        assert_eq!(plan(to(""), None), "assign PACE (asset 4) to requester 777");
        assert_eq!(plan(to(""), Some("777")), "unchanged: requester 777 has it already");
        assert!(plan(to(""), Some("9")).starts_with("wrong: requester 9 has it: enter 9 in the column from"));
        assert_eq!(plan(to("9"), Some("9")), "move PACE (asset 4) from requester 9 to requester 777");
        assert_eq!(plan(to("8"), Some("9")), "wrong: it is with requester 9, not with 8");
        assert_eq!(plan(to("8"), None), "wrong: it is in stock, not with requester 8");
        let back = |from| row(&[("device", "S1"), ("requester", "Stock"), ("from", from)]);
        assert_eq!(plan(back("9"), Some("9")), "unassign PACE (asset 4) from requester 9");
        assert_eq!(plan(back(""), None), "unchanged: it is in stock already");
    }

    #[test]
    fn a09_a_line_says_what_is_wrong_with_it() {
        let line = |device: &str, to: &str| row(&[("device", device), ("requester", to)]);
        let several = Meant::Several(vec!["4".to_owned(), "5".to_owned()]);
        assert!(planned(assignment(&line("", "777"), &Meant::Nothing, &requester(true))).contains("device is empty"));
        assert!(planned(assignment(&line("S1", "777"), &Meant::Nothing, &requester(true))).contains("no device"));
        assert!(planned(assignment(&line("S1", "777"), &several, &requester(true))).contains("4, 5"));
        assert!(planned(assignment(&line("S1", ""), &asset(None), &requester(true))).contains("requester is empty"));
        assert!(planned(assignment(&line("S1", "x"), &asset(None), &Meant::Nothing)).contains("no requester"));
        assert!(planned(assignment(&line("S1", "777"), &asset(None), &requester(false))).contains("deactivated"));
    }

    #[test]
    fn a09_a_second_line_about_the_same_device_is_wrong() {
        let line = |line| LoadLine {
            line,
            typed: "S1".to_owned(),
            plan: assignment(&row(&[("device", "S1"), ("requester", "777")]), &asset(None), &requester(true)),
            write_id: None,
            refused: None,
        };
        let mut lines = [line(2), line(3)];
        refuse_repeated(&mut lines);
        assert!(matches!(lines[0].plan, LinePlan::Change(_)));
        assert_eq!(lines[1].plan, LinePlan::Wrong("line 2 is about the same device".to_owned()));
    }
}
