//! Request data: parameters, paging and body.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use http::header::HOST;
use http::request::Parts;
use http::{HeaderName, StatusCode, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::answer::{FieldError, Refusal};

/// Base path of the API.
pub const ROOT: &str = "/api/v2";
/// Default page size, and fixed page size of the index.
pub const PAGE_ROWS: usize = 30;
/// Maximum number of pages of the index.
const INDEX_PAGES: usize = 40;
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// URL and query parameters of a request.
#[derive(Debug)]
pub struct Call {
    base: String,
    uri: Uri,
    parameters: BTreeMap<String, String>,
}

impl<S: Sync> FromRequestParts<S> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let header = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let host = header(HOST).unwrap_or("localhost");
        // Of several proxies, the first one talks to the client.
        let forwarded = header(FORWARDED_PROTO).and_then(|list| list.split(',').next()).unwrap_or_default();
        let scheme = if forwarded.trim().eq_ignore_ascii_case("https") { "https" } else { "http" };
        let parameters = Query::try_from_uri(&parts.uri).map(|Query(parameters)| parameters).unwrap_or_default();
        Ok(Self { base: format!("{scheme}://{host}{ROOT}"), uri: parts.uri.clone(), parameters })
    }
}

impl Call {
    /// The URL without query.
    pub fn url(&self) -> String {
        format!("{}{}", self.base, self.uri.path())
    }

    /// A query parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that must be a positive number.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let wrong = |_| Refusal::value(name, "It should be a/an Positive Integer");
        self.get(name).map(|text| text.parse().map_err(wrong)).transpose()
    }

    /// A parameter that must be `true` or `false`.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        let wrong = |_| Refusal::value(name, "It should be one of these values: 'true,false'");
        self.get(name).map(|text| text.parse().map_err(wrong)).transpose()
    }

    /// A parameter that must be one of these words.
    pub fn word(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Refusal> {
        match self.get(name) {
            Some(word) if !words.contains(&word) => Err(Refusal::value(name, one_of(words.iter()))),
            word => Ok(word),
        }
    }

    /// Whether `include` contains a name.
    pub fn includes(&self, what: &str) -> bool {
        self.get("include").is_some_and(|list| list.split(',').any(|entry| entry.trim() == what))
    }

    /// Pages a plain list: returns the rows of the requested page and the URL of the next one.
    pub fn page<T>(&self, rows: Vec<T>) -> Result<(Vec<T>, Option<String>), Refusal> {
        let (page, per_page) = (self.natural("page", usize::MAX)?, self.natural("per_page", 100)?);
        let (page, per_page) = (page.unwrap_or(1), per_page.unwrap_or(PAGE_ROWS));
        let skipped = (page - 1).saturating_mul(per_page);
        let more = rows.len() > skipped.saturating_add(per_page);
        let rows = rows.into_iter().skip(skipped).take(per_page).collect();
        Ok((rows, more.then(|| self.other_page(page + 1))))
    }

    /// Pages an answer of the index: always 30 rows, at most 40 pages, without a link to the next one.
    pub fn index_page<T>(&self, rows: Vec<T>) -> Result<Vec<T>, Refusal> {
        let page = self.natural("page", INDEX_PAGES)?.unwrap_or(1);
        Ok(rows.into_iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS).collect())
    }

    fn natural(&self, name: &str, most: usize) -> Result<Option<usize>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if (1..=most).contains(&number) => Ok(Some(number)),
            _ if most == usize::MAX => Err(Refusal::value(name, "It should be a Positive Integer")),
            _ => Err(Refusal::value(name, format!("It should be a Positive Integer less than or equal to {most}"))),
        }
    }

    fn other_page(&self, page: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.parameters.iter().filter(|(name, _)| *name != "page") {
            query.append_pair(name, value);
        }
        query.append_pair("page", &page.to_string());
        format!("{}?{}", self.url(), query.finish())
    }
}

/// Fields of a JSON body.
#[derive(Debug)]
pub struct Fields(pub Map<String, Value>);

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Refusal> {
        let invalid = Refusal::Coded(StatusCode::BAD_REQUEST, "invalid_json", "Request body has invalid json format");
        let Ok(bytes) = axum::body::to_bytes(request.into_body(), 1 << 20).await else { return Err(invalid) };
        serde_json::from_slice(&bytes).map(Self).map_err(|_| invalid)
    }
}

