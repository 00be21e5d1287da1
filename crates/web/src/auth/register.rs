//! Self-registration (`P12`). The response does not reveal whether the address is known; only the e-mail to its owner
//! does.

use axum::extract::{Form, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use jiff::Timestamp;
use serde::Deserialize;
use tessera_core::access::Portal;
use tessera_core::kernel::mask;
use tessera_core::persons::registration::{Application, Registration, RegistrationState};
use tessera_hub::HubError;

use super::{Browser, NamedPortal, home};
use crate::App;
use crate::extract::link_token::LinkToken;
use crate::locale::{rejected, text};
use crate::middleware::form_once::not_carried_out;
use crate::pages::auth::{ConfirmAddress, LinkDead, Register};
use crate::respond::page::{Answer, PageError, chrome, page, page_with};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RegistrationForm {
    name: String,
    email: String,
    message: String,
}

/// Self-registration is only for the customer portal, and only if the operator has enabled it.
fn open(app: &App, portal: Portal) -> Result<(), PageError> {
    let open = portal == Portal::Customer && app.hub.config.self_registration;
    if open { Ok(()) } else { Err(PageError::NOT_FOUND) }
}

fn filled(entries: &RegistrationForm) -> Register {
    let home = home(Portal::Customer);
    Register {
        action: format!("{home}/register"),
        sign_in_url: format!("{home}/sign-in"),
        name: entries.name.chars().take(400).collect(),
        email: entries.email.chars().take(400).collect(),
        message: entries.message.chars().take(2_000).collect(),
        ..Register::default()
    }
}

pub(crate) async fn form(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    open(&app, portal)?;
    page(&app, &chrome(&app, &headers, &uri, None), &filled(&RegistrationForm::default()))
}

pub(crate) async fn register(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    browser: Browser,
    Form(entries): Form<RegistrationForm>,
) -> Answer {
    open(&app, portal)?;
    let again = |error: String, status| {
        let content = Register { error: Some(error), ..filled(&entries) };
        page_with(&app, &chrome(&app, &headers, &uri, None), &content, status)
    };
    if browser.asks_too_often(&app, app.hub.env.now()).await {
        let error = text!("auth-forgot-there-were-too-many-tries");
        return again(error, StatusCode::TOO_MANY_REQUESTS);
    }
    let RegistrationForm { name, email, message } = &entries;
    let application =
        Application { name: name.clone(), email: email.clone(), message: message.clone(), for_shop: false };
    match app.hub.register(&application).await {
        Ok(()) => {
            let content = Register { sent: true, ..filled(&entries) };
            page(&app, &chrome(&app, &headers, &uri, None), &content)
        }
        Err(HubError::Rejected(rejection)) => again(
            text!("auth-register-not-sent", rejection = rejected(&rejection.to_string())),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn confirm_form(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.registration_of_link(&token).await?;
    let now = app.hub.env.now();
    match found {
        Some(it) if it.is_confirmable(now) || (it.for_shop && is_just_confirmed(&it, now)) => {
            let action = Some(uri.path().to_owned());
            let content = ConfirmAddress { action, name: it.name, email: mask::email(&it.email) };
            page(&app, &chrome(&app, &headers, &uri, None), &content)
        }
        Some(it) if it.state == RegistrationState::Waiting => {
            let content = ConfirmAddress { action: None, name: it.name, email: mask::email(&it.email) };
            page(&app, &chrome(&app, &headers, &uri, None), &content)
        }
        _ => late(&app, &headers, &uri),
    }
}

pub(crate) async fn confirm(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.registration_of_link(&token).await?;
    if found.is_some_and(|it| it.for_shop) {
        return match app.hub.confirm_sign_up(&token).await {
            // The link is a secret, so it is not kept with the form: who sends the form twice gets it again.
            Ok(chosen) => Ok(not_carried_out(Redirect::to(&format!("/password/{chosen}")).into_response())),
            Err(HubError::Rejected(_)) => late(&app, &headers, &uri),
            Err(error) => Err(error.into()),
        };
    }
    match app.hub.confirm_registration(&token).await {
        Ok(()) => Ok(Redirect::to(uri.path()).into_response()),
        Err(HubError::Rejected(_)) => late(&app, &headers, &uri),
        Err(error) => Err(error.into()),
    }
}

/// Whether a sign-up in the storefront was confirmed, and its link would still confirm it: then it leads to the choice of
/// the password once more.
fn is_just_confirmed(it: &Registration, now: Timestamp) -> bool {
    it.state == RegistrationState::Approved && now < it.expires_at
}

fn late(app: &App, headers: &HeaderMap, uri: &Uri) -> Answer {
    let content = LinkDead {
        title: text!("auth-link-over"),
        explanation: text!("auth-register-link-over-why"),
        label: text!("auth-register-register"),
        url: format!("{}/register", home(Portal::Customer)),
    };
    page_with(app, &chrome(app, headers, uri, None), &content, StatusCode::GONE)
}
