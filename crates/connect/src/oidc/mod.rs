//! Sign-in at an identity provider, and bearer tokens of the app API (OpenID Connect).

mod bearer;
mod claims;
mod config;
mod discovery;
mod id_token;
mod provider;
mod recent;
mod sign_in;
mod verifier;

pub use bearer::{BearerClaims, BearerError};
pub use claims::Claims;
pub use config::{Config, VerifierConfig};
pub use provider::Provider;
pub use sign_in::{CallbackParams, SignInError, SignInPending, SignInStart};
pub use verifier::Verifier;
