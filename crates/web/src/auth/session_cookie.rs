//! Cookies for sessions, and for the browser in which a sign-in began.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use tessera_hub::random_token;

use crate::App;

/// The cookies that the hub sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A customer's session.
    Customer,
    /// A staff session.
    Staff,
    /// The secret that binds a sign-in to the browser.
    Browser,
    /// A message to show on the next page.
    Flash,
    /// The person in a preview of the portal by staff (`P14`).
    Preview,
    /// A sign-in that is waiting for its second factor.
    Half,
    /// A mark that a person has signed in with their person id in this browser before.
    Known,
    /// The same for a member of staff.
    KnownStaff,
    /// The basket of the storefront.
    Basket,
    /// The language that was chosen in the footer.
    Language,
}

impl Kind {
    /// The name over TLS, and the name without.
    pub(crate) fn names(self) -> [&'static str; 2] {
        [self.name(true), self.name(false)]
    }

    /// Over TLS, the `__Host-` prefix prevents other hosts and paths of the domain from setting the cookie.
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
            (Self::KnownStaff, true) => "__Host-tessera-staff-known",
            (Self::KnownStaff, false) => "tessera-staff-known",
            (Self::Basket, true) => "__Host-tessera-basket",
            (Self::Basket, false) => "tessera-basket",
            (Self::Language, true) => "__Host-tessera-language",
            (Self::Language, false) => "tessera-language",
        }
    }
}

/// The value of a cookie of the request.
pub fn read(app: &App, headers: &HeaderMap, kind: Kind) -> Option<String> {
    CookieJar::from_headers(headers).get(kind.name(app.is_https())).map(|cookie| cookie.value().to_owned())
}

/// A session cookie that is not available to scripts or to requests from other sites.
pub fn cookie(app: &App, kind: Kind, value: String) -> Cookie<'static> {
    Cookie::build((kind.name(app.is_https()), value))
        .path("/")
        .http_only(true)
        .secure(app.is_https())
        .same_site(SameSite::Lax)
        .build()
}

/// Like [`cookie()`], but stored for as long as the browser keeps cookies.
pub fn lasting_cookie(app: &App, kind: Kind, value: String) -> Cookie<'static> {
    let mut cookie = cookie(app, kind, value);
    cookie.make_permanent();
    cookie
}

/// Removes a cookie.
pub fn removal(app: &App, kind: Kind) -> Cookie<'static> {
    let mut cookie = cookie(app, kind, String::new());
    cookie.make_removal();
    cookie
}

/// The secret that binds a sign-in to the browser: the existing one, or a new one.
pub fn browser_secret(app: &App, headers: &HeaderMap) -> String {
    read(app, headers, Kind::Browser).filter(|secret| secret.len() == 43).unwrap_or_else(random_token)
}
