//! Registered applications and their redirect URIs.

use serde::Deserialize;
use url::{Host, Url};

/// A registered application (RFC 6749 §2).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "`client_id` is what every specification calls it")]
pub struct Client {
    /// Public identifier of the application.
    pub client_id: String,
    /// The client secret. `None` makes it a public client (an app on a phone), which must use PKCE (RFC 9700 §2.1.1).
    pub secret: Option<String>,
    /// Name on the sign-in page.
    pub name: String,
    /// Redirect URIs of authorization responses. They must match exactly (RFC 9700 §2.1), except for the port of a
    /// public client's loopback address (RFC 8252 §7.3).
    pub redirect_uris: Vec<String>,
    /// Redirect URIs after sign-out (RP-Initiated Logout 1.0 §3.1). They must match exactly.
    pub post_logout_redirect_uris: Vec<String>,
    /// The `aud` of its access tokens (RFC 9068 §3); `None` for its own `client_id`.
    pub audience: Option<String>,
}

impl Client {
    /// Whether it is a public client, which cannot keep a secret (RFC 6749 §2.1).
    pub const fn is_public(&self) -> bool {
        self.secret.is_none()
    }

    /// The `aud` of its access tokens.
    pub fn audience(&self) -> &str {
        self.audience.as_deref().unwrap_or(&self.client_id)
    }

    /// Whether `uri` is an allowed redirect URI.
    pub fn accepts_redirect(&self, uri: &str) -> bool {
        self.redirect_uris
            .iter()
            .any(|registered| registered == uri || (self.is_public() && same_but_for_loopback_port(registered, uri)))
    }
}

/// RFC 8252 §7.3: a native app listens on a port assigned by the operating system.
fn same_but_for_loopback_port(registered: &str, asked: &str) -> bool {
    let (Ok(mut registered), Ok(mut asked)) = (Url::parse(registered), Url::parse(asked)) else {
        return false;
    };
    if registered.scheme() != "http" || !is_loopback(&registered) {
        return false;
    }
    registered.set_port(None).is_ok() && asked.set_port(None).is_ok() && registered == asked
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(secret: Option<&str>, uri: &str) -> Client {
        Client { secret: secret.map(str::to_owned), redirect_uris: vec![uri.to_owned()], ..Client::default() }
    }

    #[test]
    fn redirects_match_exactly() {
        let web = client(Some("s"), "https://app.example.com/callback");
        assert!(web.accepts_redirect("https://app.example.com/callback"));
        for other in [
            "https://app.example.com/callback/",
            "https://app.example.com/callback?x=1",
            "https://app.example.com/Callback",
            "http://app.example.com/callback",
            "https://app.example.com.example.net/callback",
        ] {
            assert!(!web.accepts_redirect(other), "{other}");
        }
    }

    #[test]
    fn only_a_public_client_on_loopback_may_change_its_port() {
        let native = client(None, "http://127.0.0.1/callback");
        assert!(native.accepts_redirect("http://127.0.0.1:49152/callback"));
        assert!(!native.accepts_redirect("http://127.0.0.1:49152/other"));
        assert!(!native.accepts_redirect("http://localhost:49152/callback"));
        assert!(!native.accepts_redirect("http://user@127.0.0.1:49152/callback"));
        assert!(client(None, "http://[::1]/cb").accepts_redirect("http://[::1]:8000/cb"));
        assert!(!client(Some("s"), "http://127.0.0.1/callback").accepts_redirect("http://127.0.0.1:49152/callback"));
        assert!(!client(None, "https://app.example.com/cb").accepts_redirect("https://app.example.com:8443/cb"));
    }
}
