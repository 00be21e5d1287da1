//! A form that is sent twice, by a double click, a reload or a repeated request, is carried out once.
//!
//! Every page adds a key to its forms (`pages::forms`). Key, path and content identify what was sent. The first request
//! claims it; a repeated one waits for the first, and is led to the page that the first one led to. A form that was
//! rejected or failed, or whose answer starts a session, is not kept: it may be sent again. What tells is the status, the
//! message that the answer leaves for the next page, and else the mark of [`not_carried_out`].

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tessera_hub::{FormClaim, hash};
use tracing::Instrument as _;
use url::form_urlencoded;

use crate::auth::session_cookie::Kind;
use crate::extract::client_addr::ClientAddr;
use crate::extract::limits::MAX_BODY;
use crate::locale::text;
use crate::middleware::request_id::ServiceRequestId;
use crate::pages::Flash;
use crate::pages::forms::{KEY, has_effect};
use crate::pages::problem::Problem;
use crate::respond::page::{chrome, home_of, page_with, redirect_with};
use crate::{App, PageError, locale};

/// Maximum number of forms of one client address in a minute that are claimed. Each claim is written before anyone knows who sends
/// the form, so that more of them, which nobody fills in, are carried out without one.
const CLAIMED: u32 = 1200;

/// How often a repeated request looks whether the first one is done, and for how many times.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS: u32 = 100;

/// The key of the form that a request sends.
#[derive(Debug, Clone)]
struct FormKey(String);

/// A form as it was sent: a hash of its key, path and content. `None`: it has no key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SentForm(pub Option<[u8; 32]>);

impl<S: Sync> FromRequestParts<S> for SentForm {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self(None)))
    }
}

/// Marks the answer to a form that was not carried out: it was refused or failed, it only shows the form again, for example with
/// another line, or it leads to what has to be done first, such as to sign in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotCarriedOut;

/// Marks the answer to a form that was not carried out.
pub(crate) fn not_carried_out(mut answer: Response) -> Response {
    answer.extensions_mut().insert(NotCarriedOut);
    answer
}

/// Takes the key out of the address of a form, so that no handler sees it.
pub(crate) fn take_key(request: &mut Request) {
    let path = request.uri().path();
    let forms = ["/portal/", "/console/", "/shop/", "/activate/", "/password/", "/register/", "/unsubscribe/"];
    if request.method() != Method::POST || !has_effect(path) || !forms.iter().any(|face| path.starts_with(face)) {
        return;
    }
    let pairs = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let (keys, others): (Vec<_>, Vec<_>) = pairs.into_owned().partition(|(name, _)| name == KEY);
    let Some((_, key)) = keys.into_iter().next() else { return };
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish();
    let address = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let Ok(address) = address.parse::<Uri>() else { return };
    *request.uri_mut() = address;
    request.extensions_mut().insert(FormKey(key));
}

/// Carries a form out once.
pub(crate) async fn carry_out_once(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(FormKey(key)) = request.extensions().get::<FormKey>().cloned() else { return next.run(request).await };
    let (mut parts, body) = request.into_parts();
    let Ok(address) = ClientAddr::from_request_parts(&mut parts, &app).await;
    if !app.forms.take(&address.network(), CLAIMED, app.hub.env.now()) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let (content, body) = match content(&parts, body).await {
        Ok(read) => read,
        Err(status) => return status.into_response(),
    };
    let form = Form { app, headers: parts.headers.clone(), uri: parts.uri.clone(), is_compared: content.is_some() };
    let sent = content.unwrap_or_default();
    let key = hash(&format!("form {key} {} {sent}", parts.uri.path()));
    parts.extensions.insert(SentForm(Some(key)));
    if let Some(repeated) = form.claim(&key, parts.extensions.get::<ServiceRequestId>()).await {
        return repeated;
    }
    // The browser closes the connection of the first request when the second one is sent, so this goes on without it.
    let carried_out = async move {
        let answer = next.run(Request::from_parts(parts, body)).await;
        form.settle(&key, End::of(&answer)).await;
        answer
    };
    let running = tokio::spawn(locale::carried(carried_out).in_current_span());
    running.await.unwrap_or_else(|_| PageError(StatusCode::INTERNAL_SERVER_ERROR).into_response())
}

/// The content of a form, and its body again. `None`: it has files, whose encoding differs each time.
async fn content(parts: &Parts, body: Body) -> Result<(Option<String>, Body), StatusCode> {
    let sent_as = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if sent_as.starts_with("multipart/") {
        return Ok((None, body));
    }
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    Ok((Some(String::from_utf8_lossy(&bytes).into_owned()), Body::from(bytes)))
}

/// A form that was sent.
struct Form {
    app: App,
    headers: HeaderMap,
    uri: Uri,
    /// Whether its content is part of its key.
    is_compared: bool,
}

