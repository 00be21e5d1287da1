//! Findings about a single device.

use tessera_core::explain::DeviceFinding;

use crate::pages::dates::moment;

pub(super) fn sentence(finding: &DeviceFinding) -> String {
    match finding {
        DeviceFinding::There { name, asset } => format!("{name} is asset {}.", asset.external_id),
        DeviceFinding::Missing { name, since } => {
            format!("The service desk has not found {name} since {}; it is looked for again.", moment(*since))
        }
        DeviceFinding::Gone { name, since } => {
            format!("{name} is gone from the service desk since {}.", moment(*since))
        }
        DeviceFinding::Trashed(name) => format!("{name} is in the service desk’s trash."),
        DeviceFinding::NotTrashed => "It is not in the trash.".to_owned(),
        DeviceFinding::IsDevice(asset_type) => format!("Its type is {asset_type}."),
        DeviceFinding::IsNoDevice(asset_type) => format!("Its type is {asset_type}, which is no device."),
        DeviceFinding::AssignedTo(requester) => format!("It is assigned to requester {requester}."),
        DeviceFinding::InStock => "It is not assigned.".to_owned(),
        DeviceFinding::HolderLinked(customer) => format!("Its requester is linked to {customer}."),
        DeviceFinding::HolderIsDuplicate(customer) => {
            format!("Its requester is not linked, and seems to be the same person as {customer}.")
        }
        DeviceFinding::HolderNotLinked => "Its requester is not linked to a customer.".to_owned(),
    }
}
