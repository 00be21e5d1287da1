//! Sign-out requested by an application (OpenID Connect RP-Initiated Logout 1.0).

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use super::Idp;
use super::pages;
use super::params::Params;

/// A sign-out request.
struct Request {
    target: Option<String>,
    /// Subject of the `id_token_hint`.
    sub: Option<String>,
}

pub(super) async fn end_session(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    let request = match Request::read(&idp, &params) {
        Ok(request) => request,
        Err(text) => {
            return (StatusCode::BAD_REQUEST, pages::notice("This sign-out cannot start", text)).into_response();
        }
    };
    let people = idp.signed_in(&headers);
    let is_theirs = people.is_empty() || people.iter().any(|person| Some(&person.account.sub) == request.sub.as_ref());
    if is_theirs {
        return signed_out(&idp, &headers, request.target.as_deref());
    }
    // The request could come from any link, without the person's intention (§6), so a confirmation is required.
    pages::confirm_sign_out(
        params.text("client_id"),
        params.text("id_token_hint"),
        params.text("post_logout_redirect_uri"),
        params.text("state"),
    )
}

pub(super) async fn confirm(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    let target = Request::read(&idp, &params).ok().and_then(|request| request.target);
    signed_out(&idp, &headers, target.as_deref())
}

fn signed_out(idp: &Idp, headers: &HeaderMap, target: Option<&str>) -> Response {
    let cookie = idp.forget(headers);
    match target {
        Some(target) => (cookie, Redirect::to(target)).into_response(),
        None => (cookie, pages::notice("You are signed out", "You can close this page.")).into_response(),
    }
}

impl Request {
    fn read(idp: &Idp, params: &Params) -> Result<Self, &'static str> {
        let hint = match params.get("id_token_hint") {
            Some(hint) => Some(idp.read_own_id_token(hint).ok_or("The app's id_token_hint was not issued here.")?),
            None => None,
        };
        let claim = |name: &str| hint.as_ref().and_then(|claims: &Map<String, Value>| claims.get(name)?.as_str());
        let client_id = match (params.get("client_id"), claim("aud")) {
            (Some(said), Some(meant)) if said != meant => {
                return Err("client_id and id_token_hint do not belong together.");
            }
            (said, meant) => said.or(meant),
        };
        let target = match (params.get("post_logout_redirect_uri"), client_id) {
            (None, _) => None,
            (Some(_), None) => return Err("The request does not say which app it is for."),
            (Some(uri), Some(client_id)) => {
                let state = idp.state.read();
                let client = state.client(client_id).ok_or("This app is not registered here.")?;
                if !client.post_logout_redirect_uris.iter().any(|known| known == uri) {
                    return Err("The app asked to send you to an address that is not registered for it.");
                }
                Some(with_state(uri, params.get("state")))
            }
        };
        Ok(Self { target, sub: claim("sub").map(str::to_owned) })
    }
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return uri.to_owned() };
    let joint = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{joint}{}", Serializer::new(String::new()).append_pair("state", state).finish())
}
