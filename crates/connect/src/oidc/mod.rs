//! Sign-in at an identity provider, and bearer tokens of the app API (OpenID Connect).

mod claims;
mod config;
mod discovery;
mod id_token;
mod provider;
mod recently_verified;
mod sign_out;
mod signature;
mod token_answer;
mod userinfo;
mod verifier;

pub use config::{Config, VerifierConfig};
pub use provider::Provider;
pub use signature::SigningAlgorithms;
pub use verifier::Verifier;

/// Reads the claims of a token that nobody has verified, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_any(token: &str) {
    use std::sync::LazyLock;

    static CONFIG: LazyLock<Option<Config>> = LazyLock::new(|| {
        let redirect = "https://hub.example.com/callback".parse().ok()?;
        Some(Config::new("idp", "https://id.example.com", "client", redirect))
    });
    let _ = signature::header(token, &SigningAlgorithms::default());
    let Some(claims) = verifier::unverified(token) else { return };
    let _ = (claims::one_or_many(&claims, "aud"), claims::address(&claims), claims::name(&claims));
    let _ = (claims::subject(&claims, "sub").is_ok(), claims::seconds(&claims, "exp"));
    let _ = claims::groups(&claims, "realm_access.roles");
    let _ = CONFIG.as_ref().is_some_and(|config| sign_out::read(config, &claims).is_ok());
}
