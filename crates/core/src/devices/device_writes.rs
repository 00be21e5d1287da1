//! Writing assets back to the service desk (`A08`, `A09`): the change is written down with the job that makes it, and what comes of it is
//! whatever the service desk says afterwards. Devices change only by the asset being read again, the same way as any other change.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::devices::change::DeviceWriteChange;
use crate::devices::jobs::WriteDevice;
use crate::kernel::actor::{Actor, Channel};
use crate::kernel::customer::Customer;
use crate::kernel::ids::DeviceWriteId;
use crate::kernel::job::change::JobChange;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::timeline::{Event, NotDone};

/// A change of an asset in the service desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AssetChange {
    /// A new one (`A08`).
    Create(NewAsset),
    /// Another holder, or none: assigning, moving and unassigning are the same write (`A09`).
    Hand(DeviceAssignee),
}

/// A new asset, complete: its fields were looked up and checked before it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAsset {
    /// The display name.
    pub name: String,
    /// The asset type's id.
    pub asset_type_id: String,
    /// The hardware serial number (`A06`): by it the asset is recognised when an answer was lost.
    pub serial: String,
    /// The requester it is assigned to; none: stock (`A07`).
    pub used_by: Option<String>,
    /// The fields of its type, by their full names and with the service desk's own values.
    pub type_fields: Map<String, Value>,
}

/// An asset that changes hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAssignee {
    /// The asset's display id.
    pub display_id: String,
    /// Its name, to speak of it.
    pub name: String,
    /// The requester who has it; it is not taken from anybody else.
    pub from: Option<String>,
    /// The requester who shall have it; none: stock.
    pub to: Option<String>,
}

impl AssetChange {
    /// What is under way once at a time: the asset, or the serial number a new one will have.
    pub fn subject(&self) -> String {
        match self {
            Self::Create(asset) => {
                format!("serial:{}", normalise::serial(&asset.serial).unwrap_or_else(|| asset.serial.clone()))
            }
            Self::Hand(handing) => format!("asset:{}", handing.display_id),
        }
    }

    /// The requesters whose customers it concerns.
    pub fn requesters(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::Create(asset) => [asset.used_by.as_deref(), None],
            Self::Hand(handing) => [handing.from.as_deref(), handing.to.as_deref()],
        }
        .into_iter()
        .flatten()
    }

    /// The change, as staff read it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Create(NewAsset { name, serial, used_by: Some(to), .. }) => {
                format!("create {name}, serial {serial}, for requester {to}")
            }
            Self::Create(NewAsset { name, serial, used_by: None, .. }) => {
                format!("create {name}, serial {serial}, in stock")
            }
            Self::Hand(DeviceAssignee { display_id, name, from, to }) => match (from, to) {
                (None, Some(to)) => format!("assign {name} (asset {display_id}) to requester {to}"),
                (Some(from), Some(to)) => {
                    format!("move {name} (asset {display_id}) from requester {from} to requester {to}")
                }
                (Some(from), None) => format!("unassign {name} (asset {display_id}) from requester {from}"),
                (None, None) => format!("keep {name} (asset {display_id}) in stock"),
            },
        }
    }
}

/// How a write stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteState {
    /// Not done yet; the job does it, and tries again while the service desk does not answer.
    Waiting,
    /// Done, and read again.
    Done {
        /// The asset's display id.
        display_id: String,
    },
    /// The service desk refused it.
    Failed {
        /// In its words, with what to do.
        why: String,
    },
    /// The asset is somebody else's by now than it was when this was asked for.
    Superseded {
        /// The requester who has it; none: it is in stock.
        holder: Option<String>,
    },
    /// Taken back before it was done.
    Cancelled {
        /// By whom.
        by: String,
    },
}

impl WriteState {
    /// The name used in the database and the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Superseded { .. } => "superseded",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// What belongs to it, as the database keeps it: a display id, the service desk's words, a requester's id, or a name.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Waiting => None,
            Self::Superseded { holder } => Some(holder.as_deref().unwrap_or_default()),
            Self::Done { display_id: note } | Self::Failed { why: note } | Self::Cancelled { by: note } => Some(note),
        }
    }

    /// Reads name and note back.
    pub fn parse(state: &str, note: Option<String>) -> Option<Self> {
        Some(match (state, note) {
            ("waiting", None) => Self::Waiting,
            ("done", Some(display_id)) => Self::Done { display_id },
            ("failed", Some(why)) => Self::Failed { why },
            ("superseded", Some(holder)) => Self::Superseded { holder: Some(holder).filter(|it| !it.is_empty()) },
            ("cancelled", Some(by)) => Self::Cancelled { by },
            _ => return None,
        })
    }
}

