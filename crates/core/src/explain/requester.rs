//! The way from a customer to what they see: the requester in the service desk, and its assets.

use super::check::{Check, Target, moment};
use super::facts::{AccountStanding, Customer, Facts, Requester};
use super::person::ended;
use super::{Reason, is_stale};
use crate::sync::review::Question;

pub(crate) fn requester_linked(customer: &Customer, requester: Option<&Requester>) -> Check {
    const RULE: &str = "requester_linked";
    match (requester, &customer.requester_unlinked) {
        (Some(requester), _) => {
            Check::pass(RULE, format!("{} has requester {}.", customer.name, requester.key.external_id))
        }
        (None, _) if let Some(at) = customer.requester_gone => {
            let detail = format!("The service desk no longer has the requester, since {}.", moment(at));
            Check::decides(RULE, Reason::RequesterGone, detail, Some(Target::Customer(customer.id)))
        }
        (None, None) if customer.account == Some(AccountStanding::Open) => {
            let detail =
                format!("{} came from a marketplace and has no requester, so nothing can be assigned.", customer.name);
            Check::decides(RULE, Reason::NotInServiceDesk, detail, Some(Target::Customer(customer.id)))
        }
        (None, None) if customer.account == Some(AccountStanding::Closed) => {
            let detail = format!("The marketplace deleted the account of {}.", customer.name);
            Check::decides(RULE, Reason::AccountClosed, detail, Some(Target::Customer(customer.id)))
        }
        (None, unlinked) => {
            let detail = unlinked.as_ref().map_or_else(
                || format!("{} has no requester.", customer.name),
                |it| format!("The requester was unlinked on {}: {}", moment(it.at), ended(it)),
            );
            Check::decides(RULE, Reason::RequesterUnlinked, detail, Some(Target::Customer(customer.id)))
        }
    }
}

pub(crate) fn requester_there(requester: &Requester, customer: Option<&Customer>) -> Check {
    const RULE: &str = "requester_there";
    let id = &requester.key.external_id;
    let asked = customer.into_iter().flat_map(|customer| &customer.reviews);
    for (review, question) in asked {
        if let Question::MergedIntoTaken { .. } = question {
            return Check::decides(RULE, Reason::RequesterMerged, question.sentence(), Some(Target::Review(*review)));
        }
    }
    let target = Some(Target::Record(requester.key.clone()));
    if let Some(into) = &requester.merged_into {
        let detail = format!("Requester {id} was merged into requester {into}.");
        return Check::decides(RULE, Reason::RequesterMerged, detail, target);
    }
    if let Some(at) = requester.gone_at {
        let detail = format!("The service desk no longer has requester {id}, since {}.", moment(at));
        return Check::decides(RULE, Reason::RequesterGone, detail, target);
    }
    if let Some(since) = requester.missing_since {
        let detail = format!("The service desk has not found requester {id} since {}.", moment(since));
        return Check::decides(RULE, Reason::RequesterMissing, detail, target);
    }
    if !requester.active {
        return Check::decides(
            RULE,
            Reason::RequesterDeactivated,
            format!("Requester {id} is deactivated in the service desk."),
            target,
        );
    }
    Check::pass(RULE, format!("Requester {id} is active in the service desk."))
}

pub(crate) fn assets_assigned(customer: &Customer, requester: &Requester, facts: &Facts) -> Check {
    const RULE: &str = "assets_assigned";
    if let Some(duplicate) = customer.duplicates.first() {
        let detail = format!(
            "Requester {} holds devices, is not linked, and seems to be the same person as requester {}.",
            duplicate.external_id, requester.key.external_id
        );
        return Check::decides(RULE, Reason::AssignedToDuplicate, detail, Some(Target::Record(duplicate.clone())));
    }
    match (customer.devices, customer.other_assets) {
        (0, 0) if !customer.lost.is_empty() => Check::follows(RULE, "Nothing is assigned any more."),
        (0, 0) if is_stale(customer.assets_read_at, facts.now) => Check::unknown(RULE, not_read_since(customer)),
        (0, 0) if !requester.stands() => Check::follows(RULE, "Nothing is shown while the requester is not there."),
        (0, 0) if customer.coming > 0 => Check::decides(
            RULE,
            Reason::ChangesHeld,
            format!("{} assigned to them by changes that wait for release.", counted(customer.coming, "asset")),
            None,
        ),
        (0, 0) => Check::decides(
            RULE,
            Reason::NothingAssigned,
            format!("The service desk has no asset in the name of requester {}.", requester.key.external_id),
            Some(Target::Record(requester.key.clone())),
        ),
        (devices, others) => Check::pass(RULE, format!("{} assigned.", counted(devices + others, "asset"))),
    }
}

pub(crate) fn asset_type(customer: &Customer, requester: &Requester, facts: &Facts) -> Check {
    const RULE: &str = "asset_type";
    match (customer.devices, customer.other_assets) {
        (0, 0) => Check::unknown(RULE, "There is no asset whose type could be looked at."),
        (0, others) if is_stale(customer.assets_read_at, facts.now) => {
            Check::unknown(RULE, format!("{} of another type. {}", counted(others, "asset"), not_read_since(customer)))
        }
        (0, others) if !customer.lost.is_empty() => {
            Check::follows(RULE, format!("{} of another type.", counted(others, "asset")))
        }
        (0, others) => Check::decides(
            RULE,
            Reason::OtherAssetType,
            format!("{} assigned, of a type that is no device.", counted(others, "asset")),
            Some(Target::Record(requester.key.clone())),
        ),
        (devices, _) => Check::pass(RULE, format!("{} of the device type.", counted(devices, "asset"))),
    }
}

pub(crate) fn device_not_trashed(customer: &Customer) -> Check {
    const RULE: &str = "device_not_trashed";
    // A device that was exchanged for another is no gap.
    let Some(lost) = customer.lost.first().filter(|_| customer.devices == 0) else {
        return Check::pass(RULE, "No device of theirs is in the trash.");
    };
    let target = Some(Target::Record(lost.key.clone()));
    let (reason, place) = if lost.trashed {
        (Reason::DeviceTrashed, "is in the service desk’s trash")
    } else {
        (Reason::DeviceGone, "was deleted from the service desk")
    };
    Check::decides(RULE, reason, format!("{} ({}) {place}.", lost.name, lost.key.external_id), target)
}

pub(crate) fn data_fresh(facts: &Facts) -> Option<Check> {
    const RULE: &str = "data_fresh";
    let read_at = match (&facts.device, &facts.customer, &facts.requester) {
        (Some(device), ..) => Some(device.read_at),
        (None, Some(customer), _) => customer.assets_read_at,
        (None, None, Some(requester)) => Some(requester.read_at),
        (None, None, None) => return None,
    };
    let since = read_at.map_or_else(|| "never read".to_owned(), |at| format!("last read {}", moment(at)));
    if !is_stale(read_at, facts.now) {
        return Some(Check::pass(RULE, format!("The service desk was {since}.")));
    }
    let target = facts.customer.as_ref().map(|customer| Target::Customer(customer.id));
    Some(Check::decides(RULE, Reason::DataStale, format!("The service desk was {since}: stale since then."), target))
}

fn not_read_since(customer: &Customer) -> String {
    customer.assets_read_at.map_or_else(
        || "The service desk was never read for this customer.".to_owned(),
        |at| format!("The service desk could not be read since {}.", moment(at)),
    )
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
