//! Wording of the timeline events of marketplace accounts and domains.

use tessera_core::marketplace::AccountField;
use tessera_core::marketplace::event::MarketplaceEvent;

use super::{Wording, listed};
use crate::locale::text;

impl Wording for MarketplaceEvent {
    fn staff(&self) -> String {
        match self {
            Self::AccountChanged { record, changes } => {
                format!("Marketplace {} changed: {}", record.system, listed(changes, account_field))
            }
            Self::ServedByReseller { record, reseller } => {
                format!("Served through marketplace {} by reseller {}", record.system, reseller.external_id)
            }
            Self::InvitedByMarketplace { marketplace, email: Some(email), .. } => {
                format!("Activation link for {email} sent to marketplace {marketplace}")
            }
            Self::InvitedByMarketplace { marketplace, email: None, .. } => {
                format!("Activation link sent to marketplace {marketplace}")
            }
            Self::AccountDeleted { record, access_ended: true } => {
                format!("Marketplace {} deleted account {}; access ended", record.system, record.external_id)
            }
            Self::AccountDeleted { record, access_ended: false } => {
                format!(
                    "Marketplace {} deleted account {}; still a customer otherwise",
                    record.system, record.external_id
                )
            }
            Self::AccountRestored { record, why } => {
                format!("Deletion of account {} at marketplace {} undone: {why}", record.external_id, record.system)
            }
            Self::DomainAdded { domain } => format!("Domain {domain} entered"),
            Self::DomainRemoved { domain } => format!("Domain {domain} removed"),
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::AccountChanged { .. } => Some(text!("timeline-account-changed")),
            Self::InvitedByMarketplace { .. } => Some(text!("timeline-invited-by-marketplace")),
            Self::AccountDeleted { .. } => Some(text!("timeline-account-closed")),
            Self::AccountRestored { .. } => Some(text!("timeline-account-opened")),
            Self::DomainAdded { .. } | Self::DomainRemoved { .. } | Self::ServedByReseller { .. } => None,
        }
    }
}

fn account_field(field: &AccountField) -> String {
    match field {
        AccountField::Name => "name",
        AccountField::Code => "code",
        AccountField::Phone => "phone",
        AccountField::Fax => "fax",
        AccountField::Website => "web site",
        AccountField::Email => "e-mail",
        AccountField::Description => "description",
        AccountField::Reseller => "reseller",
        AccountField::Contact => "contact",
        AccountField::Address => "address",
        AccountField::Option(id) => return format!("option {id}"),
    }
    .to_owned()
}
