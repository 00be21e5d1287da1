//! Slowing down who guesses passwords, so that nobody can lock somebody else out with it.
//!
//! Tries in vain are counted by the minute: for a login from one place, for one place, and for a login from all browsers that nobody ever
//! signed in with. Whoever has signed in from a browser before carries a mark there that only the hub can make; the tries of others do not
//! count for them. In a new browser, while somebody guesses, the way in by the mailbox stays open.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::Cookie;
use jiff::Timestamp;
use tessera_core::persons;
use tessera_hub::random_token;

use crate::App;
use crate::auth::session_cookie::{self, Kind};
use crate::extract::client_addr::ClientAddr;

/// For one login from one place.
const PER_LOGIN_AND_PLACE: u32 = 5;
/// From one place, where several people may share an address.
const PER_PLACE: u32 = 20;
/// For one login from all browsers nobody ever signed in with.
const PER_LOGIN: u32 = 10;
/// In all. Beyond it, places have fewer tries: somebody tries many logins from many places.
const IN_ALL: u32 = 300;
/// From one place when it is so.
const PER_PLACE_THEN: u32 = 5;

/// Challenges for passkeys from one place.
const CHALLENGES: u32 = 60;

const EVERYWHERE: &str = "door everywhere";

/// From where somebody tries, and what their browser carries.
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
    /// Whether a try for `login` is refused unheard.
    pub(crate) fn is_blocked(&self, app: &App, login: &str, now: Timestamp) -> bool {
        let blocked = |key: &str, limit| app.throttle.is_blocked(key, limit, now);
        let login = persons::key(login);
        if let Some(known) = self.known(app, &login) {
            return blocked(&known, PER_LOGIN_AND_PLACE);
        }
        blocked(&both(&login, &self.address), PER_LOGIN_AND_PLACE)
            || self.is_here_blocked(app, now)
            || blocked(&anywhere(&login), PER_LOGIN)
    }

    /// Notes a try in vain.
    pub(crate) fn failed(&self, app: &App, login: &str, now: Timestamp) {
        let login = persons::key(login);
        if let Some(known) = self.known(app, &login) {
            return app.throttle.failed(&known, now);
        }
        for key in [both(&login, &self.address), place(&self.address), anywhere(&login), EVERYWHERE.to_owned()] {
            app.throttle.failed(&key, now);
        }
    }

    /// Whether too much failed from this place, for what nobody can guess: there the tries of others count for nobody.
    pub(crate) fn is_here_blocked(&self, app: &App, now: Timestamp) -> bool {
        let limit = if app.throttle.is_blocked(EVERYWHERE, IN_ALL, now) { PER_PLACE_THEN } else { PER_PLACE };
        app.throttle.is_blocked(&place(&self.address), limit, now)
    }

    /// Notes that it failed from this place.
    pub(crate) fn failed_here(&self, app: &App, now: Timestamp) {
        for key in [place(&self.address), EVERYWHERE.to_owned()] {
            app.throttle.failed(&key, now);
        }
    }

    /// Whether this place asked for more challenges than anybody's device answers, and notes that it asks again.
    pub(crate) fn asks_for_too_many_challenges(&self, app: &App, now: Timestamp) -> bool {
        let key = format!("door challenges {}", self.address);
        let too_many = app.throttle.is_blocked(&key, CHALLENGES, now);
        app.throttle.failed(&key, now);
        too_many
    }

    /// Whether this place asked for too much that costs mails, and notes that it asks again.
    pub(crate) fn asks_too_often(&self, app: &App, now: Timestamp) -> bool {
        let key = format!("door mails {}", self.address);
        let too_often = app.throttle.is_blocked(&key, PER_LOGIN_AND_PLACE, now);
        app.throttle.failed(&key, now);
        too_often
    }

    /// The key of a browser from which somebody has signed in with this login before.
    fn known(&self, app: &App, login: &str) -> Option<String> {
        let (chance, mark) = self.mark.as_deref()?.split_once('.')?;
        // The mark is compared by its hash, so the time it takes tells nothing.
        let right = tessera_hub::hash(&app.hub.config.secret_key.browser_mark(login, chance));
        (tessera_hub::hash(mark) == right).then(|| format!("door known {chance}"))
    }
}

/// What a browser carries once somebody has signed in with a login.
pub(crate) fn mark(app: &App, login: &str) -> Cookie<'static> {
    let chance = random_token();
    let mark = app.hub.config.secret_key.browser_mark(&persons::key(login), &chance);
    session_cookie::lasting_cookie(app, Kind::Known, format!("{chance}.{mark}"))
}

fn both(login: &str, place: &str) -> String {
    format!("door login {login} from {place}")
}

fn place(place: &str) -> String {
    format!("door place {place}")
}

fn anywhere(login: &str) -> String {
    format!("door login {login}")
}
