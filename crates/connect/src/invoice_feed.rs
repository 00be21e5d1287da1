//! Feeds of invoices: a JSON list or a CSV table, over HTTP or from a file. They are read, never written.
//!
//! A feed is read as a stream: what is in memory at once is a few hundred rows, however long it is.

use std::io::{BufReader, Read};
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, header, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use tessera_core::invoices::{FieldNames, InvoiceRowError, Row, Text};
use tessera_hub::ports::{ConnectError, Finding, InvoiceReading, InvoiceSource, ListedInvoice, ReadingError};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;
use url::Url;

use crate::discipline::{Environment, SetupError, checks};

/// Rows that are handed on at once.
const BATCH: usize = 200;
/// The longest feed, in bytes.
const MAX_LINE_LENGTH: u64 = 1 << 30;
/// How long a feed may stay silent.
const SILENCE: Duration = Duration::from_mins(1);

/// Where a feed is.
#[derive(Debug, Clone)]
pub enum Location {
    /// At an address, read with the value of an `Authorization` header if it takes one.
    Http(Url, Option<SecretString>),
    /// In a file.
    File(PathBuf),
}

/// What a feed is written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// A list of objects, or an object with such a list under this name.
    Json {
        /// The name.
        list: String,
    },
    /// A table whose first row names the columns.
    Csv {
        /// What stands between two fields.
        delimiter: u8,
    },
}

/// A feed of invoices.
#[derive(Debug)]
pub struct Feed {
    name: String,
    location: Location,
    format: Format,
    fields: FieldNames,
    client: Client,
    environment: Environment,
}

/// Some rows in the feed's order, each read or not; or why the feed did not come to its end.
pub type Batch = Result<Vec<Result<Row, InvoiceRowError>>, String>;

/// A feed being read.
#[derive(Debug)]
pub struct Reading {
    /// By what the feed is recognised when nothing changed.
    pub etag: Option<String>,
    /// The rows. The feed came to its end when there are no more, and no error was among them.
    pub batches: mpsc::Receiver<Batch>,
}

impl Feed {
    /// A feed. Nothing is read yet.
    pub fn new(
        name: impl Into<String>,
        location: Location,
        format: Format,
        fields: FieldNames,
        environment: Environment,
    ) -> Result<Self, SetupError> {
        let name = name.into();
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(SILENCE)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| SetupError { system: name.clone(), reason: error.to_string() })?;
        Ok(Self { name, location, format, fields, client, environment })
    }

    /// The configured name of the source.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it can be read. Nothing is kept of it.
    pub async fn probe(&self) -> Result<(), ConnectError> {
        match &self.location {
            Location::File(path) => self.opened(path).map(drop),
            Location::Http(url, authorization) => self.ask(url, authorization.as_ref(), None).await.map(drop),
        }
    }

    /// Begins to read; none: nothing changed since it had this `etag`.
    pub async fn read(&self, etag: Option<&str>) -> Result<Option<Reading>, ConnectError> {
        let (etag, file) = match &self.location {
            Location::File(path) => {
                let (file, now) = self.opened(path)?;
                if etag == Some(now.as_str()) {
                    return Ok(None);
                }
                (Some(now), file)
            }
            Location::Http(url, authorization) => {
                let response = self.ask(url, authorization.as_ref(), etag).await?;
                if response.status() == StatusCode::NOT_MODIFIED {
                    return Ok(None);
                }
                let told = response.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok());
                (told.map(ToOwned::to_owned), self.fetched(response).await?)
            }
        };
        let (sender, batches) = mpsc::channel(2);
        let (format, fields) = (self.format.clone(), self.fields.clone());
        tokio::task::spawn_blocking(move || {
            let mut rows = Rows { sender: &sender, waiting: Vec::with_capacity(BATCH) };
            let read = match &format {
                Format::Json { list } => json_rows(file, list, &mut rows),
                Format::Csv { delimiter } => csv_rows(file, *delimiter, &fields, &mut rows),
            };
            rows.hand_on();
            if let Err(why) = read {
                // Nobody listens any more: then nobody needs to know.
                sender.blocking_send(Err(why)).ok();
            }
        });
        Ok(Some(Reading { etag, batches }))
    }

    fn opened(&self, path: &PathBuf) -> Result<(std::fs::File, String), ConnectError> {
        let failed = |error: std::io::Error| self.unavailable(format!("its file cannot be read: {error}"));
        let file = std::fs::File::open(path).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        let changed = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        Ok((file, format!("{}-{}", about.len(), changed.map_or(0, |at| at.as_nanos()))))
    }

    async fn ask(
        &self,
        url: &Url,
        authorization: Option<&SecretString>,
        etag: Option<&str>,
    ) -> Result<reqwest::Response, ConnectError> {
        let mut request = self.client.get(url.clone());
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization.expose_secret());
        }
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let answered = request.send().await;
        let response = answered.map_err(|error| self.unavailable(error.without_url().to_string()))?;
        let (system, object) = (self.name.clone(), OBJECT.to_owned());
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

    /// The whole feed in a file of its own, so that reading it slowly does not keep its server waiting.
    async fn fetched(&self, mut response: reqwest::Response) -> Result<std::fs::File, ConnectError> {
        let failed = |error: std::io::Error| self.unavailable(format!("it cannot be kept while it is read: {error}"));
        let file = tempfile::tempfile().map_err(failed)?;
        let mut to = tokio::fs::File::from_std(file.try_clone().map_err(failed)?);
        let mut length = 0_u64;
        loop {
            let chunk = response.chunk().await;
            let Some(chunk) = chunk.map_err(|error| self.unavailable(error.without_url().to_string()))? else { break };
            length += chunk.len() as u64;
            if length > MAX_LINE_LENGTH {
                return Err(self.unavailable("it is longer than 1 GiB".to_owned()));
            }
            to.write_all(&chunk).await.map_err(failed)?;
        }
        to.flush().await.map_err(failed)?;
        let mut file = file;
        std::io::Seek::rewind(&mut file).map_err(failed)?;
        Ok(file)
    }

    fn unavailable(&self, reason: String) -> ConnectError {
        ConnectError::Unavailable {
            system: self.name.clone(),
            object: OBJECT.to_owned(),
            reason,
            retry_at: self.environment.clock.now() + jiff::SignedDuration::from_mins(1),
        }
    }
}

