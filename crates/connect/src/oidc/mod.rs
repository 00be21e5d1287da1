//! Sign-in at an identity provider, and bearer tokens of the app API (OpenID Connect).

mod config;
mod discovery;
mod id_token;
mod provider;
mod recently_verified;
mod verifier;

pub use config::{Config, VerifierConfig};
pub use provider::Provider;
pub use verifier::Verifier;
