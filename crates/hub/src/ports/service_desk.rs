//! The service desk: requesters, their assets, and tickets.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use tessera_core::devices::asset_form::AssetForm;
use tessera_core::devices::device_writes::NewAsset;
use tessera_core::kernel::record::Observation;
use tessera_core::service_requests::TicketClass;
use url::Url;

use super::check::Finding;
use super::error::ConnectError;
use super::health::Health;
use super::reading::{Order, Page, Priority};

/// Optional capabilities of a service desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceDeskCapabilities {
    /// Assets can be created and assigned to requesters (`A08`, `A09`).
    pub device_writes: bool,
    /// Requests become tickets, and their conversations are read back (`P09`).
    pub tickets: bool,
    /// After a merge, the surviving requester has the address of the merged one.
    pub merged_requesters: bool,
    /// Requesters are listed latest change first.
    pub requesters_by_change: bool,
    /// Assets are listed latest change first.
    pub assets_by_change: bool,
}

/// A service desk. Objects are identified by their ids there; a malformed id counts as not found and is not requested.
#[async_trait]
pub trait ServiceDesk: Debug + Send + Sync {
    /// The configured name of the system, which record keys carry.
    fn name(&self) -> &str;

    /// The base URL.
    fn address(&self) -> &Url;

    /// Its capabilities.
    fn capabilities(&self) -> ServiceDeskCapabilities;

    /// State of the connection.
    fn health(&self) -> Health;

    /// Estimated end of a full pass over this many requesters and assets.
    fn forecast(&self, priority: Priority, requesters: u64, assets: u64) -> Timestamp;

    /// Tries everything that the hub needs of it, by reading. Each failure comes with its remedy.
    async fn check(&self) -> Vec<Finding>;

    /// Settings that name something which the service desk does not have, so that it would look empty. Tried at each
    /// start, so it takes few calls.
    async fn wrong_settings(&self) -> Vec<Finding> {
        Vec::new()
    }

