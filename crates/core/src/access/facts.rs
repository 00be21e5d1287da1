//! What the rules of access look at.

use jiff::Timestamp;

use super::Portal;
use crate::access::licence::LicenceType;
use crate::persons::Inactive;

/// Everything the rules of one door look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessFacts {
    /// The person; none: nobody signs in under what was asked.
    pub person: Result<PersonFacts, Stranger>,
    /// How they last tried to sign in.
    pub login: Login,
    /// How many may be inside at once with the person's licence; none: any number.
    pub seats: Option<Seats>,
}

/// Nobody who signs in: what else is known under the name asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stranger {
    /// What was asked.
    pub asked: String,
    /// The contact of that name or address: somebody information is kept about, who cannot sign in (`P01`).
    pub contact: Option<String>,
    /// The unknown licence with which somebody tried to make the person, and when.
    pub refused_licence: Option<(String, Timestamp)>,
}

/// A person, as far as doors go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFacts {
    /// What they sign in with.
    pub person_id: String,
    /// Since when and why they are inactive; none: active.
    pub inactive: Option<Inactive>,
    /// Their licence.
    pub licence: LicenceFact,
    /// The mobile-user flag.
    pub mobile_user: bool,
    /// Their default place.
    pub default_place: Option<DefaultPlace>,
    /// How many places are listed for them.
    pub places: usize,
    /// Whether a password is set.
    pub has_password: bool,
    /// How many sign-ins at identity providers are linked.
    pub identities: usize,
}

/// What is known of a person's licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LicenceFact {
    /// Nothing was decided.
    None,
    /// A licence type.
    Known(LicenceType),
    /// Something that is no licence type, as it was typed.
    Unknown(String),
}

/// Where a person is when they do not say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultPlace {
    /// What it is called.
    pub name: String,
    /// Whether it is in use.
    pub active: bool,
}

/// How somebody last tried to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// Not known, or not by a person id at all.
    NotTried,
    /// With the person id, or an identity linked to the person.
    Right,
    /// With an e-mail address in place of the person id, and not rightly since.
    Email {
        /// When.
        at: Timestamp,
    },
}

/// The seats of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    /// How many there are.
    pub count: u32,
    /// How many others have one.
    pub taken_by_others: u32,
    /// Whether the person has one.
    pub held: bool,
}

impl LicenceType {
    /// The doors a licence opens: the whole of `P05` and `P06`. What `P07` and `P08` add is a matter of the person.
    pub const fn opens(self, portal: Portal) -> bool {
        match self {
            Self::Studio => true,
            Self::Named => !matches!(portal, Portal::Studio),
            Self::Custportal => matches!(portal, Portal::Customer),
            Self::Techportal => matches!(portal, Portal::Tech),
            Self::Mobile => matches!(portal, Portal::Mobile),
            Self::Whseportal => matches!(portal, Portal::Warehouse),
            Self::Dealportal => matches!(portal, Portal::Dealer),
            Self::Reprportal => matches!(portal, Portal::Repair),
            Self::Message => false,
        }
    }
}
