//! One request to a system.

use http::{HeaderMap, HeaderValue, Method, header};
use tessera_hub::ports::Priority;
use url::Url;

use super::budget::Charge;

/// One request.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The full address. Never logged: it may hold somebody's e-mail address.
    pub url: Url,
    /// The path without values, for logs.
    pub template: &'static str,
    /// What is asked for, for error messages.
    pub object: String,
    /// Who waits.
    pub priority: Priority,
    /// What it costs.
    pub charge: Charge,
    /// Whether doing it twice is the same as doing it once; only then it is retried.
    pub repeatable: bool,
    /// Further headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Call {
    /// A read.
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

    /// A write: a PUT says how things shall be and may be repeated, a POST makes something new each time.
    #[must_use]
    pub fn write(self, method: Method, body: &serde_json::Value) -> Self {
        let repeatable = method == Method::PUT;
        Self { method, repeatable, ..self.query(body) }
    }

    /// A query that the system wants as a POST; it changes nothing and may be repeated.
    #[must_use]
    pub fn query(mut self, body: &serde_json::Value) -> Self {
        self.method = Method::POST;
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body = body.to_string().into_bytes();
        self
    }
}

/// The address of a path below `base`, with its values encoded.
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
