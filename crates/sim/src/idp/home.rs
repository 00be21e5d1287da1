//! The provider's own front page: who is signed in in this browser, and is their e-mail verified?

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;

use super::Idp;
use super::pages;
use super::params::Params;

pub(super) async fn show(State(idp): State<Idp>, headers: HeaderMap) -> Response {
    pages::home(&idp.signed_in(&headers))
}

/// Verifies the e-mail of an account that is signed in here. One click: no mail is sent.
pub(super) async fn verify(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    let sub = params.text("account");
    if idp.signed_in(&headers).iter().any(|person| person.account.sub == sub) {
        idp.state.change(|state| {
            if let Some(account) = state.accounts.by_sub_mut(sub) {
                account.email_verified = true;
            }
        });
    }
    Redirect::to("/").into_response()
}

pub(super) async fn sign_out(State(idp): State<Idp>, headers: HeaderMap) -> Response {
    (idp.forget(&headers), Redirect::to("/")).into_response()
}
