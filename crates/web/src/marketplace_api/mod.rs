//! The marketplace API, called by a marketplace's platform: `/API/Accounts/…` in any letter case, below the prefix of
//! the marketplace (`M18`).
//!
//! Every response has HTTP status 200 and a code in the body, because the platform treats any other status as a broken
//! connection. Requests and responses are stored for staff, without secrets.

mod answer;
mod entry;
mod request;

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_json::Value;
use tessera_core::kernel::ids::CallId;
use tessera_core::marketplace::call::{self, Call, Operation};
use tessera_core::marketplace::{Code, MarketplaceError};
use tessera_hub::marketplace::{Answer, MarketplaceConfig, Order};

use crate::App;
use crate::auth::route_access::{Route, Rule};
use crate::extract::client_addr::ClientAddr;
use crate::extract::limits::{MAX_BODY, MAX_DISCARDED_BODY};
use crate::respond::page;

pub(crate) use answer::body as answer_body;
pub(crate) use request::{AccountBody, read};

/// The path between a marketplace's prefix and the operation.
const BASE: &str = "/api/accounts/";

/// The routes below the prefix of each marketplace. They are matched only if no other route is.
pub(crate) fn declared() -> impl Iterator<Item = Route> {
    Operation::ALL.into_iter().map(|operation| Route {
        method: if operation == Operation::SyncOptions { Method::GET } else { Method::POST },
        path: format!("/API/Accounts/{}", operation.as_str()),
        rule: Rule::Marketplace,
    })
}

/// Whether the path belongs to the marketplace API.
pub(crate) fn serves(app: &App, path: &str) -> bool {
    app.hub.config.marketplaces.iter().any(|marketplace| operation_of(marketplace, path).is_some())
}

/// The operation's name in a path below the marketplace's prefix.
fn operation_of<'a>(marketplace: &MarketplaceConfig, path: &'a str) -> Option<&'a str> {
    let (prefix, rest) = path.split_at_checked(marketplace.prefix.len())?;
    let (base, operation) = rest.split_at_checked(BASE.len())?;
    let fits = prefix.eq_ignore_ascii_case(&marketplace.prefix) && base.eq_ignore_ascii_case(BASE);
    fits.then(|| operation.trim_end_matches('/'))
}

/// Handles requests that match no other route: a call of the marketplace API, or a 404.
pub(crate) async fn or_not_found(State(app): State<App>, OriginalUri(uri): OriginalUri, request: Request) -> Response {
    if !serves(&app, uri.path()) {
        return page::not_found(&uri);
    }
    serve(&app, uri.path(), request).await
}

/// The same for paths that exist with other methods only.
pub(crate) async fn or_not_allowed(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    if !serves(&app, uri.path()) {
        return page::method_not_allowed(request.method(), &uri);
    }
    serve(&app, uri.path(), request).await
}

/// Handles a call. The caller is authenticated before anything of the body is stored.
async fn serve(app: &App, path: &str, request: Request) -> Response {
    let (began, at) = (Instant::now(), app.hub.env.now());
    let (parts, body) = request.into_parts();
    let below = app.hub.config.marketplaces.iter().filter_map(|it| Some((it, operation_of(it, path)?)));
    let (candidates, names): (Vec<&MarketplaceConfig>, Vec<&str>) = below.unzip();
    let name = names.first().copied().unwrap_or_default();
    let answered = match entry::admit(&candidates, &parts.headers) {
        Err(refusal) => turn_away(app, parts, body, refusal).await,
        Ok(marketplace) => match take(body).await {
            Ok(body) => answer(app, marketplace, &parts.method, name, &body, began, at).await,
            Err(unread) => {
                let answer = Answer::Refused(unread.error());
                let (operation, request) = (Operation::parse(name), call::left_out(unread.size()));
                let note = Note { marketplace, operation, account: None, is_test: false, request };
                keep_alone(app, note.call(app, &answer, began, at)).await;
                answer
            }
        },
    };
    respond(&answer::body(&answered))
}

/// Answers an unauthenticated call. It is not stored among the calls of the marketplaces.
async fn turn_away(app: &App, mut parts: Parts, body: Body, refusal: MarketplaceError) -> Answer {
    let Ok(ClientAddr(address)) = ClientAddr::from_request_parts(&mut parts, app).await;
    let code = refusal.code.number();
    tracing::warn!(place = address, code, "a call to the marketplace's face was not let in");
    discard(body).await;
    Answer::Refused(refusal)
}

