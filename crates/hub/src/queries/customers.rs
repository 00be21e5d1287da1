//! Customers, and the records of outside systems, linked or not.

use tessera_core::devices::Device;
use tessera_core::invitations::Invitation;
use tessera_core::invoices::Invoice;
use tessera_core::kernel::customer::{Customer, Link, active_link};
use tessera_core::kernel::domain::{CustomerDomain, EnteredDomain};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::kernel::timeline::TimelinePage;
use tessera_core::persons::Person;
use tessera_core::returns::Return;
use tessera_core::service_requests::ServiceRequest;
use tessera_core::sync::review::Review;
use tessera_store::{Reads, StoreError};

use super::Queries;
use super::timeline::timeline_page;

pub use tessera_store::StoredRecord;

/// Number of requests, returns and invoices on a customer's page, each.
const NEWEST: usize = 10;

/// A customer's newest requests, returns and invoices.
#[derive(Debug, Clone)]
pub struct Dealings {
    /// The requests, newest first.
    pub requests: Vec<ServiceRequest>,
    /// The returns, newest first.
    pub returns: Vec<Return>,
    /// The invoices, newest first.
    pub invoices: Vec<Invoice>,
}

/// A customer with links and devices.
#[derive(Debug, Clone)]
pub struct CustomerDetail {
    /// The customer.
    pub customer: Customer,
    /// The links, including ended ones, oldest first.
    pub links: Vec<Link>,
    /// The devices.
    pub devices: Vec<Device>,
    /// The linked contact of the CRM, if it has been read.
    pub contact: Option<StoredRecord>,
    /// The domains, with their origins.
    pub domains: Vec<CustomerDomain>,
}

/// An active link with its record, if the record has been read.
#[derive(Debug, Clone)]
pub struct LinkedRecord {
    /// The link.
    pub link: Link,
    /// The record.
    pub record: Option<StoredRecord>,
}

/// The data of a customer's page.
#[derive(Debug, Clone)]
pub struct CustomerPage {
    /// The customer.
    pub customer: Customer,
    /// The linked records.
    pub linked: Vec<LinkedRecord>,
    /// The linked requester, if any.
    pub requester: Option<RecordKey>,
    /// Number of sign-ins.
    pub identities: usize,
    /// The devices.
    pub devices: Vec<Device>,
    /// The domains, with their origins.
    pub domains: Vec<CustomerDomain>,
    /// The people, oldest first.
    pub people: Vec<Person>,
    /// The newest invitations of the requester.
    pub invitations: Vec<Invitation>,
    /// The open reviews of the customer.
    pub open_reviews: Vec<Review>,
    /// The newest requests, returns and invoices.
    pub dealings: Dealings,
    /// The requested page of the timeline.
    pub timeline: TimelinePage,
}

/// The status of a record named by a caller.
#[derive(Debug, Clone)]
pub enum RecordStatus {
    /// The hub does not know the record.
    Unknown,
    /// The record is linked to this customer.
    Linked(CustomerId),
    /// The record is not linked.
    Free(Box<FreeRecord>),
}

/// A record that is not linked.
#[derive(Debug, Clone)]
pub struct FreeRecord {
    /// The record.
    pub record: StoredRecord,
    /// The assets assigned to the record.
    pub held: Vec<StoredRecord>,
    /// The invitations of the record, newest first.
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

    /// A page of all customers, in order of creation. Without the operating company, whose record precedes them all.
    pub async fn customers_after(&self, after: Option<CustomerId>, size: usize) -> Result<Vec<Customer>, StoreError> {
        self.reads().customers(after, size).await
    }

    /// A customer with links and devices.
    pub async fn customer_detail(&self, id: CustomerId) -> Result<Option<CustomerDetail>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(id).await? else { return Ok(None) };
        let (links, devices) = (store.links(id).await?, store.devices_of(id).await?);
        let entered = store.entered_domains(id).await?;
        let records = store.linked_records(id).await?;
        let domains = self.domains(entered, &records);
        let contact =
            active_link(&links, Kind::Contact).and_then(|link| records.into_iter().find(|it| it.key == link.record));
        Ok(Some(CustomerDetail { customer, links, devices, contact, domains }))
    }

    /// A customer and the linked requester, if any.
    pub async fn customer_and_requester(
        &self,
        id: CustomerId,
    ) -> Result<Option<(Customer, Option<RecordKey>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(id).await? else { return Ok(None) };
        let links = store.links(id).await?;
        Ok(Some((customer, active_link(&links, Kind::Requester).map(|link| link.record.clone()))))
    }

    /// The data of a customer's page, with up to `entries` timeline entries older than `before`.
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
        let linked = linked(&store, id, links).await?;
        let entered = store.entered_domains(id).await?;
        let domains = self.domains(entered, linked.iter().filter_map(|linked| linked.record.as_ref()));
        Ok(Some(CustomerPage {
            customer,
            linked,
            domains,
            requester,
            identities: store.identities(id).await?.len(),
            devices: store.devices_of(id).await?,
            people: store.people(id).await?,
            invitations,
            open_reviews,
            dealings: Dealings {
                requests: store.requests_of(id, NEWEST).await?,
                returns: store.returns_of(id, NEWEST).await?,
                invoices: store.invoices_of(id, NEWEST).await?,
            },
            timeline,
        }))
    }

    /// The title of a record, if the hub knows it.
    pub async fn record_title(&self, key: &RecordKey) -> Result<Option<String>, StoreError> {
        let record = self.reads().record(key).await?;
        Ok(record.map(|record| record.attributes.title().to_owned()).filter(|title| !title.is_empty()))
    }

    /// The domains that were entered for a customer, and those of its linked records.
    fn domains<'a>(
        &self,
        entered: Vec<EnteredDomain>,
        records: impl IntoIterator<Item = &'a StoredRecord>,
    ) -> Vec<CustomerDomain> {
        let named = records.into_iter().flat_map(|record| {
            let of_record = move |(source, domain)| CustomerDomain {
                domain,
                source,
                record: Some(record.key.clone()),
                entered: None,
            };
            record.attributes.domains().into_iter().map(of_record)
        });
        let public = &self.hub.config.public_mail_domains;
        let named = named.filter(|named| !public.contains(&named.domain));
        entered.into_iter().map(CustomerDomain::from).chain(named).collect()
    }

    /// The status of a record named by a caller.
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

/// The active links of a customer, with their records.
async fn linked(store: &Reads, of: CustomerId, links: Vec<Link>) -> Result<Vec<LinkedRecord>, StoreError> {
    let mut records = store.linked_records(of).await?;
    let mut tied = |link: Link| {
        let at = records.iter().position(|record| record.key == link.record);
        LinkedRecord { record: at.map(|at| records.swap_remove(at)), link }
    };
    Ok(links.into_iter().filter(Link::is_active).map(&mut tied).collect())
}
