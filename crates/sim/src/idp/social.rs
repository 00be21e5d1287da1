//! Social accounts of fictional providers. Their sign-in is one form with the person's data and whether the e-mail
//! address is verified.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use super::Idp;
use super::accounts::NewAccount;
use super::pages;
use super::params::Params;
use super::sign_up::looks_like_email;

/// A fictional provider.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brand {
    /// Id in paths.
    pub(super) id: &'static str,
    /// Name on buttons.
    pub(super) name: &'static str,
    /// Domain in the `idp` claim.
    pub(super) domain: &'static str,
}

/// The providers with a button.
pub(super) const BRANDS: [Brand; 2] = [
    Brand { id: "pigeon", name: "Pigeon", domain: "pigeon.example" },
    Brand { id: "lighthouse", name: "Lighthouse", domain: "lighthouse.example" },
];

pub(super) async fn show(State(idp): State<Idp>, Path(id): Path<String>, params: Params) -> Response {
    let Some(brand) = brand(&id) else { return StatusCode::NOT_FOUND.into_response() };
    idp.in_transaction(&params, |txn, client, transaction| {
        let hint = transaction.request.login_hint.as_deref().unwrap_or_default();
        pages::social(txn, client, brand, hint, None)
    })
}

pub(super) async fn submit(
    State(idp): State<Idp>,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let Some(brand) = brand(&id) else { return StatusCode::NOT_FOUND.into_response() };
    idp.in_transaction(&params, |txn, client, transaction| {
        let email = params.text("email").trim();
        if !looks_like_email(email) {
            return pages::social(txn, client, brand, email, Some("Please enter an e-mail address."));
        }
        let sub = idp.social_account(brand, email, params.text("name").trim(), params.get("verified").is_some());
        idp.finish(&headers, transaction, &sub)
    })
}

impl Idp {
    /// The subject of the account with this e-mail address at `brand`, created if there is none. Its data is updated
    /// with every sign-in.
    fn social_account(&self, brand: Brand, email: &str, name: &str, email_verified: bool) -> String {
        let (sub, now) = (self.random.guid(), self.now());
        self.state.change(|state| {
            let known = state.accounts.find(Some(brand.domain), email).map(|account| account.sub.clone());
            let Some(account) = known.and_then(|sub| state.accounts.by_sub_mut(&sub)) else {
                let new = NewAccount {
                    sub: sub.clone(),
                    email: email.to_owned(),
                    email_verified,
                    name: name.to_owned(),
                    idp: Some(brand.domain.to_owned()),
                    claims: serde_json::Map::new(),
                    password: None,
                };
                // Cannot fail: the account was searched above, under the same lock.
                let _new = state.accounts.add(new, now);
                return sub;
            };
            account.email_verified = email_verified;
            if !name.is_empty() {
                name.clone_into(&mut account.name);
            }
            account.sub.clone()
        })
    }
}

fn brand(id: &str) -> Option<Brand> {
    BRANDS.into_iter().find(|brand| brand.id == id)
}
