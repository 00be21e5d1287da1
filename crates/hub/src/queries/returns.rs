//! Queries of the return pages (`P09`), and of the API's list.

use tessera_core::access::Viewer;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PlaceId, ReturnId};
use tessera_core::persons::Person;
use tessera_core::persons::place::Place;
use tessera_core::returns::{self, Return};
use tessera_store::StoreError;

use super::Queries;
use crate::returns::{Returnable, returnable};

pub use tessera_store::ReturnFilter;

/// Query for a person's returns.
#[derive(Debug, Clone, Copy)]
pub struct ReturnsQuery<'a> {
    /// The filter.
    pub filter: ReturnFilter,
    /// Text to search for. Empty: no search.
    pub search: &'a str,
    /// Cursor: the last return of the previous page.
    pub before: Option<ReturnId>,
    /// Page size.
    pub size: usize,
}

/// A page of the returns at a person's places.
#[derive(Debug)]
pub struct ReturnsVisible {
    /// The returns, newest first.
    pub returns: Vec<Return>,
    /// Whether there are any returns without filter and search.
    pub any: bool,
}

/// The options in a person's form for a return.
#[derive(Debug)]
pub struct ReturnChoices {
    /// The visible devices, each with its place.
    pub devices: Vec<(PlaceId, Device)>,
    /// The person's places.
    pub places: Vec<Place>,
    /// The address for the return's e-mails.
    pub email: Option<String>,
}

/// Query for returns by staff and API.
#[derive(Debug, Clone, Copy)]
pub enum ReturnSearch<'a> {
    /// Returns with a word that has this prefix, normalised.
    Word(&'a str),
    /// Returns that match a filter, after a cursor: the last return of the previous page.
    Page(ReturnFilter, Option<ReturnId>),
}

/// A return with its customer's name, if known.
#[derive(Debug, Clone)]
pub struct ListedReturn {
    /// The return.
    pub customer_return: Return,
    /// The customer's name.
    pub customer: Option<String>,
}

/// The data of the form with which staff open a return for a customer.
#[derive(Debug)]
pub struct ReturnForCustomer {
    /// The customer.
    pub customer: Customer,
    /// The devices and places available for a return.
    pub returnable: Returnable,
    /// The customer's people.
    pub people: Vec<Person>,
}

impl Queries<'_> {
    /// A page of the returns at the viewer's places.
    pub async fn returns_visible_to(
        &self,
        viewer: &Viewer,
        asked: ReturnsQuery<'_>,
    ) -> Result<ReturnsVisible, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let ReturnsQuery { filter, search, before, size } = asked;
        let search = &returns::meant(search);
        let returns = store.returns_visible_to(person, filter, search, before, size).await?;
        let any =
            !returns.is_empty() || !store.returns_visible_to(person, ReturnFilter::All, "", None, 1).await?.is_empty();
        Ok(ReturnsVisible { returns, any })
    }

    /// A return at one of the viewer's places, with the devices visible to the viewer.
    pub async fn return_with_devices(
        &self,
        viewer: &Viewer,
        id: ReturnId,
    ) -> Result<Option<(Return, Vec<(PlaceId, Device)>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(found) = store.return_visible_to(viewer.person, id).await? else { return Ok(None) };
        Ok(Some((found, store.devices_visible_to(viewer.person).await?)))
    }

    /// The options in the viewer's form for a return.
    pub async fn return_choices(&self, viewer: &Viewer) -> Result<ReturnChoices, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let devices = store.devices_visible_to(person).await?;
        let places = store.places_of_person(person).await?;
        let email = store.person(person).await?.and_then(|person| person.email);
        Ok(ReturnChoices { devices, places, email })
    }

    /// A page of all returns, for the API.
    pub async fn returns(&self, search: ReturnSearch<'_>, size: usize) -> Result<Vec<Return>, StoreError> {
        match search {
            ReturnSearch::Word(word) => self.reads().returns_by_word(word, size).await,
            ReturnSearch::Page(filter, before) => self.reads().returns(filter, before, size).await,
        }
    }

    /// A page of all returns with their customers, for staff.
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

    /// A return with its customer, for staff.
    pub async fn return_listed(&self, id: ReturnId) -> Result<Option<ListedReturn>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer_return) = store.return_by_id(id).await? else { return Ok(None) };
        let customer = store.customer(customer_return.customer_id).await?.map(|customer| customer.name);
        Ok(Some(ListedReturn { customer_return, customer }))
    }

    /// The data of the form with which staff open a return for a customer.
    pub async fn return_for_customer(&self, id: CustomerId) -> Result<Option<ReturnForCustomer>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(id).await? else { return Ok(None) };
        let returnable = returnable(&store, id).await?;
        let people = store.people(id).await?;
        Ok(Some(ReturnForCustomer { customer, returnable, people }))
    }
}
