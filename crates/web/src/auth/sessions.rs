//! The user's active sessions, and ending them (`A23`).

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use tessera_core::credentials::{PROVIDER, passkey_of};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::SignIn;
use tessera_hub::Ctx;

use crate::App;
use crate::auth::caller::Session;
use crate::auth::reauthenticate::person_of;
use crate::locale::text;
use crate::pages::Flash;
use crate::pages::auth::{SessionRow, Sessions};
use crate::respond::page::{Answer, PageError, chrome_of_person, page, redirect_with};

const PAGE: &str = "/portal/customer/sessions";

pub(crate) async fn list(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let person = person_of(&app, &session).await?.ok_or(PageError::NOT_FOUND)?;
    let lines = app.hub.sessions_of(person.id).await?;
    let sessions = lines.into_iter().map(|line| SessionRow {
        device: line.device.unwrap_or_else(|| text!("auth-browser-unknown")),
        how: how(&app, &line.sign_in),
        since: line.since,
        last_used_at: line.last_used_at,
        place: line
            .place
            .filter(|place| !place.is_empty())
            .unwrap_or_else(|| text!("portal-identities-list-not-known")),
        current: line.hash == session.hash,
        end_action: format!("{PAGE}/{}/end", line.handle),
    });
    let content = Sessions {
        sessions: sessions.collect(),
        end_others_action: format!("{PAGE}/end-others"),
        back_url: "/portal/customer/identities".to_owned(),
    };
    page(&app, &chrome_of_person(&app, &headers, &uri, &person).await, &content)
}

/// The method of a sign-in, as shown to its user.
pub(crate) fn how(app: &App, sign_in: &SignIn) -> String {
    if sign_in.provider == PROVIDER {
        return text!("auth-by-password");
    }
    if passkey_of(&sign_in.identity).is_some() {
        return passkey_shown(sign_in);
    }
    let provider = app.hub.provider(&sign_in.provider);
    let provider = provider.map_or(sign_in.provider.as_str(), |provider| provider.display_name());
    format!("{provider}, {}", sign_in.masked())
}

/// A passkey by its name, for example "My phone (passkey)".
pub(crate) fn passkey_shown(sign_in: &SignIn) -> String {
    match sign_in.name.as_deref() {
        Some(name) if name != "Passkey" => text!("auth-passkey-named", name = name),
        _ => text!("auth-by-passkey"),
    }
}

pub(crate) async fn end(State(app): State<App>, Session(session): Session, Path(handle): Path<String>) -> Answer {
    let person = person_of(&app, &session).await?.ok_or(PageError::NOT_FOUND)?;
    if !app.hub.end_session_of(person.id, &handle).await? {
        return Err(PageError::NOT_FOUND);
    }
    Ok(redirect_with(&app, PAGE, Some(&Flash::done(text!("auth-signed-out-there")))))
}

pub(crate) async fn end_others(State(app): State<App>, Session(session): Session) -> Answer {
    let person = person_of(&app, &session).await?.ok_or(PageError::NOT_FOUND)?;
    let ctx = Ctx::new(Actor::Person(person.person_id.clone().into()), Channel::Portal);
    app.hub.end_sessions_of(person.id, Some(session.hash), &ctx).await?;
    Ok(redirect_with(&app, PAGE, Some(&Flash::done(text!("auth-signed-out-elsewhere")))))
}
