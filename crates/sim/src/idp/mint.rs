//! Issuing tokens (OIDC Core §2, RFC 9068), and reading the provider's own tokens.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Validation};
use serde_json::{Map, Value, json};

use super::Idp;
use super::accounts::Account;
use super::corrupt::{Corruption, Target};
use super::grants::Subject;
use super::keys::{KeyError, SigningKey};
use super::state::State;

/// Supported scopes.
pub(super) const SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// The media type of access tokens (RFC 9068 §2.1).
const ACCESS_TOKEN: &str = "at+jwt";
const ID_TOKEN: &str = "JWT";

type Claims = Map<String, Value>;

/// Content of a token response.
#[derive(Debug)]
pub(super) struct Minted {
    pub(super) access_token: String,
    pub(super) id_token: String,
    /// The access token's `jti` and expiry.
    pub(super) jti: String,
    pub(super) expires: Timestamp,
}

impl Idp {
    /// Issues an access token and an ID token.
    pub(super) fn mint(
        &self,
        state: &mut State,
        subject: &Subject,
        scope: &[String],
        nonce: Option<&str>,
    ) -> Result<Minted, KeyError> {
        let now = self.now();
        let dated = now + state.skew;
        let (issued, expires) = (dated.as_second(), (dated + self.options.access_token_ttl).as_second());
        let jti = self.random.guid();
        let audience = state.client(&subject.client_id).map_or(subject.client_id.as_str(), |client| client.audience());
        let mut access = claims(json!({
            "iss": self.issuer(),
            "sub": subject.sub,
            "aud": audience,
            "client_id": subject.client_id,
            "scope": scope.join(" "),
            "exp": expires,
            "iat": issued,
            "auth_time": (subject.auth_time + state.skew).as_second(),
            "jti": jti,
        }));
        // Access tokens have the same claims as ID tokens, as in Azure AD B2C (allowed by RFC 9068 §2.2.2).
        let person = state.accounts.by_sub(&subject.sub).map(|account| about(account, scope)).unwrap_or_default();
        let mut person = person;
        if let Some(policy) = &subject.policy {
            // Custom policies use the policy's name in lower case (B2C "tokens overview").
            person.insert("acr".to_owned(), json!(policy.to_lowercase()));
            person.insert("ver".to_owned(), json!("1.0"));
        }
        access.extend(person.clone());
        let access_token = sign(state, Target::AccessToken, ACCESS_TOKEN, access)?;
        let mut id = claims(json!({
            "iss": self.issuer(),
            "sub": subject.sub,
            "aud": subject.client_id,
            "exp": expires,
            "iat": issued,
            "auth_time": (subject.auth_time + state.skew).as_second(),
            "at_hash": left_half(&access_token),
        }));
        id.extend(nonce.map(|nonce| ("nonce".to_owned(), json!(nonce))));
        id.extend(person);
        let id_token = sign(state, Target::IdToken, ID_TOKEN, id)?;
        Ok(Minted { access_token, id_token, jti, expires: now + self.options.access_token_ttl })
    }

    /// Signs claims of the caller's choice, with the issuer added: for example a logout token, or what only looks like one.
    ///
    /// # Errors
    /// If there is no usable key.
    pub fn sign(&self, typ: &str, mut claims: Map<String, Value>) -> Result<String, KeyError> {
        claims.entry("iss").or_insert_with(|| json!(self.issuer()));
        let state = self.state.read();
        let key = state.keys.current()?;
        key.sign(typ, key.kid(), &claims)
    }

    /// The claims of an own ID token, even if expired (accepted by RP-Initiated Logout 1.0 §2).
    pub(super) fn read_own_id_token(&self, token: &str) -> Option<Claims> {
        self.read_own(token, ID_TOKEN)
    }

    /// The claims of an own access token that is still valid.
    pub(super) fn read_own_access_token(&self, token: &str) -> Option<Claims> {
        let claims = self.read_own(token, ACCESS_TOKEN)?;
        let alive = claims.get("exp")?.as_i64()? > self.now().as_second();
        let revoked = self.state.read().grants.is_revoked(claims.get("jti")?.as_str()?);
        (alive && !revoked).then_some(claims)
    }

    fn read_own(&self, token: &str, typ: &str) -> Option<Claims> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != Some(typ) {
            return None;
        }
        let key = self.state.read().keys.verifying(header.kid.as_deref()?)?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        rules.set_issuer(&[self.issuer()]);
        Some(jsonwebtoken::decode::<Claims>(token, &key, &rules).ok()?.claims)
    }
}

/// The claims about a person that the scopes include (OIDC Core §5.4).
pub(super) fn about(account: &Account, scope: &[String]) -> Claims {
    let asked = |name: &str| scope.iter().any(|known| known == name);
    let mut about = Claims::new();
    if asked("email") {
        about.insert("email".to_owned(), json!(account.email));
        about.insert("email_verified".to_owned(), json!(account.email_verified));
    }
    if asked("profile") && !account.name.is_empty() {
        about.insert("name".to_owned(), json!(account.name));
    }
    about.extend(account.idp.as_ref().map(|idp| ("idp".to_owned(), json!(idp))));
    about.extend(account.claims.clone());
    about
}

/// SHA-256 of `text` in base64url, for PKCE (RFC 7636 §4.2).
pub(super) fn s256(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

/// The left half of the access token's hash (OIDC Core §3.1.3.6).
fn left_half(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, access_token.as_bytes()).as_ref()[..16])
}

fn sign(state: &mut State, target: Target, typ: &str, mut claims: Claims) -> Result<String, KeyError> {
    let spoiled = state.corruptions.take(target);
    for corruption in &spoiled {
        corruption.spoil(&mut claims);
    }
    let current = state.keys.current()?;
    if spoiled.contains(&Corruption::AlgNone) {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        return Ok(format!("{}.{}.", part(&json!({"alg": "none", "typ": typ})), part(&Value::Object(claims))));
    }
    if spoiled.contains(&Corruption::UnknownKey) {
        let unpublished = SigningKey::generate()?;
        return unpublished.sign(typ, unpublished.kid(), &claims);
    }
    if spoiled.contains(&Corruption::ForeignSignature) {
        return SigningKey::generate()?.sign(typ, current.kid(), &claims);
    }
    current.sign(typ, current.kid(), &claims)
}

fn claims(object: Value) -> Claims {
    match object {
        Value::Object(claims) => claims,
        _ => Claims::new(),
    }
}
