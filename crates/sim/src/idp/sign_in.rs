//! Sign-in with a password, or by selecting an account that is already signed in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use super::Idp;
use super::pages;
use super::params::Params;
use super::state::Transaction;

pub(super) async fn show(State(idp): State<Idp>, params: Params) -> Response {
    idp.in_transaction(&params, |txn, client, transaction| {
        let hint = transaction.request.login_hint.as_deref().unwrap_or_default();
        pages::sign_in(txn, client, hint, None)
    })
}

pub(super) async fn submit(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    idp.in_transaction(&params, |txn, client, transaction| {
        let email = params.text("email");
        let found = idp.state.read().accounts.authenticate(email, params.text("password")).cloned();
        match found {
            Some(account) => idp.finish(&headers, transaction, &account.sub),
            None => pages::sign_in(txn, client, email, Some("The e-mail or the password is not right.")),
        }
    })
}

pub(super) async fn show_chooser(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    idp.in_transaction(&params, |txn, client, transaction| {
        pages::chooser(txn, client, &idp.usable_accounts(&headers, &transaction.request))
    })
}

/// Continues with a signed-in account. Shows the sign-in form if it is no longer signed in.
pub(super) async fn choose(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    idp.in_transaction(&params, |txn, client, transaction| {
        let usable = idp.usable_accounts(&headers, &transaction.request);
        match usable.iter().find(|person| person.account.sub == params.text("account")) {
            Some(person) => idp.grant(&transaction.request, &person.account.sub, person.at),
            None => pages::sign_in(txn, client, "", Some("Please sign in again.")),
        }
    })
}

/// Cancels the sign-in.
pub(super) async fn cancel(State(idp): State<Idp>, params: Params) -> Response {
    idp.in_transaction(&params, |_, _, transaction| {
        idp.refuse(&transaction.request.fail("access_denied", "the person cancelled the sign-in"))
    })
}

impl Idp {
    /// Continues the authorize request of a page, if it has not expired.
    pub(super) fn in_transaction(
        &self,
        params: &Params,
        go_on: impl FnOnce(&str, &str, &Transaction) -> Response,
    ) -> Response {
        let txn = params.text("txn");
        let known = self.state.read().transactions.get(txn, self.now()).cloned();
        let Some(transaction) = known else {
            let text = "It was open for too long. Go back to the app you came from and begin again.";
            return (StatusCode::BAD_REQUEST, pages::notice("This sign-in has expired", text)).into_response();
        };
        go_on(txn, &self.client_name(&transaction.request.client_id), &transaction)
    }

    /// Completes the sign-in of `sub`: creates the session and redirects.
    pub(super) fn finish(&self, headers: &HeaderMap, transaction: &Transaction, sub: &str) -> Response {
        let request = &transaction.request;
        if request.expected_sub.as_deref().is_some_and(|expected| expected != sub) {
            return self
                .refuse(&request.fail("login_required", "somebody else than id_token_hint names has signed in"));
        }
        let cookie = self.remember(headers, sub);
        (cookie, self.grant(request, sub, self.now())).into_response()
    }
}
