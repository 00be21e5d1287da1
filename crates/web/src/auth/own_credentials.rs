//! The signed-in person's own password and second factor. Changing them requires recent re-authentication.

use axum::extract::{Form, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;
use tessera_core::credentials::password::PasswordError;
use tessera_core::credentials::{identity_of, normal_code};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::persons::Person;
use tessera_hub::{Ctx, HubError, Offered, PortalSession};
use uuid::Uuid;

use crate::App;
use crate::auth::caller::Session;
use crate::auth::one_time_link::{NewPassword, differ, hashing_turn};
use crate::auth::reauthenticate::{first, person_of};
use crate::locale::{Arg, rejected, text};
use crate::pages::Flash;
use crate::pages::auth::{CodesPart, CurrentFactor, OfferedFactor, OwnFactor, OwnPassword, RecoveryCodes, Square};
use crate::respond::page::{Answer, PageError, chrome_of_person, page, page_with, redirect_with};

pub(crate) const METHODS: &str = "/portal/customer/identities";
const PASSWORD: &str = "/portal/customer/password";
const FACTOR: &str = "/portal/customer/second-factor";
/// Maximum number of wrong codes per person within 15 minutes.
const WRONG_CODES: u32 = 10;

/// The person, if they have re-authenticated recently; otherwise a redirect to the page where they can.
pub(crate) async fn entitled(
    app: &App,
    session: &PortalSession,
    to: &str,
) -> Result<Result<Person, Response>, PageError> {
    let Some(person) = person_of(app, session).await? else { return Err(PageError::NOT_FOUND) };
    Ok(if session.is_recent(app.hub.env.now()) { Ok(person) } else { Err(first(to)) })
}

pub(crate) async fn password_form(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    match entitled(&app, &session, PASSWORD).await? {
        Ok(person) => show_password(&app, &headers, &uri, &person, None).await,
        Err(way) => Ok(way),
    }
}

async fn show_password(app: &App, headers: &HeaderMap, uri: &Uri, person: &Person, error: Option<String>) -> Answer {
    let ways = app.hub.queries().ways_in(person.id).await?;
    let (is_set, others) = (ways.credentials.password_hash.is_some(), ways.identities.len() > 1);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let content = OwnPassword {
        action: PASSWORD.to_owned(),
        person_id: person.person_id.clone(),
        is_set,
        remove_action: (is_set && others).then(|| format!("{PASSWORD}/remove")),
        error,
        back_url: METHODS.to_owned(),
    };
    page_with(app, &chrome_of_person(app, headers, uri, person).await, &content, status)
}

pub(crate) async fn set_password(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form<NewPassword>,
) -> Answer {
    let person = match entitled(&app, &session, PASSWORD).await? {
        Ok(person) => person,
        Err(way) => return Ok(way),
    };
    if let Some(error) = differ(&form) {
        return show_password(&app, &headers, &uri, &person, Some(error)).await;
    }
    let Some(turn) = hashing_turn(&app, person.id).await else {
        let error = text!("auth-own-password-often");
        return show_password(&app, &headers, &uri, &person, Some(error)).await;
    };
    let chosen = app.hub.choose_password(person.id, &form.password, Some(session.hash)).await;
    match turn.settle(chosen, |()| false).await {
        Ok(()) => {
            let known = app.hub.queries().person_with_credentials(person.id).await?;
            let (person, credentials) = known.ok_or(PageError::NOT_FOUND)?;
            let mut text = text!("auth-own-password-is-set", person_id = Arg::shown(&person.person_id));
            if credentials.has_second_step() && credentials.needs_codes() {
                text.push(' ');
                text.push_str(&text!("auth-own-password-make-codes"));
            }
            Ok(redirect_with(&app, METHODS, Some(&Flash::done(text))))
        }
        Err(error) if error.rejection::<PasswordError>().is_some() => {
            let error = text!("auth-password-not-taken", error = rejected(&error.to_string()));
            show_password(&app, &headers, &uri, &person, Some(error)).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn remove_password(State(app): State<App>, Session(session): Session) -> Answer {
    let person = match entitled(&app, &session, PASSWORD).await? {
        Ok(person) => person,
        Err(way) => return Ok(way),
    };
    // Removing the password would end the session of a person who has signed in with it. They first have to show that
    // another method works.
    if session.sign_in.identity == identity_of(person.id) {
        let flash = Flash::failed(text!("auth-own-password-in-use"));
        return Ok(redirect_with(&app, METHODS, Some(&flash)));
    }
    let flash = match app.hub.remove_password(person.id, Some(session.hash)).await {
        Ok(()) => Flash::done(text!("auth-own-password-removed")),
        Err(error @ HubError::Store(_)) => return Err(error.into()),
        Err(error) => Flash::failed(text!("auth-nothing-removed", error = rejected(&error.to_string()))),
    };
    Ok(redirect_with(&app, METHODS, Some(&flash)))
}

pub(crate) async fn factor_form(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let person = match entitled(&app, &session, FACTOR).await? {
        Ok(person) => person,
        Err(way) => return Ok(way),
    };
    let offered = app.hub.offer_second_factor(&person)?;
    show_factor(&app, &headers, &uri, &person, offered, None).await
}

async fn show_factor(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    person: &Person,
    offered: Offered,
    error: Option<&str>,
) -> Answer {
    let credentials = app.hub.queries().credentials(person.id).await?;
    // The second factor follows the password, so it is offered only if there is one.
    let has_password = credentials.password_hash.is_some();
    let offered = has_password.then(|| shown(&offered));
    let codes = (has_password && credentials.has_second_step()).then(|| CodesPart {
        left: u32::try_from(credentials.codes_left).unwrap_or_default(),
        renew_action: format!("{FACTOR}/codes"),
    });
    let content = OwnFactor {
        current: credentials
            .second_factor
            .map(|factor| CurrentFactor { since: factor.since, remove_action: format!("{FACTOR}/remove") }),
        passkeys: if has_password { u32::try_from(credentials.passkeys).unwrap_or_default() } else { 0 },
        codes,
        offered,
        add_action: FACTOR.to_owned(),
        error: error.map(ToOwned::to_owned),
        back_url: METHODS.to_owned(),
        password_url: PASSWORD.to_owned(),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(app, &chrome_of_person(app, headers, uri, person).await, &content, status)
}

fn shown(offered: &Offered) -> OfferedFactor {
    let letters: Vec<char> = offered.secret.chars().collect();
    OfferedFactor {
        key_id: offered.key_id.to_string(),
        secret: letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" "),
        url: offered.url.clone(),
        square: Square::of(&offered.url),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewFactor {
    key_id: String,
    code: String,
}

pub(crate) async fn add_factor(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form<NewFactor>,
) -> Answer {
    let person = match entitled(&app, &session, FACTOR).await? {
        Ok(person) => person,
        Err(way) => return Ok(way),
    };
    let key_id: Uuid = form.key_id.parse().map_err(|_| PageError::NOT_FOUND)?;
    if app.hub.queries().credentials(person.id).await?.password_hash.is_none() {
        let flash = Flash::failed(text!("auth-own-factor-password-first"));
        return Ok(redirect_with(&app, PASSWORD, Some(&flash)));
    }
    let limit = vec![(format!("sign-in new codes {}", person.id), WRONG_CODES)];
    if let Some(guess) = app.slow_throttle.guess(limit, app.hub.env.now()).await {
        let added = app.hub.add_second_factor(&person, key_id, &normal_code(&form.code), Some(session.hash)).await;
        if let Some(codes) = guess.settle(added, Option::is_some).await? {
            return show_codes(&app, &headers, &uri, &person, codes).await;
        }
    }
    let error = text!("auth-own-factor-wrong-code");
    let offered = app.hub.offered(&person, key_id)?;
    show_factor(&app, &headers, &uri, &person, offered, Some(&error)).await
}

pub(crate) async fn show_codes(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    person: &Person,
    codes: Vec<String>,
) -> Answer {
    let content = RecoveryCodes { codes, back_url: METHODS.to_owned() };
    page(app, &chrome_of_person(app, headers, uri, person).await, &content)
}

pub(crate) async fn renew_codes(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let person = match entitled(&app, &session, FACTOR).await? {
        Ok(person) => person,
        Err(way) => return Ok(way),
    };
    let codes = app.hub.renew_recovery_codes(&person, Some(session.hash)).await?;
    show_codes(&app, &headers, &uri, &person, codes).await
}

pub(crate) async fn remove_factor(State(app): State<App>, Session(session): Session) -> Answer {
    let person = match entitled(&app, &session, FACTOR).await? {
        Ok(person) => person,
        Err(way) => return Ok(way),
    };
    let ctx = Ctx::new(Actor::Person(person.person_id.clone().into()), Channel::Portal);
    app.hub.remove_second_factor(person.id, Some(session.hash), &ctx).await?;
    let flash = if app.hub.queries().credentials(person.id).await?.has_second_step() {
        Flash::done(text!("auth-own-factor-app-off"))
    } else {
        Flash::done(text!("auth-own-factor-off"))
    };
    Ok(redirect_with(&app, METHODS, Some(&flash)))
}
