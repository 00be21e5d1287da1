//! The staff console, `/console`: keyboard first, dense, everything also as a table.

pub mod auth;
mod customer;
mod device;
mod doctor;
mod explain;
mod forum;
mod marketplace;
mod persons;
mod requester;
mod returns;
mod review;
mod samples;
mod search;
mod sweeps;
mod systems;

use jiff::Timestamp;
use serde::Serialize;

pub use customer::{
    Customer, CustomerDevice, InvitationRow, InvitationState, LinkRow, ReviewLine, TimelineEntry, Unlink, Verification,
};
pub use device::{Device, DeviceWrite, Field, Holder, NewDevice, WriteLine};
pub use doctor::{DoctorCheck, DoctorPage, DoctorReport, DoctorSystem};
pub use explain::{Link, WhyButton, WhyCheck, WhyPage, WhyPanel, WhyReason};
pub use forum::{BoardForm, BoardRow, ForumBoards, ForumPost};
pub use marketplace::{
    AccountRow, CallRow, Marketplace, MarketplaceAccount, MarketplaceCall, MarketplaceRow, Marketplaces, Named,
    OptionForm, OptionRow, Pick, Replay,
};
pub use persons::{
    DeviceAt, LicenceRow, Licences, NewPerson, PersonForm, PersonPage, PersonRow, Persons, Pickable, PlaceForm, Places,
    PortalAccessRow, SeatCount, SeatHolder,
};
pub use requester::{FreshLink, InviteForm, Requester, RequesterAsset};
pub use returns::{
    CustomerChoice, HistoryEntry, NewReturnFor, NextStep, Progress, ReturnDetail, ReturnFor, ReturnRow, ReturnWork,
    ReturnsPage,
};
pub use review::{Candidate, Cell, CompareRow, Decision, Review, ReviewRow, Reviews, Verdict};
pub use search::{CustomerHit, DeviceHit, RecordHit, Search};
pub use sweeps::{AlarmNotice, ChangeRow, KindPick, SweepCard, SweepPage, Sweeps};
pub use systems::{FailedKind, Health, Hook, Incident, JobRow, Jobs, Quota, Reading, SystemCard, SystemWork, Systems};

use super::{Page, Tone};

/// Staff sign-in with a local account. Fields: `login`, `password`, `return_to`.
#[derive(Debug, Clone, Serialize)]
pub struct StaffSignIn {
    /// Where the form posts to.
    pub action: String,
    /// The login to show again after a failure.
    pub login: String,
    /// Why the last try failed; the same words for an unknown login and a wrong password.
    pub error: Option<String>,
    /// Where to go afterwards: a path of this site.
    pub return_to: Option<String>,
}

impl Page for StaffSignIn {
    const TEMPLATE: &'static str = "console/sign_in.html";
}

/// An outside system as the console names it.
#[derive(Debug, Clone, Serialize)]
pub struct SystemName {
    /// Its id in the configuration, as in `freshservice`.
    pub id: String,
    /// Its name for people.
    pub label: String,
}

impl SystemName {
    /// A system's id and name.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into() }
    }
}

/// A state in words with its colour.
#[derive(Debug, Clone, Serialize)]
pub struct Badge {
    /// The words.
    pub text: String,
    /// The colour.
    pub tone: Tone,
}

impl Badge {
    /// A coloured word.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

/// When and by whom something was done.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// When.
    pub at: Timestamp,
    /// By whom: a staff login, "the customer", or "the hub".
    pub by: String,
}
