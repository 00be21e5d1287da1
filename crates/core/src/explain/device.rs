//! The way of one device: what the service desk says of it, and who holds it.

use super::Reason;
use super::check::{Check, Target, moment};
use super::facts::{Device, Facts};

/// Every check, in the order of the way.
pub(crate) fn checks(device: &Device, facts: &Facts) -> Vec<Check> {
    let mut checks = vec![device_there(device), device_not_trashed(device), device_type(device)];
    checks.push(device_assigned(device));
    if device.holder.is_some() {
        checks.push(holder_linked(device, facts));
    }
    checks
}

/// It fails because of the asset.
fn decides(rule: &'static str, reason: Reason, detail: String, device: &Device) -> Check {
    Check::decides(rule, reason, detail, Some(Target::Record(device.key.clone())))
}

fn device_there(device: &Device) -> Check {
    const RULE: &str = "device_there";
    match (device.gone_at, device.missing_since) {
        (None, None) => Check::pass(RULE, format!("{} is asset {}.", device.name, device.key.external_id)),
        (None, Some(since)) => {
            let since = moment(since);
            Check::unknown(
                RULE,
                format!("The service desk has not found {} since {since}; it is looked for again.", device.name),
            )
        }
        (Some(at), _) => {
            let detail = format!("{} is gone from the service desk since {}.", device.name, moment(at));
            decides(RULE, Reason::DeviceGone, detail, device)
        }
    }
}

fn device_not_trashed(device: &Device) -> Check {
    const RULE: &str = "device_not_trashed";
    if device.trashed {
        let detail = format!("{} is in the service desk’s trash.", device.name);
        return decides(RULE, Reason::DeviceTrashed, detail, device);
    }
    Check::pass(RULE, "It is not in the trash.")
}

fn device_type(device: &Device) -> Check {
    const RULE: &str = "asset_type";
    if device.is_device {
        return Check::pass(RULE, format!("Its type is {}.", device.asset_type));
    }
    let detail = format!("Its type is {}, which is no device.", device.asset_type);
    decides(RULE, Reason::OtherAssetType, detail, device)
}

fn device_assigned(device: &Device) -> Check {
    const RULE: &str = "device_assigned";
    match &device.holder {
        Some(holder) => Check::pass(RULE, format!("It is assigned to requester {holder}.")),
        None => decides(RULE, Reason::DeviceInStock, "It is assigned to nobody.".to_owned(), device),
    }
}

fn holder_linked(device: &Device, facts: &Facts) -> Check {
    const RULE: &str = "holder_linked";
    if let Some(customer) = &facts.customer {
        return Check::pass(RULE, format!("Its requester is linked to {}.", customer.name));
    }
    if let Some((id, name)) = &device.duplicate_of {
        let detail = format!("Its requester is not linked, and seems to be the same person as {name}.");
        return Check::decides(RULE, Reason::AssignedToDuplicate, detail, Some(Target::Customer(*id)));
    }
    Check::follows(RULE, "Its requester is not linked to a customer.")
}
