//! Description of the client of a request, for the person's list of sessions.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use tessera_hub::Visit;

use crate::App;
use crate::auth::session_cookie::{self, Kind};
use crate::extract::client_addr::ClientAddr;
use crate::locale::text;

/// Browser, operating system and address of a request.
#[derive(Debug, Clone)]
pub(crate) struct ClientDescription(pub Visit);

impl FromRequestParts<App> for ClientDescription {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let ClientAddr(address) = ClientAddr::from_request_parts(parts, app).await?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let session_before =
            session_cookie::read(app, &parts.headers, Kind::Customer).map(|token| tessera_hub::hash(&token));
        Ok(Self(Visit { device: device(agent), place: address, session_before, ..Visit::default() }))
    }
}

/// For example "Firefox on Android". The order of the checks matters, because browsers also contain the names of those
/// they imitate.
fn device(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|it| it.1);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => text!("auth-browser-on", browser = browser, system = system),
        (Some(known), None) | (None, Some(known)) => known.to_owned(),
        (None, None) => text!("auth-browser-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a23_a_session_is_named_so_that_its_owner_knows_it() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(device(chrome), "Chrome on Linux");
        assert_eq!(device(&format!("{chrome} Edg/140.0")), "Edge on Linux");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
        assert_eq!(device(phone), "Safari on iPhone");
        assert_eq!(
            device("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"),
            "Firefox on Android"
        );
        assert_eq!(device("curl/8"), "Unknown browser");
    }
}
