//! Signatures of tokens (RFC 7515, RFC 8725): which algorithms are accepted, and which of the issuer's keys fits.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient_json;

/// The asymmetric algorithms. With a symmetric one, everyone who knows the client's secret could sign.
const SAFE: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The signing algorithms that are accepted of an issuer. By default all that are safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct SigningAlgorithms(Vec<Algorithm>);

impl Default for SigningAlgorithms {
    fn default() -> Self {
        Self(SAFE.to_vec())
    }
}

impl TryFrom<Vec<String>> for SigningAlgorithms {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<Self, String> {
        let safe = |name: &String| {
            SAFE.into_iter().find(|algorithm| name_of(*algorithm) == *name).ok_or_else(|| {
                format!("`{name}` is no safe signing algorithm; choose of {}", Self::default().names().join(", "))
            })
        };
        let algorithms: Vec<Algorithm> = names.iter().map(safe).collect::<Result<_, _>>()?;
        if algorithms.is_empty() {
            return Err("name at least one signing algorithm, or leave the setting out".to_owned());
        }
        Ok(Self(algorithms))
    }
}

impl From<SigningAlgorithms> for Vec<String> {
    fn from(algorithms: SigningAlgorithms) -> Self {
        algorithms.names()
    }
}

impl SigningAlgorithms {
    /// Their names, as in metadata.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().copied().map(name_of).collect()
    }
}

/// Reason why the header of a token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// It is no header of a signed token.
    Malformed,
    /// This algorithm is not accepted.
    Algorithm(String),
}

/// The header of a token with an accepted algorithm.
pub(super) fn header(token: &str, algorithms: &SigningAlgorithms) -> Result<Header, HeaderError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| refused_header(token))?;
    if !algorithms.0.contains(&header.alg) {
        return Err(HeaderError::Algorithm(name_of(header.alg)));
    }
    // Extensions that must be understood (RFC 7515 §4.1.11); none are.
    if header.crit.is_some() { Err(HeaderError::Malformed) } else { Ok(header) }
}

/// `none`, encryption and unknown algorithms are not parsed as headers. Report the algorithm rather than a malformed
/// token.
fn refused_header(token: &str) -> HeaderError {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let algorithm = header.and_then(|header| lenient_json::text(&header, "alg"));
    algorithm.map_or(HeaderError::Malformed, HeaderError::Algorithm)
}

/// The claims, if one of the matching keys in the set verifies the signature.
pub(super) fn verified_claims(token: &str, header: &Header, keys: &Value) -> Option<Value> {
    let keys = keys.get("keys")?.as_array()?;
    // A key set can contain unknown kinds of key, which are ignored.
    let known = keys.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    let fits = |key: &Jwk| {
        let signs = key.common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
        let named = header.kid.is_none() || header.kid == key.common.key_id;
        let told = key.common.key_algorithm.is_none_or(|algorithm| algorithm.to_string() == name_of(header.alg));
        signs && named && told
    };
    known.filter(fits).find_map(|key| with_key(token, header, &key))
}

fn with_key(token: &str, header: &Header, key: &Jwk) -> Option<Value> {
    let key = DecodingKey::from_jwk(key).ok()?;
    if key.family() != header.alg.family() {
        return None;
    }
    // The claims are checked separately, because the library would read the system clock.
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    jsonwebtoken::decode(token, &key, &validation).ok().map(|data| data.claims)
}

fn name_of(algorithm: Algorithm) -> String {
    format!("{algorithm:?}")
}
