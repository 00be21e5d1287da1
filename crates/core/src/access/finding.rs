//! What a rule of access found, and what to do about it, as data. The interfaces make the sentences.

use jiff::Timestamp;

use super::{Portal, Seats};
use crate::access::licence::LicenceType;

/// What a role function is for (`P10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Write news.
    EditNews,
    /// Moderate the forum.
    ModerateForum,
    /// Keep the contacts of the organisation.
    EditContacts,
}

impl Right {
    /// The name of the rule that decides it.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::EditNews => "news_edit",
            Self::ModerateForum => "forum_moderate",
            Self::EditContacts => "contact_edit",
        }
    }
}

/// What a rule of access found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessFinding {
    /// The contact of this name was asked for, who is no person.
    OnlyContact(String),
    /// Nobody signs in under what was asked.
    Nobody(String),
    /// Somebody tried to make the person with a licence type that does not exist.
    RefusedLicence {
        /// The person id.
        asked: String,
        /// When.
        at: Timestamp,
        /// As it was typed.
        code: String,
    },
    /// There is a person of this id.
    IsPerson(String),
    /// The person is active.
    Active,
    /// Registered then, and not approved yet.
    AwaitsApproval(Timestamp),
    /// Inactive since then: the marketplace deleted the customer's account.
    AccountDeleted(Timestamp),
    /// Inactive since then.
    Inactive(Timestamp),
    /// The person has this licence.
    HasLicence(LicenceType),
    /// The person has no licence.
    NoLicence,
    /// The person has something that is no licence type.
    UnknownLicence(String),
    /// The licence opens the portal.
    Opens(LicenceType, Portal),
    /// The licence does not open the portal.
    DoesNotOpen(LicenceType, Portal),
    /// The person is a mobile user, or is not.
    MobileUser(bool),
    /// The default place, which is in use.
    DefaultPlace(String),
    /// The default place, which is not in use.
    DefaultPlaceUnused(String),
    /// There is no default place.
    NoDefaultPlace,
    /// So many places are listed.
    Places(usize),
    /// What the person can sign in with.
    Credentials {
        /// Whether a password is set.
        password: bool,
        /// How many sign-ins are linked.
        identities: usize,
    },
    /// An e-mail address was used then in place of the person id.
    SignedInByEmail(Timestamp),
    /// The person signs in the right way.
    SignsInRight,
    /// The person id to sign in with; nobody has tried.
    SignsInAs(String),
    /// The seats of the licence.
    Seat {
        /// How many there are, and who has them.
        seats: Seats,
        /// The licence, if it is one.
        of: Option<LicenceType>,
    },
    /// Licence STUDIO may do it.
    MayByLicence(Right),
    /// The role function of this name lets them do it.
    MayByFunction(Right, String),
    /// Neither the licence nor a role function lets them do it.
    MayNot {
        /// What.
        right: Right,
        /// Their licence.
        licence: Option<LicenceType>,
        /// The role function that is needed.
        function: String,
    },
}

/// What staff do about a rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessFix {
    /// Make a person with this licence, tied to the contact.
    MakePersonOfContact(LicenceType),
    /// Check the spelling, or make a person with this licence.
    CheckSpelling(LicenceType),
    /// This licence was probably meant.
    DidYouMean(LicenceType),
    /// Approve or refuse the registration.
    DecideRegistration,
    /// Undo the deletion of the customer.
    UndoDeletion,
    /// Make the person active.
    MakeActive,
    /// Give the person this licence.
    GiveLicence(LicenceType),
    /// Give the person one of these licences.
    GiveOneOf(Vec<LicenceType>),
    /// Set the mobile-user flag.
    SetMobileUser,
    /// Put the default place into use, or choose another.
    MendDefaultPlace,
    /// Choose a default place.
    ChooseDefaultPlace,
    /// List a place.
    ListPlace,
    /// Send a link to set a password, or an invitation.
    SendLink,
    /// Sign in with this person id.
    SignInAs(String),
    /// Wait for a seat, free one, or raise their number.
    FreeSeat,
    /// Give the role function of this name, or licence STUDIO.
    GiveFunction(String),
}
