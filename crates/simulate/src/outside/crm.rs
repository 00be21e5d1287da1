//! The CRM as the hub reaches it.

use std::sync::LazyLock;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::record::{self, Attributes, Kind, Observation};
use tessera_hub::ports::{self, ConnectError, CrmCapabilities, Finding, Health, Order, Page, Priority};
use url::Url;

use super::desk::observation;
use super::{Link, Truth};
use crate::weather::System;

static ADDRESS: LazyLock<Url> = LazyLock::new(|| Url::parse("https://crm.example.com").expect("it is a URL"));
/// Rows on a page.
const ROWS: usize = 3;

/// The CRM as one process of the hub reaches it.
#[derive(Debug)]
pub struct Crm(pub Link);

impl Crm {
    async fn read<T: Send + 'static>(
        &self,
        what: &str,
        priority: Priority,
        read: impl FnOnce(&Truth, Timestamp) -> T + Send + 'static,
    ) -> Result<T, ConnectError> {
        let read_at = self.0.reading();
        self.0.call((what, priority), move |truth, _| Ok(read(truth, read_at))).await
    }
}

fn contact(truth: &Truth, id: u64, read_at: Timestamp) -> Option<Observation> {
    let (name, email) = truth.contacts.get(&id)?;
    let (name, primary_email) = (name.clone(), Some(email.clone()));
    let attributes = Attributes::Contact(record::Contact { name, primary_email, ..record::Contact::default() });
    Some(observation(Kind::Contact, id, attributes, (Timestamp::UNIX_EPOCH, read_at)))
}

fn with_address(truth: &Truth, email: &str, read_at: Timestamp) -> Vec<Observation> {
    let found = truth.contacts.iter().filter(|(_, (_, address))| address == email);
    found.filter_map(|(id, _)| contact(truth, *id, read_at)).collect()
}

#[async_trait]
impl ports::Crm for Crm {
    fn name(&self) -> &str {
        System::Crm.name()
    }

    fn address(&self) -> &Url {
        &ADDRESS
    }

    fn capabilities(&self) -> CrmCapabilities {
        CrmCapabilities { merged_contacts: true, contacts_by_change: false }
    }

    fn health(&self) -> Health {
        self.0.health()
    }

    fn forecast(&self, _: Priority, _: u64) -> Timestamp {
        self.0.hub_now() + SignedDuration::from_secs(1)
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }

    async fn contact(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        let key = id.parse().unwrap_or_default();
        self.read(&format!("contact {id}"), priority, move |truth, at| contact(truth, key, at)).await
    }

    async fn contacts_by_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        let email = email.to_owned();
        self.read("contacts by address", priority, move |truth, at| with_address(truth, &email, at)).await
    }

    async fn contacts_with_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.contacts_by_email(email, priority).await
    }

    async fn contacts_page(&self, page: u32, _: Order, priority: Priority) -> Result<Page, ConnectError> {
        self.read(&format!("contacts page {page}"), priority, move |truth, at| {
            let from = ROWS * usize::try_from(page.saturating_sub(1)).unwrap_or_default();
            let items = truth.contacts.keys().skip(from).take(ROWS).filter_map(|id| contact(truth, *id, at)).collect();
            Page { items, next: from + ROWS < truth.contacts.len(), total: Some(truth.contacts.len() as u64) }
        })
        .await
    }
}
