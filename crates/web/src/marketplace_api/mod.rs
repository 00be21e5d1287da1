//! The marketplace API, called by a marketplace's platform: `/API/Accounts/…` in any letter case, below the prefix of
//! the marketplace (`M18`).
//!
//! Every response has HTTP status 200 and a code in the body, because the platform treats any other status as a broken
//! connection. Requests and responses are stored for staff, without secrets.

mod entry;
mod request;

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use tessera_core::marketplace::call::{self, Operation};
use tessera_core::marketplace::{Answer, Code, MarketplaceError};
use tessera_hub::marketplace::{IncomingCall, MarketplaceConfig, Order, Reply};

use crate::App;
use crate::auth::route_access::{Route, Rule};
use crate::extract::client_addr::ClientAddr;
use crate::extract::limits::{MAX_BODY, MAX_DISCARDED_BODY};
use crate::respond::page;

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
    let marketplace = match entry::admit(&candidates, &parts.headers) {
        Ok(marketplace) => marketplace,
        Err(error) => return turn_away(app, parts, body, error).await,
    };
    let operation = Operation::parse(name);
    let call = |request| IncomingCall { marketplace, operation, account_id: None, is_test: false, request, at, began };
    let reply = match take(body).await {
        Ok(body) => answer(app, call(request::kept(&body)), &parts.method, name, &body).await,
        Err(unread) => app.hub.reject_call(&call(call::left_out(unread.size())), unread.error()).await,
    };
    respond(reply.body)
}

/// Answers an unauthenticated call. It is not stored among the calls of the marketplaces.
async fn turn_away(app: &App, mut parts: Parts, body: Body, error: MarketplaceError) -> Response {
    let Ok(ClientAddr(address)) = ClientAddr::from_request_parts(&mut parts, app).await;
    let code = error.code.number();
    tracing::warn!(place = address, code, "a call to the marketplace's face was not let in");
    discard(body).await;
    respond(Answer::Refused(error).body().to_string())
}

/// Handles an authenticated call.
async fn answer(app: &App, call: IncomingCall<'_>, method: &Method, name: &str, body: &[u8]) -> Reply {
    let asked = match (call.operation, method) {
        (Some(Operation::SyncOptions), &Method::GET) => Ok(AccountBody::Options),
        (Some(operation), &Method::POST) if operation != Operation::SyncOptions => read(operation, body),
        _ => Err(MarketplaceError::new(Code::UnknownOperation, format!("{method} {name}"))),
    };
    let asked = match asked {
        Ok(asked) => asked,
        Err(error) => return app.hub.reject_call(&call, error).await,
    };
    let (account_id, is_test) = asked.about();
    let call = IncomingCall { account_id, is_test, ..call };
    match &asked {
        AccountBody::Options => app.hub.sync_options(&call).await,
        AccountBody::Synchronize(request) => app.hub.carry_out(&call, Order::Synchronize(request)).await,
        AccountBody::Exists(request) => app.hub.carry_out(&call, Order::Exists(request)).await,
        AccountBody::Delete(deletion) => app.hub.carry_out(&call, Order::Delete(deletion)).await,
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

fn respond(body: String) -> Response {
    let mut response = body.into_response();
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
