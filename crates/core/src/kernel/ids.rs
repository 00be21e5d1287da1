//! Ids of the hub's own objects: `UUIDv7`, each in a type of its own so that one cannot stand where another is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A customer: the unified record (`A01`).
    CustomerId,
    /// A person who signs in (`P02`).
    PersonId,
    /// A sign-in identity: issuer and subject.
    IdentityId,
    /// A link between a record and a customer.
    LinkId,
    /// An invitation to activate (`A11`).
    InvitationId,
    /// One attempt to activate through an invitation (`A13`).
    ActivationId,
    /// A job: an effect waiting to happen.
    JobId,
    /// A worker: a process that runs jobs.
    WorkerId,
    /// A question that only a person may decide (`H03`).
    ReviewId,
    /// A member of staff with a local account.
    StaffId,
    /// A key of a machine that uses the admin API.
    ApiKeyId,
    /// A sweep: one comparison with an outside system.
    SweepId,
    /// A change that waits for a decision.
    HeldId,
    /// Something wanted of an asset in the service desk (`A08`, `A09`).
    DeviceWriteId,
    /// A call of a marketplace, kept for staff.
    CallId,
    /// A place: somewhere devices stand and requests come from (`P08`).
    PlaceId,
    /// A contact: somebody information is kept about (`P01`).
    ContactId,
    /// A return (`P09`).
    ReturnId,
    /// An invoice (`P09`).
    InvoiceId,
    /// A link to set a password once (`P03`).
    OneTimeLinkId,
    /// Somebody who asks to be let in (`P12`).
    RegistrationId,
    /// A file that somebody attached to something (`P09`, `P10`).
    AttachmentId,
    /// A news post (`P10`).
    NewsPostId,
    /// A board of the forum (`P10`).
    BoardId,
    /// A topic of the forum.
    TopicId,
    /// A post of the forum: a topic's first one, or a reply.
    ForumPostId,
    /// Somebody's report of a post of the forum.
    ReportId,
    /// A request to change a person's e-mail address, until it is confirmed (`P09`).
    EmailChangeId,
    /// A service request (`P09`).
    ServiceRequestId,
    /// Something said or done on a service request.
    CommentId,
    /// A file of a service request.
    RequestFileId,
}

impl CustomerId {
    /// The house: the customer record of the operating company itself, whose people are technicians, dealers and everybody else who signs in
    /// for no other customer. It is made when it is first needed.
    pub const OPERATOR: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

    /// Where lists in order of ids begin.
    pub const FIRST: Self = Self(Uuid::nil());
}

impl PlaceId {
    /// The home place of a customer, which every customer has: it carries the customer's own id.
    pub const fn home_of(customer: CustomerId) -> Self {
        Self(customer.0)
    }
}
