//! Conflicts of a plan with the current state.

/// Why a plan was not applied: the state it was made on has changed. Plan again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Conflict {
    /// The customer was changed or removed.
    #[error("the customer was changed meanwhile")]
    Customer,
    /// The record is linked to another customer, or the link was ended.
    #[error("the record was linked or unlinked meanwhile")]
    Link,
    /// The record was read again, or exists already.
    #[error("the record was read again meanwhile")]
    Record,
    /// The identity belongs to another person.
    #[error("the sign-in was linked meanwhile")]
    Identity,
    /// The invitation was claimed, used or revoked.
    #[error("the invitation was claimed, used or taken back meanwhile")]
    Invitation,
    /// The activation is no longer pending.
    #[error("the activation ended meanwhile")]
    Activation,
    /// The review was decided.
    #[error("the question was answered meanwhile")]
    Review,
    /// Another worker has the job's lease.
    #[error("the job was taken over by another worker")]
    Job,
    /// The write ended, or another one waits for the same asset.
    #[error("another change of the same asset waits, or the write ended meanwhile")]
    DeviceWrite,
    /// The name is taken.
    #[error("the name is taken")]
    Name,
    /// The sync options were changed.
    #[error("the sync options were changed meanwhile")]
    Options,
    /// The person id is taken, or the person was changed.
    #[error("the person id is taken, or the person was changed meanwhile")]
    PersonId,
    /// The place was changed.
    #[error("the place was changed meanwhile")]
    Place,
    /// The contact was changed.
    #[error("the contact was changed meanwhile")]
    Contact,
    /// The return was changed.
    #[error("the return was changed meanwhile")]
    Return,
    /// A unit is on another open return (`P09`).
    #[error("a unit is on another open return")]
    Unit,
    /// The password was changed while it was checked, or the sign-in is over.
    #[error("the password was changed meanwhile, or the sign-in is over")]
    Credentials,
    /// A call budget or a rate limit is used up.
    #[error("the limit is used up")]
    Limit,
    /// The seat was taken.
    #[error("somebody took the seat meanwhile")]
    Seat,
    /// The invoice was read again.
    #[error("the invoice was read again meanwhile")]
    Invoice,
    /// The one-time link was used or is no longer valid.
    #[error("the link was used, or works no longer")]
    OneTimeLink,
    /// The registration was confirmed or decided.
    #[error("the registration was confirmed or decided meanwhile")]
    Registration,
    /// The news post was changed.
    #[error("the post was changed meanwhile")]
    News,
    /// The board, topic or post was changed, closed or moved.
    #[error("the board, topic or post was changed meanwhile")]
    Forum,
    /// The profile was changed, or the requested address was withdrawn.
    #[error("the profile was changed meanwhile")]
    Profile,
    /// The request was changed or reassigned, or the comment or file is stored already.
    #[error("the request was changed meanwhile")]
    Request,
    /// The request has the maximum number of files.
    #[error("the request holds as many files as it can")]
    RequestFiles,
    /// The work order was changed.
    #[error("the work order was changed meanwhile")]
    WorkOrder,
    /// The work order has the maximum number of files.
    #[error("the work order holds as many files as it can")]
    WorkFiles,
    /// There are fewer units of a part.
    #[error("there are not as many units of the part any more")]
    Parts,
    /// The workflow was changed.
    #[error("the workflow was changed meanwhile")]
    Workflow,
    /// Held changes were changed or decided about.
    #[error("what is held was changed or decided about meanwhile")]
    Hold,
    /// The plan exceeds the brake's limit (`H04`).
    #[error("more would be taken from customers than the brake lets pass")]
    Brake,
    /// Another customer was correlated by the same name.
    #[error("somebody correlated by the same name meanwhile")]
    Slot,
    /// The account, its link with a vendor, or its operation was changed, or the external id is another account's.
    #[error("the account or its operation was changed meanwhile")]
    MarketplaceAccount,
    /// The service manager was changed.
    #[error("the service manager was changed meanwhile")]
    ServiceManager,
    /// The product was changed or deleted.
    #[error("the product was changed meanwhile")]
    Product,
    /// The key exists already.
    #[error("it exists already")]
    Exists,
}
