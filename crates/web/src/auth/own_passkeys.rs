//! The signed-in person's own passkeys: the page for adding one. Adding requires recent re-authentication.

use axum::extract::{Form, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use tessera_core::credentials::passkey_name;
use tessera_core::persons::Person;
use tessera_hub::HubError;

use super::ClientDescription;
use super::passkey::{SignedForm, challenge};
use crate::App;
use crate::auth::caller::Session;
use crate::auth::own_credentials::{METHODS, entitled, show_codes};
use crate::locale::{Arg, rejected, text};
use crate::pages::Flash;
use crate::pages::passkeys::{OwnPasskey, PasskeyForm};
use crate::respond::page::{Answer, PageError, chrome_of_person, page_with, redirect_with};

/// The page for adding passkeys.
pub(crate) const PAGE: &str = "/portal/customer/passkeys";

pub(crate) async fn form(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ClientDescription(visit): ClientDescription,
) -> Answer {
    match entitled(&app, &session, PAGE).await? {
        Ok(person) => show_own(&app, &headers, &uri, &person, &visit.device, None).await,
        Err(way) => Ok(way),
    }
}

async fn show_own(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    person: &Person,
    name: &str,
    error: Option<String>,
) -> Answer {
    if !app.hub.has_passkeys() {
        return Err(PageError::NOT_FOUND);
    }
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let content = OwnPasskey {
        form: PasskeyForm::at(PAGE.to_owned()),
        name: name.to_owned(),
        after_password: app.hub.queries().credentials(person.id).await?.password_hash.is_some(),
        error,
        back_url: METHODS.to_owned(),
    };
    page_with(app, &chrome_of_person(app, headers, uri, person).await, &content, status)
}

/// The challenge for adding a passkey. The response is bound to this session.
pub(crate) async fn ask_new(State(app): State<App>, Session(session): Session) -> Answer {
    match entitled(&app, &session, PAGE).await? {
        Ok(person) => Ok(challenge(&app.hub.begin_passkey_registration(&person, session.hash).await?)),
        Err(_) => Err(PageError(StatusCode::FORBIDDEN)),
    }
}

pub(crate) async fn add(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form<SignedForm>,
) -> Answer {
    let person = match entitled(&app, &session, PAGE).await? {
        Ok(person) => person,
        Err(way) => return Ok(way),
    };
    match app.hub.add_passkey(&person, session.hash, &form.signed(), &form.name).await {
        Ok(codes) if codes.is_empty() => {
            let flash = Flash::done(text!("auth-method-added", method = Arg::shown(&passkey_name(&form.name))));
            Ok(redirect_with(&app, METHODS, Some(&flash)))
        }
        Ok(codes) => show_codes(&app, &headers, &uri, &person, codes).await,
        Err(HubError::Rejected(rejection)) => {
            let error = text!("auth-nothing-added", rejection = rejected(&rejection.to_string()));
            show_own(&app, &headers, &uri, &person, &form.name, Some(error)).await
        }
        Err(error) => Err(error.into()),
    }
}
