//! Changes of devices and writes to the service desk.

use tessera_core::devices::change::{DeviceChange, DeviceLoadChange, DeviceWriteChange};

use super::{Describe, sending};
use crate::timeline::events;

impl Describe for DeviceChange {
    fn describe(&self) -> String {
        match self {
            Self::Put(it) => {
                let holder =
                    it.holder.as_deref().map_or_else(|| "in stock".to_owned(), |id| format!("of requester {id}"));
                format!("device {} {}, {holder}", it.external_id, it.name)
            }
            Self::Take { external_id, holder, .. } => format!("device {external_id} leaves requester {holder}"),
            Self::Drop { external_id, .. } => format!("no device {external_id}"),
            Self::Assign { device, .. } => format!("{device} is the customer's"),
            Self::Unassign { device, leaving, .. } => {
                format!("{device} is the customer's no longer: {}", events::leaving(leaving))
            }
            Self::PutPlace { external_id, .. } => format!("device {external_id} is put at a place"),
        }
    }
}

impl Describe for DeviceWriteChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("ask the service desk: {}", it.change.sentence()),
            Self::End { state, .. } => format!("the write is {}", state.as_str()),
            Self::MarkSent { id, at, .. } => format!("write {id} is {}", sending(*at)),
            Self::Load(load) => load.describe(),
        }
    }
}

impl Describe for DeviceLoadChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(load, _) => format!("a trial run of {} lines", load.lines),
            Self::Move { id, to, .. } => format!("load {id} is {}", to.as_ref()),
            Self::Ask { id, line, write_id } => format!("line {line} of load {id} becomes write {write_id}"),
            Self::Refuse { id, line, why } => format!("line {line} of load {id} is left out: {why}"),
        }
    }
}