/// Handles an authenticated call.
async fn answer(
    app: &App,
    marketplace: &MarketplaceConfig,
    method: &Method,
    name: &str,
    body: &[u8],
    began: Instant,
    at: Timestamp,
) -> Answer {
    let operation = Operation::parse(name);
    let asked = match (operation, method) {
        (Some(Operation::SyncOptions), &Method::GET) => Ok(AccountBody::Options),
        (Some(operation), &Method::POST) if operation != Operation::SyncOptions => read(operation, body),
        _ => Err(MarketplaceError::new(Code::UnknownOperation, format!("{method} {name}"))),
    };
    let request = request::kept(body);
    let (account, is_test) = asked.as_ref().map(AccountBody::about).unwrap_or_default();
    let note = Note { marketplace, operation, account, is_test, request };
    let asked = match asked {
        Ok(asked) => asked,
        Err(refusal) => {
            let answer = Answer::Refused(refusal);
            keep_alone(app, note.call(app, &answer, began, at)).await;
            return answer;
        }
    };
    let keep = |answer: &Answer| note.call(app, answer, began, at);
    match &asked {
        AccountBody::Options => app.hub.sync_options(marketplace, &keep).await,
        AccountBody::Synchronize(request) => app.hub.carry_out(marketplace, Order::Synchronize(request), &keep).await,
        AccountBody::Exists(request) => app.hub.carry_out(marketplace, Order::Exists(request), &keep).await,
        AccountBody::Delete(deletion) => app.hub.carry_out(marketplace, Order::Delete(deletion), &keep).await,
    }
}

/// Facts about a call that are known before it is answered.
struct Note<'a> {
    marketplace: &'a MarketplaceConfig,
    operation: Option<Operation>,
    account: Option<String>,
    is_test: bool,
    request: String,
}

impl Note<'_> {
    fn call(&self, app: &App, answer: &Answer, began: Instant, at: Timestamp) -> Call {
        Call {
            id: CallId(app.hub.env.uuid()),
            marketplace: self.marketplace.name.clone(),
            operation: self.operation,
            account_id: self.account.as_deref().or(answer.account()).map(ToOwned::to_owned),
            at,
            micros: i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX),
            code: answer.code(),
            is_test: self.is_test,
            request: self.request.clone(),
            answer: call::redacted(answer::body(answer)),
        }
    }
}

async fn keep_alone(app: &App, call: Call) {
    if let Err(error) = app.hub.keep_call(&call).await {
        tracing::error!(%error, "a marketplace's call could not be written down");
    }
}

/// A body that could not be read, with the number of bytes received.
enum Unread {
    TooLarge(usize),
    BrokeOff(usize),
}

impl Unread {
    fn error(&self) -> MarketplaceError {
        match self {
            Self::TooLarge(_) => MarketplaceError::new(Code::TooLarge, MAX_BODY.to_string()),
            Self::BrokeOff(_) => MarketplaceError::new(Code::NotJson, "it broke off"),
        }
    }

    const fn size(&self) -> usize {
        match self {
            Self::TooLarge(size) | Self::BrokeOff(size) => *size,
        }
    }
}

/// Reads a body up to the limit. A larger body is read and discarded, because a sender whose connection is closed early
/// does not receive the error.
async fn take(body: Body) -> Result<Bytes, Unread> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    let mut stream = body.into_data_stream();
    while let Some(piece) = stream.next().await {
        let Ok(piece) = piece else { return Err(Unread::BrokeOff(seen)) };
        seen += piece.len();
        if seen <= MAX_BODY {
            kept.extend_from_slice(&piece);
        } else if seen > MAX_DISCARDED_BODY {
            break;
        }
    }
    if seen <= MAX_BODY { Ok(kept.into()) } else { Err(Unread::TooLarge(seen)) }
}

/// Discards a body, up to a limit, so that its sender receives the response.
async fn discard(body: Body) {
    let (mut seen, mut stream) = (0, body.into_data_stream());
    while let Some(Ok(piece)) = stream.next().await {
        seen += piece.len();
        if seen > MAX_BODY {
            break;
        }
    }
}

fn respond(body: &Value) -> Response {
    let mut response = body.to_string().into_response();
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
