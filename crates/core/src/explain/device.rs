//! Checks of one device: its record in the service desk, and its holder.

use jiff::Timestamp;

use super::Reason;
use super::check::{Check, Target};
use super::facts::{Device, Facts};
use crate::kernel::record::RecordKey;

/// Findings about a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceFinding {
    /// The asset exists in the service desk.
    There {
        /// Its name.
        name: String,
        /// The asset.
        asset: RecordKey,
    },
    /// The service desk did not find the asset.
    Missing {
        /// Its name.
        name: String,
        /// Time since it is missing.
        since: Timestamp,
    },
    /// The asset no longer exists in the service desk.
    Gone {
        /// Its name.
        name: String,
        /// Time of the deletion.
        since: Timestamp,
    },
    /// The device of this name is in the trash.
    Trashed(String),
    /// It is not in the trash.
    NotTrashed,
    /// Its asset type, which is a device type.
    IsDevice(String),
    /// Its asset type, which is not a device type.
    IsNoDevice(String),
    /// The requester it is assigned to.
    AssignedTo(String),
    /// It is not assigned.
    InStock,
    /// Name of the customer linked to its requester.
    HolderLinked(String),
    /// Name of the customer who appears to be the same person as its requester. The requester is not linked.
    HolderIsDuplicate(String),
    /// Its requester is not linked.
    HolderNotLinked,
}

/// All checks, in order.
pub(crate) fn checks(device: &Device, facts: &Facts) -> Vec<Check> {
    let mut checks = vec![device_there(device), device_not_trashed(device), device_type(device)];
    checks.push(device_assigned(device));
    if device.holder.is_some() {
        checks.push(holder_linked(device, facts));
    }
    checks
}

/// A failure because of the asset.
fn decides(rule: &'static str, reason: Reason, finding: DeviceFinding, device: &Device) -> Check {
    Check::decides(rule, reason, finding, Some(Target::Record(device.key.clone())))
}

fn device_there(device: &Device) -> Check {
    const RULE: &str = "device_there";
    let name = device.name.clone();
    match (device.gone_at, device.missing_since) {
        (None, None) => Check::pass(RULE, DeviceFinding::There { name, asset: device.key.clone() }),
        (None, Some(since)) => Check::unknown(RULE, DeviceFinding::Missing { name, since }),
        (Some(since), _) => decides(RULE, Reason::DeviceGone, DeviceFinding::Gone { name, since }, device),
    }
}

fn device_not_trashed(device: &Device) -> Check {
    const RULE: &str = "device_not_trashed";
    if device.trashed {
        return decides(RULE, Reason::DeviceTrashed, DeviceFinding::Trashed(device.name.clone()), device);
    }
    Check::pass(RULE, DeviceFinding::NotTrashed)
}

fn device_type(device: &Device) -> Check {
    const RULE: &str = "asset_type";
    let asset_type = device.asset_type.clone();
    if device.is_device {
        return Check::pass(RULE, DeviceFinding::IsDevice(asset_type));
    }
    decides(RULE, Reason::OtherAssetType, DeviceFinding::IsNoDevice(asset_type), device)
}

fn device_assigned(device: &Device) -> Check {
    const RULE: &str = "device_assigned";
    match &device.holder {
        Some(holder) => Check::pass(RULE, DeviceFinding::AssignedTo(holder.clone())),
        None => decides(RULE, Reason::DeviceInStock, DeviceFinding::InStock, device),
    }
}

fn holder_linked(device: &Device, facts: &Facts) -> Check {
    const RULE: &str = "holder_linked";
    if let Some(customer) = &facts.customer {
        return Check::pass(RULE, DeviceFinding::HolderLinked(customer.name.clone()));
    }
    if let Some((id, name)) = &device.duplicate_of {
        let duplicate = DeviceFinding::HolderIsDuplicate(name.clone());
        return Check::decides(RULE, Reason::AssignedToDuplicate, duplicate, Some(Target::Customer(*id)));
    }
    Check::follows(RULE, DeviceFinding::HolderNotLinked)
}
