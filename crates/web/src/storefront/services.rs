//! The buyer's services: the vendors that have their account.

use tessera_core::marketplace_platform::VendorLink;

use super::orders::activation_of;
use super::visitor::ShopBuyer;
use crate::pages::storefront::{ServiceCard, ShopServices};
use crate::respond::page::Answer;

pub(crate) async fn list(here: ShopBuyer) -> Answer {
    let app = &here.here.app;
    let buyer = here.known().await?;
    let found = match buyer.account {
        Some(account) => app.hub.queries().services_of(account.id).await?,
        None => Vec::new(),
    };
    let has_portal = buyer.has_portal;
    let card = |(vendor, link): (String, VendorLink)| ServiceCard {
        vendor,
        since: link.linked_at,
        activation_url: activation_of(app, &link, has_portal),
    };
    let services = found.into_iter().map(card).collect();
    here.here.page(&ShopServices { shop: here.here.frame(), services, has_portal })
}
