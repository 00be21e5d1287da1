//! A request to an outside system.

use http::{HeaderMap, HeaderValue, Method, header};
use tessera_hub::ports::Priority;
use url::Url;

use super::budget::Charge;

/// A request.
#[derive(Debug, Clone)]
pub struct Call {
    /// HTTP method.
    pub method: Method,
    /// Full URL. Never logged: it may contain a person's e-mail address.
    pub url: Url,
    /// Path without values, for logs.
    pub template: &'static str,
    /// The requested object, for error messages.
    pub object: String,
    /// Whether a person waits.
    pub priority: Priority,
    /// Cost.
    pub charge: Charge,
    /// Whether the request is idempotent. Only then it is retried.
    pub repeatable: bool,
    /// Additional headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Call {
    /// A read request.
    pub fn get(
        url: Url,
        template: &'static str,
        object: impl Into<String>,
        priority: Priority,
        charge: Charge,
    ) -> Self {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))]);
        let object = object.into();
        Self {
            method: Method::GET,
            url,
            template,
            object,
            priority,
            charge,
            repeatable: true,
            headers,
            body: Vec::new(),
        }
    }

    /// A write request. A PUT sets a state and may be repeated; a POST creates something new each time.
    #[must_use]
    pub fn write(self, method: Method, body: &serde_json::Value) -> Self {
        let repeatable = method == Method::PUT;
        Self { method, repeatable, ..self.query(body) }
    }

    /// A query by POST, as the system requires. It changes nothing and may be repeated.
    #[must_use]
    pub fn query(mut self, body: &serde_json::Value) -> Self {
        self.method = Method::POST;
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body = body.to_string().into_bytes();
        self
    }
}

/// The URL of a path below `base`, with its values encoded.
pub(crate) fn address(base: &Url, path: &[&str], query: &[(&str, String)]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}
