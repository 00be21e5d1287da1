//! Browser sessions.

use std::collections::HashMap;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;

use super::Idp;
use super::accounts::Account;

const COOKIE: &str = "marzipan_session";

/// All browser sessions.
#[derive(Debug, Default)]
pub(super) struct Sessions(HashMap<String, Session>);

#[derive(Debug, Clone, Default)]
struct Session {
    /// Subjects with the time of their authentication, latest first.
    people: Vec<(String, Timestamp)>,
    expires: Timestamp,
}

/// An account signed in in this browser.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) account: Account,
    /// Time of authentication (`auth_time`).
    pub(super) at: Timestamp,
}

/// A header that sets the session cookie.
pub(super) type SessionCookie = [(HeaderName, HeaderValue); 1];

impl Idp {
    /// The accounts signed in in the browser that sent `headers`, latest first.
    pub(super) fn signed_in(&self, headers: &HeaderMap) -> Vec<SignedIn> {
        let state = self.state.read();
        let Some(session) = session_id(headers).and_then(|id| state.sessions.0.get(id)) else { return Vec::new() };
        if session.expires <= self.now() {
            return Vec::new();
        }
        let known = |(sub, at): &(String, Timestamp)| {
            let account = state.accounts.by_sub(sub)?.clone();
            Some(SignedIn { account, at: *at })
        };
        session.people.iter().filter_map(known).collect()
    }

    /// Signs `sub` in, in addition to other accounts in this browser. The session gets a new id, which prevents session
    /// fixation.
    pub(super) fn remember(&self, headers: &HeaderMap, sub: &str) -> SessionCookie {
        let (id, now) = (self.random.token(), self.now());
        self.state.change(|state| {
            let sessions = &mut state.sessions.0;
            sessions.retain(|_, session| session.expires > now);
            let mut session = session_id(headers).and_then(|old| sessions.remove(old)).unwrap_or_default();
            session.people.retain(|(known, _)| known != sub);
            session.people.insert(0, (sub.to_owned(), now));
            session.expires = now + self.options.session_ttl;
            sessions.insert(id.clone(), session);
        });
        self.cookie(&id, "")
    }

    /// Signs all accounts out in this browser.
    pub(super) fn forget(&self, headers: &HeaderMap) -> SessionCookie {
        self.state.change(|state| session_id(headers).and_then(|id| state.sessions.0.remove(id)));
        self.cookie("", "; Max-Age=0")
    }

    fn cookie(&self, value: &str, more: &str) -> SessionCookie {
        let secure = if self.options.url.starts_with("https:") { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}");
        // Ids are URL-safe base64, so the header is always valid.
        let value = HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""));
        [(header::SET_COOKIE, value)]
    }
}

fn session_id(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}
