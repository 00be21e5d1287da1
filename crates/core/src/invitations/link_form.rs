//! The activation link in the form of an Azure AD B2C policy (`A18`): the policy's authorisation endpoint, with the
//! requester in a parameter that the policy passes on.

use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;

/// Link parameters of one environment of a B2C tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkForm {
    /// The tenant's name, before `.onmicrosoft.com`.
    pub tenant: String,
    /// The custom policy.
    pub policy: String,
    /// The client id of the application that the browser returns to.
    pub client_id: String,
    /// The nonce. A link in a mail cannot contain a new one for each sign-in.
    #[serde(default = "nonce")]
    pub nonce: String,
    /// The address that the browser returns to.
    pub redirect_uri: String,
    /// The scope.
    #[serde(default = "scope")]
    pub scope: String,
    /// The response type.
    #[serde(default = "response_type")]
    pub response_type: String,
    /// The OpenID Connect `prompt`, which decides whether the person must sign in again.
    #[serde(default = "prompt")]
    pub prompt: String,
    /// Name of the parameter with the token, or in compatibility mode the requester id.
    #[serde(default = "parameter")]
    pub parameter: String,
}

fn nonce() -> String {
    "defaultNonce".to_owned()
}

fn scope() -> String {
    "openid".to_owned()
}

fn response_type() -> String {
    "code".to_owned()
}

fn prompt() -> String {
    "login".to_owned()
}

fn parameter() -> String {
    "requesterId".to_owned()
}

impl LinkForm {
    /// Builds the link, with the parameters in the documented order.
    pub fn url(&self, value: &str) -> String {
        let Self { tenant, policy, .. } = self;
        let query = Serializer::new(String::new())
            .append_pair("p", policy)
            .append_pair("client_id", &self.client_id)
            .append_pair("nonce", &self.nonce)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &self.scope)
            .append_pair("response_type", &self.response_type)
            .append_pair("prompt", &self.prompt)
            .append_pair(&self.parameter, value)
            .finish();
        format!("https://{tenant}.b2clogin.com/{tenant}.onmicrosoft.com/oauth2/v2.0/authorize?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a18_link_has_the_documented_form() {
        let form: LinkForm = serde_json::from_value(serde_json::json!({
            "tenant": "sunfield", "policy": "B2C_1A_LINK", "client_id": "c-1", "redirect_uri": "https://www.example.com/",
        }))
        .unwrap();
        assert_eq!(
            form.url("123"),
            "https://sunfield.b2clogin.com/sunfield.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1A_LINK&client_id=c-1\
             &nonce=defaultNonce&redirect_uri=https%3A%2F%2Fwww.example.com%2F&scope=openid&response_type=code\
             &prompt=login&requesterId=123"
        );
    }
}
