//! Who may use which portal, and why not (`P05`–`P08`, `P11`, `P13`). One rule engine: doors ask it, explanations show it.

pub mod change;
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

pub use facts::{AccessFacts, DefaultPlace, LicenceFact, Login, PersonFacts, Seats, Stranger};
pub use finding::{AccessFinding, AccessFix, Right};
pub use functions::{RoleFunctions, may_edit_contacts, may_edit_news, may_moderate_forum};
pub use rules::decide;
pub use timeline::{Named, TimelineSight};

/// Several people are meant by what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("several people have the address {address}. Ask for one of: {}", people.join(", "))]
pub struct AmbiguousPersonError {
    /// As asked.
    pub address: String,
    /// Their person ids.
    pub people: Vec<String>,
}

impl Rejection for AmbiguousPersonError {
    fn code(&self) -> &'static str {
        "ambiguous_subject"
    }
}

/// A door: a portal or a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portal {
    /// For customers.
    Customer,
    /// For technicians.
    Tech,
    /// For the warehouse.
    Warehouse,
    /// For dealers.
    Dealer,
    /// For the repair centre.
    Repair,
    /// The mobile client.
    Mobile,
    /// The staff client.
    SmartClient,
    /// The designer.
    Studio,
}

impl Portal {
    /// Every one.
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

    /// What people call it.
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

    /// The licence that is for this door alone, or the smallest one that opens it.
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

/// One rule, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessCheck {
    /// The rule's name, stable.
    pub rule: &'static str,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found, for staff.
    pub finding: AccessFinding,
    /// What to do, if it does not hold.
    pub fix: Option<AccessFix>,
}

/// May they, and every rule that was looked at, in the order in which they are to be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Whether the door opens: no rule fails.
    pub allowed: bool,
    /// Every rule that counts at this door.
    pub checks: Vec<AccessCheck>,
}

impl Access {
    /// The first rule that does not hold.
    pub fn refusal(&self) -> Option<&AccessCheck> {
        self.checks.iter().find(|check| check.outcome == Outcome::Fail)
    }
}

/// Somebody inside the customer portal: let in by the rules, at this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The hub's id: what isolation goes by.
    pub person: PersonId,
    /// What they sign in with.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// For whom.
    pub customer_id: CustomerId,
    /// What they may use.
    pub licence: LicenceType,
    /// Where they are when they do not say otherwise.
    pub default_place: PlaceId,
    /// What they may do beyond their licence.
    pub role_functions: Vec<String>,
    /// The member of staff who looks through their eyes (`P14`): then nothing may be changed.
    pub preview: Option<String>,
}

impl Viewer {
    /// How they are named as an actor.
    pub fn actor(&self) -> Actor {
        Actor::Person(self.person_id.clone().into())
    }

    /// Whether they may do what a role function is for. STUDIO may do everything (`P05`, `P10`).
    pub fn may(&self, role_function: &str) -> bool {
        self.licence == LicenceType::Studio || self.role_functions.iter().any(|it| it == role_function)
    }
}
