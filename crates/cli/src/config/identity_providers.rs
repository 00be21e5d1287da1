//! `[[identity_providers]]`: where customers sign in.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tessera_connect::oidc::SigningAlgorithms;
use url::Url;

use super::masking::masked;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    pub name: String,
    pub display_name: Option<String>,
    pub issuer: String,
    pub discovery_url: Option<Url>,
    pub metadata_issuer: Option<String>,
    pub client_id: String,
    #[serde(serialize_with = "masked")]
    pub client_secret: Option<SecretString>,
    pub scopes: Option<Vec<String>>,
    pub expected_policy: Option<String>,
    /// The policy of Azure AD B2C in which people reset their password.
    pub password_reset_policy: Option<String>,
    /// The claim that names the user, if it is not `sub`.
    pub subject_claim: Option<String>,
    /// The accepted signing algorithms. By default all that are safe.
    #[serde(default)]
    pub signing_algorithms: SigningAlgorithms,
    #[serde(default)]
    pub authorize_parameters: std::collections::BTreeMap<String, String>,
    /// Additional audiences of access tokens that the app API accepts, besides `client_id`.
    #[serde(default)]
    pub app_audiences: Vec<String>,
}

impl IdentityProvider {
    /// The environment variable with the client secret.
    pub fn secret_variable(&self) -> String {
        let name = self.name.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        format!("TESSERA_{name}_CLIENT_SECRET")
    }
}
