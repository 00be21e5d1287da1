//! Files that other systems export: on a disk, or at an address. They are read, never written.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode, header, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tessera_hub::ports::ConnectError;
use tokio::io::AsyncWriteExt as _;
use url::Url;

use crate::discipline::{Environment, SetupError};

/// How long a feed may stay silent.
const SILENCE: Duration = Duration::from_mins(1);
const GIB: u64 = 1 << 30;

/// Where a feed is.
#[derive(Debug, Clone)]
pub enum Location {
    /// At an address, read with the value of an `Authorization` header if it takes one.
    Http(Url, Option<SecretString>),
    /// In a file.
    File(PathBuf),
}

impl Location {
    /// An address if the text begins like one, else the path of a file.
    pub fn parse(text: &str, authorization: Option<SecretString>) -> Result<Self, url::ParseError> {
        if !text.starts_with("http://") && !text.starts_with("https://") {
            return Ok(Self::File(PathBuf::from(text)));
        }
        Ok(Self::Http(text.parse()?, authorization))
    }
}

/// A feed's place, and how to get its content from there.
#[derive(Debug)]
pub(crate) struct Source {
    system: String,
    /// What errors call the content.
    object: &'static str,
    location: Location,
    /// The longest content that is fetched from an address.
    max_bytes: u64,
    client: Client,
    environment: Environment,
}

/// The content at one moment.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// To be read from its beginning.
    pub(crate) file: File,
    /// Differs when the content does: an address's `ETag`, if it sends one; a file's length and time.
    pub(crate) etag: Option<String>,
}

impl Source {
    /// Nothing is read yet.
    pub(crate) fn new(
        system: &str,
        object: &'static str,
        location: Location,
        max_bytes: u64,
        environment: Environment,
    ) -> Result<Self, SetupError> {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(SILENCE)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| SetupError { system: system.to_owned(), reason: error.to_string() })?;
        Ok(Self { system: system.to_owned(), object, location, max_bytes, client, environment })
    }

    /// Whether it can be read. Nothing is kept of it.
    pub(crate) async fn probe(&self) -> Result<(), ConnectError> {
        match &self.location {
            Location::File(path) => self.opened(path).map(drop),
            Location::Http(url, authorization) => self.ask(url, authorization.as_ref(), None).await.map(drop),
        }
    }

    /// The content; none: nothing changed since it had this `etag`.
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

    /// That it is not to be had for the moment.
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
        let answered = request.send().await;
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

    /// The whole content in a file of its own, so that reading it slowly does not keep its server waiting.
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

/// Tells one content of a file on a disk from the next: its length and when it was written.
pub(crate) fn state(file: &File) -> std::io::Result<String> {
    let about = file.metadata()?;
    let changed = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    Ok(format!("{}-{}", about.len(), changed.map_or(0, |since| since.as_nanos())))
}

/// A length in words.
pub(crate) fn size(bytes: u64) -> String {
    if bytes.is_multiple_of(GIB) { format!("{} GiB", bytes / GIB) } else { format!("{} MiB", bytes >> 20) }
}

/// A row of a CSV table as an object, its members named by the first row.
pub(crate) fn csv_row(names: &csv::StringRecord, record: &csv::ByteRecord) -> Result<Value, String> {
    if record.len() != names.len() {
        return Err(format!("it has {} fields, the first row names {}", record.len(), names.len()));
    }
    let mut fields = Map::new();
    for (name, value) in names.iter().zip(record) {
        let text = std::str::from_utf8(value).map_err(|_| format!("“{name}” is no UTF-8 text"))?;
        fields.insert(name.trim().to_owned(), Value::String(text.trim().to_owned()));
    }
    Ok(Value::Object(fields))
}
