//! Address of the mail server.

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use tessera_hub::ports::MailError;
use url::Url;

/// A mail server with its credentials.
#[derive(Debug)]
pub(super) struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub credentials: Option<Credentials>,
    /// Our name for EHLO.
    pub hello: ClientId,
}

impl Server {
    /// Parses the configured URL. `?tls=required` and `?tls=opportunistic` request STARTTLS for a plain `smtp://` URL.
    /// A path is the name for EHLO.
    pub(super) fn parse(url: &str) -> Result<Self, MailError> {
        // The error does not quote the text, which may contain the password.
        let wrong = || MailError::Invalid("the SMTP URL is not valid: write smtps://user:password@host".to_owned());
        let url = Url::parse(url).map_err(|_| wrong())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned();
        let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let parameters = || TlsParameters::new(host.clone()).map_err(|_| wrong());
        let (port, tls) = match (url.scheme(), asked.as_deref()) {
            ("smtps", _) => (SUBMISSIONS_PORT, Tls::Wrapper(parameters()?)),
            ("smtp+starttls", _) | ("smtp", Some("required")) => (SUBMISSION_PORT, Tls::Required(parameters()?)),
            ("smtp", Some("opportunistic")) => (SUBMISSION_PORT, Tls::Opportunistic(parameters()?)),
            ("smtp", None) => (SMTP_PORT, Tls::None),
            _ => return Err(wrong()),
        };
        let credentials = match url.password() {
            Some(password) => {
                let decoded =
                    |text: &str| percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| wrong());
                Some(Credentials::new(decoded(url.username())?, decoded(password)?))
            }
            None => None,
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), tls, credentials, hello })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides_about_port_and_encryption() {
        for (url, port, encrypted) in [
            ("smtps://u:p%40ss@mail.example.com", 465, true),
            ("smtp+starttls://u:p@mail.example.com", 587, true),
            ("smtp://mail.example.com?tls=required", 587, true),
            ("smtp://mail.example.com", 25, false),
            ("smtp://127.0.0.1:2525/hub.example.com", 2525, false),
        ] {
            let server = Server::parse(url).unwrap();
            assert_eq!((server.port, !matches!(server.tls, Tls::None)), (port, encrypted), "{url}");
        }
        let server = Server::parse("smtps://u:p%40ss@mail.example.com/hub.example.com").unwrap();
        assert_eq!(server.credentials, Some(Credentials::new("u".to_owned(), "p@ss".to_owned())));
        assert_eq!(server.hello.to_string(), "hub.example.com");
        for url in
            ["", "mail.example.com", "http://mail.example.com", "smtp://mail.example.com?tls=perhaps", "smtps:///x"]
        {
            assert!(Server::parse(url).is_err(), "{url}");
        }
    }
}
