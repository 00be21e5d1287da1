//! Wording of the timeline events of the marketplace platform.

use tessera_core::marketplace_platform::event::PlatformEvent;

use super::Wording;

impl Wording for PlatformEvent {
    fn staff(&self) -> String {
        match self {
            Self::ServiceManagerSaved { name } => format!("The settings of service manager {name} were saved"),
            Self::ServiceManagerDeleted { name } => format!("Service manager {name} was deleted"),
            Self::VendorCustomerLinked { service_manager, external_id, existed: false } => {
                format!("The marketplace account was created at {service_manager} as {external_id}")
            }
            Self::VendorCustomerLinked { service_manager, external_id, existed: true } => {
                format!("The marketplace account was linked with {external_id}, which {service_manager} had already")
            }
            Self::VendorCustomerUnlinked { service_manager, external_id } => {
                format!("Customer {external_id} of {service_manager} was given to another account")
            }
            Self::VendorCustomerDeleted { service_manager, external_id } => {
                format!("The marketplace account was deleted at {service_manager}, where it was {external_id}")
            }
            Self::AccountImportDecided { import, decision, changes } => {
                let did = if decision == "running" { "started" } else { decision };
                format!("The import of {changes} marketplace accounts was {did} (import {import})")
            }
        }
    }

    fn customer(&self) -> Option<String> {
        None
    }
}
