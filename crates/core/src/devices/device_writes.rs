//! Writing assets to the service desk (`A08`, `A09`): a requested change is stored together with the job that sends it.
//! A device changes only when its asset is read again, as after any other change in the service desk.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::devices::change::DeviceWriteChange;
use crate::devices::event::DeviceEvent;
use crate::devices::event::NotDone;
use crate::devices::jobs::WriteDevice;
use crate::kernel::actor::{Actor, Channel};
use crate::kernel::customer::Customer;
use crate::kernel::ids::DeviceWriteId;
use crate::kernel::job::change::JobChange;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};

/// A requested change of an asset in the service desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AssetChange {
    /// Create an asset (`A08`).
    Create(NewAsset),
    /// Assign, move or unassign an asset: the same call with a different holder (`A09`).
    Hand(DeviceAssignee),
}

/// A new asset. Its fields were validated before the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAsset {
    /// The display name.
    pub name: String,
    /// The asset type's id.
    pub asset_type_id: String,
    /// The hardware serial number (`A06`). It identifies the asset if the answer to the creating call is lost.
    pub serial: String,
    /// The requester it is assigned to; `None` for stock (`A07`).
    pub used_by: Option<String>,
    /// The type fields by full name, with the service desk's values.
    pub type_fields: Map<String, Value>,
    /// Whether the service desk could not be asked for the serial number yet. It is asked before the asset is created.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified: bool,
}

/// A change of an asset's holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAssignee {
    /// The asset's display id.
    pub display_id: String,
    /// The asset's name, for descriptions.
    pub name: String,
    /// The expected current holder. The write is superseded if there is another.
    pub from: Option<String>,
    /// The new holder; `None` for stock.
    pub to: Option<String>,
}

impl AssetChange {
    /// Key of the changed object, which has at most one pending write: the asset, or the serial number of a new one.
    pub fn subject(&self) -> String {
        match self {
            Self::Create(asset) => {
                format!("serial:{}", normalise::serial(&asset.serial).unwrap_or_else(|| asset.serial.clone()))
            }
            Self::Hand(handing) => format!("asset:{}", handing.display_id),
        }
    }

    /// The requesters whose customers are concerned.
    pub fn requesters(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::Create(asset) => [asset.used_by.as_deref(), None],
            Self::Hand(handing) => [handing.from.as_deref(), handing.to.as_deref()],
        }
        .into_iter()
        .flatten()
    }

    /// Description for staff.
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

/// State of a device write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteState {
    /// Pending. Its job retries while the service desk is unavailable.
    Waiting,
    /// Carried out, and the asset was read again.
    Done {
        /// The asset's display id.
        display_id: String,
    },
    /// Rejected by the service desk.
    Failed {
        /// Error message, with a remedy.
        why: String,
    },
    /// The asset's holder has changed since the request.
    Superseded {
        /// The current holder; `None` if in stock.
        holder: Option<String>,
    },
    /// Cancelled before it was carried out.
    Cancelled {
        /// Actor who cancelled it.
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

    /// The state's detail as stored in the database: display id, error message, requester id or actor.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Waiting => None,
            Self::Superseded { holder } => Some(holder.as_deref().unwrap_or_default()),
            Self::Done { display_id: note } | Self::Failed { why: note } | Self::Cancelled { by: note } => Some(note),
        }
    }

    /// Reads the state from its name and detail.
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

/// A requested device write with its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceWrite {
    /// The write's id.
    pub id: DeviceWriteId,
    /// The service desk's configured name.
    pub system: String,
    /// The requested change.
    pub change: AssetChange,
    /// Current state.
    pub state: WriteState,
    /// Actor who requested it.
    pub asked_by: Actor,
    /// Channel of the request.
    pub channel: Channel,
    /// Time of the request.
    pub created_at: Timestamp,
    /// Time of the last attempt. A creation is not retried before the service desk's search is certain to find the
    /// asset.
    pub sent_at: Option<Timestamp>,
    /// Time of the end.
    pub finished_at: Option<Timestamp>,
}

/// Requests a device write, and notes it on the timelines of the customers concerned.
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
    let event = DeviceEvent::DeviceWriteRequested { write_id: write.id, change: Box::new(write.change.clone()).into() };
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

/// Ends a device write. Success appears on the timelines when the asset is read again; a failure is noted here.
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
            noted(concerned, &DeviceEvent::DeviceWriteFailed { write_id: write.id, change, outcome }, stamp)
        }
        None => Plan::default(),
    };
    plan.push(DeviceWriteChange::End { id: write.id, state, at: stamp.now }, "nothing more is to be done");
    plan
}

fn noted(mut concerned: Vec<Customer>, event: &DeviceEvent, stamp: Stamp<'_>) -> Plan {
    concerned.sort_by_key(|customer| customer.id);
    concerned.dedup_by_key(|customer| customer.id);
    let mut plan = Plan::default();
    for customer in concerned {
        let mut draft = CustomerEdit::of(customer, stamp);
        draft.note(event.clone());
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
    fn a08_new_asset_is_identified_by_its_normalised_serial_number() {
        let typed = |serial: &str| {
            let asset = NewAsset {
                name: "PACE".into(),
                asset_type_id: "9".into(),
                serial: serial.into(),
                used_by: None,
                type_fields: Map::new(),
                unverified: false,
            };
            AssetChange::Create(asset).subject()
        };
        assert_eq!(typed("hib 26-1"), typed("HIB261"));
    }

    #[test]
    fn write_states_round_trip() {
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
