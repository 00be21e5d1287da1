//! Corruption of issued tokens and responses, to test that an application verifies them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A corruption of a token or an authorization response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corruption {
    /// Wrong `iss`. The only one that also applies to authorization responses (RFC 9207).
    Issuer,
    /// `nonce` of another request.
    Nonce,
    /// `aud` of another application.
    Audience,
    /// `exp` one hour in the past.
    Expired,
    /// `alg: none` without signature (RFC 8725 §3.2).
    AlgNone,
    /// Signed by an unpublished key, with its key id.
    UnknownKey,
    /// Key id of a published key, but signed by another one.
    ForeignSignature,
    /// `at_hash` of another access token.
    AtHash,
    /// Missing `email_verified`, as in B2C by default.
    EmailVerifiedAbsent,
    /// `email_verified` is `false`.
    EmailUnverified,
    /// No e-mail address.
    EmailAbsent,
    /// `sub` has the same text for everybody, as in B2C by default.
    PlaceholderSubject,
}

/// Objects that can be corrupted.
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

/// A corruption rule, as in the body of `POST /_sim/tokens`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Kind of corruption.
    pub corrupt: Corruption,
    /// Object to corrupt.
    #[serde(default)]
    pub target: Target,
    /// Number of times. `None`: until cleared.
    #[serde(default)]
    pub times: Option<u64>,
}

/// The active rules.
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

    /// The corruptions of the next `target`. Decrements the counters.
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
    /// Corrupts the claims of a token. Corruptions of the signature are applied when signing.
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
            Self::PlaceholderSubject => ("sub", json!("Not supported currently. Use oid claim.")),
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
