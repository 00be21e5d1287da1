//! Account recovery without support, and one-time links for choosing a password.

use axum::extract::{Form, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use tessera_core::access::Portal;
use tessera_core::credentials::OneTimeLinkError;
use tessera_core::credentials::password::PasswordError;
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons::Person;

use super::{Browser, NamedPortal, attempts, home};
use crate::App;
use crate::extract::link_token::LinkToken;
use crate::locale::{Arg, rejected, text};
use crate::middleware::shared_rate_limit::Guess;
use crate::pages::Flash;
use crate::pages::auth::{ChoosePassword, Forgot, LinkDead};
use crate::respond::page::{Answer, append_cookie, chrome, page_with, redirect_with};

/// Maximum number of new passwords per person within 15 minutes.
const NEW_PASSWORDS: u32 = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ForgotForm {
    login: String,
}

pub(crate) async fn forgot(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    show_forgot(&app, portal, &headers, &uri, false, StatusCode::OK)
}

/// The response and its timing are the same for known and unknown accounts: a job does the look-up.
pub(crate) async fn ask(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    browser: Browser,
    Form(form): Form<ForgotForm>,
) -> Answer {
    if browser.asks_too_often(&app, app.hub.env.now()).await {
        return show_forgot(&app, portal, &headers, &uri, false, StatusCode::TOO_MANY_REQUESTS);
    }
    app.hub.request_password_link(&form.login).await?;
    show_forgot(&app, portal, &headers, &uri, true, StatusCode::OK)
}

fn show_forgot(app: &App, portal: Portal, headers: &HeaderMap, uri: &Uri, sent: bool, status: StatusCode) -> Answer {
    let home = home(portal);
    let content = Forgot {
        action: format!("{home}/forgot"),
        sent,
        sign_in_url: format!("{home}/sign-in"),
        too_many: status == StatusCode::TOO_MANY_REQUESTS,
    };
    page_with(app, &chrome(app, headers, uri, None), &content, status)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewPassword {
    pub(crate) password: String,
    pub(crate) again: String,
}

/// An error message if the two entries of the new password differ.
pub(crate) fn differ(form: &NewPassword) -> Option<String> {
    (form.password != form.again).then(|| text!("auth-passwords-differ"))
}

/// Shows the form. Read-only, because mail scanners open links too.
pub(crate) async fn open(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    match app.hub.open_one_time_link(&token).await? {
        Ok(opening) => show_choice(&app, &headers, &uri, &opening.person.person_id, None),
        Err(refusal) => dead(&app, &headers, &uri, refusal),
    }
}

pub(crate) async fn choose(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form<NewPassword>,
) -> Answer {
    let opening = match app.hub.open_one_time_link(&token).await? {
        Ok(opening) => opening,
        Err(refusal) => return dead(&app, &headers, &uri, refusal),
    };
    let person_id = opening.person.person_id.clone();
    if let Some(error) = differ(&form) {
        return show_choice(&app, &headers, &uri, &person_id, Some(error));
    }
    let Some(turn) = hashing_turn(&app, opening.person.id).await else {
        let error = text!("auth-password-often");
        return show_choice(&app, &headers, &uri, &person_id, Some(error));
    };
    let set = app.hub.set_password_by_link(&token, &form.password).await;
    match turn.settle(set, |_| false).await {
        Ok(Ok(person)) => {
            let flash = Flash::done(text!("auth-password-set-sign-in", person_id = Arg::shown(&person.person_id)));
            let to = match sign_in_to_shop(&app, &person) {
                Some(to) => to,
                None => format!("{}/sign-in", home(door_of(&person))),
            };
            let mut response = redirect_with(&app, &to, Some(&flash));
            // The person has access to the mailbox, so this browser counts as known.
            append_cookie(&mut response, &attempts::mark(&app, &person.person_id));
            Ok(response)
        }
        Ok(Err(refusal)) => dead(&app, &headers, &uri, refusal),
        Err(error) if error.rejection::<PasswordError>().is_some() => {
            let error = text!("auth-password-not-taken", error = rejected(&error.to_string()));
            show_choice(&app, &headers, &uri, &person_id, Some(error))
        }
        Err(error) => Err(error.into()),
    }
}

/// Counts a new password of a person before it is hashed, so that nobody fills the queue of those that wait to be hashed.
/// `None`: there were too many. Take it back with [`Guess::settle`] if nothing was hashed.
pub(crate) async fn hashing_turn(app: &App, person: PersonId) -> Option<Guess<'_>> {
    app.slow_throttle.guess(vec![(format!("new passwords {person}"), NEW_PASSWORDS)], app.hub.env.now()).await
}

/// Where someone signs in who signed up in the storefront: they go on with their order.
fn sign_in_to_shop(app: &App, person: &Person) -> Option<String> {
    app.hub.config.storefront.as_ref().filter(|_| person.licence.is_none())?;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", crate::storefront::CHECKOUT)
        .append_pair("login", &person.person_id)
        .finish();
    Some(format!("{}/sign-in?{query}", home(Portal::Customer)))
}

/// The first portal that the person's licence gives access to.
fn door_of(person: &Person) -> Portal {
    let opens = |portal: &Portal| person.licence.is_some_and(|licence| licence.opens(*portal));
    Portal::ALL.into_iter().find(opens).unwrap_or(Portal::Customer)
}

fn show_choice(app: &App, headers: &HeaderMap, uri: &Uri, person_id: &str, error: Option<String>) -> Answer {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let content = ChoosePassword { action: uri.path().to_owned(), person_id: person_id.to_owned(), error };
    page_with(app, &chrome(app, headers, uri, None), &content, status)
}

fn dead(app: &App, headers: &HeaderMap, uri: &Uri, refusal: OneTimeLinkError) -> Answer {
    let (title, explanation, status) = match refusal {
        OneTimeLinkError::Unknown => {
            (text!("auth-link-unknown"), text!("auth-link-unknown-why"), StatusCode::NOT_FOUND)
        }
        OneTimeLinkError::Used => (text!("auth-link-used"), text!("auth-link-used-why"), StatusCode::GONE),
        OneTimeLinkError::Expired => (text!("auth-link-expired"), text!("auth-link-expired-why"), StatusCode::GONE),
        OneTimeLinkError::Dead => (text!("auth-link-over"), text!("auth-link-over-why"), StatusCode::GONE),
    };
    let content = LinkDead {
        title,
        explanation,
        label: text!("auth-link-new"),
        url: format!("{}/forgot", home(Portal::Customer)),
    };
    page_with(app, &chrome(app, headers, uri, None), &content, status)
}