#[async_trait]
impl InvoiceSource for Feed {
    fn name(&self) -> &str {
        self.name()
    }

    async fn check(&self) -> Vec<Finding> {
        vec![checks::invoices(self.name(), self.probe().await)]
    }

    async fn read<'a>(&'a self, etag: Option<&str>) -> Result<Option<Box<dyn InvoiceReading + 'a>>, ConnectError> {
        let reading = self.read(etag).await?;
        Ok(reading.map(|reading| Box::new(reading) as Box<dyn InvoiceReading>))
    }
}

#[async_trait]
impl InvoiceReading for Reading {
    async fn next(&mut self) -> Result<Option<Vec<ListedInvoice>>, ReadingError> {
        let Some(batch) = self.batches.recv().await else { return Ok(None) };
        let rows = batch.map_err(ReadingError::Malformed)?.into_iter();
        Ok(Some(rows.map(|row| row.map_or_else(ListedInvoice::Bad, ListedInvoice::Full)).collect()))
    }

    fn etag(&self) -> Option<String> {
        self.etag.clone()
    }
}

const OBJECT: &str = "the invoices";

struct Rows<'a> {
    sender: &'a mpsc::Sender<Batch>,
    waiting: Vec<Result<Row, InvoiceRowError>>,
}

impl Rows<'_> {
    /// Takes a row; no when nobody listens any more.
    fn take(&mut self, row: Result<Row, InvoiceRowError>) -> bool {
        self.waiting.push(row);
        self.waiting.len() < BATCH || self.hand_on()
    }

    fn hand_on(&mut self) -> bool {
        let batch = std::mem::replace(&mut self.waiting, Vec::with_capacity(BATCH));
        batch.is_empty() || self.sender.blocking_send(Ok(batch)).is_ok()
    }
}

fn bad(line: usize, why: impl Into<String>) -> InvoiceRowError {
    InvoiceRowError { line, number: None, why: why.into() }
}

fn json_rows(file: impl Read, list: &str, rows: &mut Rows<'_>) -> Result<(), String> {
    let mut reader = serde_json::Deserializer::from_reader(BufReader::new(file));
    let mut found = false;
    let each = Each { list, rows, found: &mut found };
    each.deserialize(&mut reader).map_err(|error| format!("it is no JSON from here on: {error}"))?;
    reader.end().map_err(|error| format!("something follows its end: {error}"))?;
    if found { Ok(()) } else { Err(format!("it holds no list, and none called “{list}”")) }
}

/// Hands on every element of the list as soon as it is read.
struct Each<'a, 'b> {
    list: &'a str,
    rows: &'a mut Rows<'b>,
    found: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Each<'_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Each<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of invoices")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        *self.found = true;
        let mut line = 0;
        while let Some(fields) = list.next_element::<Value>()? {
            line += 1;
            let row = if fields.is_object() {
                Ok(Row { line, fields, more: Vec::new() })
            } else {
                Err(bad(line, "an object is needed"))
            };
            if !self.rows.take(row) {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key::<String>()? {
            if name == self.list {
                object.next_value_seed(Each { list: self.list, rows: &mut *self.rows, found: &mut *self.found })?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

fn csv_rows(file: impl Read, delimiter: u8, fields: &FieldNames, rows: &mut Rows<'_>) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(BufReader::new(file));
    let names = reader.headers().map_err(|error| format!("its first row cannot be read: {error}"))?.clone();
    if !names.iter().any(|name| name.trim() == fields.number) {
        return Err(format!("its first row names no column “{}”", fields.number));
    }
    let mut record = csv::ByteRecord::new();
    let mut open: Option<Row> = None;
    while reader.read_byte_record(&mut record).map_err(|error| format!("it cannot be read on: {error}"))? {
        let line = record.position().and_then(|at| usize::try_from(at.line()).ok()).unwrap_or_default();
        let read = table_row(&names, &record);
        match (read, &mut open) {
            (Ok(fields_of), Some(invoice)) if is_more(&invoice.fields, &fields_of, fields) => {
                invoice.more.push(fields_of);
            }
            (read, _) => {
                let before = open.take().map(Ok);
                let row = read.map(|fields| Row { line, fields, more: Vec::new() }).map_err(|why| bad(line, why));
                let (closed, next) = match row {
                    Ok(row) => (vec![before], Some(row)),
                    Err(bad) => (vec![before, Some(Err(bad))], None),
                };
                open = next;
                if !closed.into_iter().flatten().all(|row| rows.take(row)) {
                    return Ok(());
                }
            }
        }
    }
    if let Some(last) = open {
        rows.take(Ok(last));
    }
    Ok(())
}

fn table_row(names: &csv::StringRecord, record: &csv::ByteRecord) -> Result<Value, String> {
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

/// Whether a row is a further line of the invoice in the row before it.
fn is_more(before: &Value, row: &Value, fields: &FieldNames) -> bool {
    let number = row.text(&fields.number);
    number.is_some() && number == before.text(&fields.number) && row.text(&fields.line.text).is_some()
}
