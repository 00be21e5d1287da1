//! Ids of the hub's own objects: `UUIDv7`, one type per kind of object, so that the compiler detects mix-ups.

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
    /// A job: a pending effect.
    JobId,
    /// A worker: a process that runs jobs.
    WorkerId,
    /// A review, decided by staff (`H03`).
    ReviewId,
    /// A member of staff with a local account.
    StaffId,
    /// An API key for the admin API.
    ApiKeyId,
    /// A sweep: a full comparison with an outside system.
    SweepId,
    /// A change held by the brake until staff decide.
    HeldId,
    /// A requested change of an asset in the service desk (`A08`, `A09`).
    DeviceWriteId,
    /// A table of devices or assignments that was loaded.
    DeviceLoadId,
    /// A stored API call of a marketplace.
    CallId,
    /// A place: a location of devices and origin of requests (`P08`).
    PlaceId,
    /// A contact: a person without sign-in, kept for information (`P01`).
    ContactId,
    /// A return (`P09`).
    ReturnId,
    /// An invoice (`P09`).
    InvoiceId,
    /// A one-time link to set a password (`P03`).
    OneTimeLinkId,
    /// A registration (`P12`).
    RegistrationId,
    /// An attached file (`P09`, `P10`).
    AttachmentId,
    /// A news post (`P10`).
    NewsPostId,
    /// A board of the forum (`P10`).
    BoardId,
    /// A topic of the forum.
    TopicId,
    /// A forum post: the first post of a topic, or a reply.
    ForumPostId,
    /// A report of a forum post.
    ReportId,
    /// A pending change of a person's e-mail address, until confirmed (`P09`).
    EmailChangeId,
    /// A service request (`P09`).
    ServiceRequestId,
    /// A comment or event on a service request.
    CommentId,
    /// A file of a service request.
    RequestFileId,
    /// A message (`P17`).
    MessageId,
    /// A credential for sending messages.
    MessageCredentialId,
    /// An account of the marketplace that the operator runs.
    MarketplaceAccountId,
    /// A service manager: a vendor that the marketplace calls.
    ServiceManagerId,
    /// A call of a service manager.
    ServiceManagerCallId,
    /// An operation of an account at its vendors.
    AccountOperationId,
    /// An e-mail that a vendor wants a new customer to get.
    VendorNotificationId,
    /// A product of the storefront.
    ProductId,
    /// An order of the storefront.
    OrderId,
    /// An import of marketplace accounts from a table.
    AccountImportId,
    /// A work order.
    WorkOrderId,
    /// An entry in the log of a work order.
    WorkNoteId,
    /// A file of a work order.
    WorkFileId,
}

impl CustomerId {
    /// The customer record of the operating company. Its people are technicians, dealers and everyone else who signs in
    /// for no other customer. It is created on first use.
    pub const OPERATOR: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

    /// Smallest id: the start of a list ordered by id.
    pub const FIRST: Self = Self(Uuid::nil());
}

impl PlaceId {
    /// The customer's home place, which has the customer's own id.
    pub const fn home_of(customer: CustomerId) -> Self {
        Self(customer.0)
    }
}