impl Form {
    /// Claims the form. The answer, if it was sent before.
    async fn claim(&self, key: &[u8; 32], id: Option<&ServiceRequestId>) -> Option<Response> {
        for _ in 0..LOOKS {
            match self.app.hub.claim_form(key).await {
                Ok(FormClaim::First) => return None,
                Ok(FormClaim::Done(Some(to))) => {
                    let told = if self.is_compared {
                        text!("form-sent-twice")
                    } else {
                        // Another text or another file may have been sent the second time.
                        text!("form-sent-twice-as-first")
                    };
                    return Some(redirect_with(&self.app, &to, Some(&Flash::done(told))));
                }
                Ok(FormClaim::Done(None)) => return Some(self.sent_before(true, id)),
                Ok(FormClaim::UnderWay) => tokio::time::sleep(LOOK_EVERY).await,
                Err(error) => return Some(PageError::from(error).into_response()),
            }
        }
        Some(self.sent_before(false, id))
    }

    fn sent_before(&self, is_done: bool, id: Option<&ServiceRequestId>) -> Response {
        let path = self.uri.path();
        let usual = if path.starts_with("/shop") { "/shop" } else { "/portal/customer" };
        let home = home_of(path).unwrap_or_else(|| usual.to_owned());
        let id = id.map(|id| id.0.clone()).unwrap_or_default();
        let content = Problem::form_sent_before(id, is_done).with_home(&home);
        let chrome = chrome(&self.app, &self.headers, &self.uri, None);
        let status = StatusCode::CONFLICT;
        page_with(&self.app, &chrome, &content, status).unwrap_or_else(|_| status.into_response())
    }

    /// Notes what became of the form. If that fails, a repeated request says that it does not know.
    async fn settle(&self, key: &[u8; 32], end: End) {
        let settled = match end {
            End::Unknown => Ok(()),
            End::CarriedOut(to) => self.app.hub.form_done(key, to.as_deref()).await,
            End::NotCarriedOut => self.app.hub.release_form(key).await,
        };
        if let Err(error) = settled {
            tracing::warn!(%error, "it was not noted that a form was carried out");
        }
    }
}

/// What became of a form.
enum End {
    /// It was carried out, and led to this page, if it led to one.
    CarriedOut(Option<String>),
    /// It was rejected, or is carried out whenever it is sent.
    NotCarriedOut,
    /// The database did not confirm the change, so it may have been made.
    Unknown,
}

impl End {
    fn of(answer: &Response) -> Self {
        if answer.status() == StatusCode::GATEWAY_TIMEOUT {
            Self::Unknown
        } else if is_carried_out(answer) {
            Self::CarriedOut(kept_location(answer).map(ToOwned::to_owned))
        } else {
            Self::NotCarriedOut
        }
    }
}

/// Whether the form had its effect. An answer with a session is not kept, so such a form is carried out again. A message
/// and the mark of a known browser, which a new password brings, are no session.
fn is_carried_out(answer: &Response) -> bool {
    let harmless = [Kind::Flash.names(), Kind::Known.names()].concat();
    let mut cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let only_harmless = cookies.all(|cookie| {
        cookie.to_str().is_ok_and(|cookie| harmless.iter().any(|name| cookie.starts_with(&format!("{name}="))))
    });
    let status = answer.status();
    (status.is_success() || status.is_redirection())
        && only_harmless
        && answer.extensions().get::<NotCarriedOut>().is_none()
}

/// The page that the answer leads to. Addresses elsewhere, and links that are secrets, are not kept.
fn kept_location(answer: &Response) -> Option<&str> {
    let to = answer.headers().get(header::LOCATION)?.to_str().ok()?;
    ["/portal/", "/console", "/shop", "/activation"].iter().any(|face| to.starts_with(face)).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(method: Method, address: &str) -> (Option<String>, String) {
        let mut request = Request::builder().method(method).uri(address).body(Body::empty()).unwrap();
        take_key(&mut request);
        (request.extensions().get::<FormKey>().map(|key| key.0.clone()), request.uri().to_string())
    }

    #[test]
    fn h04_the_key_of_a_form_is_taken_out_of_its_address() {
        let some = |key: &str| Some(key.to_owned());
        assert_eq!(
            taken(Method::POST, "/portal/customer/returns?once=k"),
            (some("k"), "/portal/customer/returns".into())
        );
        assert_eq!(
            taken(Method::POST, "/console/places?a=1&once=k&b=2"),
            (some("k"), "/console/places?a=1&b=2".into())
        );
        for (method, address) in [
            (Method::GET, "/portal/customer/returns?once=k"),
            (Method::POST, "/api/v1/places?once=k"),
            (Method::POST, "/portal/customer/sign-in?once=k"),
            (Method::POST, "/console/places"),
        ] {
            assert_eq!(taken(method, address), (None, address.to_owned()));
        }
    }
}