    /// One requester, or `None` when the service desk has none of this id: deleted for good, merged into another, or never there.
    async fn requester(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError>;

    /// A requester who joined the team and answers as a member of it only. `None`: no such one, or nothing is told of the team.
    async fn agent(&self, _id: &str, _priority: Priority) -> Result<Option<Observation>, ConnectError> {
        Ok(None)
    }

    /// Every requester, active or not, who has this address as primary or other one.
    async fn requesters_by_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError>;

    /// A page (from 1) of all requesters, deactivated ones included.
    async fn requesters_page(&self, page: u32, order: Order, priority: Priority) -> Result<Page, ConnectError>;

    /// One asset, or `None` when there is none. This read does not lag.
    async fn asset(&self, display_id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError>;

    /// An asset that lies in the trash, where it does not answer by its id.
    async fn trashed_asset(&self, _id: &str, _priority: Priority) -> Result<Option<Observation>, ConnectError> {
        Ok(None)
    }

    /// The assets assigned to a requester, of every type. The list may lag behind by minutes; rows that already belong to someone else are
    /// left out.
    async fn assets_of(&self, requester_id: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError>;

    /// The assets with this tag. The search may lag by minutes.
    async fn assets_by_tag(&self, tag: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError>;

    /// The assets with this hardware serial number. The search may lag by minutes.
    async fn assets_by_serial(&self, serial: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError>;

    /// A page (from 1) of all assets that are not in the trash.
    async fn assets_page(&self, page: u32, order: Order, priority: Priority) -> Result<Page, ConnectError>;

    /// The form for a new asset of the device type, from the current field definitions.
    async fn asset_form(&self, _priority: Priority) -> Result<AssetForm, ConnectError> {
        Err(ConnectError::unsupported(self.name(), "new assets"))
    }

    /// Creates an asset and returns its display id. Never retried automatically: when the response is lost, the asset may exist or not.
    async fn create_asset(&self, _asset: &NewAsset, _priority: Priority) -> Result<String, ConnectError> {
        Err(ConnectError::unsupported(self.name(), "new assets"))
    }

    /// Assigns an asset, as just read, to a requester or to stock, and sets its state accordingly. `false`: the asset does not exist.
    async fn reassign_asset(
        &self,
        _asset: &Observation,
        _to: Option<&str>,
        _priority: Priority,
    ) -> Result<bool, ConnectError> {
        Err(ConnectError::unsupported(self.name(), "the assignment of assets"))
    }

    /// Opens a ticket and returns its number. Never retried automatically: when the response is lost, the ticket may exist or not.
    async fn create_ticket(&self, _ticket: &NewTicket<'_>, _priority: Priority) -> Result<String, ConnectError> {
        Err(ConnectError::unsupported(self.name(), TICKETS))
    }

    /// One ticket with its assets, or `None` when there is none. This read does not lag.
    async fn ticket(&self, _id: &str, _priority: Priority) -> Result<Option<Ticket>, ConnectError> {
        Err(ConnectError::unsupported(self.name(), TICKETS))
    }

    /// A page (from 1) of the tickets that changed since, in the order in which they were opened.
    async fn tickets_changed(
        &self,
        _since: Timestamp,
        _page: u32,
        _priority: Priority,
    ) -> Result<TicketPage, ConnectError> {
        Err(ConnectError::unsupported(self.name(), TICKETS))
    }

    /// The tickets of a requester that changed since, in the order in which they were opened. This list does not lag.
    async fn tickets_of(
        &self,
        _requester_id: &str,
        _since: Timestamp,
        _priority: Priority,
    ) -> Result<Vec<Ticket>, ConnectError> {
        Err(ConnectError::unsupported(self.name(), TICKETS))
    }

    /// The conversation of a ticket, private notes included, oldest first.
    async fn notes_of_ticket(&self, _ticket_id: &str, _priority: Priority) -> Result<Vec<Said>, ConnectError> {
        Err(ConnectError::unsupported(self.name(), TICKETS))
    }

    /// Adds a public note from the requester and returns its id; `None`: the ticket does not exist. Sends no mail. Never retried
    /// automatically.
    async fn add_note(&self, _note: &NewNote<'_>, _priority: Priority) -> Result<Option<String>, ConnectError> {
        Err(ConnectError::unsupported(self.name(), TICKETS))
    }

    /// Gives a ticket a status, by the numbers of [`Ticket::status`]. `false`: there is no such ticket.
    async fn set_ticket_status(&self, _id: &str, _status: i64, _priority: Priority) -> Result<bool, ConnectError> {
        Err(ConnectError::unsupported(self.name(), TICKETS))
    }
}

const TICKETS: &str = "tickets";

/// A ticket as the service desk has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its number.
    pub id: String,
    /// What it is about.
    pub subject: String,
    /// The description without its tags.
    pub description: String,
    /// The requester.
    pub requester_id: Option<String>,
    /// 2 open, 3 pending, 4 resolved, 5 closed; others are the account's own.
    pub status: i64,
    /// Its type and categories.
    pub class: TicketClass,
    /// The display ids of the assets it is about; a list does not tell them.
    pub assets: Vec<String>,
    /// It was deleted, or called spam.
    pub removed: bool,
    /// When it was opened.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was asked for.
    pub read_at: Timestamp,
}

/// A reply to a ticket, or a note on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its id.
    pub id: String,
    /// Visible to agents only. Anything not marked public is private.
    pub private: bool,
    /// The author: id of a requester or an agent.
    pub author_id: Option<String>,
    /// Its text without tags.
    pub text: String,
    /// Whether its text shows a picture, which has no text.
    pub has_picture: bool,
    /// The names of the files that came with it.
    pub files: Vec<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// A ticket to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket<'a> {
    /// The requester. Always sent: a ticket with an unknown address would create a new requester.
    pub requester_id: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// What is the matter, as HTML.
    pub description: &'a str,
    /// The display id of the asset it is about.
    pub asset: Option<&'a str>,
}

/// A public note from the requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote<'a> {
    /// The ticket.
    pub ticket_id: &'a str,
    /// The requester who says it. `None`: the company's own people do.
    pub requester_id: Option<&'a str>,
    /// What is said, as HTML.
    pub body: &'a str,
}

/// A page of tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketPage {
    /// The tickets, without their assets.
    pub items: Vec<Ticket>,
    /// Whether another page follows.
    pub next: bool,
}
