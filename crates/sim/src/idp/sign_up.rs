//! Creating a local account and verifying its e-mail address. No mail is sent: the page shows the code.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;

use super::Idp;
use super::accounts::{Account, NewAccount, Taken};
use super::pages;
use super::params::Params;
use super::state::Verification;

const SHORTEST_PASSWORD: usize = 8;

pub(super) async fn show(State(idp): State<Idp>, params: Params) -> Response {
    idp.in_transaction(&params, |txn, client, transaction| {
        let hint = transaction.request.login_hint.as_deref().unwrap_or_default();
        pages::sign_up(txn, client, &pages::SignUp::hinted(hint))
    })
}

pub(super) async fn submit(State(idp): State<Idp>, params: Params) -> Response {
    idp.in_transaction(&params, |txn, client, _| match idp.create_local(&params) {
        Ok(account) => {
            let verification = Verification { sub: account.sub, code: idp.random.digits() };
            idp.state.change(|state| state.transactions.await_verification(txn, verification));
            Redirect::to(&format!("/verify?txn={txn}")).into_response()
        }
        Err(problem) => {
            let typed =
                pages::SignUp { email: params.text("email"), name: params.text("name"), problem: Some(problem) };
            pages::sign_up(txn, client, &typed)
        }
    })
}

pub(super) async fn show_verification(State(idp): State<Idp>, params: Params) -> Response {
    idp.in_verification(&params, |txn, verification, email| pages::verification(txn, &email, &verification.code, None))
}

pub(super) async fn verify(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    idp.in_verification(&params, |txn, verification, email| {
        if params.text("code").trim() != verification.code {
            return pages::verification(
                txn,
                &email,
                &verification.code,
                Some("That is not the code. Please try again."),
            );
        }
        idp.state.change(|state| {
            if let Some(account) = state.accounts.by_sub_mut(&verification.sub) {
                account.email_verified = true;
            }
        });
        idp.in_transaction(&params, |_, _, transaction| idp.finish(&headers, transaction, &verification.sub))
    })
}

/// Continues with an unverified e-mail address, which applications must not trust.
pub(super) async fn skip_verification(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    idp.in_verification(&params, |_, verification, _| {
        idp.in_transaction(&params, |_, _, transaction| idp.finish(&headers, transaction, &verification.sub))
    })
}

impl Idp {
    fn create_local(&self, params: &Params) -> Result<Account, &'static str> {
        let (email, password) = (params.text("email").trim(), params.text("password"));
        if !looks_like_email(email) {
            return Err("Please enter an e-mail address.");
        }
        if password.chars().count() < SHORTEST_PASSWORD {
            return Err("Please choose a password of at least 8 characters.");
        }
        let new = NewAccount {
            sub: self.random.guid(),
            email: email.to_owned(),
            email_verified: false,
            name: params.text("name").trim().to_owned(),
            idp: None,
            claims: serde_json::Map::new(),
            password: Some((password.to_owned(), self.random.salt())),
        };
        self.state
            .change(|state| state.accounts.add(new, self.now()))
            .map_err(|Taken| "There is an account with this e-mail already. Sign in instead.")
    }

    /// Continues the verification of a new account. Without one, shows the sign-in form.
    fn in_verification(
        &self,
        params: &Params,
        go_on: impl FnOnce(&str, &Verification, String) -> Response,
    ) -> Response {
        self.in_transaction(params, |txn, client, transaction| {
            let Some(verification) = &transaction.verification else {
                return pages::sign_in(txn, client, "", None);
            };
            let email = self.state.read().accounts.by_sub(&verification.sub).map(|account| account.email.clone());
            go_on(txn, verification, email.unwrap_or_default())
        })
    }
}

/// A simple syntax check: a local part, `@` and a domain.
pub(super) fn looks_like_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !text.contains(' '))
}
