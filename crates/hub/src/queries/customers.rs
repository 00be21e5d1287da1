//! Customers, and the records of outside systems that are theirs or nobody's yet.

use tessera_core::devices::Device;
use tessera_core::invitations::Invitation;
use tessera_core::kernel::customer::{Customer, Link, active_link};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::kernel::timeline::TimelinePage;
use tessera_core::persons::Person;
use tessera_core::sync::review::Review;
use tessera_store::{Reads, StoreError};

use super::Queries;
use super::timeline::timeline_page;

pub use tessera_store::StoredRecord;

/// A customer with everything linked.
#[derive(Debug, Clone)]
pub struct CustomerDetail {
    /// The customer.
    pub customer: Customer,
    /// Their links, ended ones too, oldest first.
    pub links: Vec<Link>,
    /// Their devices.
    pub devices: Vec<Device>,
}

/// A link that is active, with the record it ties, if that was read.
#[derive(Debug, Clone)]
pub struct LinkedRecord {
    /// The link.
    pub link: Link,
    /// The record.
    pub record: Option<StoredRecord>,
}

/// What a customer's page shows.
#[derive(Debug, Clone)]
pub struct CustomerPage {
    /// The customer.
    pub customer: Customer,
    /// What is linked to them now.
    pub linked: Vec<LinkedRecord>,
    /// Their requester, if one is linked.
    pub requester: Option<RecordKey>,
    /// How many sign-ins they have.
    pub identities: usize,
    /// Their devices.
    pub devices: Vec<Device>,
    /// Their people, oldest first.
    pub people: Vec<Person>,
    /// The newest invitations of their requester.
    pub invitations: Vec<Invitation>,
    /// The questions about them that nobody has decided.
    pub open_reviews: Vec<Review>,
    /// The part of their timeline that was asked for.
    pub timeline: TimelinePage,
}

/// What is known of a record that somebody names.
#[derive(Debug, Clone)]
pub enum RecordStatus {
    /// Nothing here.
    Unknown,
    /// It is this customer's.
    Linked(CustomerId),
    /// It is nobody's yet.
    Free(Box<FreeRecord>),
}

/// A record that is nobody's yet.
#[derive(Debug, Clone)]
pub struct FreeRecord {
    /// The record.
    pub record: StoredRecord,
    /// The assets assigned to it.
    pub held: Vec<StoredRecord>,
    /// Its newest invitations, newest first.
    pub invitations: Vec<Invitation>,
}

impl Queries<'_> {
    /// One customer.
    pub async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.reads().customer(id).await
    }

    /// The customer a record is linked to.
    pub async fn customer_of(&self, record: &RecordKey) -> Result<Option<Customer>, StoreError> {
        self.reads().customer_of(record).await
    }

    /// The customer of a record, or of the one that it was merged into.
    pub async fn customer_of_current(&self, record: &RecordKey) -> Result<Option<Customer>, StoreError> {
        let store = self.snapshot().await?;
        store.customer_of(&store.standing(record).await?).await
    }

    /// The customers whose requester has this primary e-mail, normalised.
    pub async fn customers_by_email(&self, email: &str) -> Result<Vec<Customer>, StoreError> {
        self.reads().customers_by_email(email).await
    }

    /// A page of all customers, in the order they came. The operating company comes before them all, and is none.
    pub async fn customers_after(&self, after: Option<CustomerId>, size: usize) -> Result<Vec<Customer>, StoreError> {
        self.reads().customers(after, size).await
    }

    /// A customer with everything linked.
    pub async fn customer_detail(&self, id: CustomerId) -> Result<Option<CustomerDetail>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(id).await? else { return Ok(None) };
        let (links, devices) = (store.links(id).await?, store.devices_of(id).await?);
        Ok(Some(CustomerDetail { customer, links, devices }))
    }

    /// A customer and their requester, if one is linked.
    pub async fn customer_and_requester(
        &self,
        id: CustomerId,
    ) -> Result<Option<(Customer, Option<RecordKey>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(id).await? else { return Ok(None) };
        let links = store.links(id).await?;
        Ok(Some((customer, active_link(&links, Kind::Requester).map(|link| link.record.clone()))))
    }

    /// What a customer's page shows, with as many `entries` of the timeline that come before `before`.
    pub async fn customer_page(
        &self,
        id: CustomerId,
        before: Option<i64>,
        entries: usize,
    ) -> Result<Option<CustomerPage>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(id).await? else { return Ok(None) };
        let Some(timeline) = timeline_page(&store, id, before, entries).await? else { return Ok(None) };
        let links = store.links(id).await?;
        let requester = active_link(&links, Kind::Requester).map(|link| link.record.clone());
        let invitations = match &requester {
            Some(record) => store.invitations(&record.system, &record.external_id).await?,
            None => Vec::new(),
        };
        let mut open_reviews = store.reviews_of(id).await?;
        open_reviews.retain(|review| review.decided.is_none());
        Ok(Some(CustomerPage {
            customer,
            linked: linked(&store, id, links).await?,
            requester,
            identities: store.identities(id).await?.len(),
            devices: store.devices_of(id).await?,
            people: store.people(id).await?,
            invitations,
            open_reviews,
            timeline,
        }))
    }

    /// What is known of a record that somebody names.
    pub async fn record_status(&self, key: &RecordKey) -> Result<RecordStatus, StoreError> {
        let store = self.snapshot().await?;
        if let Some(customer) = store.customer_of(key).await? {
            return Ok(RecordStatus::Linked(customer.id));
        }
        let Some(record) = store.record(key).await? else { return Ok(RecordStatus::Unknown) };
        let (held, invitations) = match key.kind {
            Kind::Requester => (
                store.records_held(&key.system, &key.external_id).await?,
                store.invitations(&key.system, &key.external_id).await?,
            ),
            _ => (Vec::new(), Vec::new()),
        };
        Ok(RecordStatus::Free(Box::new(FreeRecord { record, held, invitations })))
    }
}

/// Those of a customer's links that are active, with their records.
async fn linked(store: &Reads, of: CustomerId, links: Vec<Link>) -> Result<Vec<LinkedRecord>, StoreError> {
    let mut records = store.linked_records(of).await?;
    let mut tied = |link: Link| {
        let at = records.iter().position(|record| record.key == link.record);
        LinkedRecord { record: at.map(|at| records.swap_remove(at)), link }
    };
    Ok(links.into_iter().filter(Link::is_active).map(&mut tied).collect())
}
