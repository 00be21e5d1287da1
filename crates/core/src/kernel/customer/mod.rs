//! Customers, their links, and the people and identities who sign in for them.

pub mod change;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{CustomerId, IdentityId, InvitationId, LinkId, PersonId, ReviewId};
use crate::kernel::mask;
use crate::kernel::record::{Attributes, Kind, RecordKey};
use crate::kernel::timeline::{Event, Personal};

/// The unified record (`A01`). It exists only once something has been linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its id, for ever.
    pub id: CustomerId,
    /// Counts changes, so that two changes planned on the same state cannot both be applied.
    pub version: i64,
    /// The name, as the service desk has it.
    pub name: String,
    /// The known address: the requester's primary e-mail, as entered. Notices go here.
    pub email: Option<String>,
    /// The requester's mobile or else work telephone number, as entered.
    pub phone: Option<String>,
    /// When it came into being.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the complete list of the customer's devices was last read from the service desk.
    pub devices_as_of: Option<Timestamp>,
    /// Result of the last CRM search for the customer; none since a contact was linked or unlinked.
    pub contact_finding: Option<Box<ContactFinding>>,
}

impl Customer {
    /// A new customer.
    pub fn new(id: CustomerId, name: &str, email: Option<&str>, now: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            name: name.to_owned(),
            email: email.map(ToOwned::to_owned),
            phone: None,
            created_at: now,
            updated_at: now,
            devices_as_of: None,
            contact_finding: None,
        }
    }

    /// Copies the values that follow the customer's requester, and returns the changes.
    pub fn follow_requester(&mut self, requester: &Attributes) -> Vec<Event> {
        let mut changed = Vec::new();
        let name = requester.title();
        if !name.is_empty() && self.name != name {
            changed.push(Event::Renamed { from: (&self.name).into(), to: name.into() });
            name.clone_into(&mut self.name);
        }
        let email = requester.primary_email().map(ToOwned::to_owned);
        if self.email != email {
            let (from, to) = (self.email.as_ref().map(Personal::from), email.as_ref().map(Personal::from));
            changed.push(Event::EmailChanged { from, to });
            self.email = email;
        }
        let Attributes::Requester(read) = requester else { return changed };
        let phone = read.mobile_phone.as_ref().or(read.work_phone.as_ref()).cloned();
        if self.phone != phone {
            let (from, to) = (self.phone.as_ref().map(Personal::from), phone.as_ref().map(Personal::from));
            changed.push(Event::PhoneChanged { from, to });
            self.phone = phone;
        }
        changed
    }
}

/// Why the customer's contact is not as it should be. Found once, it is said once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum ContactFinding {
    /// No contact has the requester's primary e-mail (`A04`).
    Missing {
        /// The address searched for.
        email: String,
    },
    /// The linked contact's address differs from the requester's, and no other contact has the requester's.
    Differs {
        /// The contact that is linked.
        contact: RecordKey,
        /// Its address.
        theirs: Option<String>,
        /// The requester's address.
        email: String,
    },
}

impl ContactFinding {
    /// Its timeline event.
    pub fn event(&self) -> Event {
        match self {
            Self::Missing { email } => Event::ContactMissing { email: email.into() },
            Self::Differs { contact, theirs, email } => Event::ContactDiffers {
                contact: contact.clone(),
                theirs: theirs.as_ref().map(Personal::from),
                email: email.into(),
            },
        }
    }
}

/// How a link came about (`H01`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The customer opened an activation link and signed in (`A11`).
    Activation,
    /// The primary e-mail addresses are equal (`A04`).
    Email,
    /// Staff decided.
    Staff,
    /// The customer added it to their own record (`A23`).
    Customer,
    /// The record linked before was merged into this one (`A17`).
    Merge,
    /// A marketplace had the customer made, or named it (`M07`).
    Marketplace,
}

impl Origin {
    /// The name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Email => "email",
            Self::Staff => "staff",
            Self::Customer => "customer",
            Self::Merge => "merge",
            Self::Marketplace => "marketplace",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Activation, Self::Email, Self::Staff, Self::Customer, Self::Merge, Self::Marketplace];
        all.into_iter().find(|origin| origin.as_str() == text)
    }
}

