//! Calls to a vendor, as a platform makes them.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::answer::{Exchange, shortened};

/// The vendor and its credentials.
#[derive(Debug, Clone)]
pub struct Target {
    /// Base address before `/API/Accounts/…`.
    pub base_url: Url,
    /// The application id.
    pub application_id: String,
    /// The API key, as given by the vendor.
    pub api_key: SecretString,
    /// Values of the service manager's setting fields.
    pub settings: Vec<(String, String)>,
    /// Values for sync options, where generated ones are not suitable.
    pub options: BTreeMap<String, String>,
    /// Time limit of an answer.
    pub timeout: Duration,
    /// Time limit of the whole check, without cleaning up.
    pub within: Duration,
    /// Time limit of cleaning up.
    pub cleanup: Duration,
    /// A customer of the vendor that Exists must find. It is never changed.
    pub existing: Option<Existing>,
}

/// A customer that the vendor has already.
#[derive(Debug, Clone)]
pub struct Existing {
    /// The sync options that identify it.
    pub options: BTreeMap<String, String>,
    /// Its id at the vendor, if known.
    pub external_id: Option<String>,
}

/// Maximum size of an answer, in bytes.
const MAX_LENGTH: usize = 2 * 1024 * 1024;

/// Reasons why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum CannotCheck {
    /// The vendor does not answer.
    #[error("nothing answers at {url}: {why}")]
    Unreachable {
        /// The address.
        url: String,
        /// The cause.
        why: String,
    },
    /// A value cannot be used in a header.
    #[error("{0}")]
    Unusable(String),
}

/// The deviation of a call.
#[derive(Debug, Clone, Default)]
pub struct Twist {
    /// Another application id. Empty: no header.
    pub application_id: Option<String>,
    /// Another value of the API key header. Empty: no header.
    pub api_key: Option<String>,
    /// Other setting fields.
    pub settings: Option<Vec<(String, String)>>,
    /// Another `Accept` header.
    pub accept: Option<&'static str>,
    /// Another spelling of the path.
    pub path: Option<String>,
}

/// A vendor with an HTTP client.
#[derive(Debug, Clone)]
pub struct Vendor {
    target: Target,
    http: Client,
    /// Whole addresses of operations that are not below the base address.
    endpoints: BTreeMap<String, Url>,
}

impl Vendor {
    /// Creates a client. Sends nothing yet.
    pub fn new(target: Target) -> Result<Self, CannotCheck> {
        let unusable = |error: reqwest::Error| CannotCheck::Unusable(error.to_string());
        let http = Client::builder().timeout(target.timeout).redirect(reqwest::redirect::Policy::none());
        Ok(Self { http: http.build().map_err(unusable)?, target, endpoints: BTreeMap::new() })
    }

    /// The vendor with these addresses of operations.
    #[must_use]
    pub fn with_endpoints(self, endpoints: BTreeMap<String, Url>) -> Self {
        Self { endpoints, ..self }
    }

    /// Whether an operation has an address of its own.
    pub fn is_elsewhere(&self, operation: &str) -> bool {
        self.endpoints.contains_key(operation)
    }

    /// The vendor's base address.
    pub fn address(&self) -> &str {
        self.target.base_url.as_str().trim_end_matches('/')
    }

    /// The given values of sync options.
    pub fn options(&self) -> &BTreeMap<String, String> {
        &self.target.options
    }

    /// The customer that the vendor has already, if one was given.
    pub fn existing(&self) -> Option<&Existing> {
        self.target.existing.as_ref()
    }

    /// The given setting fields.
    pub fn settings(&self) -> &[(String, String)] {
        &self.target.settings
    }

    /// Calls an operation.
    pub async fn call(&self, operation: &str, body: Option<&Value>, twist: &Twist) -> Exchange {
        self.send(operation, body.map(ToString::to_string), twist).await
    }

    /// Calls an operation with this body.
    pub async fn send(&self, operation: &str, body: Option<String>, twist: &Twist) -> Exchange {
        let path = twist.path.clone().unwrap_or_else(|| format!("/API/Accounts/{operation}"));
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let sent = format!("{method} {path} {}", shortened(body.as_deref().unwrap_or_default()));
        let own = self.endpoints.get(operation).filter(|_| twist.path.is_none());
        let address = own.map_or_else(|| format!("{}{path}", self.address()), ToString::to_string);
        let mut request = self.http.request(method, address);
        let application_id = twist.application_id.as_ref().unwrap_or(&self.target.application_id);
        let key = twist.api_key.clone().unwrap_or_else(|| STANDARD.encode(self.target.api_key.expose_secret()));
        for (name, value) in [("X-CloudPlatform-ApplicationId", application_id), ("X-CloudPlatform-APIKey", &key)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        for (name, value) in twist.settings.as_ref().unwrap_or(&self.target.settings) {
            request = request.header(format!("X-CloudPlatform-Setting-{name}"), value);
        }
        request = request
            .header("X-CloudPlatform-TrackId", uuid::Uuid::now_v7().to_string())
            .header("Accept-Language", "en")
            .header("Accept", twist.accept.unwrap_or("application/json"));
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json; charset=UTF-8").body(body);
        }
        match answer(request).await {
            Ok((status, body)) => Exchange::answered(sent, status, body),
            Err(why) => Exchange::unanswered(sent, why),
        }
    }

    /// Whether anything accepts connections there.
    pub async fn is_there(&self) -> Result<(), String> {
        match self.http.get(self.target.base_url.clone()).send().await {
            Err(error) if error.is_connect() => Err(cause(&error)),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// Status and body, or the reason why there are none. Reads no more than an answer of the contract can need.
async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, String), String> {
    let no_answer = |error: reqwest::Error| {
        let why = if error.is_timeout() { "it took too long".to_owned() } else { cause(&error) };
        format!("no answer: {why}")
    };
    let mut response = request.send().await.map_err(no_answer)?;
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(no_answer)? {
        body.extend_from_slice(&piece);
        if body.len() > MAX_LENGTH {
            return Err(format!("no answer: what came is longer than {MAX_LENGTH} bytes, and was not read to its end"));
        }
    }
    Ok((response.status().as_u16(), String::from_utf8_lossy(&body).into_owned()))
}

/// The cause of a failed call, in plain words where they are known. The first sources only name a part of the client.
fn cause(error: &reqwest::Error) -> String {
    let mut last = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(words) = plain_words(source) {
            return words.to_owned();
        }
        last = source.to_string();
        next = source.source();
    }
    last
}

fn plain_words(source: &(dyn Error + 'static)) -> Option<&'static str> {
    const CLOSED: &str = "the connection was closed before the answer was complete";
    let by_kind = source.downcast_ref::<std::io::Error>().and_then(|error| match error.kind() {
        ErrorKind::ConnectionRefused => Some("the connection was refused"),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            Some("the connection broke")
        }
        ErrorKind::UnexpectedEof => Some(CLOSED),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Some("the host cannot be reached"),
        ErrorKind::TimedOut => Some("it took too long"),
        _ => None,
    });
    // The client keeps the types of these errors to itself.
    by_kind.or_else(|| match source.to_string().as_str() {
        "dns error" => Some("the name of the host is not known"),
        "connection was not ready" => Some(CLOSED),
        text if text.contains("connection closed") => Some(CLOSED),
        text if text.contains("end of file before message length reached") => Some(CLOSED),
        text if text.contains("unexpected EOF") => Some(CLOSED),
        text if text.starts_with("invalid HTTP") => Some("what came is not HTTP"),
        _ => None,
    })
}
