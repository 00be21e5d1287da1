//! Rate limits against password guessing that cannot be abused to lock another user out.
//!
//! Failed attempts are counted per minute: by login and client address, by client address, and by login over all unknown browsers. A
//! browser that has signed in before carries a mark that only the hub can make; failed attempts elsewhere do not count against it. During
//! an attack, sign-in from a new browser is still possible by e-mail.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::Cookie;
use jiff::Timestamp;
use tessera_core::persons;
use tessera_hub::random_token;

use crate::App;
use crate::auth::session_cookie::{self, Kind};
use crate::extract::client_addr::ClientAddr;

/// Limit for one login from one client address.
const PER_LOGIN_AND_PLACE: u32 = 5;
/// Limit for one client address, which several people may share.
const PER_PLACE: u32 = 20;
/// Limit for one login over all unknown browsers.
const PER_LOGIN: u32 = 10;
/// Limit over all logins and addresses. Beyond it, the limit per address is lowered: an attack is distributed over many of both.
const IN_ALL: u32 = 300;
/// Limit for one client address while the overall limit is exceeded.
const PER_PLACE_THEN: u32 = 5;

/// Limit of passkey challenges for one client address.
const CHALLENGES: u32 = 60;

const EVERYWHERE: &str = "sign-in everywhere";

/// The client address and browser mark of an attempt.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    address: String,
    mark: Option<String>,
}

impl FromRequestParts<App> for Browser {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let ClientAddr(address) = ClientAddr::from_request_parts(parts, app).await?;
        Ok(Self { address, mark: session_cookie::read(app, &parts.headers, Kind::Known) })
    }
}

impl Browser {
    /// Whether an attempt for `login` is rejected without checking the password.
    pub(crate) async fn is_blocked(&self, app: &App, login: &str, now: Timestamp) -> bool {
        let login = persons::login_key(login);
        if let Some(known) = self.known(app, &login) {
            return app.throttle.is_blocked(&known, PER_LOGIN_AND_PLACE, now).await;
        }
        app.throttle.is_blocked(&both(&login, &self.address), PER_LOGIN_AND_PLACE, now).await
            || self.is_here_blocked(app, now).await
            || app.throttle.is_blocked(&anywhere(&login), PER_LOGIN, now).await
    }

    /// Records a failed attempt. Returns whether it exceeds a limit: concurrent attempts may all have passed the check
    /// before.
    pub(crate) async fn failed(&self, app: &App, login: &str, now: Timestamp) -> bool {
        let login = persons::login_key(login);
        if let Some(known) = self.known(app, &login) {
            return app.throttle.failed(&known, now).await > PER_LOGIN_AND_PLACE;
        }
        let limits = [
            (both(&login, &self.address), PER_LOGIN_AND_PLACE),
            (place(&self.address), PER_PLACE),
            (anywhere(&login), PER_LOGIN),
            (EVERYWHERE.to_owned(), u32::MAX),
        ];
        let mut exceeds = false;
        for (key, limit) in limits {
            exceeds |= app.throttle.failed(&key, now).await > limit;
        }
        exceeds
    }

    /// Whether the client address is blocked. For secrets that cannot be guessed, so failures from other addresses do not count.
    pub(crate) async fn is_here_blocked(&self, app: &App, now: Timestamp) -> bool {
        let attacked = app.throttle.is_blocked(EVERYWHERE, IN_ALL, now).await;
        let limit = if attacked { PER_PLACE_THEN } else { PER_PLACE };
        app.throttle.is_blocked(&place(&self.address), limit, now).await
    }

    /// Records a failed attempt from this client address.
    pub(crate) async fn failed_here(&self, app: &App, now: Timestamp) {
        for key in [place(&self.address), EVERYWHERE.to_owned()] {
            app.throttle.failed(&key, now).await;
        }
    }

    /// Counts a passkey challenge, and returns whether the client address exceeds the limit.
    pub(crate) async fn asks_for_too_many_challenges(&self, app: &App, now: Timestamp) -> bool {
        let key = format!("sign-in challenges {}", self.address);
        app.throttle.failed(&key, now).await > CHALLENGES
    }

    /// Counts a request that sends mail, and returns whether the client address exceeds the limit.
    pub(crate) async fn asks_too_often(&self, app: &App, now: Timestamp) -> bool {
        let key = format!("sign-in mails {}", self.address);
        app.throttle.failed(&key, now).await > PER_LOGIN_AND_PLACE
    }

    /// The key of a browser that has signed in with this login before.
    fn known(&self, app: &App, login: &str) -> Option<String> {
        let (chance, mark) = self.mark.as_deref()?.split_once('.')?;
        // Hashes are compared, so timing reveals nothing about the mark.
        let right = tessera_hub::hash(&app.hub.config.secret_key.browser_mark(login, chance));
        (tessera_hub::hash(mark) == right).then(|| format!("sign-in known {chance}"))
    }
}

/// The cookie that marks a browser after a sign-in.
pub(crate) fn mark(app: &App, login: &str) -> Cookie<'static> {
    let chance = random_token();
    let mark = app.hub.config.secret_key.browser_mark(&persons::login_key(login), &chance);
    session_cookie::lasting_cookie(app, Kind::Known, format!("{chance}.{mark}"))
}

fn both(login: &str, place: &str) -> String {
    format!("sign-in login {login} from {place}")
}

fn place(place: &str) -> String {
    format!("sign-in from {place}")
}

fn anywhere(login: &str) -> String {
    format!("sign-in login {login}")
}
