//! Files exported by other systems, on disk or at a URL. They are only read.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tessera_hub::ports::{CallOutcome, ConnectError};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use crate::discipline::{Environment, SetupError};
use crate::http_client;

/// Maximum time without data from a server.
const SILENCE: Duration = Duration::from_mins(1);
const GIB: u64 = 1 << 30;

/// Location of a feed.
#[derive(Debug, Clone)]
pub enum Location {
    /// A URL, with the value of an `Authorization` header if required.
    Http(Url, Option<SecretString>),
    /// A file path.
    File(PathBuf),
}

impl Location {
    /// Parses a location: a URL if the text starts like one, otherwise a file path.
    pub fn parse(text: &str, authorization: Option<SecretString>) -> Result<Self, url::ParseError> {
        if !text.starts_with("http://") && !text.starts_with("https://") {
            return Ok(Self::File(PathBuf::from(text)));
        }
        Ok(Self::Http(text.parse()?, authorization))
    }
}

/// A feed's location, with the means to fetch its content.
#[derive(Debug)]
pub(crate) struct Source {
    system: String,
    /// Name of the content in errors.
    object: &'static str,
    location: Location,
    /// Maximum size of a download, in bytes.
    max_bytes: u64,
    client: Client,
    environment: Environment,
}

/// Fetched content.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// The content, positioned at its start.
    pub(crate) file: File,
    /// Version identifier: the `ETag` of a URL, if sent; length and modification time of a file.
    pub(crate) etag: Option<String>,
}

impl Source {
    /// Creates a source without reading it.
    pub(crate) fn new(
        system: &str,
        object: &'static str,
        location: Location,
        max_bytes: u64,
        environment: Environment,
    ) -> Result<Self, SetupError> {
        let client =
            http_client::client(|client| client.connect_timeout(Duration::from_secs(10)).read_timeout(SILENCE));
        let client = client.map_err(|error| SetupError { system: system.to_owned(), reason: error.to_string() })?;
        Ok(Self { system: system.to_owned(), object, location, max_bytes, client, environment })
    }

    /// Checks that the content can be read, and discards it.
    pub(crate) async fn probe(&self) -> Result<(), ConnectError> {
        match &self.location {
            Location::File(path) => self.opened(path).map(drop),
            Location::Http(url, authorization) => self.ask(url, authorization.as_ref(), None).await.map(drop),
        }
    }

