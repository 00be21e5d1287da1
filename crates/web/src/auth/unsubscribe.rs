//! Unsubscribing from notifications without signing in: by the link in such an e-mail, or by a mail program that sends the
//! form itself (RFC 8058).

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};

use super::home;
use crate::App;
use crate::locale::text;
use crate::pages::auth::{LinkDead, Unsubscribe};
use crate::respond::page::{Answer, chrome, page, page_with};
use tessera_core::access::Portal;

/// Shows the form. Read-only, because mail scanners open links too.
pub(crate) async fn form(
    State(app): State<App>,
    Path(token): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    match app.hub.subscriber(&token).await? {
        Some(subscriber) => show(&app, &headers, &uri, subscriber.is_notified),
        None => unknown(&app, &headers, &uri),
    }
}

/// Ends the notifications. A mail program sends no cookie, follows no redirect, and may send the form twice.
pub(crate) async fn unsubscribe(
    State(app): State<App>,
    Path(token): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    if app.hub.unsubscribe(&token).await? {
        return show(&app, &headers, &uri, false);
    }
    unknown(&app, &headers, &uri)
}

fn show(app: &App, headers: &HeaderMap, uri: &Uri, is_notified: bool) -> Answer {
    let content = Unsubscribe {
        action: is_notified.then(|| uri.path().to_owned()),
        profile_url: format!("{}/profile", home(Portal::Customer)),
    };
    page(app, &chrome(app, headers, uri, None), &content)
}

fn unknown(app: &App, headers: &HeaderMap, uri: &Uri) -> Answer {
    let content = LinkDead {
        title: text!("auth-link-unknown"),
        explanation: text!("auth-unsubscribe-unknown-why"),
        label: text!("auth-unsubscribe-profile"),
        url: format!("{}/profile", home(Portal::Customer)),
    };
    page_with(app, &chrome(app, headers, uri, None), &content, StatusCode::NOT_FOUND)
}
