//! Errors of the journeys.

use tessera_core::access::{AmbiguousPersonError, PortalDeniedError};
use tessera_core::activation::requester_id_link::RequesterDeclinedError;
use tessera_core::credentials::identity::IdentityError;
use tessera_core::credentials::password::{PasswordError, UnusablePasswordError};
use tessera_core::credentials::{CredentialError, OneTimeLinkError, PasskeyError, SecondFactorError};
use tessera_core::devices::load::DeviceLoadError;
use tessera_core::devices::{AmbiguousNameError, DeviceError};
use tessera_core::explain::AmbiguousSubjectError;
use tessera_core::forum::ForumError;
use tessera_core::invitations::{ActivationError, InvitationError};
use tessera_core::invoices::InvoiceError;
use tessera_core::kernel::answer::IdempotencyError;
use tessera_core::kernel::attachment::{AttachmentError, InvalidFiles};
use tessera_core::kernel::domain::DomainError;
use tessera_core::kernel::rejection::{Rejection, RejectionKind};
use tessera_core::marketplace::{AccountError, OptionsError};
use tessera_core::marketplace_platform::PlatformError;
use tessera_core::messages::{CredentialsError, MessageError, ReadingError};
use tessera_core::news::NewsError;
use tessera_core::persons::PersonError;
use tessera_core::persons::contact::ContactError;
use tessera_core::persons::place::PlaceError;
use tessera_core::persons::profile::ProfileError;
use tessera_core::persons::registration::RegistrationError;
use tessera_core::returns::{ReturnActionError, ReturnDraftError, ReturnOrderError};
use tessera_core::service_requests::RequestActionError;
use tessera_core::service_requests::workflow::{WorkflowChangeError, WorkflowError};
use tessera_core::staff::StaffError;
use tessera_core::storefront::StorefrontError;
use tessera_core::sync::error::{ReviewError, SweepError};
use tessera_core::work_orders::{WorkOrderDraftError, WorkOrderError};
use tessera_store::{ApplyError, StoreError};

use crate::ports::ConnectError;

/// Errors of the journeys. The text says what happened, to which object, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The object does not exist.
    #[error("{0}")]
    NotFound(String),
    /// A rule rejects it. The type says which.
    #[error("{0}")]
    Rejected(Box<dyn Rejection>),
    /// An outside system failed.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many version conflicts with concurrent changes.
    #[error("others are changing this right now; try again")]
    Busy,
}

impl HubError {
    /// Whether the database cannot be used at present. The hub logs such an outage once for everything that fails because of
    /// it.
    pub const fn is_database_outage(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_outage())
    }

    /// Wraps a rejection. One of kind "not found" becomes [`HubError::NotFound`], like any other missing object.
    pub fn rejected(rejection: impl Rejection) -> Self {
        match rejection.kind() {
            RejectionKind::NotFound => Self::NotFound(rejection.to_string()),
            _ => Self::Rejected(Box::new(rejection)),
        }
    }

    /// The rejection, if it has this type.
    pub fn rejection<R: Rejection>(&self) -> Option<&R> {
        let Self::Rejected(rejection) = self else { return None };
        let error: &(dyn std::error::Error + 'static) = &**rejection;
        error.downcast_ref()
    }

    /// The problems, one text each.
    pub fn problems(&self) -> Vec<String> {
        let several = match self {
            Self::Rejected(rejection) => rejection.problems(),
            _ => Vec::new(),
        };
        if several.is_empty() { vec![self.to_string()] } else { several.iter().map(ToString::to_string).collect() }
    }
}

macro_rules! rejections {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for HubError {
            fn from(rejection: $error) -> Self {
                Self::rejected(rejection)
            }
        }
    )*};
}

rejections! {
    AccountError,
    ActivationError,
    AmbiguousPersonError,
    AmbiguousSubjectError,
    AttachmentError,
    ContactError,
    CredentialError,
    CredentialsError,
    AmbiguousNameError,
    DeviceError,
    DeviceLoadError,
    DomainError,
    ForumError,
    IdempotencyError,
    IdentityError,
    InvitationError,
    InvoiceError,
    MessageError,
    NewsError,
    OneTimeLinkError,
    OptionsError,
    PasskeyError,
    PasswordError,
    PersonError,
    PlaceError,
    PlatformError,
    PortalDeniedError,
    ProfileError,
    ReadingError,
    RegistrationError,
    RequestActionError,
    RequesterDeclinedError,
    ReturnActionError,
    ReturnDraftError,
    ReturnOrderError,
    ReviewError,
    SecondFactorError,
    StaffError,
    StorefrontError,
    SweepError,
    InvalidFiles,
    UnusablePasswordError,
    WorkflowChangeError,
    WorkflowError,
    WorkOrderDraftError,
    WorkOrderError,
}

/// For writes that cannot conflict.
impl From<ApplyError> for HubError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Conflict(_) => Self::Busy,
            ApplyError::Store(error) => Self::Store(error),
        }
    }
}
