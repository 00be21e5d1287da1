//! The token endpoint: exchanges codes and refresh tokens for tokens (RFC 6749 §4.1.3 and §6, RFC 7636 §4.6, OIDC Core
//! §3.1.3).

use axum::Json;
use axum::extract::State as AppState;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::Idp;
use super::clients::Client;
use super::grants::Subject;
use super::keys::KeyError;
use super::mint::{Minted, s256};
use super::params::Params;
use super::state::State;

/// An error according to RFC 6749 §5.2.
#[derive(Debug)]
struct TokenError {
    error: &'static str,
    description: &'static str,
}

impl TokenError {
    const fn new(error: &'static str, description: &'static str) -> Self {
        Self { error, description }
    }

    const fn invalid_grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }
}

impl From<KeyError> for TokenError {
    fn from(error: KeyError) -> Self {
        tracing::error!(%error, "a token could not be signed");
        Self::new("server_error", "a token could not be signed")
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let status = match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = Json(json!({"error": self.error, "error_description": self.description}));
        let mut response = (status, no_store(), body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

pub(super) async fn exchange(AppState(idp): AppState<Idp>, headers: HeaderMap, params: Params) -> Response {
    match idp.exchange(&headers, &params) {
        Ok(tokens) => (no_store(), Json(tokens)).into_response(),
        Err(error) => error.into_response(),
    }
}

fn no_store() -> [(header::HeaderName, &'static str); 2] {
    [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")]
}

impl Idp {
    fn exchange(&self, headers: &HeaderMap, params: &Params) -> Result<Value, TokenError> {
        if params.repeated().is_some() {
            return Err(TokenError::new("invalid_request", "a parameter was sent more than once"));
        }
        self.state.change(|state| {
            let client = authenticate(state, headers, params)?.clone();
            match params.get("grant_type") {
                Some("authorization_code") => self.redeem_code(state, &client, params),
                Some("refresh_token") => self.redeem_refresh(state, &client, params),
                Some(_) => Err(TokenError::new("unsupported_grant_type", "use authorization_code or refresh_token")),
                None => Err(TokenError::new("invalid_request", "grant_type is missing")),
            }
        })
    }

    fn redeem_code(&self, state: &mut State, client: &Client, params: &Params) -> Result<Value, TokenError> {
        let code = params.get("code").ok_or(TokenError::new("invalid_request", "code is missing"))?;
        let grant = state.grants.code(code).ok_or(TokenError::invalid_grant("the code is not known"))?.clone();
        if grant.subject.client_id != client.client_id {
            return Err(TokenError::invalid_grant("the code was issued to another client"));
        }
        if let Some(family) = &grant.family {
            state.grants.revoke(family);
            return Err(TokenError::invalid_grant("the code was used before"));
        }
        if grant.expires <= self.now() {
            return Err(TokenError::invalid_grant("the code has expired"));
        }
        if params.get("redirect_uri") != Some(&grant.redirect_uri) {
            return Err(TokenError::invalid_grant("redirect_uri is not the one of the authorize request"));
        }
        check_verifier(grant.challenge.as_deref(), params.get("code_verifier"))?;
        let family = self.random.guid();
        state.grants.spend_code(code, family.clone(), self.now());
        let minted = self.mint(state, &grant.subject, &grant.subject.scope, grant.nonce.as_deref())?;
        Ok(self.answer(state, &family, &grant.subject, &grant.subject.scope, minted))
    }

    fn redeem_refresh(&self, state: &mut State, client: &Client, params: &Params) -> Result<Value, TokenError> {
        let token =
            params.get("refresh_token").ok_or(TokenError::new("invalid_request", "refresh_token is missing"))?;
        let (subject, family) =
            state.grants.refresh(token).ok_or(TokenError::invalid_grant("the refresh token is not known"))?;
        let (subject, family) = (subject.clone(), family.to_owned());
        if subject.client_id != client.client_id {
            return Err(TokenError::invalid_grant("the refresh token was issued to another client"));
        }
        let scope = narrowed(&subject, params.get("scope"))?;
        if !state.grants.spend_refresh(token, self.now()) {
            return Err(TokenError::invalid_grant("the refresh token is used up, expired or revoked"));
        }
        // An ID token from a refresh has no nonce (OIDC Core §12.2).
        let minted = self.mint(state, &subject, &scope, None)?;
        Ok(self.answer(state, &family, &subject, &scope, minted))
    }

    fn answer(&self, state: &mut State, family: &str, subject: &Subject, scope: &[String], minted: Minted) -> Value {
        state.grants.add_access(family, minted.jti, minted.expires);
        let mut answer = json!({
            "access_token": minted.access_token,
            "token_type": "Bearer",
            "expires_in": self.options.access_token_ttl.as_secs(),
            "scope": scope.join(" "),
            "id_token": minted.id_token,
        });
        if subject.scope.iter().any(|name| name == "offline_access") {
            let refresh = self.random.token();
            answer["refresh_token"] = json!(refresh);
            state.grants.add_refresh(refresh, family, self.now() + self.options.refresh_token_ttl);
        }
        answer
    }
}

/// Authenticates the client (RFC 6749 §2.3): by basic authentication, by form parameters, or a public client by its id.
fn authenticate<'a>(state: &'a State, headers: &HeaderMap, params: &Params) -> Result<&'a Client, TokenError> {
    let refused = TokenError::new("invalid_client", "the client is not known or its secret is not right");
    let (client_id, secret) = match headers.get(header::AUTHORIZATION) {
        Some(_) if params.get("client_secret").is_some() => {
            return Err(TokenError::new("invalid_request", "use one way of client authentication"));
        }
        Some(value) => {
            let (id, secret) = basic(value).ok_or(TokenError::new("invalid_client", "no basic credentials"))?;
            if params.get("client_id").is_some_and(|other| other != id) {
                return Err(TokenError::new("invalid_request", "client_id is not the authenticated client"));
            }
            (id, Some(secret).filter(|secret| !secret.is_empty()))
        }
        None => {
            let id = params.get("client_id").ok_or(TokenError::new("invalid_client", "no client authentication"))?;
            (id.to_owned(), params.get("client_secret").map(str::to_owned))
        }
    };
    match state.client(&client_id) {
        Some(client) if client.secret == secret => Ok(client),
        _ => Err(refused),
    }
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
fn basic(value: &HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // `=` and `&` would be parsed as separators. An encoded value contains neither.
    form_urlencoded::parse(text.replace('=', "%3D").replace('&', "%26").as_bytes())
        .next()
        .map_or_else(String::new, |(decoded, _)| decoded.into_owned())
}

/// RFC 7636 §4.6. A verifier without a challenge is rejected too, because the challenge may have been removed by an
/// attacker (RFC 9700 §4.8.2).
fn check_verifier(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), TokenError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(TokenError::invalid_grant("the authorize request had no code_challenge")),
        (Some(_), None) => Err(TokenError::invalid_grant("code_verifier is missing")),
        (Some(_), Some(verifier)) if !is_verifier(verifier) => {
            Err(TokenError::new("invalid_request", "code_verifier must be 43 to 128 unreserved characters"))
        }
        (Some(challenge), Some(verifier)) if s256(verifier) == challenge => Ok(()),
        (Some(_), Some(_)) => Err(TokenError::invalid_grant("code_verifier does not fit the code_challenge")),
    }
}

fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// A refresh can narrow the scope, never widen it (RFC 6749 §6).
fn narrowed(subject: &Subject, asked: Option<&str>) -> Result<Vec<String>, TokenError> {
    let Some(asked) = asked else { return Ok(subject.scope.clone()) };
    let asked: Vec<String> = asked.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if asked.iter().all(|word| subject.scope.contains(word)) {
        Ok(asked)
    } else {
        Err(TokenError::new("invalid_scope", "a refresh cannot widen the scope"))
    }
}
