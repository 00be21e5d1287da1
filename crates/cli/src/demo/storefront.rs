//! The demo's storefront: three products, if the vendors that provide them are connected.

use anyhow::Context;
use tessera_core::kernel::ids::ServiceManagerId;
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::storefront::ProductDraft;
use tessera_hub::Hub;

use crate::CLI;
use crate::config;

/// Most products that the demo can have, apart from those that someone adds in it.
const MANY: usize = 500;

/// Products by vendor, each with name, description and price in pence.
const PRODUCTS: &[(&str, &str, &str, i64)] = &[
    (
        "Tessera",
        "Customer portal",
        "Your devices, requests and invoices in one place, on the phone and on the desktop.\n\n* Activated by a link in \
         an e-mail\n* Sign in with any account",
        490,
    ),
    (
        "Tessera",
        "Extended service",
        "We look after your devices for **three more years**, with spare parts and a replacement within two days.",
        12_900,
    ),
    (
        "Example Cloud",
        "Cloud backup",
        "The readings of your devices, stored *twice*, for as long as you like.\n\nExample Cloud is a vendor that \
         misbehaves on request, to show how that looks.",
        250,
    ),
];

/// The section of the configuration.
pub fn configuration() -> config::Storefront {
    config::Storefront {
        title: "Sunfield Store".to_owned(),
        terms: Some(
            "This is a demo: nothing is charged, and nothing is delivered.\nYou can cancel an order until it is set up."
                .to_owned(),
        ),
        execution: config::Execution::Automatic,
    }
}

/// Creates the products whose vendors are connected, unless they exist.
pub async fn stock(hub: &Hub) -> anyhow::Result<()> {
    let vendors = hub.queries().vendor_names().await?;
    let of = |name: &str| vendors.iter().find(|(_, known)| *known == name).map(|(id, _)| *id);
    let existing = hub.queries().products(false, None, MANY).await?;
    for (vendor, name, description, pence) in PRODUCTS {
        let is_new = !existing.iter().any(|product| product.draft.name == *name);
        if let Some(service_manager) = of(vendor).filter(|_| is_new) {
            hub.create_product(product(service_manager, name, description, *pence)?, &CLI).await?;
        }
    }
    Ok(())
}

fn product(
    service_manager: ServiceManagerId,
    name: &str,
    description: &str,
    pence: i64,
) -> anyhow::Result<ProductDraft> {
    let pounds = Currency::parse("GBP").context("GBP is a currency")?;
    Ok(ProductDraft {
        service_manager,
        name: name.to_owned(),
        description: description.to_owned(),
        price: Money::new(pence, pounds),
        visible: true,
    })
}
