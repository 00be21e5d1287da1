//! Jobs that read outside systems.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::{CustomerId, SweepId};
use crate::kernel::job::{JobKind, Lane, Pool};
use crate::kernel::normalise;
use crate::kernel::record::Kind;

/// Reread one customer's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// The customer.
    pub customer_id: CustomerId,
}

impl JobKind for Refresh {
    const KIND: &'static str = "refresh";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.customer_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDeskAndCrm
    }
}

/// Reread one customer's records some time after activation. This is a separate kind of job, so that it is not merged
/// with a refresh that is due now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmAbsence {
    /// The customer.
    pub customer_id: CustomerId,
}

impl JobKind for ConfirmAbsence {
    const KIND: &'static str = "confirm_absence";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.customer_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDeskAndCrm
    }
}

/// Reread one object, after a hint that it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchRecord {
    /// Which.
    pub hint: Hint,
    /// Number of failed lookups so far.
    #[serde(default)]
    pub tries: u8,
}

impl JobKind for FetchRecord {
    const KIND: &'static str = "fetch_record";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.hint.to_string()
    }

    fn pool(&self) -> Pool {
        match self.hint {
            Hint::Contact { .. } => Pool::Crm,
            Hint::Asset { .. }
            | Hint::AssetTag { .. }
            | Hint::Serial { .. }
            | Hint::Requester { .. }
            | Hint::Ticket { .. } => Pool::ServiceDesk,
        }
    }
}

/// Read all objects of one kind from an outside system, or those that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// Kind of objects.
    pub what: SweepOf,
    /// The sweep. `None` for a full sweep that begins with this job.
    #[serde(default)]
    pub run: Option<SweepId>,
}

impl JobKind for Sweep {
    const KIND: &'static str = "sweep";
    const LANE: Lane = Lane::Bulk;

    fn subject(&self) -> String {
        self.run.map_or_else(|| self.what.as_str().to_owned(), |run| run.to_string())
    }

    fn pool(&self) -> Pool {
        match self.what {
            SweepOf::Contacts => Pool::Crm,
            SweepOf::Requesters | SweepOf::Assets => Pool::ServiceDesk,
        }
    }
}

/// Apply the changes that a sweep has planned, or that the brake held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplySweep {
    /// Which.
    pub run: SweepId,
}

impl JobKind for ApplySweep {
    const KIND: &'static str = "apply_sweep";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.run.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Own
    }
}

/// Identifies an object of an outside system that may have changed. Only the identifier is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Hint {
    /// An asset of the service desk, by its display id.
    Asset {
        /// The display id.
        display_id: String,
    },
    /// The assets with this asset tag.
    AssetTag {
        /// As named by the webhook.
        tag: String,
    },
    /// The assets with this serial number.
    Serial {
        /// As named by the webhook.
        serial: String,
    },
    /// A requester of the service desk.
    Requester {
        /// Id.
        id: String,
    },
    /// A contact of the CRM.
    Contact {
        /// Id.
        id: String,
    },
    /// A ticket of the service desk.
    Ticket {
        /// Number.
        id: String,
    },
}

impl std::fmt::Display for Hint {
    /// Equal hints have the same text, however the tag or serial number is spelled.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let compared = |typed: &str| normalise::serial(typed).unwrap_or_default();
        match self {
            Self::Asset { display_id } => write!(f, "asset:{display_id}"),
            Self::AssetTag { tag } => write!(f, "asset_tag:{}", compared(tag)),
            Self::Serial { serial } => write!(f, "serial:{}", compared(serial)),
            Self::Requester { id } => write!(f, "requester:{id}"),
            Self::Contact { id } => write!(f, "contact:{id}"),
            Self::Ticket { id } => write!(f, "ticket:{id}"),
        }
    }
}

/// The kind of objects that a sweep reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepOf {
    /// The service desk's requesters.
    Requesters,
    /// The service desk's assets, assigned or in stock (`A07`).
    Assets,
    /// The CRM's contacts.
    Contacts,
}

impl SweepOf {
    /// All kinds, in the best order for reading: people before their assets.
    pub const ALL: [Self; 3] = [Self::Requesters, Self::Contacts, Self::Assets];

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == text)
    }

    /// The kind of the records.
    pub const fn record_kind(self) -> Kind {
        match self {
            Self::Requesters => Kind::Requester,
            Self::Assets => Kind::Asset,
            Self::Contacts => Kind::Contact,
        }
    }

    /// The name used in the API and the CLI.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requesters => "requesters",
            Self::Assets => "assets",
            Self::Contacts => "contacts",
        }
    }
}
