//! The places of a customer, the devices at them, and the customer's contacts (`P01`, `P08`).

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::persons::contact::ContactDraft;
use tessera_core::persons::place::{Place, PlaceDraft};
use tessera_hub::queries::places::PlacesPage;

use crate::App;
use crate::auth::caller::Staff;
use crate::console::{back, chrome, customer_url, device_url, id};
use crate::pages::Fact;
use crate::pages::console::{DeviceAt, Pickable, PlaceForm, Places};
use crate::respond::page::{Answer, PageError, page};

fn url(customer: CustomerId) -> String {
    format!("{}/places", customer_url(customer))
}

async fn known(app: &App, text: &str) -> Result<Customer, PageError> {
    app.hub.queries().customer(id(text)?).await?.ok_or(PageError::NOT_FOUND)
}

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(customer): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let read = app.hub.queries().places_page(id(&customer)?).await?.ok_or(PageError::NOT_FOUND)?;
    let PlacesPage { customer, places, devices, contacts } = read;
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let reach = |contact: &tessera_core::persons::contact::Contact| {
        let ways: Vec<&str> = contact.email.iter().chain(&contact.phone).map(String::as_str).collect();
        if ways.is_empty() { "neither e-mail nor telephone".to_owned() } else { ways.join(", ") }
    };
    let content = Places {
        customer_url: customer_url(customer.id),
        items: in_tree(&places)
            .into_iter()
            .map(|(place, depth)| PlaceForm { depth, ..form(customer.id, Some(place), &places) })
            .collect(),
        new: form(customer.id, None, &places),
        devices: devices.into_iter().map(|(device, at)| device_at(customer.id, device, at, &places)).collect(),
        contacts: contacts.iter().map(|contact| Fact::new(&contact.name, reach(contact))).collect(),
        contact_action: format!("{}/contacts", customer_url(customer.id)),
        customer: customer.name,
    };
    page(&app, &chrome, &content)
}

/// The places in tree order, each with its depth. A place whose parent belongs to another customer is at the top level.
fn in_tree(places: &[Place]) -> Vec<(&Place, usize)> {
    let top = |place: &&Place| place.parent_id.is_none_or(|parent| places.iter().all(|other| other.id != parent));
    let mut waiting: Vec<(&Place, usize)> = places.iter().filter(top).map(|place| (place, 0)).rev().collect();
    let mut ordered = Vec::with_capacity(places.len());
    while let Some((place, depth)) = waiting.pop() {
        ordered.push((place, depth));
        let parts = places.iter().filter(|other| other.parent_id == Some(place.id));
        waiting.extend(parts.rev().map(|part| (part, depth + 1)));
    }
    ordered
}

fn form(customer: CustomerId, place: Option<&Place>, all: &[Place]) -> PlaceForm {
    let others = all.iter().filter(|other| place.is_none_or(|place| place.id != other.id));
    let parents = others.map(|other| Pickable {
        value: other.id.to_string(),
        label: other.name.clone(),
        picked: place.is_some_and(|place| place.parent_id == Some(other.id)),
    });
    PlaceForm {
        action: place.map_or_else(|| url(customer), |place| format!("{}/{}", url(customer), place.id)),
        id: place.map(|place| place.id.to_string()).unwrap_or_default(),
        name: place.map(|place| place.name.clone()).unwrap_or_default(),
        address: place.and_then(|place| place.address.clone()).unwrap_or_default(),
        active: place.is_none_or(|place| place.active),
        parents: parents.collect(),
        home: place.is_some_and(|place| place.id == PlaceId::home_of(customer)),
        depth: 0,
    }
}

fn device_at(customer: CustomerId, device: Device, at: PlaceId, places: &[Place]) -> DeviceAt {
    let choice =
        |place: &Place| Pickable { value: place.id.to_string(), label: place.name.clone(), picked: place.id == at };
    DeviceAt {
        url: device_url(&device.external_id),
        action: format!("{}/device-places/{}", customer_url(customer), device.external_id),
        name: device.name,
        places: places.iter().map(choice).collect(),
    }
}

/// The submitted form of a place.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PlaceFields {
    name: String,
    address: String,
    parent: String,
    active: Option<String>,
}

impl PlaceFields {
    fn draft(self) -> Result<PlaceDraft, PageError> {
        let parent_id = if self.parent.is_empty() { None } else { Some(id(&self.parent)?) };
        Ok(PlaceDraft { name: self.name, parent_id, address: Some(self.address), active: self.active.is_some() })
    }
}

pub(crate) async fn create(
    State(app): State<App>,
    staff: Staff,
    Path(customer): Path<String>,
    Form(typed): Form<PlaceFields>,
) -> Answer {
    let customer = known(&app, &customer).await?;
    let by = &staff.ctx();
    let made = app.hub.create_place(typed.draft()?, Some(customer.id), by).await;
    back(&app, &url(customer.id), made.map(|place| format!("{} was added.", place.name)))
}

pub(crate) async fn change(
    State(app): State<App>,
    staff: Staff,
    Path((customer, place)): Path<(String, String)>,
    Form(typed): Form<PlaceFields>,
) -> Answer {
    let customer = known(&app, &customer).await?;
    let place: PlaceId = id(&place)?;
    let theirs = app.hub.queries().place(place).await?.filter(|place| place.owner == Some(customer.id));
    theirs.ok_or(PageError::NOT_FOUND)?;
    let wanted = typed.draft()?;
    let by = &staff.ctx();
    let changed = app.hub.change_place(place, |_| wanted.clone(), by).await;
    back(&app, &url(customer.id), changed.map(|place| format!("{} was saved.", place.name)))
}

/// Form: the new place of a device.
#[derive(Debug, Deserialize)]
pub(crate) struct Where {
    place: String,
}

pub(crate) async fn put_device(
    State(app): State<App>,
    staff: Staff,
    Path((customer, device)): Path<(String, String)>,
    Form(Where { place }): Form<Where>,
) -> Answer {
    let customer = known(&app, &customer).await?;
    let by = &staff.ctx();
    let put = app.hub.place_device(&device, Some(id(&place)?), by).await;
    back(&app, &url(customer.id), put.map(|()| "The device was assigned to the place.".to_owned()))
}

/// The submitted form of a contact.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContactForm {
    name: String,
    email: String,
    phone: String,
}

pub(crate) async fn add_contact(
    State(app): State<App>,
    staff: Staff,
    Path(customer): Path<String>,
    Form(typed): Form<ContactForm>,
) -> Answer {
    let customer = known(&app, &customer).await?;
    let by = &staff.ctx();
    let wanted = ContactDraft { name: typed.name, email: Some(typed.email), phone: Some(typed.phone), place_id: None };
    let made = app.hub.create_contact(wanted, Some(customer.id), by).await;
    back(&app, &url(customer.id), made.map(|contact| format!("{} was added.", contact.name)))
}
