//! Staff sign-in with a local account. Failed attempts are limited by client address and by login.

use axum::extract::{Form, OriginalUri, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tessera_hub::StaffSignInOutcome;

use crate::App;
use crate::auth::caller::Staff;
use crate::auth::session_cookie::{self, Kind};
use crate::extract::client_addr::ClientAddr;
use crate::pages::console::StaffSignIn;
use crate::respond::page::{Answer, PageError, append_cookie, chrome, page_with};

/// Maximum number of failed attempts per minute and client address, which colleagues may share.
const PER_PLACE: u32 = 10;
/// Maximum number of failed attempts per minute and login, from any address.
const PER_LOGIN: u32 = 5;
/// Maximum length of login and password. Longer ones are never valid and would only cost computing time.
const MAX_LENGTH: usize = 256;

const HOME: &str = "/console";
const WRONG: &str = "Login and password do not match. Check both and try again.";
const TOO_MANY: &str = "There were too many failed tries. Wait a minute, then try again.";

/// The submitted form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    login: String,
    password: String,
    return_to: Option<String>,
}

pub(super) async fn form(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(form): Query<Credentials>,
) -> Answer {
    show(&app, &headers, &uri, &Credentials { login: String::new(), ..form }, None, StatusCode::OK)
}

pub(super) async fn sign_in(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ClientAddr(address): ClientAddr,
    Form(form): Form<Credentials>,
) -> Answer {
    let login: String = form.login.trim().chars().take(MAX_LENGTH).collect();
    let (place, account) = (format!("staff place {address}"), format!("staff login {}", login.to_lowercase()));
    let is_blocked = async || {
        let now = app.hub.env.now();
        app.throttle.is_blocked(&place, PER_PLACE, now).await || app.throttle.is_blocked(&account, PER_LOGIN, now).await
    };
    if is_blocked().await {
        return too_many(&app, &headers, &uri, &form);
    }
    let outcome = if form.password.len() > MAX_LENGTH {
        StaffSignInOutcome::Wrong
    } else {
        app.hub.sign_in_staff(&login, &form.password).await?
    };
    // Checked a second time, because parallel attempts may all pass the first check. Once too many have failed, none of
    // them learns whether its password was right.
    let blocked = is_blocked().await;
    match outcome {
        StaffSignInOutcome::In(token) if blocked => {
            app.hub.close_session(&token).await?;
            too_many(&app, &headers, &uri, &form)
        }
        StaffSignInOutcome::In(token) => {
            let mut response = Redirect::to(&inside(form.return_to.as_deref())).into_response();
            append_cookie(&mut response, &session_cookie::cookie(&app, Kind::Staff, token));
            Ok(response)
        }
        StaffSignInOutcome::Wrong => {
            let now = app.hub.env.now();
            let exceeds = app.throttle.failed(&place, now).await > PER_PLACE;
            let exceeds = app.throttle.failed(&account, now).await > PER_LOGIN || exceeds;
            if blocked || exceeds {
                return too_many(&app, &headers, &uri, &form);
            }
            show(&app, &headers, &uri, &form, Some(WRONG), StatusCode::FORBIDDEN)
        }
    }
}

pub(super) async fn sign_out(State(app): State<App>, _staff: Staff, headers: HeaderMap) -> Result<Response, PageError> {
    if let Some(token) = session_cookie::read(&app, &headers, Kind::Staff) {
        app.hub.close_session(&token).await?;
    }
    let mut response = Redirect::to("/console/sign-in").into_response();
    append_cookie(&mut response, &session_cookie::removal(&app, Kind::Staff));
    Ok(response)
}

fn too_many(app: &App, headers: &HeaderMap, uri: &Uri, form: &Credentials) -> Answer {
    let mut response = show(app, headers, uri, form, Some(TOO_MANY), StatusCode::TOO_MANY_REQUESTS)?;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    Ok(response)
}

fn show(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    form: &Credentials,
    error: Option<&str>,
    status: StatusCode,
) -> Answer {
    let content = StaffSignIn {
        action: "/console/sign-in".to_owned(),
        login: form.login.chars().take(MAX_LENGTH).collect(),
        error: error.map(ToOwned::to_owned),
        return_to: form.return_to.as_deref().map(|path| inside(Some(path))),
    };
    page_with(app, &chrome(app, headers, uri, None), &content, status)
}

/// Returns `path` if it is in the console, and the console's home page otherwise.
fn inside(path: Option<&str>) -> String {
    let within = |path: &&str| {
        let rest = path.strip_prefix(HOME);
        let ours = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        ours && !path.chars().any(|c| c.is_control() || c == '\\')
    };
    path.filter(within).unwrap_or(HOME).to_owned()
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn return_addresses_stay_in_the_console() {
        for ours in ["/console", "/console?q=meyer", "/console/reviews"] {
            assert_eq!(inside(Some(ours)), ours);
        }
        for elsewhere in
            ["", "/", "/consoles", "//console", "https://evil.example/console", "/console\\x", "/console/\n"]
        {
            assert_eq!(inside(Some(elsewhere)), "/console", "{elsewhere}");
        }
    }
}
