//! Access to portals (`P05`–`P08`, `P11`, `P13`). The same rules decide about access and explain the decision.

pub mod change;
mod denial;
pub mod event;
mod facts;
mod finding;
mod functions;
pub mod licence;
mod rules;
mod timeline;

use serde::{Deserialize, Serialize};

use crate::access::licence::LicenceType;
use crate::explain::Outcome;
use crate::kernel::actor::Actor;
use crate::kernel::ids::{CustomerId, PersonId, PlaceId};
use crate::kernel::rejection::Rejection;

pub use denial::PortalDeniedError;
pub use facts::{AccessFacts, DefaultPlace, LicenceFact, Login, PersonFacts, Seats, Stranger};
pub use finding::{AccessFinding, AccessFix, Right};
pub use functions::{RoleFunctions, may_edit_contacts, may_edit_news, may_keep_boards, may_moderate_forum};
pub use rules::decide;
pub use timeline::{Named, TimelineSight};

/// Rejection of an e-mail address that several people have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("several people have the address {address}. Ask for one of: {}", people.join(", "))]
pub struct AmbiguousPersonError {
    /// The address requested.
    pub address: String,
    /// Their person ids.
    pub people: Vec<String>,
}

impl Rejection for AmbiguousPersonError {
    fn code(&self) -> &'static str {
        "ambiguous_subject"
    }
}

/// A portal or client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portal {
    /// Customer portal.
    Customer,
    /// Technicians' portal.
    Tech,
    /// Warehouse portal.
    Warehouse,
    /// Dealers' portal.
    Dealer,
    /// Repair portal.
    Repair,
    /// Mobile client.
    Mobile,
    /// Staff client.
    SmartClient,
    /// Designer.
    Studio,
}

impl Portal {
    /// All portals and clients.
    pub const ALL: [Self; 8] = [
        Self::Customer,
        Self::Tech,
        Self::Warehouse,
        Self::Dealer,
        Self::Repair,
        Self::Mobile,
        Self::SmartClient,
        Self::Studio,
    ];

    /// The name used in addresses, the API and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Tech => "tech",
            Self::Warehouse => "warehouse",
            Self::Dealer => "dealer",
            Self::Repair => "repair",
            Self::Mobile => "mobile",
            Self::SmartClient => "smart_client",
            Self::Studio => "studio",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|portal| portal.as_str() == text)
    }

    /// The display name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Customer => "Customer Portal",
            Self::Tech => "Tech Portal",
            Self::Warehouse => "Warehouse Portal",
            Self::Dealer => "Dealer Portal",
            Self::Repair => "Repair Portal",
            Self::Mobile => "Mobile",
            Self::SmartClient => "SMART Client",
            Self::Studio => "Studio",
        }
    }

    /// The licence for this portal only, or the smallest one that includes it.
    pub const fn usual_licence(self) -> LicenceType {
        match self {
            Self::Customer => LicenceType::Custportal,
            Self::Tech => LicenceType::Techportal,
            Self::Warehouse => LicenceType::Whseportal,
            Self::Dealer => LicenceType::Dealportal,
            Self::Repair => LicenceType::Reprportal,
            Self::Mobile => LicenceType::Mobile,
            Self::SmartClient => LicenceType::Named,
            Self::Studio => LicenceType::Studio,
        }
    }
}

/// The result of one access rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessCheck {
    /// Stable name of the rule.
    pub rule: &'static str,
    /// Result.
    pub outcome: Outcome,
    /// Finding, for staff.
    pub finding: AccessFinding,
    /// Remedy, if the rule failed.
    pub fix: Option<AccessFix>,
}

/// Whether access is allowed, and the results of all applicable rules, in the order in which to fix them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Whether access is allowed: no rule failed.
    pub allowed: bool,
    /// Results of the portal's rules.
    pub checks: Vec<AccessCheck>,
}

impl Access {
    /// The first failed rule.
    pub fn refusal(&self) -> Option<&AccessCheck> {
        self.checks.iter().find(|check| check.outcome == Outcome::Fail)
    }

    /// The rejection of a client by these rules; `None` if access is allowed.
    pub fn denial(&self, portal: Portal) -> Option<PortalDeniedError> {
        self.refusal().map(|check| PortalDeniedError::by(check, portal))
    }
}

/// A person with access to the customer portal, checked for the current request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The hub's id of the person, by which data is isolated.
    pub person: PersonId,
    /// The person id, used to sign in.
    pub person_id: String,
    /// The person's name.
    pub name: String,
    /// The person's customer.
    pub customer_id: CustomerId,
    /// The person's licence.
    pub licence: LicenceType,
    /// The person's default place.
    pub default_place: PlaceId,
    /// Role functions of the person.
    pub role_functions: Vec<String>,
    /// The portals that are open to the person.
    pub portals: Vec<Portal>,
    /// Login of the staff member who previews the portal as this person (`P14`). A preview is read-only.
    pub preview: Option<String>,
}

/// A person with access to a portal for the operating company's own work, checked for the current request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// The hub's id of the person.
    pub person: PersonId,
    /// The person id, used to sign in.
    pub person_id: String,
    /// The person's name.
    pub name: String,
    /// The portals that are open to the person.
    pub portals: Vec<Portal>,
}

impl Worker {
    /// The person as an actor.
    pub fn actor(&self) -> Actor {
        Actor::Person(self.person_id.clone().into())
    }
}

impl Viewer {
    /// The person as an actor.
    pub fn actor(&self) -> Actor {
        Actor::Person(self.person_id.clone().into())
    }

    /// Whether the person has a role function. Licence STUDIO includes all of them (`P05`, `P10`).
    pub fn may(&self, role_function: &str) -> bool {
        self.licence == LicenceType::Studio || self.role_functions.iter().any(|it| it == role_function)
    }
}
