//! Staff sign-in with a local account. Attempts are counted before the password is checked: by client address and by login, so that
//! guesses elsewhere keep nobody out of a browser in which they have signed in before.

use axum::extract::{Form, OriginalUri, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::Cookie;
use serde::Deserialize;
use tessera_core::invitations::ActivationError;
use tessera_hub::{CompanyEntry, Purpose, SignedIn, StaffSignInOutcome, random_token};

use crate::App;
use crate::auth::callback::{BeginFailed, begin};
use crate::auth::caller::Staff;
use crate::auth::session_cookie::{self, Kind};
use crate::extract::client_addr::ClientAddr;
use crate::pages::console::{CompanyChoice, StaffSignIn};
use crate::respond::page::{Answer, PageError, append_cookie, chrome, page_with};

/// Maximum number of failed attempts per minute and client address, which colleagues may share.
const PER_PLACE: u32 = 10;
/// Maximum number of failed attempts per minute for a login from one client address, or from a known browser.
const PER_LOGIN_AND_PLACE: u32 = 5;
/// Maximum number of failed attempts per minute and login, over all unknown browsers.
const PER_LOGIN: u32 = 10;
/// Maximum length of login and password. Longer ones are never valid and would only cost computing time.
const MAX_LENGTH: usize = 256;

const HOME: &str = "/console";
const WRONG: &str = "Login and password do not match. Check both and try again.";
const TOO_MANY: &str = "There were too many failed attempts. Wait a minute, then try again.";

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
    address: ClientAddr,
    Form(form): Form<Credentials>,
) -> Answer {
    let login: String = form.login.trim().chars().take(MAX_LENGTH).collect();
    let known = known(&app, &headers, &login);
    let limits = if let Some(browser) = &known {
        vec![(format!("staff known {browser}"), PER_LOGIN_AND_PLACE)]
    } else {
        let (account, network) = (login.to_lowercase(), address.network());
        vec![
            (format!("staff at {network}, login {account}"), PER_LOGIN_AND_PLACE),
            (format!("staff place {network}"), PER_PLACE),
            (format!("staff login {account}"), PER_LOGIN),
        ]
    };
    let Some(guess) = app.throttle.guess(limits, app.hub.env.now()).await else {
        return too_many(&app, &headers, &uri, &form);
    };
    let outcome = if form.password.len() > MAX_LENGTH {
        Ok(StaffSignInOutcome::Wrong)
    } else {
        app.hub.sign_in_staff(&login, &form.password, known.is_some()).await
    };
    match guess.settle(outcome, |outcome| matches!(outcome, StaffSignInOutcome::In(_))).await? {
        StaffSignInOutcome::In(token) => {
            let mut response = Redirect::to(&inside(form.return_to.as_deref())).into_response();
            append_cookie(&mut response, &session_cookie::cookie(&app, Kind::Staff, token));
            append_cookie(&mut response, &mark(&app, &login));
            Ok(response)
        }
        StaffSignInOutcome::Wrong => show(&app, &headers, &uri, &form, Some(WRONG), StatusCode::FORBIDDEN),
    }
}

/// Begins a sign-in at the company's provider.
pub(super) async fn at_company(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
    Form(form): Form<Credentials>,
) -> Answer {
    let return_to = inside(form.return_to.as_deref());
    let provider = app.hub.company_provider().map(|provider| provider.name().to_owned());
    let Some(provider) = provider else { return Err(PageError::NOT_FOUND) };
    let purpose = Purpose::Staff { return_to: return_to.clone() };
    match begin(&app, &headers, &address, Some(&provider), purpose, false).await {
        Ok(response) => Ok(response),
        Err(BeginFailed::Refused(why)) => not_at_company(&app, &headers, &uri, why, &return_to),
        Err(BeginFailed::Page(error)) => Err(error),
    }
}

/// Lets someone in who comes back from the company's provider, or says why not and whom to ask.
pub(crate) async fn from_company(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    signed: &SignedIn,
    return_to: &str,
) -> Answer {
    match app.hub.enter_as_staff(signed).await? {
        CompanyEntry::In(token) => {
            let mut response = Redirect::to(&inside(Some(return_to))).into_response();
            append_cookie(&mut response, &session_cookie::cookie(app, Kind::Staff, token));
            Ok(response)
        }
        CompanyEntry::Refused(why) => {
            let company = app.hub.config.company_sign_in.as_ref();
            let contact = company.and_then(|company| company.contact.as_deref()).unwrap_or("an administrator");
            let error = format!("{why} Ask {contact} for access.");
            show_to(app, headers, uri, Some(return_to), &error, StatusCode::FORBIDDEN)
        }
    }
}

/// The sign-in page after a sign-in at the company's provider that did not succeed.
pub(crate) fn not_at_company(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    why: ActivationError,
    return_to: &str,
) -> Answer {
    let (error, status) = match why {
        ActivationError::SignInCancelled => ("You cancelled the sign-in. You can start again here.", StatusCode::OK),
        ActivationError::TooManyAttempts => (TOO_MANY, StatusCode::TOO_MANY_REQUESTS),
        ActivationError::ProviderUnavailable => (
            "Your company’s sign-in is not available at the moment. Try again in a few minutes.",
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        _ => ("The sign-in did not succeed. Start again here.", StatusCode::FORBIDDEN),
    };
    show_to(app, headers, uri, Some(return_to), error, status)
}

fn show_to(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    return_to: Option<&str>,
    error: &str,
    status: StatusCode,
) -> Answer {
    let form = Credentials { return_to: return_to.map(ToOwned::to_owned), ..Credentials::default() };
    show(app, headers, uri, &form, Some(error), status)
}

/// The id of a browser in which a member of staff has signed in with this login before, by its mark, which only the hub can
/// make.
fn known(app: &App, headers: &HeaderMap, login: &str) -> Option<String> {
    let mark = session_cookie::read(app, headers, Kind::KnownStaff)?;
    let (browser, mark) = mark.split_once('.')?;
    let login = login.to_lowercase();
    let is_ours = app.hub.config.secret_key.made(mark, |key| key.staff_browser_mark(&login, browser));
    is_ours.then(|| browser.to_owned())
}

fn mark(app: &App, login: &str) -> Cookie<'static> {
    let browser = random_token();
    let mark = app.hub.config.secret_key.staff_browser_mark(&login.to_lowercase(), &browser);
    session_cookie::lasting_cookie(app, Kind::KnownStaff, format!("{browser}.{mark}"))
}

pub(super) async fn sign_out(State(app): State<App>, _staff: Staff, headers: HeaderMap) -> Result<Response, PageError> {
    let mut response = Redirect::to("/console/sign-in").into_response();
    // The session of a person of the company is that of the portals.
    for kind in [Kind::Staff, Kind::Customer] {
        if let Some(token) = session_cookie::read(&app, &headers, kind) {
            app.hub.close_session(&token).await?;
            append_cookie(&mut response, &session_cookie::removal(&app, kind));
        }
    }
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
        company: app.hub.company_provider().map(|provider| CompanyChoice {
            action: "/console/sign-in/company".to_owned(),
            label: provider.display_name().to_owned(),
        }),
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
