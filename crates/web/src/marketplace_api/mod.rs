//! The marketplace API, called by a marketplace's platform: `/API/Accounts/…` in any letter case, below the prefix of
//! the marketplace (`M18`).
//!
//! Every response has HTTP status 200 and a code in the body, because the platform treats any other status as a broken
//! connection. Requests and responses are stored for staff, without secrets.

mod address;
mod authentication;
mod request;

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use tessera_core::kernel::encoding::EncodingError;
use tessera_core::marketplace::call::{self, Operation};
use tessera_core::marketplace::{Answer, Code, MarketplaceError};
use tessera_hub::marketplace::{IncomingCall, Order, Reply};

use crate::App;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::extract::body::utf8;
use crate::extract::client_addr::ClientAddr;
use crate::extract::limits::{MAX_BODY, MAX_DISCARDED_BODY};

pub(crate) use address::{Address, direct};
#[cfg(feature = "fuzzing")]
pub(crate) use request::kept;
pub(crate) use request::{AccountBody, read};

/// The routes of the operations. Each takes every method, because another status than 200 is a broken connection.
pub(crate) fn routes() -> Routes {
    let known = Operation::ALL.into_iter().map(Some);
    known.chain([None]).fold(Routes::of(Rule::Marketplace), |routes, operation| {
        let method = if operation == Some(Operation::SyncOptions) { get(serve) } else { post(serve) };
        routes.route(address::route(operation), method.otherwise(serve))
    })
}

/// Handles a call. The caller is authenticated before anything of the body is read.
async fn serve(State(app): State<App>, address: Address, request: Request) -> Response {
    let (began, at) = (Instant::now(), app.hub.env.now());
    let (parts, body) = request.into_parts();
    let marketplace = match authentication::admit(&address.marketplaces(&app), &parts.headers) {
        Ok(marketplace) => marketplace,
        Err(error) => return turn_away(&app, parts, body, error).await,
    };
    let operation = address.operation();
    let call = |request| IncomingCall { marketplace, operation, account_id: None, is_test: false, request, at, began };
    let reply = match take(&parts.headers, body).await {
        Ok(body) => answer(&app, call(request::kept(&body)), &parts.method, &address.name, &body).await,
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
        (Some(Operation::SyncOptions), &Method::GET | &Method::HEAD) => Ok(AccountBody::Options),
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
    Encoded(usize, EncodingError),
}

impl Unread {
    fn error(&self) -> MarketplaceError {
        match self {
            Self::TooLarge(_) => MarketplaceError::new(Code::TooLarge, MAX_BODY.to_string()),
            Self::BrokeOff(_) => MarketplaceError::new(Code::NotJson, "it broke off"),
            Self::Encoded(_, error) => MarketplaceError::new(Code::NotJson, error.to_string()),
        }
    }

    const fn size(&self) -> usize {
        match self {
            Self::TooLarge(size) | Self::BrokeOff(size) | Self::Encoded(size, _) => *size,
        }
    }
}

/// Reads a body up to the limit, in UTF-8. A larger body is read and discarded, because a sender whose connection is closed early
/// does not receive the error.
async fn take(headers: &HeaderMap, body: Body) -> Result<Bytes, Unread> {
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
    if seen > MAX_BODY {
        return Err(Unread::TooLarge(seen));
    }
    utf8(headers, &kept.into()).map_err(|error| Unread::Encoded(seen, error))
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
