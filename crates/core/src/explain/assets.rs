//! The way from a requester to what the customer sees: its assets, and how old that knowledge is.

use jiff::Timestamp;

use super::check::{Check, Target};
use super::facts::{Customer, Facts, LostDevice, Requester};
use super::{Reason, is_stale};
use crate::kernel::record::RecordKey;

/// What was found about the assets of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetsFinding {
    /// Another requester, who seems to be the same person, holds devices.
    HeldByDuplicate {
        /// The other requester.
        duplicate: RecordKey,
        /// The linked one.
        requester: RecordKey,
    },
    /// Nothing is assigned any more.
    NothingAnyMore,
    /// The service desk was not read since then; none: never.
    NotReadSince(Option<Timestamp>),
    /// Nothing is shown while the requester is not there.
    RequesterNotThere,
    /// So many assets come with changes that are held back.
    Coming(usize),
    /// Nothing is in the name of this requester.
    NothingAssigned(RecordKey),
    /// So many assets are assigned.
    Assigned(usize),
    /// There is no asset whose type could be looked at.
    NoType,
    /// Assets of another type, as far as is known.
    OtherTypeWhenRead {
        /// How many.
        assets: usize,
        /// When the service desk was last read; none: never.
        read_at: Option<Timestamp>,
    },
    /// So many assets are of another type, besides devices that were lost.
    OtherType(usize),
    /// So many assets are assigned, and none is a device.
    NoDevice(usize),
    /// So many assets are devices.
    Devices(usize),
    /// No device of theirs is in the trash.
    NothingLost,
    /// A device of theirs is in the trash, or gone.
    Lost(LostDevice),
    /// What is known is fresh.
    Fresh {
        /// When it was read.
        read_at: Option<Timestamp>,
    },
    /// What is known is too old.
    Stale {
        /// When it was read; none: never.
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
    // A device that was exchanged for another is no gap.
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
