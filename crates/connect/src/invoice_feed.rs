//! Invoice feeds: a JSON list or a CSV table, from a URL or a file. They are only read.
//!
//! A feed is read as a stream, with a few hundred rows in memory at a time, whatever its length.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};

use async_trait::async_trait;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use tessera_core::invoices::{FieldNames, InvoiceRowError, Row, Text};
use tessera_core::kernel::delimiter::{END_MARK, declared_delimiter, usual_delimiter};
use tessera_hub::ports::{ConnectError, Finding, InvoiceReading, InvoiceSource, ListedInvoice, ReadingError};
use tokio::sync::mpsc;

use crate::decoded::decoded;
use crate::discipline::{Environment, SetupError, checks};
pub use crate::feed::Location;
use crate::feed::{Fetched, Source, csv_row};

/// Rows per batch.
const BATCH: usize = 200;
/// Maximum size of a download, in bytes.
const MAX_BYTES: u64 = 1 << 30;

/// Format of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// A list of objects, or an object that contains such a list.
    Json {
        /// Name of the list.
        list: String,
    },
    /// A table whose first row contains the column names.
    Csv {
        /// Field delimiter. `None`: that of the first row.
        delimiter: Option<u8>,
    },
}

/// A feed of invoices.
#[derive(Debug)]
pub struct Feed {
    name: String,
    source: Source,
    format: Format,
    fields: FieldNames,
}

/// Rows in the feed's order, readable or not; or the reason why the feed is incomplete.
pub type Batch = Result<Vec<Result<Row, InvoiceRowError>>, String>;

/// A feed that is being read.
#[derive(Debug)]
pub struct Reading {
    /// Version identifier, to detect an unchanged feed.
    pub etag: Option<String>,
    /// The batches. The feed is complete if the channel ends without an error.
    pub batches: mpsc::Receiver<Batch>,
}

impl Feed {
    /// Creates a feed without reading it.
    pub fn new(
        name: impl Into<String>,
        location: Location,
        format: Format,
        fields: FieldNames,
        environment: Environment,
    ) -> Result<Self, SetupError> {
        let name = name.into();
        let source = Source::new(&name, "the invoices", location, MAX_BYTES, environment)?;
        Ok(Self { name, source, format, fields })
    }

    /// The configured name of the source.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks that the feed can be read.
    pub async fn probe(&self) -> Result<(), ConnectError> {
        self.source.probe().await
    }

    /// Starts reading; `None` if the feed has not changed since `etag`.
    pub async fn read(&self, etag: Option<&str>) -> Result<Option<Reading>, ConnectError> {
        let Some(Fetched { file, etag, .. }) = self.source.fetch(etag).await? else { return Ok(None) };
        let (sender, batches) = mpsc::channel(2);
        let (format, fields) = (self.format.clone(), self.fields.clone());
        tokio::task::spawn_blocking(move || {
            let mut rows = Rows { sender: &sender, waiting: Vec::with_capacity(BATCH) };
            let read = match &format {
                Format::Json { list } => text_of(file).and_then(|file| json_rows(file, list, &mut rows)),
                Format::Csv { delimiter } => {
                    text_of(file).and_then(|file| csv_rows(file, *delimiter, &fields, &mut rows))
                }
            };
            rows.hand_on();
            if let Err(why) = read {
                // Sending fails if the receiver was dropped; the error is not needed then.
                sender.blocking_send(Err(why)).ok();
            }
        });
        Ok(Some(Reading { etag, batches }))
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

struct Rows<'a> {
    sender: &'a mpsc::Sender<Batch>,
    waiting: Vec<Result<Row, InvoiceRowError>>,
}

impl Rows<'_> {
    /// Adds a row. Returns `false` if the receiver was dropped.
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

/// The text of a feed, in whatever form of Unicode.
fn text_of(file: File) -> Result<impl Read, String> {
    let text = decoded(BufReader::new(file)).map_err(|error| format!("it cannot be read: {error}"))?;
    Ok(BufReader::new(text))
}

fn json_rows(file: impl Read, list: &str, rows: &mut Rows<'_>) -> Result<(), String> {
    let mut reader = serde_json::Deserializer::from_reader(file);
    let mut found = false;
    let each = Each { list, rows, found: &mut found };
    each.deserialize(&mut reader).map_err(|error| format!("it is no JSON from here on: {error}"))?;
    reader.end().map_err(|error| format!("something follows its end: {error}"))?;
    if found { Ok(()) } else { Err(format!("it holds no list, and none called “{list}”")) }
}

/// The text of a table with a line feed in each line break, because the CSV reader counts them, and without the mark with
/// which old programs end a text.
struct TableText<R> {
    file: R,
    /// The last byte, if what it means depends on what follows.
    held: Option<u8>,
}

impl<R: BufRead> Read for TableText<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let is_held = |byte: &u8| matches!(*byte, b'\r' | END_MARK);
        if to.is_empty() {
            return Ok(0);
        }
        loop {
            let known = self.file.fill_buf()?;
            let (held, next) = (self.held, known.first().copied());
            let length = match (held, next) {
                // A carriage return ends the last line. An end mark is no part of the text.
                (Some(b'\r'), None) => self.give(b'\n', to),
                (_, None) => return Ok(0),
                (Some(END_MARK), Some(b'\r' | b'\n')) => {
                    self.file.consume(1);
                    continue;
                }
                (Some(b'\r'), Some(next)) if next != b'\n' => self.give(b'\n', to),
                (Some(held), Some(_)) => self.give(held, to),
                (None, Some(next)) if is_held(&next) => {
                    self.held = Some(next);
                    self.file.consume(1);
                    continue;
                }
                (None, Some(_)) => {
                    let length = known.iter().position(is_held).unwrap_or(known.len()).min(to.len());
                    to[..length].copy_from_slice(&known[..length]);
                    self.file.consume(length);
                    length
                }
            };
            return Ok(length);
        }
    }
}

