//! Why a journey did not come to its end.

use tessera_core::access::AmbiguousPersonError;
use tessera_core::activation::requester_id_link::RequesterDeclinedError;
use tessera_core::credentials::identity::IdentityError;
use tessera_core::credentials::password::{PasswordError, UnusablePasswordError};
use tessera_core::credentials::{CredentialError, OneTimeLinkError, PasskeyError, SecondFactorError};
use tessera_core::devices::{AmbiguousNameError, DeviceError};
use tessera_core::explain::AmbiguousSubjectError;
use tessera_core::forum::ForumError;
use tessera_core::invitations::{ActivationError, InvitationError};
use tessera_core::invoices::InvoiceError;
use tessera_core::kernel::answer::IdempotencyError;
use tessera_core::kernel::attachment::{AttachmentError, InvalidFiles};
use tessera_core::kernel::rejection::{Rejection, RejectionKind};
use tessera_core::marketplace::{AccountError, OptionsError};
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
use tessera_core::sync::error::{ReviewError, SweepError};
use tessera_store::{ApplyError, StoreError};

use crate::ports::ConnectError;

/// Why a journey did not come to its end. The text says what happened, to what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// A rule does not let it happen; the type says which.
    #[error("{0}")]
    Rejected(Box<dyn Rejection>),
    /// An outside system did not answer as hoped.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The store did not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others kept changing the same things.
    #[error("others are changing the same at this moment; try again")]
    Busy,
}

impl HubError {
    /// A rejection, of whatever type. What it names and does not exist is not found, as everything else that does not exist.
    pub fn rejected(rejection: impl Rejection) -> Self {
        match rejection.kind() {
            RejectionKind::NotFound => Self::NotFound(rejection.to_string()),
            _ => Self::Rejected(Box::new(rejection)),
        }
    }

    /// The rejection, if it is of this type.
    pub fn rejection<R: Rejection>(&self) -> Option<&R> {
        let Self::Rejected(rejection) = self else { return None };
        let error: &(dyn std::error::Error + 'static) = &**rejection;
        error.downcast_ref()
    }

    /// What is wrong, one thing after the other.
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
    AmbiguousNameError,
    DeviceError,
    ForumError,
    IdempotencyError,
    IdentityError,
    InvitationError,
    InvoiceError,
    NewsError,
    OneTimeLinkError,
    OptionsError,
    PasskeyError,
    PasswordError,
    PersonError,
    PlaceError,
    ProfileError,
    RegistrationError,
    RequestActionError,
    RequesterDeclinedError,
    ReturnActionError,
    ReturnDraftError,
    ReturnOrderError,
    ReviewError,
    SecondFactorError,
    StaffError,
    SweepError,
    InvalidFiles,
    UnusablePasswordError,
    WorkflowChangeError,
    WorkflowError,
}

/// For writes that have nothing to collide with.
impl From<ApplyError> for HubError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Conflict(_) => Self::Busy,
            ApplyError::Store(error) => Self::Store(error),
        }
    }
}
