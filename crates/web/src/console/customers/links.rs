//! The linked records of a customer with their provenance (`H01`).

use tessera_core::kernel::customer::Link;
use tessera_core::kernel::record::{Attributes, Kind};
use tessera_store::StoredRecord;

use crate::App;
use crate::console::{customer_url, presenter};
use crate::pages::Tone;
use crate::pages::console::{Badge, LinkRow, Unlink};
use crate::respond::page::PageError;

/// A link that is active, with the record it ties.
pub(crate) struct Tied {
    pub link: Link,
    pub record: Option<StoredRecord>,
}

/// A customer's active links with their records, the identities first.
pub(crate) async fn tied(app: &App, links: Vec<Link>) -> Result<Vec<Tied>, PageError> {
    let mut tied = Vec::new();
    for link in links.into_iter().filter(|link| link.ended.is_none()) {
        let record = app.hub.store.record(&link.record).await?;
        tied.push(Tied { link, record });
    }
    tied.sort_by_key(|tied| (tied.link.record.kind != Kind::User, tied.link.record.kind, tied.link.created_at));
    Ok(tied)
}

/// A line of the table of links.
pub(crate) fn row(app: &App, tied: &Tied, identities: usize, devices: usize) -> LinkRow {
    let Tied { link, record } = tied;
    let issuer = match record.as_ref().map(|record| &record.attributes) {
        Some(Attributes::User(user)) => Some(user.issuer.clone()),
        _ => None,
    };
    LinkRow {
        id: link.id.to_string(),
        system: presenter::system(app, &link.record.system),
        kind: link.record.kind.to_string(),
        external_id: link.record.external_id.clone(),
        title: record.as_ref().map_or(&*link.record.external_id, |record| record.attributes.title()).to_owned(),
        issuer,
        url: None,
        origin: presenter::origin(link.origin).to_owned(),
        linked: presenter::done(app, link.created_at, &link.actor),
        evidence: presenter::evidence(&link.evidence),
        seen_at: record.as_ref().map_or(link.created_at, |record| record.read_at),
        state: record.as_ref().map_or_else(|| Badge::new("Not read yet", Tone::Plain), presenter::record_state),
        unlink: Some(Unlink {
            action: format!("{}/links/{}/unlink", customer_url(link.customer_id), link.id),
            effect: effect(link.record.kind, identities, devices),
        }),
    }
}

/// What will follow from unlinking, before anybody does it.
fn effect(kind: Kind, identities: usize, devices: usize) -> String {
    match kind {
        Kind::User if identities <= 1 => {
            "This is the only sign-in: it is signed out at once, and nobody sees this customer’s devices until a new \
             invitation is used. The account itself stays at its provider."
        }
        Kind::User => "This sign-in is signed out at once and sees this customer’s devices no longer.",
        Kind::Requester if devices > 0 => {
            "The customer loses sight of all devices of this requester at once. Nothing changes in the service desk."
        }
        Kind::Requester => "The requester can be invited and linked again. Nothing changes in the service desk.",
        Kind::Contact => "The contact is no longer shown with this customer. Nothing changes in the CRM.",
        Kind::Asset => "The asset is no longer shown with this customer.",
        Kind::Account => {
            "The marketplace’s account is no longer this customer’s. When the marketplace synchronizes it again, it \
             begins as a new customer."
        }
    }
    .to_owned()
}
