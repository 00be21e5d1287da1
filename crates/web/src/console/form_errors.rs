//! Errors in the console's forms.

use tessera_core::kernel::money::AmountError;
use tessera_core::kernel::rejection::Rejection;
use tessera_hub::HubError;

/// An error in a form for assigning a device.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeviceFormError {
    #[error("say whom it goes to: a requester’s e-mail address or number")]
    NobodyNamed,
}

impl Rejection for DeviceFormError {
    fn code(&self) -> &'static str {
        match self {
            Self::NobodyNamed => "nobody_named",
        }
    }
}

/// An error in the form for a step of a return.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepFormError {
    #[error("“{0}” is no number of units")]
    Quantity(String),
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error("“{0}” is nothing that can be done to a return")]
    Unknown(String),
}

impl Rejection for StepFormError {
    fn code(&self) -> &'static str {
        "incomplete"
    }
}

/// An error in the form for a marketplace's option.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OptionFormError {
    #[error("there is an option {0} already; change that one")]
    Exists(String),
    #[error("there is no kind “{0}”")]
    Kind(String),
    #[error("there is no data type “{0}”")]
    DataType(String),
    #[error("“{0}” is no value; write it as id = name")]
    Value(String),
    #[error("this is the last option; go back to the configuration instead, where a set may be empty")]
    Last,
}

impl Rejection for OptionFormError {
    fn code(&self) -> &'static str {
        match self {
            Self::Last => "last_option",
            Self::Exists(_) | Self::Kind(_) | Self::DataType(_) | Self::Value(_) => "options_invalid",
        }
    }
}

/// An error in the form for a person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PersonFormError {
    #[error("`{0}` is no place’s id.")]
    Place(String),
    #[error("Unknown licence type {code}; did you mean {nearest}?")]
    Licence { code: String, nearest: &'static str },
    #[error("That is no contact.")]
    Contact,
}

impl Rejection for PersonFormError {
    fn code(&self) -> &'static str {
        "invalid"
    }
}

macro_rules! rejections {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for HubError {
            fn from(error: $error) -> Self {
                Self::rejected(error)
            }
        }
    )*};
}

rejections!(DeviceFormError, StepFormError, OptionFormError, PersonFormError);
