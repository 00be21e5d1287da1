//! Wording of the timeline events of devices, and of their changes in the service desk.

use tessera_core::devices::device_writes::AssetChange;
use tessera_core::devices::event::{DeviceEvent, Leaving, NotDone, SerialField};
use tessera_core::devices::load::LoadKind;
use tessera_core::kernel::timeline::Personal;

use super::{Wording, or_none};
use crate::locale::{Arg, text};

impl Wording for DeviceEvent {
    fn staff(&self) -> String {
        match self {
            Self::DeviceAssigned { name, serial, .. } => {
                format!("Device {name} assigned, serial {}", or_none(serial.as_ref()))
            }
            Self::DeviceUnassigned { name, serial, leaving, .. } => {
                let why = leaving.as_ref().map_or_else(String::new, |leaving| format!(": {}", self::leaving(leaving)));
                format!("Device {name} no longer assigned, serial {}{why}", or_none(serial.as_ref()))
            }
            Self::SerialCorrected { name, field, from, to, .. } => {
                format!(
                    "{} of {name} corrected from {} to {}",
                    serial_field(*field),
                    or_none(from.as_ref()),
                    or_none(to.as_ref())
                )
            }
            Self::SerialsDiffer { name, serial, inverter_serial, .. } => {
                format!("{name} has two serial numbers that differ: hardware {serial}, inverter {inverter_serial}")
            }
            Self::DeviceWriteRequested { change, .. } => {
                format!("Requested from the service desk: {}", asset_change(change))
            }
            Self::DeviceWriteFailed { change, outcome, .. } => {
                format!("Not carried out by the service desk: {}: {}", asset_change(change), not_done(outcome))
            }
            Self::DevicePlaced { record, place } => format!("{record} is at {place}"),
            Self::DeviceLoadDecided { load, kind, decision, changes } => {
                let what = match kind {
                    LoadKind::Assignments => "assignments",
                    LoadKind::Devices => "new devices",
                };
                let did = if decision == "running" { "started" } else { decision };
                format!("The load of {changes} {what} was {did} (load {load})")
            }
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::DeviceAssigned { name, .. } => Some(text!("timeline-device-added", name = Arg::shown(&name))),
            Self::DeviceUnassigned { name, .. } => Some(text!("timeline-device-removed", name = Arg::shown(&name))),
            Self::SerialCorrected { name, .. } => Some(text!("timeline-serial-corrected", name = Arg::shown(&name))),
            Self::DeviceLoadDecided { .. }
            | Self::SerialsDiffer { .. }
            | Self::DeviceWriteRequested { .. }
            | Self::DeviceWriteFailed { .. }
            | Self::DevicePlaced { .. } => None,
        }
    }
}

fn asset_change(change: &Personal<Box<AssetChange>>) -> String {
    change.as_ref().known().map_or_else(|| "(erased)".to_owned(), |change| change.sentence())
}

fn not_done(outcome: &NotDone) -> String {
    match outcome {
        NotDone::Failed { why } => why.to_string(),
        NotDone::Superseded { holder } => superseded(holder.as_deref()),
        NotDone::Cancelled { by } => format!("cancelled by {by}"),
    }
}

/// The outcome of a device write that was superseded, because the asset already had another holder.
pub(crate) fn superseded(holder: Option<&str>) -> String {
    let found = holder.map_or_else(|| "in stock".to_owned(), |id| format!("with requester {id}"));
    format!("the asset is {found} now; nothing was changed")
}

pub(crate) fn leaving(leaving: &Leaving) -> String {
    match leaving {
        Leaving::Unassigned => "back in stock".to_owned(),
        Leaving::Moved { requester_id, customer_id: Some(id) } => {
            format!("moved to requester {requester_id}, customer {id}")
        }
        Leaving::Moved { requester_id, customer_id: None } => {
            format!("moved to requester {requester_id}, who is linked to no customer")
        }
        Leaving::Retyped { asset_type: Some(name) } => format!("its asset type is {name} now"),
        Leaving::Retyped { asset_type: None } => "its asset type was changed".to_owned(),
        Leaving::Trashed => "in the service desk's trash".to_owned(),
        Leaving::Gone => "deleted from the service desk".to_owned(),
        Leaving::Unlinked => "the link to its requester was ended".to_owned(),
    }
}

const fn serial_field(field: SerialField) -> &'static str {
    match field {
        SerialField::Serial => "Serial number",
        SerialField::InverterSerial => "Inverter serial number",
    }
}
