//! The userinfo endpoint (OIDC Core §5.3), with errors according to RFC 6750 §3.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

use super::Idp;
use super::mint::about;
use super::params::Params;

pub(super) async fn userinfo(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .and_then(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()));
    let Some(token) = bearer.or_else(|| params.get("access_token")) else {
        return challenge(StatusCode::UNAUTHORIZED, "Bearer realm=\"userinfo\"");
    };
    match idp.read_own_access_token(token).as_ref().and_then(|claims| idp.claims_for(claims)) {
        Some(answer) => ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        None => challenge(
            StatusCode::UNAUTHORIZED,
            "Bearer realm=\"userinfo\", error=\"invalid_token\", error_description=\"expired, revoked or not issued here\"",
        ),
    }
}

impl Idp {
    fn claims_for(&self, claims: &Map<String, Value>) -> Option<Map<String, Value>> {
        let state = self.state.read();
        let account = state.accounts.by_sub(claims.get("sub")?.as_str()?)?;
        let scope: Vec<String> = claims.get("scope")?.as_str()?.split(' ').map(str::to_owned).collect();
        let mut answer = Map::new();
        answer.insert("sub".to_owned(), json!(account.sub));
        answer.extend(about(account, &scope));
        Some(answer)
    }
}

fn challenge(status: StatusCode, challenge: &'static str) -> Response {
    (status, [(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))]).into_response()
}
