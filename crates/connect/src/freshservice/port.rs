//! Freshservice as a `ServiceDesk`.

use async_trait::async_trait;
use jiff::Timestamp;
use tessera_core::devices::asset_form::AssetForm;
use tessera_core::devices::device_writes::NewAsset;
use tessera_core::kernel::record::Observation;
use tessera_hub::ports::{
    ConnectError, Finding, Health, NewNote, NewTicket, Order, Page, Priority, Said, ServiceDesk,
    ServiceDeskCapabilities, Ticket, TicketPage,
};
use url::Url;

use super::Freshservice;

#[async_trait]
impl ServiceDesk for Freshservice {
    fn name(&self) -> &str {
        self.name()
    }

    fn address(&self) -> &Url {
        self.address()
    }

    fn capabilities(&self) -> ServiceDeskCapabilities {
        ServiceDeskCapabilities {
            device_writes: true,
            tickets: true,
            merged_requesters: true,
            // Requesters can only be listed by name.
            requesters_by_change: false,
            assets_by_change: true,
        }
    }

    fn health(&self) -> Health {
        self.health()
    }

    fn forecast(&self, priority: Priority, requesters: u64, assets: u64) -> Timestamp {
        self.forecast(priority, requesters, assets)
    }

    async fn check(&self) -> Vec<Finding> {
        self.findings().await
    }

    async fn wrong_settings(&self) -> Vec<Finding> {
        self.unknown_device_type().await.into_iter().collect()
    }

    async fn requester(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        self.requester(id, priority).await
    }

    async fn agent(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        self.agent(id, priority).await
    }

    async fn requesters_by_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.requesters_by_email(email, priority).await
    }

    async fn requesters_page(&self, page: u32, _order: Order, priority: Priority) -> Result<Page, ConnectError> {
        self.requesters_page(page, priority).await
    }

    async fn asset(&self, display_id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        self.asset(display_id, priority).await
    }

    async fn trashed_asset(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        self.trashed_asset(id, priority).await
    }

    async fn assets_of(&self, requester_id: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.assets_of(requester_id, priority).await
    }

    async fn assets_by_tag(&self, tag: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.assets_by_tag(tag, priority).await
    }

    async fn assets_by_serial(&self, serial: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.assets_by_serial(serial, priority).await
    }

    async fn assets_page(&self, page: u32, order: Order, priority: Priority) -> Result<Page, ConnectError> {
        self.assets_page(page, order, priority).await
    }

    async fn asset_form(&self, priority: Priority) -> Result<AssetForm, ConnectError> {
        self.asset_form(priority).await
    }

    async fn create_asset(&self, asset: &NewAsset, priority: Priority) -> Result<String, ConnectError> {
        self.create_asset(asset, priority).await
    }

    async fn reassign_asset(
        &self,
        asset: &Observation,
        to: Option<&str>,
        priority: Priority,
    ) -> Result<bool, ConnectError> {
        self.reassign_asset(asset, to, priority).await
    }

    async fn create_ticket(&self, ticket: &NewTicket<'_>, priority: Priority) -> Result<String, ConnectError> {
        self.create_ticket(ticket, priority).await
    }

    async fn ticket(&self, id: &str, priority: Priority) -> Result<Option<Ticket>, ConnectError> {
        self.ticket(id, priority).await
    }

    async fn tickets_changed(
        &self,
        since: Timestamp,
        page: u32,
        priority: Priority,
    ) -> Result<TicketPage, ConnectError> {
        let (items, next) = self.tickets_changed(since, page, priority).await?;
        Ok(TicketPage { items, next })
    }

    async fn tickets_of(
        &self,
        requester_id: &str,
        since: Timestamp,
        priority: Priority,
    ) -> Result<Vec<Ticket>, ConnectError> {
        self.tickets_of(requester_id, since, priority).await
    }

    async fn notes_of_ticket(&self, ticket_id: &str, priority: Priority) -> Result<Vec<Said>, ConnectError> {
        self.notes_of_ticket(ticket_id, priority).await
    }

    async fn add_note(&self, note: &NewNote<'_>, priority: Priority) -> Result<Option<String>, ConnectError> {
        self.add_note(note, priority).await
    }

    async fn set_ticket_status(&self, id: &str, status: i64, priority: Priority) -> Result<bool, ConnectError> {
        self.set_ticket_status(id, status, priority).await
    }
}
