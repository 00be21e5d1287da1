//! The lists that sweeps read: the system that has each, and its capabilities.

use jiff::Timestamp;
use tessera_core::sync::jobs::SweepOf;

use crate::Hub;
use crate::ports::{ConnectError, Crm, Health, Order, Page, Priority, ServiceDesk};

/// A complete list of a system's objects of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Listing<'a> {
    Requesters(&'a dyn ServiceDesk),
    Assets(&'a dyn ServiceDesk),
    Contacts(&'a dyn Crm),
}

impl<'a> Listing<'a> {
    /// The configured name of the system.
    pub(crate) fn name(self) -> &'a str {
        match self {
            Self::Requesters(desk) | Self::Assets(desk) => desk.name(),
            Self::Contacts(crm) => crm.name(),
        }
    }

    /// Health of the system's client.
    pub(super) fn health(self) -> Health {
        match self {
            Self::Requesters(desk) | Self::Assets(desk) => desk.health(),
            Self::Contacts(crm) => crm.health(),
        }
    }

    /// Whether the list can be sorted by latest change first.
    pub(super) fn is_by_change(self) -> bool {
        match self {
            Self::Requesters(desk) => desk.capabilities().requesters_by_change,
            Self::Assets(desk) => desk.capabilities().assets_by_change,
            Self::Contacts(crm) => crm.capabilities().contacts_by_change,
        }
    }

    /// Estimated time at which this many more objects will have been read, according to the call budget.
    pub(super) fn forecast(self, objects: u64) -> Timestamp {
        match self {
            Self::Requesters(desk) => desk.forecast(Priority::Background, objects, 0),
            Self::Assets(desk) => desk.forecast(Priority::Background, 0, objects),
            Self::Contacts(crm) => crm.forecast(Priority::Background, objects),
        }
    }

    /// Reads a page, numbered from 1.
    pub(super) async fn page(self, number: u32, order: Order) -> Result<Page, ConnectError> {
        match self {
            Self::Requesters(desk) => desk.requesters_page(number, order, Priority::Background).await,
            Self::Assets(desk) => desk.assets_page(number, order, Priority::Background).await,
            Self::Contacts(crm) => crm.contacts_page(number, order, Priority::Background).await,
        }
    }
}

impl Hub {
    /// The list that a sweep reads.
    pub(crate) fn listing(&self, what: SweepOf) -> Listing<'_> {
        match what {
            SweepOf::Requesters => Listing::Requesters(&*self.desk),
            SweepOf::Assets => Listing::Assets(&*self.desk),
            SweepOf::Contacts => Listing::Contacts(&*self.crm),
        }
    }
}
