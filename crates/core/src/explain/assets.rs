//! Checks of a customer's assets, and of the age of this data.

use jiff::Timestamp;

use super::check::{Check, Target};
use super::facts::{Customer, Facts, LostDevice, Requester};
use super::{Reason, is_stale};
use crate::kernel::record::RecordKey;

/// Findings about a customer's assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetsFinding {
    /// Devices are assigned to another requester who appears to be the same person.
    HeldByDuplicate {
        /// The requester that holds the devices.
        duplicate: RecordKey,
        /// The linked requester.
        requester: RecordKey,
    },
    /// All devices were lost; nothing else is assigned.
    NothingAnyMore,
    /// Time of the last read of the service desk, which is too long ago; `None` if never read.
    NotReadSince(Option<Timestamp>),
    /// Nothing is shown because the requester is not available.
    RequesterNotThere,
    /// Number of assets in held changes.
    Coming(usize),
    /// No asset is assigned to this requester.
    NothingAssigned(RecordKey),
    /// Number of assigned assets.
    Assigned(usize),
    /// There is no asset whose type could be checked.
    NoType,
    /// Assets of another type, according to outdated data.
    OtherTypeWhenRead {
        /// Number of assets.
        assets: usize,
        /// Time of the last read of the service desk; `None` if never read.
        read_at: Option<Timestamp>,
    },
    /// Number of assets of another type, in addition to lost devices.
    OtherType(usize),
    /// Number of assigned assets, none of which is a device.
    NoDevice(usize),
    /// Number of devices.
    Devices(usize),
    /// No device of the customer was trashed or deleted.
    NothingLost,
    /// A device of the customer was trashed or deleted.
    Lost(LostDevice),
    /// The data is fresh.
    Fresh {
        /// Time of the last read.
        read_at: Option<Timestamp>,
    },
    /// The data is stale.
    Stale {
        /// Time of the last read; `None` if never read.
        read_at: Option<Timestamp>,
    },
}

pub(crate) fn assets_assigned(customer: &Customer, requester: &Requester, facts: &Facts) -> Check {
    const RULE: &str = "assets_assigned";
    if let Some(duplicate) = customer.duplicates.first() {
        let held = AssetsFinding::HeldByDuplicate { duplicate: duplicate.clone(), requester: requester.key.clone() };
        return Check::decides(RULE, Reason::AssignedToDuplicate, held, Some(Target::Record(duplicate.clone())));
    }
    match (customer.devices, customer.other_assets) {
        (0, 0) if !customer.lost.is_empty() => Check::follows(RULE, AssetsFinding::NothingAnyMore),
        (0, 0) if is_stale(customer.assets_read_at, facts.now) => {
            Check::unknown(RULE, AssetsFinding::NotReadSince(customer.assets_read_at))
        }
        (0, 0) if !requester.stands() => Check::follows(RULE, AssetsFinding::RequesterNotThere),
        (0, 0) if customer.coming > 0 => {
            Check::decides(RULE, Reason::ChangesHeld, AssetsFinding::Coming(customer.coming), None)
        }
        (0, 0) => Check::decides(
            RULE,
            Reason::NothingAssigned,
            AssetsFinding::NothingAssigned(requester.key.clone()),
            Some(Target::Record(requester.key.clone())),
        ),
        (devices, others) => Check::pass(RULE, AssetsFinding::Assigned(devices + others)),
    }
}

pub(crate) fn asset_type(customer: &Customer, requester: &Requester, facts: &Facts) -> Check {
    const RULE: &str = "asset_type";
    let read_at = customer.assets_read_at;
    match (customer.devices, customer.other_assets) {
        (0, 0) => Check::unknown(RULE, AssetsFinding::NoType),
        (0, assets) if is_stale(read_at, facts.now) => {
            Check::unknown(RULE, AssetsFinding::OtherTypeWhenRead { assets, read_at })
        }
        (0, assets) if !customer.lost.is_empty() => Check::follows(RULE, AssetsFinding::OtherType(assets)),
        (0, assets) => Check::decides(
            RULE,
            Reason::OtherAssetType,
            AssetsFinding::NoDevice(assets),
            Some(Target::Record(requester.key.clone())),
        ),
        (devices, _) => Check::pass(RULE, AssetsFinding::Devices(devices)),
    }
}

pub(crate) fn device_not_trashed(customer: &Customer) -> Check {
    const RULE: &str = "device_not_trashed";
    // A device that was replaced by another is not missing.
    let Some(lost) = customer.lost.first().filter(|_| customer.devices == 0) else {
        return Check::pass(RULE, AssetsFinding::NothingLost);
    };
    let reason = if lost.trashed { Reason::DeviceTrashed } else { Reason::DeviceGone };
    Check::decides(RULE, reason, AssetsFinding::Lost(lost.clone()), Some(Target::Record(lost.key.clone())))
}

pub(crate) fn data_fresh(facts: &Facts) -> Option<Check> {
    const RULE: &str = "data_fresh";
    let read_at = match (&facts.device, &facts.customer, &facts.requester) {
        (Some(device), ..) => Some(device.read_at),
        (None, Some(customer), _) => customer.assets_read_at,
        (None, None, Some(requester)) => Some(requester.read_at),
        (None, None, None) => return None,
    };
    if !is_stale(read_at, facts.now) {
        return Some(Check::pass(RULE, AssetsFinding::Fresh { read_at }));
    }
    let target = facts.customer.as_ref().map(|customer| Target::Customer(customer.id));
    Some(Check::decides(RULE, Reason::DataStale, AssetsFinding::Stale { read_at }, target))
}
