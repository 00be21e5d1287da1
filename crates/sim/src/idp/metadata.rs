//! Metadata (OpenID Connect Discovery 1.0 §3) and public keys.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};

use super::Idp;
use super::mint::SCOPES;

pub(super) async fn discovery(State(idp): State<Idp>) -> Json<Value> {
    let url = &idp.options.url;
    Json(json!({
        "issuer": idp.issuer(),
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "end_session_endpoint": format!("{url}/end_session"),
        "jwks_uri": format!("{url}/jwks"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "ui_locales_supported": ["en"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "email", "email_verified", "name", "idp"
        ],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    }))
}

pub(super) async fn jwks(State(idp): State<Idp>) -> Response {
    let keys: JwkSet = idp.state.read().keys.published();
    ([(header::CONTENT_TYPE, "application/jwk-set+json")], Json(keys)).into_response()
}
