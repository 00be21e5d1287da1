//! Configuration of identity providers.

use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;
use url::Url;

use super::signature::SigningAlgorithms;

/// The claim that names the user, unless configured otherwise.
const SUBJECT: &str = "sub";

/// A provider for sign-in.
#[derive(Debug, Clone)]
pub struct Config {
    /// The provider's name in the configuration and in URLs.
    pub name: String,
    /// Label of the sign-in button.
    pub display_name: String,
    /// The `iss` of its tokens; a slash at the end does not matter.
    pub issuer: String,
    /// URL of the metadata. `None`: below the issuer, as in OpenID Connect Discovery §4. Azure AD B2C uses another URL.
    pub discovery_url: Option<Url>,
    /// The `issuer` in the metadata, if it differs from the `iss` of tokens.
    pub metadata_issuer: Option<String>,
    /// The client id registered with the provider.
    pub client_id: String,
    /// The client secret; `None` for a public client.
    pub client_secret: Option<SecretString>,
    /// Scopes in addition to `openid`.
    pub scopes: Vec<String>,
    /// The redirect URI, exactly as registered with the provider.
    pub redirect_uri: Url,
    /// Additional parameters of the authorisation request: `prompt`, `p`, `ui_locales`…
    pub extra_authorize_params: Vec<(String, String)>,
    /// The policy that must have issued the token, compared with its `tfp` or `acr`, ignoring case (Azure AD B2C).
    pub expected_policy: Option<String>,
    /// The policy in which users reset their password, if it is another one (Azure AD B2C).
    pub password_reset_policy: Option<String>,
    /// The claim that names the user.
    pub subject_claim: String,
    /// The claim with the groups: a name, or a path such as `realm_access.roles`. `None`: nobody needs them.
    pub groups_claim: Option<String>,
    /// The accepted signing algorithms of ID tokens.
    pub signing_algorithms: SigningAlgorithms,
    /// Other clients of the company that an ID token without `azp` may be meant for, too.
    pub trusted_audiences: Vec<String>,
    /// Tolerated clock difference.
    pub clock_skew: SignedDuration,
    /// Maximum time without data from the provider.
    pub read_timeout: Duration,
}

impl Config {
    /// Creates the configuration of a public client, with default values for all optional settings.
    pub fn new(
        name: impl Into<String>,
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        redirect_uri: Url,
    ) -> Self {
        let name = name.into();
        Self {
            display_name: name.clone(),
            name,
            issuer: issuer.into(),
            discovery_url: None,
            metadata_issuer: None,
            client_id: client_id.into(),
            client_secret: None,
            scopes: vec!["email".to_owned(), "profile".to_owned()],
            redirect_uri,
            extra_authorize_params: Vec::new(),
            expected_policy: None,
            password_reset_policy: None,
            subject_claim: SUBJECT.to_owned(),
            groups_claim: None,
            signing_algorithms: SigningAlgorithms::default(),
            trusted_audiences: Vec::new(),
            clock_skew: SignedDuration::from_secs(60),
            read_timeout: Duration::from_secs(15),
        }
    }
}

/// An issuer whose tokens the app API accepts.
#[derive(Debug, Clone)]
pub struct VerifierConfig {
    /// The issuer's name in logs and health.
    pub name: String,
    /// The exact `iss` of its tokens.
    pub issuer: String,
    /// URL of the metadata. `None`: below the issuer.
    pub discovery_url: Option<Url>,
    /// The `issuer` in the metadata, if it differs from the `iss` of tokens.
    pub metadata_issuer: Option<String>,
    /// Accepted audiences (`aud`).
    pub audiences: Vec<String>,
    /// Accepted client applications (`azp`, in older tokens `appid`); empty for any.
    pub authorized_parties: Vec<String>,
    /// The policy that must have issued the token, if any (`tfp` or `acr`).
    pub expected_policy: Option<String>,
    /// The claim that names the user; the same one as at sign-in.
    pub subject_claim: String,
    /// The accepted signing algorithms.
    pub signing_algorithms: SigningAlgorithms,
    /// Tolerated clock difference.
    pub clock_skew: SignedDuration,
    /// Maximum time without data from the provider.
    pub read_timeout: Duration,
}

impl VerifierConfig {
    /// Creates a configuration with default values for all optional settings.
    pub fn new(name: impl Into<String>, issuer: impl Into<String>, audiences: Vec<String>) -> Self {
        Self {
            name: name.into(),
            issuer: issuer.into(),
            discovery_url: None,
            metadata_issuer: None,
            audiences,
            authorized_parties: Vec::new(),
            expected_policy: None,
            subject_claim: SUBJECT.to_owned(),
            signing_algorithms: SigningAlgorithms::default(),
            clock_skew: SignedDuration::from_secs(30),
            read_timeout: Duration::from_secs(15),
        }
    }
}
