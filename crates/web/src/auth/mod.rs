//! Portal access (`P03`, `P12`): sign-in with an identity provider, with person id and password, or with a passkey;
//! recovery, the second factor, sessions and registration; and the portals that have no workspace yet.

mod attempts;
pub(crate) mod callback;
pub mod caller;
mod client_description;
mod one_time_link;
pub(crate) mod own_credentials;
pub(crate) mod own_passkeys;
mod passkey;
pub(crate) mod permissions;
mod portals;
pub(crate) mod preview;
mod provider_sign_out;
pub(crate) mod reauthenticate;
mod register;
pub(crate) mod route_access;
mod second_factor;
pub(crate) mod session_cookie;
pub(crate) mod sessions;
mod sign_in;
mod unsubscribe;
pub(crate) mod worker;
mod workspace;

use axum::extract::FromRequestParts;
use axum::extract::Path;
use axum::http::request::Parts;
use axum::response::Response;
use tessera_core::access::Portal;
use tessera_core::kernel::ids::PersonId;

use crate::App;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::auth::session_cookie::Kind;
use crate::respond::page::{PageError, append_cookie};

pub(crate) use attempts::Browser;
pub(crate) use client_description::ClientDescription;
pub(crate) use sign_in::sign_in_failed;

/// The routes of sign-in, sign-out, registration and recovery, for all portals.
pub(crate) fn routes() -> Routes {
    let links = Routes::of(Rule::Link)
        .route("/register/{token}", get(register::confirm_form).post(register::confirm))
        .route("/password/{token}", get(one_time_link::open).post(one_time_link::choose))
        .route("/unsubscribe/{token}", get(unsubscribe::form).post(unsubscribe::unsubscribe));
    Routes::of(Rule::SignIn)
        .route("/portal/{portal}/sign-in", get(sign_in::form).post(sign_in::at_provider))
        .route("/portal/{portal}/sign-in/password", post(sign_in::by_password))
        .route("/portal/{portal}/sign-in/code", get(second_factor::form).post(second_factor::answer))
        .route("/portal/{portal}/sign-in/code/passkey", post(passkey::second_step))
        .route("/portal/{portal}/sign-in/code/passkey/options", post(passkey::ask_second_step))
        .route("/portal/{portal}/sign-in/passkey", post(passkey::sign_in))
        .route("/portal/{portal}/sign-in/passkey/options", post(passkey::ask_sign_in))
        .route("/portal/{portal}/sign-out", post(workspace::sign_out))
        .route("/portal/{portal}/forgot", get(one_time_link::forgot).post(one_time_link::ask))
        .route("/portal/{portal}/register", get(register::form).post(register::register))
        .merge(links)
        .merge(Routes::of(Rule::SignedIn).route("/portal", get(portals::show)))
        .merge(Routes::of(Rule::NamedPortal).route("/portal/{portal}", get(workspace::show)))
}

/// The routes below `/portal/customer` for the signed-in user's own credentials and sessions.
pub(crate) fn inside() -> Routes {
    Routes::of(Rule::SignedIn)
        .route("/confirm", get(reauthenticate::form).post(reauthenticate::submit))
        .route("/confirm/provider", post(reauthenticate::at_provider))
        .route("/confirm/passkey", post(reauthenticate::by_passkey))
        .route("/confirm/passkey/options", post(reauthenticate::ask_passkey))
        .route("/passkeys", get(own_passkeys::form).post(own_passkeys::add))
        .route("/passkeys/options", post(own_passkeys::ask_new))
        .route("/password", get(own_credentials::password_form).post(own_credentials::set_password))
        .route("/password/remove", post(own_credentials::remove_password))
        .route("/second-factor", get(own_credentials::factor_form).post(own_credentials::add_factor))
        .route("/second-factor/codes", post(own_credentials::renew_codes))
        .route("/second-factor/remove", post(own_credentials::remove_factor))
        .route("/sessions", get(sessions::list))
        .route("/sessions/end-others", post(sessions::end_others))
        .route("/sessions/{handle}/end", post(sessions::end))
}

/// The portal named in the path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedPortal(pub Portal);

impl FromRequestParts<App> for NamedPortal {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let named = Path::<Named>::from_request_parts(parts, app).await.map_err(|_| PageError::NOT_FOUND)?;
        Portal::parse(&named.0.portal).map(Self).ok_or(PageError::NOT_FOUND)
    }
}

#[derive(serde::Deserialize)]
struct Named {
    portal: String,
}

/// The path of a portal's home page.
pub(crate) fn home(portal: Portal) -> String {
    format!("/portal/{}", portal.as_str())
}

/// Maximum length of a path to return to. It is kept with a sign-in that a stranger can begin.
const MAX_RETURN_TO: usize = 2048;

/// Returns `path` if it is on this site and not too long, and the portal's home page otherwise. Browsers treat `//host`
/// and `/\host` as other sites.
pub(crate) fn within(path: Option<&str>, portal: Portal) -> String {
    let safe = |path: &&str| {
        let second = path.as_bytes().get(1);
        path.len() <= MAX_RETURN_TO
            && path.starts_with('/')
            && !matches!(second, Some(b'/' | b'\\'))
            && !path.chars().any(char::is_control)
    };
    path.filter(safe).map_or_else(|| home(portal), ToOwned::to_owned)
}

/// Starts a session in the browser. The token is always a new one, whatever cookie the browser had before.
pub(crate) fn enter(app: &App, response: &mut Response, token: String) {
    append_cookie(response, &session_cookie::cookie(app, Kind::Customer, token));
}

/// Marks this browser as one in which the person has signed in with their person id.
pub(crate) async fn remember(app: &App, response: &mut Response, person: PersonId) -> Result<(), PageError> {
    if let Some(person) = app.hub.queries().person(person).await? {
        append_cookie(response, &attempts::mark(app, &person.person_id));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_addresses_stay_on_this_site() {
        let kept = |path| within(Some(path), Portal::Customer);
        assert_eq!(kept("/portal/customer/devices/4"), "/portal/customer/devices/4");
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "", "/a\nb"] {
            assert_eq!(kept(elsewhere), "/portal/customer", "{elsewhere}");
        }
        let long = format!("/{}", "a".repeat(MAX_RETURN_TO));
        assert_eq!(within(Some(&long[1..]), Portal::Customer), "/portal/customer", "no path");
        assert_eq!(within(Some(&long[..MAX_RETURN_TO]), Portal::Customer).len(), MAX_RETURN_TO);
        assert_eq!(within(Some(&long), Portal::Customer), "/portal/customer", "too long");
        assert_eq!(within(None, Portal::Tech), "/portal/tech");
    }
}
