//! Findings and remedies of the access rules, as data. The interfaces make the sentences.

use jiff::Timestamp;

use super::{Portal, Seats};
use crate::access::licence::LicenceType;

/// Rights granted by role functions (`P10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Write news.
    EditNews,
    /// Moderate the forum.
    ModerateForum,
    /// Edit the organisation's contacts.
    EditContacts,
}

impl Right {
    /// The name of the rule that decides the right.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::EditNews => "news_edit",
            Self::ModerateForum => "forum_moderate",
            Self::EditContacts => "contact_edit",
        }
    }
}

/// The finding of an access rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessFinding {
    /// The name belongs to a contact, not to a person.
    OnlyContact(String),
    /// There is no person with this name.
    Nobody(String),
    /// The person was to be created with an unknown licence type.
    RefusedLicence {
        /// The person id.
        asked: String,
        /// Time of the attempt.
        at: Timestamp,
        /// Licence code as entered.
        code: String,
    },
    /// There is a person with this id.
    IsPerson(String),
    /// The person is active.
    Active,
    /// Registered at this time and not approved yet.
    AwaitsApproval(Timestamp),
    /// Inactive since this time, because the marketplace deleted the customer's account.
    AccountDeleted(Timestamp),
    /// Inactive since this time.
    Inactive(Timestamp),
    /// The person has this licence.
    HasLicence(LicenceType),
    /// The person has no licence.
    NoLicence,
    /// The person has an unknown licence code.
    UnknownLicence(String),
    /// The licence includes the portal.
    Opens(LicenceType, Portal),
    /// The licence does not include the portal.
    DoesNotOpen(LicenceType, Portal),
    /// Whether the mobile-user flag is set.
    MobileUser(bool),
    /// The default place is in use.
    DefaultPlace(String),
    /// The default place is not in use.
    DefaultPlaceUnused(String),
    /// There is no default place.
    NoDefaultPlace,
    /// Number of the person's places.
    Places(usize),
    /// The person's credentials.
    Credentials {
        /// Whether a password is set.
        password: bool,
        /// Number of linked identities.
        identities: usize,
    },
    /// The last sign-in attempt used an e-mail address instead of the person id.
    SignedInByEmail {
        /// Time of the attempt.
        at: Timestamp,
        /// The person id to sign in with.
        person_id: String,
    },
    /// The last sign-in used the person id or a linked identity.
    SignsInRight,
    /// The person id to sign in with; there was no attempt yet.
    SignsInAs(String),
    /// Seats of the licence.
    Seat {
        /// Number of seats and their use.
        seats: Seats,
        /// The licence, if known.
        of: Option<LicenceType>,
    },
    /// Allowed by licence STUDIO.
    MayByLicence(Right),
    /// Allowed by the role function of this name.
    MayByFunction(Right, String),
    /// Not allowed: neither licence nor role function grants the right.
    MayNot {
        /// The right.
        right: Right,
        /// The person's licence.
        licence: Option<LicenceType>,
        /// Name of the required role function.
        function: String,
    },
}

/// A remedy for a failed access rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessFix {
    /// Create a person with this licence from the contact.
    MakePersonOfContact(LicenceType),
    /// Check the spelling, or create a person with this licence.
    CheckSpelling(LicenceType),
    /// The licence type most similar to the entered code.
    DidYouMean(LicenceType),
    /// Approve or reject the registration.
    DecideRegistration,
    /// Reverse the deletion of the customer's account.
    UndoDeletion,
    /// Activate the person.
    MakeActive,
    /// Assign this licence to the person.
    GiveLicence(LicenceType),
    /// Assign one of these licences to the person.
    GiveOneOf(Vec<LicenceType>),
    /// Set the mobile-user flag.
    SetMobileUser,
    /// Put the default place into use, or select another.
    MendDefaultPlace,
    /// Select a default place.
    ChooseDefaultPlace,
    /// Add a place to the person.
    ListPlace,
    /// Send a link to set a password, or an invitation.
    SendLink,
    /// Wait for a seat, free one, or raise their number.
    FreeSeat,
    /// Assign the role function of this name, or licence STUDIO.
    GiveFunction(String),
}
