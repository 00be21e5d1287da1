//! The provider's home page: accounts signed in in this browser, with the verification of their e-mail addresses.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;

use super::Idp;
use super::pages;
use super::params::Params;

pub(super) async fn show(State(idp): State<Idp>, headers: HeaderMap) -> Response {
    pages::home(&idp.signed_in(&headers))
}

/// Verifies the e-mail address of a signed-in account with one click. No mail is sent.
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
