//! The staff console, `/console`: usable by keyboard, dense, and with all data available as tables.

pub mod auth;
mod customer;
mod device;
mod device_loads;
mod doctor;
mod explain;
mod forum;
mod home;
mod inventory;
mod marketplace;
pub(crate) mod marketplace_platform;
mod persons;
mod requester;
mod returns;
mod review;
pub(super) mod samples;
mod search;
pub mod staff;
mod storefront;
mod sweeps;
mod systems;

use jiff::Timestamp;
use serde::Serialize;

pub use self::inventory::{AssignTarget, Inventory, InventoryRow};
pub use customer::{
    CrmContact, Customer, CustomerDevice, DealRow, DealingRow, Dealings, DomainRow, InvitationRow, InvitationState,
    LinkRow, ReviewLine, TicketRow, TicketsPage, TimelineEntry, Unlink, Verification,
};
pub use device::{Device, DeviceWrite, Field, Holder, NewDevice, ReadingLine, WriteLine};
pub use device_loads::{DeviceLoads, LoadCard, LoadPage, LoadRow};
pub use doctor::{DoctorCheck, DoctorPage, DoctorReport, DoctorSystem};
pub use explain::{Link, WhyButton, WhyCheck, WhyPage, WhyPanel, WhyReason};
pub use forum::{BoardForm, BoardRow, ForumBoards, ForumPost};
pub use home::{ChartCard, Home, Period, WorkItem};
pub use marketplace::{
    AccountRow, CallRow, Marketplace, MarketplaceAccount, MarketplaceCall, MarketplaceRow, Marketplaces, Named,
    OptionForm, OptionRow, Pick, Replay,
};
pub use persons::{
    DeviceAt, ErasedRow, ErasureForm, ExportedSection, KeptRow, KeyRow, LicenceRow, Licences, MessageRow, NewPerson,
    PersonExportPage, PersonForm, PersonMessages, PersonPage, PersonPrivacy, PersonRow, Persons, Pickable, PlaceForm,
    Places, PortalAccessRow, SeatCount, SeatHolder,
};
pub use requester::{FreshLink, InviteForm, Requester, RequesterAsset};
pub use returns::{
    CustomerChoice, HistoryEntry, NewReturnFor, NextStep, Progress, ReturnDetail, ReturnFor, ReturnRow, ReturnWork,
    ReturnsPage,
};
pub use review::{Candidate, Cell, CompareRow, Decision, Review, ReviewRow, Reviews, Verdict};
pub use search::{CustomerHit, DeviceHit, RecordHit, RequestHit, Search};
pub use storefront::{
    Cancelled, OrderDetail, OrderLineRow, OrderRow, Orders, PictureForm, ProductForm, ProductRow, Products,
};
pub use sweeps::{AlarmNotice, ChangeRow, KindPick, SweepCard, SweepPage, Sweeps};
pub use systems::{FailedKind, Health, Hook, Incident, JobRow, Jobs, Quota, Reading, SystemCard, SystemWork, Systems};

use super::{Page, Tone};

/// Staff sign-in with a local account. Fields: `login`, `password`, `return_to`.
#[derive(Debug, Clone, Serialize)]
pub struct StaffSignIn {
    /// The form's action.
    pub action: String,
    /// The entered login of a failed attempt.
    pub login: String,
    /// Why the last attempt failed. The message is the same for an unknown login and a wrong password.
    pub error: Option<String>,
    /// The path of this site to go to afterwards.
    pub return_to: Option<String>,
    /// The company's identity provider, where staff usually sign in.
    pub company: Option<CompanyChoice>,
}

/// The company's identity provider on the sign-in page. Field: `return_to`.
#[derive(Debug, Clone, Serialize)]
pub struct CompanyChoice {
    /// The form's action.
    pub action: String,
    /// The provider's name.
    pub label: String,
}

impl Page for StaffSignIn {
    const TEMPLATE: &'static str = "console/sign_in.html";
}

/// An outside system, as shown in the console.
#[derive(Debug, Clone, Serialize)]
pub struct SystemName {
    /// The id in the configuration, as in `freshservice`.
    pub id: String,
    /// The display name.
    pub label: String,
}

impl SystemName {
    /// Creates a name.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into() }
    }
}

/// A state as coloured text.
#[derive(Debug, Clone, Serialize)]
pub struct Badge {
    /// The text.
    pub text: String,
    /// The colour.
    pub tone: Tone,
}

impl Badge {
    /// Creates a badge.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

/// When and by whom something was done.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// When it was done.
    pub at: Timestamp,
    /// Who did it: a staff login, "the customer", or "the hub".
    pub by: String,
}