/// A write with its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceWrite {
    /// Its id.
    pub id: DeviceWriteId,
    /// The service desk.
    pub system: String,
    /// What shall change.
    pub change: AssetChange,
    /// How it stands.
    pub state: WriteState,
    /// Who asked for it.
    pub asked_by: Actor,
    /// Through which channel.
    pub channel: Channel,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was last sent. A creation is not sent again before the service desk's search must know the asset.
    pub sent_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Asks for a write; whoever it concerns has it on their timeline.
pub fn request(system: &str, change: AssetChange, concerned: Vec<Customer>, stamp: Stamp<'_>) -> (DeviceWrite, Plan) {
    let write = DeviceWrite {
        id: stamp.id(),
        system: system.to_owned(),
        change,
        state: WriteState::Waiting,
        asked_by: stamp.actor.clone(),
        channel: stamp.channel,
        created_at: stamp.now,
        sent_at: None,
        finished_at: None,
    };
    let event = Event::DeviceWriteRequested { write_id: write.id, change: Box::new(write.change.clone()).into() };
    let mut plan = noted(concerned, &event, stamp);
    plan.push(
        DeviceWriteChange::Create(Box::new(write.clone())),
        "a change of the service desk is kept until it is done",
    );
    plan.push(
        JobChange::Enqueue(stamp.job(WriteDevice { write_id: write.id })),
        "the service desk is written to by a job",
    );
    (write, plan)
}

/// Ends a write. That it was done shows on the timelines by the asset having been read again; that it was not is said.
pub fn end(write: &DeviceWrite, state: WriteState, concerned: Vec<Customer>, stamp: Stamp<'_>) -> Plan {
    let outcome = match &state {
        WriteState::Waiting | WriteState::Done { .. } => None,
        WriteState::Failed { why } => Some(NotDone::Failed { why: why.into() }),
        WriteState::Superseded { holder } => Some(NotDone::Superseded { holder: holder.clone() }),
        WriteState::Cancelled { by } => Some(NotDone::Cancelled { by: by.clone() }),
    };
    let mut plan = match outcome {
        Some(outcome) => {
            let change = Box::new(write.change.clone()).into();
            noted(concerned, &Event::DeviceWriteFailed { write_id: write.id, change, outcome }, stamp)
        }
        None => Plan::default(),
    };
    plan.push(DeviceWriteChange::End { id: write.id, state, at: stamp.now }, "nothing more is to be done");
    plan
}

fn noted(mut concerned: Vec<Customer>, event: &Event, stamp: Stamp<'_>) -> Plan {
    concerned.sort_by_key(|customer| customer.id);
    concerned.dedup_by_key(|customer| customer.id);
    let mut plan = Plan::default();
    for customer in concerned {
        let mut draft = CustomerEdit::of(customer, stamp);
        draft.note(event);
        plan.extend(draft.finish());
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handing(from: Option<&str>, to: Option<&str>) -> AssetChange {
        let owned = |id: Option<&str>| id.map(ToOwned::to_owned);
        AssetChange::Hand(DeviceAssignee {
            display_id: "4".into(),
            name: "PACE".into(),
            from: owned(from),
            to: owned(to),
        })
    }

    #[test]
    fn a09_assigning_moving_and_unassigning_are_one_write() {
        assert_eq!(handing(None, Some("1")).sentence(), "assign PACE (asset 4) to requester 1");
        assert_eq!(handing(Some("1"), Some("2")).sentence(), "move PACE (asset 4) from requester 1 to requester 2");
        assert_eq!(handing(Some("1"), None).sentence(), "unassign PACE (asset 4) from requester 1");
        assert_eq!(handing(Some("1"), Some("2")).requesters().collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn a08_a_new_asset_is_known_by_its_serial_however_it_is_typed() {
        let typed = |serial: &str| {
            let asset = NewAsset {
                name: "PACE".into(),
                asset_type_id: "9".into(),
                serial: serial.into(),
                used_by: None,
                type_fields: Map::new(),
            };
            AssetChange::Create(asset).subject()
        };
        assert_eq!(typed("hib 26-1"), typed("HIB261"));
    }

    #[test]
    fn every_state_reads_back() {
        let why = || "w".to_owned();
        for state in [
            WriteState::Waiting,
            WriteState::Done { display_id: why() },
            WriteState::Failed { why: why() },
            WriteState::Superseded { holder: Some(why()) },
            WriteState::Superseded { holder: None },
            WriteState::Cancelled { by: why() },
        ] {
            let note = state.note().map(ToOwned::to_owned);
            assert_eq!(WriteState::parse(state.as_str(), note), Some(state));
        }
    }
}
