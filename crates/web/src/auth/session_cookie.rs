//! Cookies: who is signed in, and which browser began a sign-in.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use tessera_hub::random_token;

use crate::App;

/// The cookies the hub sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A customer's session.
    Customer,
    /// A staff session.
    Staff,
    /// The secret a sign-in is bound to.
    Browser,
    /// A message for the next page.
    Flash,
    /// The person through whose eyes a member of staff looks (`P14`).
    Preview,
    /// A sign-in whose second factor is still asked for.
    Half,
    /// That somebody has signed in with their person id in this browser before.
    Known,
}

impl Kind {
    /// Over TLS the `__Host-` prefix keeps other hosts and paths of the domain from setting it.
    fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Customer, true) => "__Host-tessera",
            (Self::Customer, false) => "tessera",
            (Self::Staff, true) => "__Host-tessera-staff",
            (Self::Staff, false) => "tessera-staff",
            (Self::Browser, true) => "__Host-tessera-browser",
            (Self::Browser, false) => "tessera-browser",
            (Self::Flash, true) => "__Host-tessera-flash",
            (Self::Flash, false) => "tessera-flash",
            (Self::Preview, true) => "__Host-tessera-preview",
            (Self::Preview, false) => "tessera-preview",
            (Self::Half, true) => "__Host-tessera-half",
            (Self::Half, false) => "tessera-half",
            (Self::Known, true) => "__Host-tessera-known",
            (Self::Known, false) => "tessera-known",
        }
    }
}

/// What a request's cookie holds.
pub fn read(app: &App, headers: &HeaderMap, kind: Kind) -> Option<String> {
    CookieJar::from_headers(headers).get(kind.name(app.is_https())).map(|cookie| cookie.value().to_owned())
}

/// A cookie for the browser's session: not for scripts, not for requests from other sites.
pub fn cookie(app: &App, kind: Kind, value: String) -> Cookie<'static> {
    Cookie::build((kind.name(app.is_https()), value))
        .path("/")
        .http_only(true)
        .secure(app.is_https())
        .same_site(SameSite::Lax)
        .build()
}

/// The same for as long as the browser keeps any.
pub fn lasting_cookie(app: &App, kind: Kind, value: String) -> Cookie<'static> {
    let mut cookie = cookie(app, kind, value);
    cookie.make_permanent();
    cookie
}

/// Takes a cookie back.
pub fn removal(app: &App, kind: Kind) -> Cookie<'static> {
    let mut cookie = cookie(app, kind, String::new());
    cookie.make_removal();
    cookie
}

/// The secret of the browser that begins a sign-in: the one it has, or a new one.
pub fn browser_secret(app: &App, headers: &HeaderMap) -> String {
    read(app, headers, Kind::Browser).filter(|secret| secret.len() == 43).unwrap_or_else(random_token)
}
