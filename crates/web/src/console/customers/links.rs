//! The linked records of a customer with their provenance (`H01`).

use tessera_core::kernel::record::{Attributes, Kind};
use tessera_hub::queries::customers::LinkedRecord;

use crate::App;
use crate::console::{customer_url, presenter};
use crate::pages::Tone;
use crate::pages::console::{Badge, LinkRow, Unlink};

/// Sorts identities first.
pub(crate) fn sort(linked: &mut [LinkedRecord]) {
    linked.sort_by_key(|it| (it.link.record.kind != Kind::User, it.link.record.kind, it.link.created_at));
}

/// A row of the table of links.
pub(crate) fn row(app: &App, linked: &LinkedRecord, identities: usize, devices: usize) -> LinkRow {
    let LinkedRecord { link, record } = linked;
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
        url: app.hub.config.addresses.record(&link.record),
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

/// The effect of ending a link, shown before the user confirms it.
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
