//! Customers, their links, and their sign-in identities.

pub mod change;
pub mod event;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::ids::{CustomerId, IdentityId, InvitationId, LinkId, PersonId, ReviewId};
use crate::kernel::mask;
use crate::kernel::record::{Attributes, Kind, RecordKey};
use crate::kernel::timeline::Personal;

/// The unified record (`A01`). It is created with the first link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Permanent id.
    pub id: CustomerId,
    /// Version for optimistic locking: two changes planned from the same version cannot both be applied.
    pub version: i64,
    /// The name, as the service desk has it.
    pub name: String,
    /// The known address: the requester's primary e-mail, as entered. Notices go here.
    pub email: Option<String>,
    /// The requester's mobile or else work telephone number, as entered.
    pub phone: Option<String>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// Time of the last complete read of the customer's devices from the service desk.
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
    pub fn follow_requester(&mut self, requester: &Attributes) -> Vec<CustomerEvent> {
        let mut changed = Vec::new();
        let name = requester.title();
        if !name.is_empty() && self.name != name {
            changed.push(CustomerEvent::Renamed { from: (&self.name).into(), to: name.into() });
            name.clone_into(&mut self.name);
        }
        let email = requester.primary_email().map(ToOwned::to_owned);
        if self.email != email {
            let (from, to) = (self.email.as_ref().map(Personal::from), email.as_ref().map(Personal::from));
            changed.push(CustomerEvent::EmailChanged { from, to });
            self.email = email;
        }
        let Attributes::Requester(read) = requester else { return changed };
        let phone = read.mobile_phone.as_ref().or(read.work_phone.as_ref()).cloned();
        if self.phone != phone {
            let (from, to) = (self.phone.as_ref().map(Personal::from), phone.as_ref().map(Personal::from));
            changed.push(CustomerEvent::PhoneChanged { from, to });
            self.phone = phone;
        }
        changed
    }
}

/// A problem with the customer's CRM contact. Recorded once per occurrence.
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
        /// The linked contact.
        contact: RecordKey,
        /// The linked contact's address.
        theirs: Option<String>,
        /// The requester's address.
        email: String,
    },
}

impl ContactFinding {
    /// The timeline event of this finding.
    pub fn event(&self) -> CustomerEvent {
        match self {
            Self::Missing { email } => CustomerEvent::ContactMissing { email: email.into() },
            Self::Differs { contact, theirs, email } => CustomerEvent::ContactDiffers {
                contact: contact.clone(),
                theirs: theirs.as_ref().map(Personal::from),
                email: email.into(),
            },
        }
    }
}

/// Origin of a link (`H01`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The customer opened an activation link and signed in (`A11`).
    Activation,
    /// The primary e-mail addresses are equal (`A04`).
    Email,
    /// A staff decision.
    Staff,
    /// Added by the customer to their own record (`A23`).
    Customer,
    /// The record linked before was merged into this one (`A17`).
    Merge,
    /// Created or named by a marketplace (`M07`).
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
        /// The invitation.
        invitation_id: InvitationId,
        /// Recipient address, as entered.
        sent_to: String,
    },
    /// The customer activated by signing in with this identity.
    SignIn {
        /// The issuer, exactly as in the token.
        issuer: String,
        /// The address supplied by the provider.
        email: Option<String>,
        /// Whether the provider verified that address.
        email_verified: bool,
    },
    /// Requester and contact have the same primary address, and no other record has it.
    PrimaryEmail {
        /// The address, normalised.
        email: String,
    },
    /// A person decided a review.
    Decision {
        /// The review.
        review_id: ReviewId,
    },
    /// The provider verified the sign-in's address, and it is one of the requester's (`A20`, compatibility mode).
    VerifiedEmail {
        /// The issuer, exactly as in the token.
        issuer: String,
        /// The address, normalised.
        email: String,
    },
    /// The record linked before no longer exists, and this one has its address.
    Merged {
        /// The record linked before.
        from: RecordKey,
        /// The address, normalised.
        email: String,
    },
    /// The office planned work for the requester before they activated.
    WorkOrder {
        /// Its number.
        number: String,
    },
    /// A marketplace named the customer.
    Marketplace {
        /// Description of the matching rule; `None` if the marketplace created the customer.
        matched_by: Option<String>,
    },
}

/// Links one record to one customer. A record has at most one active link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The link's id.
    pub id: LinkId,
    /// The record.
    pub record: RecordKey,
    /// The customer.
    pub customer_id: CustomerId,
    /// Origin of the link.
    pub origin: Origin,
    /// Actor who created it.
    pub actor: String,
    /// Evidence for the link.
    pub evidence: Evidence,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Reason for a suspension. Nothing is shown through a suspended link.
    pub suspended: Option<Suspension>,
    /// The end of the link; `None` while it is active.
    pub ended: Option<Ended>,
}

impl Link {
    /// Whether the link has not been ended.
    pub const fn is_active(&self) -> bool {
        self.ended.is_none()
    }
}

/// The active link to a record of this kind.
pub fn active_link(links: &[Link], kind: Kind) -> Option<&Link> {
    links.iter().find(|link| link.is_active() && link.record.kind == kind)
}

/// Reason for the suspension of a link. The link resumes automatically when the cause no longer applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspension {
    /// The requester is deactivated in the service desk.
    RequesterDeactivated,
}

impl Suspension {
    /// The name used in the database and the API; also the reason code.
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
    /// Ended by staff or through the API.
    Requested {
        /// Reason entered by the requesting user.
        note: Personal,
    },
    /// Replaced by another record after a review.
    Replaced {
        /// The record that replaces it.
        by: RecordKey,
    },
    /// Removed by the customer.
    Removed,
    /// The same person activated another, newer record.
    NewerAccount,
    /// The record no longer exists in its system.
    Missing {
        /// Time when it was found missing.
        since: Timestamp,
    },
    /// The record was merged into another one.
    Merged {
        /// The surviving record.
        into: RecordKey,
    },
    /// The marketplace deleted the account.
    AccountDeleted,
}

/// The end of a link. Ended links are stored as history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// Time of the end.
    pub at: Timestamp,
    /// Actor.
    pub by: String,
    /// Reason.
    pub why: EndReason,
}

/// Identifies a sign-in by issuer and subject, never by e-mail address (OpenID Connect Core §5.7).
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
    /// The user's identity.
    pub identity: IdentityKey,
    /// The provider's configured name.
    pub provider: String,
    /// The e-mail address claimed.
    pub email: Option<String>,
    /// Whether the provider verified the address. An unverified address is not evidence.
    pub email_verified: bool,
    /// The name claimed.
    pub name: Option<String>,
}

impl SignIn {
    /// Masked form for pages that others may see: `j•••@example.com`, or the provider's name.
    pub fn masked(&self) -> String {
        self.email.as_deref().map_or_else(|| self.provider.clone(), mask::email)
    }
}

/// A sign-in identity that belongs to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The identity's id.
    pub id: IdentityId,
    /// The person it belongs to.
    pub person_id: PersonId,
    /// The person's customer.
    pub customer_id: CustomerId,
    /// Issuer, subject and claims of the provider.
    pub sign_in: SignIn,
    /// Time when it was added.
    pub created_at: Timestamp,
    /// Time of the last sign-in to the portal.
    pub last_used_at: Option<Timestamp>,
}
