//! Ids as values of statements.

use tessera_core::kernel::ids;

use crate::Value;

macro_rules! ids {
    ($($id:ident),* $(,)?) => {$(
        impl From<ids::$id> for Value {
            fn from(it: ids::$id) -> Self { Self::Uuid(it.0) }
        }
    )*};
}

ids! {
    CustomerId,
    PersonId,
    IdentityId,
    LinkId,
    InvitationId,
    ActivationId,
    JobId,
    WorkerId,
    ReviewId,
    StaffId,
    ApiKeyId,
    SweepId,
    HeldId,
    DeviceWriteId,
    DeviceLoadId,
    CallId,
    PlaceId,
    ServiceRequestId,
    CommentId,
    RequestFileId,
    ContactId,
    ReturnId,
    InvoiceId,
    OneTimeLinkId,
    RegistrationId,
    AttachmentId,
    NewsPostId,
    BoardId,
    TopicId,
    ForumPostId,
    ReportId,
    EmailChangeId,
    MessageId,
    MessageCredentialId,
    MarketplaceAccountId,
    ServiceManagerId,
    ServiceManagerCallId,
    AccountOperationId,
    VendorNotificationId,
    ProductId,
    OrderId,
    AccountImportId,
    WorkOrderId,
    WorkNoteId,
    WorkFileId,
}
