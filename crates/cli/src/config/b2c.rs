//! The `[b2c]` section: policies of Azure AD B2C and Entra (A18, A20).

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tessera_core::invitations::link_form::LinkForm;
use tessera_web::b2c::{ClaimNames, Senders, TokenClaim};
use url::Url;

use super::masking::masked;
use super::{Config, presented};

/// The section `[b2c]`: the interface for policies, and activation links through a policy (A18, A20).
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct B2c {
    /// The identity provider whose object ids the policies send. Default: the first one.
    pub provider: Option<String>,
    /// Compatibility mode: accepts a requester id instead of a token.
    #[serde(default)]
    pub compatibility: bool,
    /// Whether a pending review is an error for the policy.
    #[serde(default)]
    pub review_is_error: bool,
    /// Whether the sign-in name of a local account is an address that the policy verified at sign-up.
    #[serde(default)]
    pub sign_in_name_is_verified: bool,
    /// A page with more information about errors.
    pub more_info: Option<String>,
    /// How policies authenticate.
    #[serde(default)]
    pub senders: B2cSenders,
    /// Names of the claims that policies send.
    #[serde(default)]
    pub claims: ClaimNames,
    /// The claims about a customer in tokens.
    #[serde(default = "TokenClaim::usual")]
    pub token_claims: BTreeMap<String, TokenClaim>,
    /// The events of Entra's custom authentication extensions.
    pub events: Option<B2cEvents>,
    /// The forms of activation links through a policy, by environment.
    #[serde(default)]
    pub environments: BTreeMap<String, LinkForm>,
}

/// How policies authenticate. Any configured method is accepted.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct B2cSenders {
    pub api_key_header: String,
    #[serde(serialize_with = "masked")]
    pub api_key: Option<SecretString>,
    pub user: Option<String>,
    #[serde(serialize_with = "masked")]
    pub password: Option<SecretString>,
    /// Only behind a proxy that verifies the certificate and sets this header itself.
    pub certificate_header: Option<String>,
    pub certificates: Vec<String>,
}

impl Default for B2cSenders {
    fn default() -> Self {
        Self {
            api_key_header: "x-api-key".to_owned(),
            api_key: None,
            user: None,
            password: None,
            certificate_header: None,
            certificates: Vec::new(),
        }
    }
}

impl B2cSenders {
    /// The credentials that are accepted.
    pub fn ready(self) -> anyhow::Result<Senders> {
        let api_key = presented(self.api_key.as_ref(), "b2c.senders.api_key", "TESSERA_B2C_API_KEY")?;
        let password = presented(self.password.as_ref(), "b2c.senders.password", "TESSERA_B2C_PASSWORD")?;
        Ok(Senders {
            api_key: api_key.map(|key| (self.api_key_header, key)),
            basic: self.user.zip(password),
            certificate: self.certificate_header.map(|header| (header, self.certificates)),
        })
    }
}

/// The authorized sender of events. Default: Entra's own application.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct B2cEvents {
    pub issuer: String,
    pub discovery_url: Option<Url>,
    pub audience: String,
    #[serde(default = "entra")]
    pub authorized_party: String,
}

fn entra() -> String {
    "99045fe1-7639-4a75-9d4a-577b6ca3810f".to_owned()
}

impl Config {
    /// The form of activation links in an environment.
    pub fn link_form(&self, environment: &str) -> anyhow::Result<&LinkForm> {
        let forms = self.b2c.as_ref().map(|b2c| &b2c.environments);
        let known = || {
            let names: Vec<_> = forms.iter().flat_map(|forms| forms.keys()).map(String::as_str).collect();
            if names.is_empty() { "none is configured".to_owned() } else { format!("configured: {}", names.join(", ")) }
        };
        forms
            .and_then(|forms| forms.get(environment))
            .with_context(|| format!("there is no [b2c.environments.{environment}]; {}", known()))
    }

    pub(super) fn check_b2c(&self) -> anyhow::Result<()> {
        let Some(b2c) = &self.b2c else { return Ok(()) };
        if let Some(name) = &b2c.provider
            && !self.identity_providers.iter().any(|provider| provider.name == *name)
        {
            bail!("b2c.provider `{name}` names none of the [[identity_providers]]");
        }
        if b2c.senders.certificate_header.is_some() == b2c.senders.certificates.is_empty() {
            bail!("b2c.senders needs certificate_header and certificates together");
        }
        Ok(())
    }
}
