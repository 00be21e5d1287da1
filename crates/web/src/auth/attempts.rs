//! Rate limits against password guessing that cannot be abused to lock another user out.
//!
//! Attempts are counted per minute, before the password is checked: by login and client address, by client address, and by login over all
//! unknown browsers. A right one is taken back. A browser that has signed in before carries a mark that only the hub can make; failed attempts elsewhere do not count against it. During
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
use crate::middleware::shared_rate_limit::Guess;

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

/// Limit of sign-ins that one client address may begin at identity providers.
const BEGUN: u32 = 300;

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
        let address = ClientAddr::from_request_parts(parts, app).await?.network();
        Ok(Self { address, mark: session_cookie::read(app, &parts.headers, Kind::Known) })
    }
}

impl Browser {
    /// Notes an attempt for `login` before its password is checked. `None`: a limit is reached, and the password must not be
    /// checked.
    pub(crate) async fn begin<'a>(&self, app: &'a App, login: &str, now: Timestamp) -> Option<Guess<'a>> {
        let login = persons::login_key(login);
        let limits = match self.known(app, &login) {
            Some(known) => vec![(known, PER_LOGIN_AND_PLACE)],
            None => vec![
                (both(&login, &self.address), PER_LOGIN_AND_PLACE),
                self.limit_here(app, now).await,
                (anywhere(&login), PER_LOGIN),
            ],
        };
        app.throttle.guess(limits, now).await
    }

    /// Notes an attempt with a secret that cannot be guessed, so attempts from other addresses do not count against it.
    pub(crate) async fn begin_here<'a>(&self, app: &'a App, now: Timestamp) -> Option<Guess<'a>> {
        app.throttle.guess(vec![self.limit_here(app, now).await], now).await
    }

    /// Whether this browser has signed in with `login` before.
    pub(crate) fn is_known(&self, app: &App, login: &str) -> bool {
        self.known(app, &persons::login_key(login)).is_some()
    }

    /// Records that an attempt was wrong. Too many over all logins and addresses lower the limit per address.
    pub(crate) async fn was_wrong(&self, app: &App, now: Timestamp) {
        app.throttle.failed(EVERYWHERE, now).await;
    }

    /// Whether the client address is blocked.
    pub(crate) async fn is_here_blocked(&self, app: &App, now: Timestamp) -> bool {
        let (key, limit) = self.limit_here(app, now).await;
        app.throttle.is_blocked(&key, limit, now).await
    }

    /// The limit of the client address.
    async fn limit_here(&self, app: &App, now: Timestamp) -> (String, u32) {
        let attacked = app.throttle.is_blocked(EVERYWHERE, IN_ALL, now).await;
        (place(&self.address), if attacked { PER_PLACE_THEN } else { PER_PLACE })
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
        let keys = &app.hub.config.secret_key;
        keys.made(mark, |key| key.browser_mark(login, chance)).then(|| format!("sign-in known {chance}"))
    }
}

/// Counts a sign-in that begins at an identity provider, and returns whether the client address exceeds the limit.
pub(crate) async fn begins_too_many(app: &App, address: &ClientAddr) -> bool {
    app.throttle.failed(&format!("sign-ins begun {}", address.network()), app.hub.env.now()).await > BEGUN
}

/// The cookie that marks a browser after a sign-in.
pub(crate) fn mark(app: &App, login: &str) -> Cookie<'static> {
    let chance = random_token();
    let mark = app.hub.config.secret_key.browser_mark(&persons::login_key(login), &chance);
    session_cookie::lasting_cookie(app, Kind::Known, format!("{chance}.{mark}"))
}

fn both(login: &str, place: &str) -> String {
    format!("sign-in at {place}, login {login}")
}

fn place(place: &str) -> String {
    format!("sign-in from {place}")
}

fn anywhere(login: &str) -> String {
    format!("sign-in login {login}")
}
