//! Pools: the outside systems that a job depends on.

use serde::{Deserialize, Serialize};

/// An outside system that jobs depend on. Staff can pause it: its jobs then wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upstream {
    /// Requesters, assets and tickets.
    ServiceDesk,
    /// Contacts.
    Crm,
    /// The mail server.
    Mail,
    /// The source of invoices.
    Invoices,
}

impl Upstream {
    /// All systems.
    pub const ALL: [Self; 4] = [Self::ServiceDesk, Self::Crm, Self::Mail, Self::Invoices];

    /// Name in the database, in URLs and in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServiceDesk => "service_desk",
            Self::Crm => "crm",
            Self::Mail => "mail",
            Self::Invoices => "invoices",
        }
    }

    /// The system with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.as_str() == name)
    }
}

/// The outside systems that a job depends on, as one value. Its number is stored in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pool {
    /// None: the job is the hub's own work.
    Own = 0,
    /// The service desk.
    ServiceDesk = 1,
    /// The CRM.
    Crm = 2,
    /// Both of them.
    ServiceDeskAndCrm = 3,
    /// The mail server.
    Mail = 4,
    /// The source of invoices.
    Invoices = 5,
    /// Vendors that the marketplace calls. Each has a share of the places.
    Vendors = 6,
}

impl Pool {
    /// All pools, in the order of their numbers.
    pub const ALL: [Self; 7] =
        [Self::Own, Self::ServiceDesk, Self::Crm, Self::ServiceDeskAndCrm, Self::Mail, Self::Invoices, Self::Vendors];

    /// The systems of the pool.
    pub const fn systems(self) -> &'static [Upstream] {
        match self {
            Self::Own | Self::Vendors => &[],
            Self::ServiceDesk => &[Upstream::ServiceDesk],
            Self::Crm => &[Upstream::Crm],
            Self::ServiceDeskAndCrm => &[Upstream::ServiceDesk, Upstream::Crm],
            Self::Mail => &[Upstream::Mail],
            Self::Invoices => &[Upstream::Invoices],
        }
    }

    /// The pool with this number.
    pub fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|pool| *pool as i64 == number)
    }
}
