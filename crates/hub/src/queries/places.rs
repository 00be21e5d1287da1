//! Places and contacts (`P01`, `P08`).

use tessera_core::access::Viewer;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{ContactId, CustomerId, PersonId, PlaceId};
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::{self, Place};
use tessera_store::StoreError;

use super::Queries;

/// Maximum number of contacts shown to a person.
const MAX_CONTACTS: usize = 200;

/// The places of a customer, with devices and contacts.
#[derive(Debug, Clone)]
pub struct PlacesPage {
    /// The customer.
    pub customer: Customer,
    /// The places.
    pub places: Vec<Place>,
    /// The devices, each with its place.
    pub devices: Vec<(Device, PlaceId)>,
    /// The contacts.
    pub contacts: Vec<Contact>,
}

impl Queries<'_> {
    /// One place.
    pub async fn place(&self, id: PlaceId) -> Result<Option<Place>, StoreError> {
        self.reads().place(id).await
    }

    /// The places of a customer.
    pub async fn places_of(&self, owner: CustomerId) -> Result<Vec<Place>, StoreError> {
        self.reads().places_of(owner).await
    }

    /// A page of all places.
    pub async fn places_after(&self, after: Option<PlaceId>, size: usize) -> Result<Vec<Place>, StoreError> {
        self.reads().places_after(after, size).await
    }

    /// The places of a person, by name.
    pub async fn places_of_person(&self, person: PersonId) -> Result<Vec<Place>, StoreError> {
        self.reads().places_of_person(person).await
    }

    /// Whether a person has a place.
    pub async fn has_place(&self, person: PersonId, place: PlaceId) -> Result<bool, StoreError> {
        self.reads().has_place(person, place).await
    }

    /// The places of a customer, with devices and contacts.
    pub async fn places_page(&self, customer: CustomerId) -> Result<Option<PlacesPage>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(customer).await? else { return Ok(None) };
        let places = store.places_of(customer.id).await?;
        let devices = store.devices_with_places(customer.id).await?.into_iter();
        let devices = devices.map(|(device, put)| (device, place::of_device(put, customer.id, &places))).collect();
        let contacts = store.contacts_of(customer.id).await?;
        Ok(Some(PlacesPage { customer, places, devices, contacts }))
    }

    /// One contact.
    pub async fn contact(&self, id: ContactId) -> Result<Option<Contact>, StoreError> {
        self.reads().contact(id).await
    }

    /// The contacts of a customer.
    pub async fn contacts_of(&self, customer: CustomerId) -> Result<Vec<Contact>, StoreError> {
        self.reads().contacts_of(customer).await
    }

    /// A page of all contacts.
    pub async fn contacts_after(&self, after: Option<ContactId>, size: usize) -> Result<Vec<Contact>, StoreError> {
        self.reads().contacts_after(after, size).await
    }

    /// The contacts of a person's organisation at the person's places, and these places.
    pub async fn contacts_visible_to(&self, viewer: &Viewer) -> Result<(Vec<Contact>, Vec<Place>), StoreError> {
        let store = self.snapshot().await?;
        let contacts = store.contacts_visible_to(viewer, MAX_CONTACTS).await?;
        Ok((contacts, store.places_of_person(viewer.person).await?))
    }

    /// One of the contacts visible to a person.
    pub async fn contact_visible_to(&self, viewer: &Viewer, id: ContactId) -> Result<Option<Contact>, StoreError> {
        self.reads().contact_visible_to(viewer, id).await
    }
}