/// Evidence for a link (`H01`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// The customer activated with the token of an invitation sent to this address.
    InvitationToken {
        /// Which invitation.
        invitation_id: InvitationId,
        /// Where it was sent, as entered.
        sent_to: String,
    },
    /// The customer activated by signing in with this identity.
    SignIn {
        /// The issuer, exactly as in the token.
        issuer: String,
        /// The address supplied by the provider.
        email: Option<String>,
        /// Whether the provider says it verified that address.
        email_verified: bool,
    },
    /// Requester and contact have the same primary address, and no other record has it.
    PrimaryEmail {
        /// The address, normalised.
        email: String,
    },
    /// A person reviewed the candidates.
    Decision {
        /// The question that was put.
        review_id: ReviewId,
    },
    /// The sign-in's address was verified by its provider, and is one of the requester's (`A20`, compatibility mode).
    VerifiedEmail {
        /// The issuer, exactly as in the token.
        issuer: String,
        /// The address, normalised.
        email: String,
    },
    /// The record linked before is gone, and this one carries its address.
    Merged {
        /// The record linked before.
        from: RecordKey,
        /// The address, normalised.
        email: String,
    },
    /// A marketplace named the customer.
    Marketplace {
        /// By what the customer was found, in words; none: the marketplace had it made.
        matched_by: Option<String>,
    },
}

/// Ties one record to one customer. While it is active, no other customer can have the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// The record.
    pub record: RecordKey,
    /// The customer.
    pub customer_id: CustomerId,
    /// How it came about.
    pub origin: Origin,
    /// Who did it.
    pub actor: String,
    /// Evidence.
    pub evidence: Evidence,
    /// Since when.
    pub created_at: Timestamp,
    /// Why it rests, if it does: nothing is shown through it for as long.
    pub suspended: Option<Suspension>,
    /// When, by whom and why it was ended.
    pub ended: Option<Ended>,
}

impl Link {
    /// Whether it ties the record to the customer now.
    pub const fn is_active(&self) -> bool {
        self.ended.is_none()
    }
}

/// The link that connects a record of this kind with the customer.
pub fn active_link(links: &[Link], kind: Kind) -> Option<&Link> {
    links.iter().find(|link| link.is_active() && link.record.kind == kind)
}

/// Why a link rests. It resumes by itself when the cause is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspension {
    /// The requester is deactivated in the service desk.
    RequesterDeactivated,
}

impl Suspension {
    /// The name used in the database and the API; it is the reason's code, too.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequesterDeactivated => "requester_deactivated",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::RequesterDeactivated].into_iter().find(|why| why.as_str() == text)
    }
}

/// Why a link was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum EndReason {
    /// Staff or a machine ended it.
    Requested {
        /// The reason they gave.
        note: Personal,
    },
    /// A person decided that another record takes its place.
    Replaced {
        /// The other record.
        by: RecordKey,
    },
    /// The customer removed it.
    Removed,
    /// The same person activated a newer account.
    NewerAccount,
    /// Its system no longer has it.
    Missing {
        /// Since when.
        since: Timestamp,
    },
    /// It was merged into another record.
    Merged {
        /// The one that stayed.
        into: RecordKey,
    },
    /// The marketplace deleted the account.
    AccountDeleted,
}

/// The end of a link. Ended links are stored as history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: String,
    /// Why.
    pub why: EndReason,
}

/// Issuer and subject identify a sign-in. Never an e-mail address (OpenID Connect Core §5.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IdentityKey {
    /// The issuer, exactly as in the token.
    pub issuer: String,
    /// The subject, unique at the issuer.
    pub subject: String,
}

/// Claims of the identity provider about the signed-in user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Who.
    pub identity: IdentityKey,
    /// The provider's configured name.
    pub provider: String,
    /// The address claimed.
    pub email: Option<String>,
    /// Whether the provider verified it. Unverified, it is no evidence of anything.
    pub email_verified: bool,
    /// The name claimed.
    pub name: Option<String>,
}

impl SignIn {
    /// How the sign-in is shown where others may look: `j•••@example.com`, or the provider's name.
    pub fn masked(&self) -> String {
        self.email.as_deref().map_or_else(|| self.provider.clone(), mask::email)
    }
}

/// A sign-in identity that belongs to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// Whose.
    pub person_id: PersonId,
    /// The person's customer.
    pub customer_id: CustomerId,
    /// Issuer, subject and claims of the provider.
    pub sign_in: SignIn,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last signed in to the portal.
    pub last_used_at: Option<Timestamp>,
}
