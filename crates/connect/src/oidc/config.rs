//! What has to be told about an identity provider.

use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;
use url::Url;

/// A provider for sign-in.
#[derive(Debug, Clone)]
pub struct Config {
    /// The name of the provider in the configuration and in addresses.
    pub name: String,
    /// What people read on the button.
    pub display_name: String,
    /// The `iss` that tokens must carry, to the letter.
    pub issuer: String,
    /// Where the metadata is. `None`: below the issuer, as OpenID Connect Discovery §4 says. Azure AD B2C keeps it elsewhere.
    pub discovery_url: Option<Url>,
    /// The `issuer` that the metadata carries, if it is not the one in tokens.
    pub metadata_issuer: Option<String>,
    /// The client's id there.
    pub client_id: String,
    /// The client's secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// Where the provider sends people back to; registered there to the letter.
    pub redirect_uri: Url,
    /// Further parameters of the authorisation request: `prompt`, `p`, `ui_locales`…
    pub extra_authorize_params: Vec<(String, String)>,
    /// The policy that must have issued the token: compared with its `tfp` or `acr` without regard to case (Azure AD B2C).
    pub expected_policy: Option<String>,
    /// By how much clocks may differ.
    pub clock_skew: SignedDuration,
    /// How long the provider may stay silent.
    pub read_timeout: Duration,
}

impl Config {
    /// The configuration of a public client with the usual values for everything that need not be told.
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
            clock_skew: SignedDuration::from_secs(60),
            read_timeout: Duration::from_secs(15),
        }
    }
}

/// An issuer whose tokens the app API accepts.
#[derive(Debug, Clone)]
pub struct VerifierConfig {
    /// The name of the issuer in logs and health.
    pub name: String,
    /// The `iss` that tokens must carry, to the letter.
    pub issuer: String,
    /// Where the metadata is. `None`: below the issuer.
    pub discovery_url: Option<Url>,
    /// The `issuer` that the metadata carries, if it is not the one in tokens.
    pub metadata_issuer: Option<String>,
    /// A token must be meant for one of these (`aud`).
    pub audiences: Vec<String>,
    /// Which applications a token may have been issued to (`azp`, in older tokens `appid`); none: any.
    pub authorized_parties: Vec<String>,
    /// The policy that must have issued the token, if any (`tfp` or `acr`).
    pub expected_policy: Option<String>,
    /// By how much clocks may differ.
    pub clock_skew: SignedDuration,
    /// How long the provider may stay silent.
    pub read_timeout: Duration,
}

impl VerifierConfig {
    /// The configuration with the usual values for everything that need not be told.
    pub fn new(name: impl Into<String>, issuer: impl Into<String>, audiences: Vec<String>) -> Self {
        Self {
            name: name.into(),
            issuer: issuer.into(),
            discovery_url: None,
            metadata_issuer: None,
            audiences,
            authorized_parties: Vec::new(),
            expected_policy: None,
            clock_skew: SignedDuration::from_secs(30),
            read_timeout: Duration::from_secs(15),
        }
    }
}
