//! Control API, not part of OpenID Connect: accounts, clients, keys, the clock and corrupted tokens.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Idp;
use super::accounts::{Account, NewAccount, Taken};
use super::clients::Client;
use super::corrupt::Rule;
use super::keys::{KeyError, SigningKey};

pub(super) fn routes() -> Router<Idp> {
    Router::new()
        .route("/_sim/accounts", get(list_accounts).post(create_account))
        .route("/_sim/accounts/{sub}", axum::routing::patch(change_account))
        .route("/_sim/clients", post(register_client))
        .route("/_sim/rotate-keys", post(rotate_keys))
        .route("/_sim/drop-old-keys", post(drop_old_keys))
        .route("/_sim/clock", post(set_clock))
        .route("/_sim/tokens", get(list_rules).post(add_rule).delete(clear_rules))
}

/// `POST /_sim/accounts`.
#[derive(Debug, Deserialize)]
struct AccountOrder {
    email: String,
    #[serde(default)]
    name: String,
    password: Option<String>,
    /// Default: verified, as after a completed sign-up.
    email_verified: Option<bool>,
    /// Domain of a social provider, e.g. `pigeon.example`.
    idp: Option<String>,
    /// Further claims in every token: groups, for example.
    #[serde(default)]
    claims: serde_json::Map<String, Value>,
    /// The subject, if the caller chooses it.
    sub: Option<String>,
}

/// `PATCH /_sim/accounts/{sub}`: changes that a person or their provider can make.
#[derive(Debug, Deserialize)]
struct AccountChange {
    email: Option<String>,
    email_verified: Option<bool>,
    name: Option<String>,
    claims: Option<serde_json::Map<String, Value>>,
}

/// `POST /_sim/clock`.
#[derive(Debug, Deserialize)]
struct ClockOrder {
    /// Seconds by which the clock for token timestamps is ahead; negative if behind.
    skew_seconds: i32,
}

async fn list_accounts(State(idp): State<Idp>) -> Json<Value> {
    let accounts: Vec<Value> = idp.state.read().accounts.all().iter().map(shown).collect();
    Json(json!({ "accounts": accounts }))
}

async fn create_account(State(idp): State<Idp>, Json(order): Json<AccountOrder>) -> Response {
    let new = NewAccount {
        sub: order.sub.unwrap_or_else(|| idp.random.guid()),
        email: order.email,
        email_verified: order.email_verified.unwrap_or(true),
        name: order.name,
        idp: order.idp,
        claims: order.claims,
        password: order.password.map(|password| (password, idp.random.salt())),
    };
    match idp.state.change(|state| state.accounts.add(new, idp.now())) {
        Ok(account) => (StatusCode::CREATED, Json(shown(&account))).into_response(),
        Err(Taken) => {
            (StatusCode::CONFLICT, Json(json!({"message": "this e-mail or subject has an account"}))).into_response()
        }
    }
}

async fn change_account(
    State(idp): State<Idp>,
    Path(sub): Path<String>,
    Json(change): Json<AccountChange>,
) -> Response {
    let changed = idp.state.change(|state| {
        let account = state.accounts.by_sub_mut(&sub)?;
        account.email = change.email.unwrap_or_else(|| account.email.clone());
        account.email_verified = change.email_verified.unwrap_or(account.email_verified);
        account.name = change.name.unwrap_or_else(|| account.name.clone());
        account.claims = change.claims.unwrap_or_else(|| account.claims.clone());
        Some(shown(account))
    });
    changed.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |account| Json(account).into_response())
}

async fn register_client(State(idp): State<Idp>, Json(client): Json<Client>) -> StatusCode {
    idp.register(client);
    StatusCode::CREATED
}

/// Signs with a new key from now on. Old keys remain published until `/_sim/drop-old-keys`.
async fn rotate_keys(State(idp): State<Idp>) -> Response {
    // Generated outside the lock, because it takes a while.
    match SigningKey::generate() {
        Ok(key) => {
            idp.state.change(|state| state.keys.rotate(key));
            kids(&idp)
        }
        Err(error) => failed(&error),
    }
}

async fn drop_old_keys(State(idp): State<Idp>) -> Response {
    idp.state.change(|state| state.keys.drop_old());
    kids(&idp)
}

async fn set_clock(State(idp): State<Idp>, Json(order): Json<ClockOrder>) -> StatusCode {
    idp.state.change(|state| state.skew = SignedDuration::from_secs(i64::from(order.skew_seconds)));
    StatusCode::NO_CONTENT
}

async fn list_rules(State(idp): State<Idp>) -> Json<Value> {
    Json(json!({ "rules": idp.state.read().corruptions.list() }))
}

async fn add_rule(State(idp): State<Idp>, Json(rule): Json<Rule>) -> (StatusCode, Json<Rule>) {
    idp.state.change(|state| state.corruptions.add(rule));
    (StatusCode::CREATED, Json(rule))
}

async fn clear_rules(State(idp): State<Idp>) -> StatusCode {
    idp.state.change(|state| state.corruptions.clear());
    StatusCode::NO_CONTENT
}

fn kids(idp: &Idp) -> Response {
    let kids = idp.state.read().keys.kids();
    Json(json!({ "signing": kids.last(), "published": kids })).into_response()
}

fn failed(error: &KeyError) -> Response {
    tracing::error!(%error, "the keys could not be rotated");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// An account without its password.
fn shown(account: &Account) -> Value {
    json!({
        "sub": account.sub,
        "email": account.email,
        "email_verified": account.email_verified,
        "name": account.name,
        "idp": account.idp,
        "created_at": account.created_at,
    })
}