/// Type of a field in a body.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// String or null.
    Text,
    /// E-mail address or null.
    Email,
    /// Phone number: a string, a number converted to one, or null.
    Phone,
    /// Id of a row, or null.
    Id,
    /// Positive integer.
    Number,
    /// A number of an enumeration, or one of the account's own, which start at the second value.
    OneOf(&'static [Choice], Option<u64>),
    /// One of these words, or null.
    Word(&'static [&'static str]),
    /// Boolean.
    Flag,
    /// Array of ids.
    Ids,
    /// Array of strings.
    Texts,
    /// Array of objects.
    Objects,
    /// Object.
    Object,
}

/// A number of an enumeration, and its name.
pub type Choice = (u64, &'static str);

impl Kind {
    /// The code and the message for a value that does not fit.
    fn complaint(self, value: &Value) -> Option<(&'static str, String)> {
        let all = |fits: fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(fits));
        let (fits, expected) = match self {
            Self::Text => (value.is_null() || value.is_string(), "It should be a/an String"),
            Self::Email if value.is_null() || value.as_str().is_some_and(is_address) => return None,
            Self::Email => {
                return Some(("invalid_value", "It should be in the 'valid email address' format".to_owned()));
            }
            Self::Phone => (value.is_null() || value.is_string() || value.is_u64(), "It should be a/an String"),
            Self::Id => {
                (value.is_null() || value.as_u64().is_some_and(|id| id > 0), "It should be a/an Positive Integer")
            }
            Self::Number => (value.as_u64().is_some_and(|number| number > 0), "It should be a/an Positive Integer"),
            Self::OneOf(choices, custom) => match value.as_u64() {
                Some(number) if chosen(number, choices, custom) => return None,
                Some(_) => return Some(("invalid_value", one_of(choices.iter().map(|(number, _)| number)))),
                None => (false, "It should be a/an Positive Integer"),
            },
            Self::Word(words) => match value.as_str() {
                Some(word) if !words.contains(&word) => return Some(("invalid_value", one_of(words.iter()))),
                word => (word.is_some() || value.is_null(), "It should be a/an String"),
            },
            Self::Flag => (value.is_boolean(), "It should be a/an Boolean"),
            Self::Ids => (all(Value::is_u64), "It should be a/an Array of Positive Integers"),
            Self::Texts => (all(Value::is_string), "It should be a/an Array of Strings"),
            Self::Objects => (all(Value::is_object), "It should be a/an Array"),
            Self::Object => (value.is_object(), "It should be a/an key/value pair"),
        };
        (!fits).then(|| ("datatype_mismatch", expected.to_owned()))
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
}

fn chosen(number: u64, choices: &[Choice], custom: Option<u64>) -> bool {
    choices.iter().any(|(choice, _)| *choice == number) || custom.is_some_and(|first| number >= first)
}

fn one_of(values: impl Iterator<Item = impl ToString>) -> String {
    let values: Vec<String> = values.map(|value| value.to_string()).collect();
    format!("It should be one of these values: '{}'", values.join(","))
}

impl Fields {
    /// Validates every field against the allowed ones.
    pub fn check(&self, taken: &[(&str, Kind)]) -> Vec<FieldError> {
        let judge = |(name, value): (&String, &Value)| match taken.iter().find(|(taken, _)| taken == name) {
            None => Some(FieldError::unexpected(name)),
            Some((_, kind)) => {
                let complaint = kind.complaint(value);
                complaint.map(|(code, message)| FieldError { code, ..FieldError::value(name, message) })
            }
        };
        self.0.iter().filter_map(judge).collect()
    }

    /// Whether a field has a value.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// String value of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Number value of a field.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }

    /// The row with the fields of the body applied.
    pub fn over<T: Serialize + DeserializeOwned>(&self, row: &T, taken: &[(&str, Kind)]) -> Result<T, Refusal> {
        let mismatch = |error: serde_json::Error| Refusal::value("request", error.to_string());
        let Value::Object(mut merged) = serde_json::to_value(row).map_err(mismatch)? else {
            return Err(Refusal::NotFound);
        };
        for (name, kind) in taken {
            match (self.0.get(*name), kind) {
                (Some(Value::Number(number)), Kind::Phone) => {
                    merged.insert((*name).to_owned(), number.to_string().into())
                }
                (Some(value), _) => merged.insert((*name).to_owned(), value.clone()),
                (None, _) => None,
            };
        }
        serde_json::from_value(Value::Object(merged)).map_err(mismatch)
    }
}