    /// Fetches the content; `None` if it has not changed since `etag`.
    pub(crate) async fn fetch(&self, etag: Option<&str>) -> Result<Option<Fetched>, ConnectError> {
        match &self.location {
            Location::File(path) => {
                let fetched = self.opened(path)?;
                Ok(if etag.is_some() && etag == fetched.etag.as_deref() { None } else { Some(fetched) })
            }
            Location::Http(url, authorization) => {
                let response = self.ask(url, authorization.as_ref(), etag).await?;
                if response.status() == StatusCode::NOT_MODIFIED {
                    return Ok(None);
                }
                let told = response.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok());
                let etag = told.map(ToOwned::to_owned);
                Ok(Some(Fetched { file: self.downloaded(response).await?, etag }))
            }
        }
    }

    /// A temporary error.
    pub(crate) fn unavailable(&self, reason: String) -> ConnectError {
        ConnectError::Unavailable {
            system: self.system.clone(),
            object: self.object.to_owned(),
            reason,
            retry_at: self.environment.clock.now() + jiff::SignedDuration::from_mins(1),
        }
    }

    fn opened(&self, path: &PathBuf) -> Result<Fetched, ConnectError> {
        let failed = |error: std::io::Error| self.unavailable(format!("its file cannot be read: {error}"));
        let file = File::open(path).map_err(failed)?;
        let etag = Some(state(&file).map_err(failed)?);
        Ok(Fetched { file, etag })
    }

    async fn ask(
        &self,
        url: &Url,
        authorization: Option<&SecretString>,
        etag: Option<&str>,
    ) -> Result<Response, ConnectError> {
        let mut request = self.client.get(url.clone());
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization.expose_secret());
        }
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let began = self.environment.steady_now();
        let answered = request.send().await;
        let took = self.environment.steady_now().duration_since(began);
        let outcome = answered.as_ref().map(|answer| CallOutcome::of_status(answer.status().as_u16()));
        let outcome = outcome.unwrap_or(CallOutcome::NoAnswer);
        self.environment.meter.sent(&self.system, outcome, Duration::try_from(took).unwrap_or_default());
        let response = answered.map_err(|error| self.unavailable(error.without_url().to_string()))?;
        let (system, object) = (self.system.clone(), self.object.to_owned());
        match response.status() {
            status if status.is_success() || status == StatusCode::NOT_MODIFIED => Ok(response),
            StatusCode::UNAUTHORIZED => Err(ConnectError::Unauthorized { system, object }),
            StatusCode::FORBIDDEN => Err(ConnectError::Forbidden { system, object }),
            StatusCode::NOT_FOUND => Err(ConnectError::NotFound { system, object }),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(self.unavailable(format!("it answered {}", status.as_u16())))
            }
            status => Err(ConnectError::Unexpected { system, object, found: format!("status {}", status.as_u16()) }),
        }
    }

    /// Downloads the content to a temporary file, so that slow processing does not block the server.
    async fn downloaded(&self, mut response: Response) -> Result<File, ConnectError> {
        let failed = |error: std::io::Error| self.unavailable(format!("it cannot be kept while it is read: {error}"));
        let file = tempfile::tempfile().map_err(failed)?;
        let mut to = tokio::fs::File::from_std(file.try_clone().map_err(failed)?);
        let mut length = 0_u64;
        loop {
            let chunk = response.chunk().await;
            let Some(chunk) = chunk.map_err(|error| self.unavailable(error.without_url().to_string()))? else { break };
            length += chunk.len() as u64;
            if length > self.max_bytes {
                return Err(self.unavailable(format!("it is longer than {}", size(self.max_bytes))));
            }
            to.write_all(&chunk).await.map_err(failed)?;
        }
        to.flush().await.map_err(failed)?;
        let mut file = file;
        std::io::Seek::rewind(&mut file).map_err(failed)?;
        Ok(file)
    }
}

/// Version identifier of a file on disk: its length and modification time.
pub(crate) fn state(file: &File) -> std::io::Result<String> {
    let about = file.metadata()?;
    let changed = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    Ok(format!("{}-{}", about.len(), changed.map_or(0, |since| since.as_nanos())))
}

/// A size with its unit, for messages.
pub(crate) fn size(bytes: u64) -> String {
    if bytes.is_multiple_of(GIB) { format!("{} GiB", bytes / GIB) } else { format!("{} MiB", bytes >> 20) }
}

/// Number of columns. Spreadsheets write empty cells at the end of every row that is shorter than the longest one.
pub(crate) fn named_columns(names: &csv::StringRecord) -> usize {
    names.len() - names.iter().rev().take_while(|name| name.trim().is_empty()).count()
}

/// Converts a CSV row to an object whose members are named by the first row.
pub(crate) fn csv_row(names: &csv::StringRecord, record: &csv::ByteRecord) -> Result<Value, String> {
    let named = named_columns(names);
    if record.len() < named || record.iter().skip(named).any(|field| !field.trim_ascii().is_empty()) {
        return Err(format!("it has {} fields, the first row names {named}", record.len()));
    }
    let mut fields = Map::new();
    for (name, value) in names.iter().take(named).zip(record) {
        let text = std::str::from_utf8(value).map_err(|_| format!("“{name}” is no UTF-8 text"))?;
        fields.insert(name.trim().to_owned(), Value::String(text.trim().to_owned()));
    }
    Ok(Value::Object(fields))
}