impl<R> TableText<R> {
    /// Gives one byte for the one that is held.
    fn give(&mut self, byte: u8, to: &mut [u8]) -> usize {
        self.held = None;
        to[0] = byte;
        1
    }
}

/// Sends each element of the list as soon as it is parsed.
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

fn csv_rows(file: impl Read, delimiter: Option<u8>, fields: &FieldNames, rows: &mut Rows<'_>) -> Result<(), String> {
    /// So much of a table shows how its values are separated, in bytes.
    const BEGINNING: u64 = 16 * 1024;
    let mut text = TableText { file: BufReader::new(file), held: None };
    let mut beginning = Vec::new();
    let begun = text.by_ref().take(BEGINNING).read_to_end(&mut beginning);
    begun.map_err(|error| format!("it cannot be read: {error}"))?;
    let declared = declared_delimiter(&beginning);
    let (usual, before) = (usual_delimiter(beginning.trim_ascii_start()), declared.map_or(0, |(_, length)| length));
    let lines_before = beginning[..before].iter().map(|byte| usize::from(*byte == b'\n')).sum::<usize>();
    let delimiter = delimiter.or(declared.map(|(delimiter, _)| delimiter)).unwrap_or(usual);
    let file = Cursor::new(beginning.split_off(before)).chain(text);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(file);
    let names = reader.headers().map_err(|error| format!("its first row cannot be read: {error}"))?.clone();
    if !names.iter().any(|name| name.trim() == fields.number) {
        return Err(format!("its first row names no column “{}”", fields.number));
    }
    let mut record = csv::ByteRecord::new();
    let mut open: Option<Row> = None;
    while reader.read_byte_record(&mut record).map_err(|error| format!("it cannot be read on: {error}"))? {
        let line = record.position().and_then(|at| usize::try_from(at.line()).ok()).unwrap_or_default();
        let line = lines_before + line;
        let read = csv_row(&names, &record);
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

/// Whether a row is a further line item of the previous row's invoice.
fn is_more(before: &Value, row: &Value, fields: &FieldNames) -> bool {
    let number = row.text(&fields.number);
    number.is_some() && number == before.text(&fields.number) && row.text(&fields.line.text).is_some()
}

/// Reads a feed in both formats, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_any(bytes: &[u8], zone: &jiff::tz::TimeZone) {
    let (sender, receiver) = mpsc::channel(1);
    drop(receiver);
    let fields = FieldNames::default();
    let mapping = tessera_core::invoices::Mapping {
        fields: fields.clone(),
        currency: tessera_core::kernel::money::Currency::parse("EUR"),
        decimal: '.',
        date_format: None,
        statuses: std::collections::BTreeMap::new(),
    };
    let waiting = || Rows { sender: &sender, waiting: Vec::new() };
    let Ok(text) = decoded(Cursor::new(bytes.to_vec())) else { return };
    let (mut of_json, mut of_table) = (waiting(), waiting());
    let _ = json_rows(text, "invoices", &mut of_json);
    let Ok(text) = decoded(Cursor::new(bytes.to_vec())) else { return };
    let _ = csv_rows(text, None, &fields, &mut of_table);
    for row in of_json.waiting.iter().chain(&of_table.waiting).flatten() {
        let _ = mapping.read(row, zone);
    }
}
