//! Errors of calls to outside systems.

use jiff::Timestamp;
use serde::Serialize;

/// A validation error of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, as the system calls it; empty when it names none.
    pub field: String,
    /// What the system said of it, without addresses.
    pub message: String,
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.field.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.field, self.message) }
    }
}

fn listed(fields: &[FieldError]) -> String {
    if fields.is_empty() {
        return "it did not say what is wrong".to_owned();
    }
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Why a call failed. Every message says what happened, where, and what to do next; none contains secrets or e-mail addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The system does not have the object.
    #[error("{system} has no {object}. It may have been deleted, merged or never existed: look it up there.")]
    NotFound {
        /// The configured name of the system.
        system: String,
        /// What was asked for.
        object: String,
    },
    /// The credentials are not accepted.
    #[error(
        "{system} does not accept the configured API key or client secret (asked for {object}). Put a valid one into the configuration."
    )]
    Unauthorized {
        /// The configured name of the system.
        system: String,
        /// What was asked for.
        object: String,
    },
    /// The credentials are accepted, but may not do this.
    #[error("{system} does not let the configured API key see {object}. Give the key's owner the permission there.")]
    Forbidden {
        /// The configured name of the system.
        system: String,
        /// What was asked for.
        object: String,
    },
    /// The system calls the request invalid.
    #[error("{system} refused the request for {object}: {}. Correct the named values.", listed(.fields))]
    Invalid {
        /// The configured name of the system.
        system: String,
        /// What was asked for.
        object: String,
        /// What the system did not accept.
        fields: Vec<FieldError>,
    },
    /// The account's quota is used up, or the part of it that may be spent now.
    #[error("{system} allows no more calls for the moment (asked for {object}). Try again at {until}.")]
    Throttled {
        /// The configured name of the system.
        system: String,
        /// What was asked for.
        object: String,
        /// When a call may succeed again.
        until: Timestamp,
    },
    /// The system cannot be reached, is broken, or was broken a moment ago.
    #[error("{system} is not available: {reason} (asked for {object}). Try again at {retry_at}.")]
    Unavailable {
        /// The configured name of the system.
        system: String,
        /// What was asked for.
        object: String,
        /// What happened.
        reason: String,
        /// When trying again makes sense.
        retry_at: Timestamp,
    },
    /// The system answered something that it never should.
    #[error(
        "{system} answered in an unexpected way for {object}: {found}. Check its base URL and whether its API has changed."
    )]
    Unexpected {
        /// The configured name of the system.
        system: String,
        /// What was asked for.
        object: String,
        /// What came instead of what.
        found: String,
    },
    /// The product does not offer it. Its capabilities say so beforehand.
    #[error("{system} does not offer {object}. Do without, or connect a system that does.")]
    Unsupported {
        /// The configured name of the system.
        system: String,
        /// What was asked for.
        object: String,
    },
}

impl ConnectError {
    /// The error for an operation that the product does not offer.
    pub fn unsupported(system: &str, object: &str) -> Self {
        Self::Unsupported { system: system.to_owned(), object: object.to_owned() }
    }

    /// Whether the same call may succeed later without intervention.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Unavailable { .. })
    }

    /// Whether a person has to repair the connection to the system first: its answer says nothing about the object.
    pub const fn awaits_repair(&self) -> bool {
        matches!(self, Self::Unauthorized { .. } | Self::Forbidden { .. } | Self::Unexpected { .. })
    }

    /// Whether the system may have carried out a write all the same.
    pub const fn may_have_happened(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Unexpected { .. })
    }

    /// When trying again makes sense, if waiting helps at all.
    pub const fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::Throttled { until, .. } => Some(*until),
            Self::Unavailable { retry_at, .. } => Some(*retry_at),
            _ => None,
        }
    }

    /// The configured name of the system that the error is about.
    pub fn system(&self) -> &str {
        match self {
            Self::NotFound { system, .. }
            | Self::Unauthorized { system, .. }
            | Self::Forbidden { system, .. }
            | Self::Invalid { system, .. }
            | Self::Throttled { system, .. }
            | Self::Unavailable { system, .. }
            | Self::Unexpected { system, .. }
            | Self::Unsupported { system, .. } => system,
        }
    }

    /// A short code for metrics and the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Forbidden { .. } => "forbidden",
            Self::Invalid { .. } => "invalid",
            Self::Throttled { .. } => "throttled",
            Self::Unavailable { .. } => "unavailable",
            Self::Unexpected { .. } => "unexpected",
            Self::Unsupported { .. } => "unsupported",
        }
    }
}
