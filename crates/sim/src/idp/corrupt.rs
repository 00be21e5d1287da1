//! Ways to spoil what the provider issues, so that an application can show that it looks.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One way to spoil a token or an authorization response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corruption {
    /// `iss` is somebody else's. The only one that also fits an authorization response (RFC 9207).
    Issuer,
    /// `nonce` is of another request.
    Nonce,
    /// `aud` is another application.
    Audience,
    /// `exp` lies an hour back.
    Expired,
    /// `alg: none`, no signature (RFC 8725 §3.2).
    AlgNone,
    /// Signed by a key that is not published, and naming it.
    UnknownKey,
    /// Names a published key, but another one has signed it.
    ForeignSignature,
    /// `at_hash` belongs to another access token.
    AtHash,
    /// `email_verified` is missing, as it is at B2C by default.
    EmailVerifiedAbsent,
    /// `email_verified` is `false`.
    EmailUnverified,
    /// There is no e-mail at all.
    EmailAbsent,
}

/// What is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// ID tokens.
    #[default]
    IdToken,
    /// Access tokens.
    AccessToken,
    /// Authorization responses.
    Response,
}

/// An order to spoil, as `POST /_sim/tokens` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// How.
    pub corrupt: Corruption,
    /// What.
    #[serde(default)]
    pub target: Target,
    /// How often. `None`: until cleared.
    #[serde(default)]
    pub times: Option<u64>,
}

/// The orders that stand.
#[derive(Debug, Default)]
pub(super) struct Corruptions(Vec<Rule>);

impl Corruptions {
    pub(super) fn add(&mut self, rule: Rule) {
        self.0.push(rule);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn list(&self) -> &[Rule] {
        &self.0
    }

    /// What to do to the next `target`; counts it.
    pub(super) fn take(&mut self, target: Target) -> Vec<Corruption> {
        let mut taken = Vec::new();
        for rule in self.0.iter_mut().filter(|rule| rule.target == target) {
            taken.push(rule.corrupt);
            rule.times = rule.times.map(|times| times.saturating_sub(1));
        }
        self.0.retain(|rule| rule.times != Some(0));
        taken
    }
}

impl Corruption {
    /// Changes the claims of a token. What concerns the signature is done by whoever signs.
    pub(super) fn spoil(self, claims: &mut Map<String, Value>) {
        let (name, value) = match self {
            Self::Issuer => ("iss", json!("https://elsewhere.example/")),
            Self::Nonce => ("nonce", json!("of-another-request")),
            Self::Audience => ("aud", json!("another-app")),
            Self::Expired => {
                let long_ago = claims.get("iat").and_then(Value::as_i64).unwrap_or_default() - 3_600;
                ("exp", json!(long_ago))
            }
            Self::AtHash => ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
            Self::EmailUnverified => ("email_verified", json!(false)),
            Self::EmailVerifiedAbsent | Self::EmailAbsent => {
                claims.shift_remove("email_verified");
                if self == Self::EmailAbsent {
                    claims.shift_remove("email");
                }
                return;
            }
            Self::AlgNone | Self::UnknownKey | Self::ForeignSignature => return,
        };
        claims.insert(name.to_owned(), value);
    }
}
