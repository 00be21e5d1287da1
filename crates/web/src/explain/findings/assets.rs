//! Findings about the assets of a customer.

use jiff::Timestamp;
use tessera_core::explain::{AssetsFinding, LostDevice};

use crate::pages::dates::moment;

pub(super) fn sentence(finding: &AssetsFinding) -> String {
    match finding {
        AssetsFinding::HeldByDuplicate { duplicate, requester } => format!(
            "Requester {} holds devices, is not linked, and seems to be the same person as requester {}.",
            duplicate.external_id, requester.external_id
        ),
        AssetsFinding::NothingAnyMore => "No asset is assigned any more.".to_owned(),
        AssetsFinding::NotReadSince(read_at) => not_read_since(*read_at),
        AssetsFinding::RequesterNotThere => "Nothing is shown while the requester is not there.".to_owned(),
        AssetsFinding::Coming(assets) => {
            format!("{} assigned to them by changes that wait for release.", counted(*assets))
        }
        AssetsFinding::NothingAssigned(requester) => {
            format!("The service desk has no asset in the name of requester {}.", requester.external_id)
        }
        AssetsFinding::Assigned(assets) => format!("{} assigned.", counted(*assets)),
        AssetsFinding::NoType => "There is no asset whose type could be looked at.".to_owned(),
        AssetsFinding::OtherTypeWhenRead { assets, read_at } => {
            format!("{} of another type. {}", counted(*assets), not_read_since(*read_at))
        }
        AssetsFinding::OtherType(assets) => format!("{} of another type.", counted(*assets)),
        AssetsFinding::NoDevice(assets) => format!("{} assigned, of a type that is no device.", counted(*assets)),
        AssetsFinding::Devices(assets) => format!("{} of the device type.", counted(*assets)),
        AssetsFinding::NothingLost => "No device of theirs is in the trash.".to_owned(),
        AssetsFinding::Lost(device) => lost(device),
        AssetsFinding::Fresh { read_at } => format!("The service desk was {}.", last_read(*read_at)),
        AssetsFinding::Stale { read_at } => {
            format!("The service desk was {}: stale since then.", last_read(*read_at))
        }
    }
}

fn lost(device: &LostDevice) -> String {
    let place = if device.trashed { "is in the service desk’s trash" } else { "was deleted from the service desk" };
    format!("{} ({}) {place}.", device.name, device.key.external_id)
}

fn last_read(read_at: Option<Timestamp>) -> String {
    read_at.map_or_else(|| "never read".to_owned(), |at| format!("last read {}", moment(at)))
}

fn not_read_since(read_at: Option<Timestamp>) -> String {
    read_at.map_or_else(
        || "The service desk was never read for this customer.".to_owned(),
        |at| format!("The service desk could not be read since {}.", moment(at)),
    )
}

fn counted(assets: usize) -> String {
    format!("{assets} asset{}", if assets == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h04_what_was_not_read_for_long_says_since_when() {
        let read_at: Timestamp = "2026-05-31T07:00:00Z".parse().unwrap();
        let told = sentence(&AssetsFinding::NotReadSince(Some(read_at)));
        assert!(told.contains("31 May 2026, 07:00 UTC"), "since when: {told}");
    }
}
