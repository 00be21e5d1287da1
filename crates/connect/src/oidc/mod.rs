//! Sign-in at an identity provider, and bearer tokens of the app API (OpenID Connect).

mod claims;
mod config;
mod discovery;
mod id_token;
mod provider;
mod recently_verified;
mod signature;
mod token_answer;
mod userinfo;
mod verifier;

pub use config::{Config, VerifierConfig};
pub use provider::Provider;
pub use signature::SigningAlgorithms;
pub use verifier::Verifier;
