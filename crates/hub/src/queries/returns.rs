//! What the pages about returns read (`P09`), and the API's list.

use tessera_core::access::Viewer;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PlaceId, ReturnId};
use tessera_core::persons::Person;
use tessera_core::persons::place::Place;
use tessera_core::returns::Return;
use tessera_store::StoreError;

use super::Queries;
use crate::returns::{Returnable, returnable};

pub use tessera_store::ReturnFilter;

/// Which returns a person wants to see.
#[derive(Debug, Clone, Copy)]
pub struct ReturnsQuery<'a> {
    /// Which.
    pub filter: ReturnFilter,
    /// A part of what they say; empty: all.
    pub search: &'a str,
    /// Those before this one, which ended the page before.
    pub before: Option<ReturnId>,
    /// How many.
    pub size: usize,
}

/// Some of the returns at somebody's places.
#[derive(Debug)]
pub struct ReturnsVisible {
    /// The newest first.
    pub returns: Vec<Return>,
    /// Whether there are any at all, whatever was asked for.
    pub any: bool,
}

/// What somebody can return, and from where.
#[derive(Debug)]
pub struct ReturnChoices {
    /// The devices they see, each with its place.
    pub devices: Vec<(PlaceId, Device)>,
    /// Their places.
    pub places: Vec<Place>,
    /// Where the return's mails will go.
    pub email: Option<String>,
}

/// Which returns staff and machines want to see.
#[derive(Debug, Clone, Copy)]
pub enum ReturnSearch<'a> {
    /// Those of which a word begins so, in its comparable form.
    Word(&'a str),
    /// Those of a kind, before the one that ended the page before.
    Page(ReturnFilter, Option<ReturnId>),
}

/// A return with what its customer is called, as far as that is known.
#[derive(Debug)]
pub struct ListedReturn {
    /// The return.
    pub customer_return: Return,
    /// The customer's name.
    pub customer: Option<String>,
}

/// What the form needs for a return that staff open for a customer.
#[derive(Debug)]
pub struct ReturnForCustomer {
    /// The customer.
    pub customer: Customer,
    /// What they can return.
    pub returnable: Returnable,
    /// Their people.
    pub people: Vec<Person>,
}

impl Queries<'_> {
    /// Some of the returns at somebody's places.
    pub async fn returns_visible_to(
        &self,
        viewer: &Viewer,
        asked: ReturnsQuery<'_>,
    ) -> Result<ReturnsVisible, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let ReturnsQuery { filter, search, before, size } = asked;
        let returns = store.returns_visible_to(person, filter, search, before, size).await?;
        let any =
            !returns.is_empty() || !store.returns_visible_to(person, ReturnFilter::All, "", None, 1).await?.is_empty();
        Ok(ReturnsVisible { returns, any })
    }

    /// A return at one of somebody's places, with the devices they see.
    pub async fn return_with_devices(
        &self,
        viewer: &Viewer,
        id: ReturnId,
    ) -> Result<Option<(Return, Vec<(PlaceId, Device)>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(found) = store.return_visible_to(viewer.person, id).await? else { return Ok(None) };
        Ok(Some((found, store.devices_visible_to(viewer.person).await?)))
    }

    /// What somebody can return.
    pub async fn return_choices(&self, viewer: &Viewer) -> Result<ReturnChoices, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let devices = store.devices_visible_to(person).await?;
        let places = store.places_of_person(person).await?;
        let email = store.person(person).await?.and_then(|person| person.email);
        Ok(ReturnChoices { devices, places, email })
    }

    /// Some of all returns, for machines.
    pub async fn returns(&self, search: ReturnSearch<'_>, size: usize) -> Result<Vec<Return>, StoreError> {
        match search {
            ReturnSearch::Word(word) => self.reads().returns_by_word(word, size).await,
            ReturnSearch::Page(filter, before) => self.reads().returns(filter, before, size).await,
        }
    }

    /// The same with their customers, for staff.
    pub async fn returns_listed(&self, search: ReturnSearch<'_>, size: usize) -> Result<Vec<ListedReturn>, StoreError> {
        let store = self.snapshot().await?;
        let found = match search {
            ReturnSearch::Word(word) => store.returns_by_word(word, size).await?,
            ReturnSearch::Page(filter, before) => store.returns(filter, before, size).await?,
        };
        let ids: Vec<CustomerId> = found.iter().map(|customer_return| customer_return.customer_id).collect();
        let names = store.customer_names(&ids).await?;
        let listed = |customer_return: Return| {
            let customer = names.get(&customer_return.customer_id).cloned();
            ListedReturn { customer_return, customer }
        };
        Ok(found.into_iter().map(listed).collect())
    }

    /// One return with its customer, for staff.
    pub async fn return_listed(&self, id: ReturnId) -> Result<Option<ListedReturn>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer_return) = store.return_by_id(id).await? else { return Ok(None) };
        let customer = store.customer(customer_return.customer_id).await?.map(|customer| customer.name);
        Ok(Some(ListedReturn { customer_return, customer }))
    }

    /// What the form needs for a return that staff open for a customer.
    pub async fn return_for_customer(&self, id: CustomerId) -> Result<Option<ReturnForCustomer>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(id).await? else { return Ok(None) };
        let returnable = returnable(&store, id).await?;
        let people = store.people(id).await?;
        Ok(Some(ReturnForCustomer { customer, returnable, people }))
    }
}
