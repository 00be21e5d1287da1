//! Contacts in a CSV file, for a CRM without a client of its own. Another system exports the file to a disk or a URL.
//!
//! The file is read when it has changed, and cached otherwise. A contact counts as missing only if every line is
//! readable and the file appears complete.

mod check;
mod config;
mod port;
mod reading;
mod table;

use std::io::Read as _;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::Observation;
use tessera_hub::ports::{Condition, ConnectError, Health, Page};
use tokio::sync::Mutex;
use url::Url;

pub use config::{Columns, Config};
use table::Table;

use crate::discipline::{Environment, SetupError};
use crate::feed::{Fetched, Location, Source, size, state};
use crate::lenient_json;

/// Maximum file size, in bytes.
const MAX_BYTES: u64 = 64 << 20;
/// Maximum number of contacts.
const MAX_CONTACTS: usize = 100_000;
/// Contacts per page.
const PER_PAGE: usize = 200;
/// Minimum interval between requests to a URL.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// Retry delay for doubts that the next export can resolve.
const NEXT_EXPORT: SignedDuration = SignedDuration::from_hours(1);
const OBJECT: &str = "the contacts";

/// The client.
#[derive(Debug)]
pub struct ContactsCsv {
    config: Config,
    source: Source,
    address: Url,
    environment: Environment,
    memory: Mutex<Memory>,
    conversation: StdMutex<Conversation>,
}

/// Cached state of the file.
#[derive(Debug, Default)]
struct Memory {
    /// Steady time, reading timestamp and result of the last fetch.
    last: Option<(Timestamp, Timestamp, Outcome)>,
    /// Version that was last parsed, with the result.
    version: Option<(Option<String>, Outcome)>,
    /// Number of contacts of the last file that appeared complete.
    contacts: usize,
}

type Outcome = Result<Arc<Table>, ConnectError>;

/// Statistics of reading the file.
#[derive(Debug, Default)]
struct Conversation {
    calls: u64,
    last_ok_at: Option<Timestamp>,
    last_error: Option<(Timestamp, ConnectError)>,
    /// Whether the last attempt failed.
    failing: bool,
    /// Earliest useful time of a retry, after a failed attempt.
    retry_at: Option<Timestamp>,
}

/// Whether a recently fetched response is acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Freshness {
    Recent,
    Now,
}

impl ContactsCsv {
    /// Creates a client for one file, without reading it.
    pub fn new(config: Config, environment: Environment) -> Result<Self, SetupError> {
        let source = Source::new(&config.name, OBJECT, config.location.clone(), MAX_BYTES, environment.clone())?;
        let address = address(&config.location)
            .ok_or_else(|| SetupError { system: config.name.clone(), reason: "its location is no path".to_owned() })?;
        let (memory, conversation) = (Mutex::default(), StdMutex::default());
        Ok(Self { config, source, address, environment, memory, conversation })
    }

    /// The configured name of the system.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// Health of reading the file.
    pub fn health(&self) -> Health {
        let now = self.environment.clock.now();
        let known = self.conversation.lock().unwrap_or_else(PoisonError::into_inner);
        let (error, until) = (known.last_error.as_ref(), known.retry_at.filter(|at| *at > now));
        Health {
            system: self.config.name.clone(),
            condition: match (until, error) {
                (Some(until), _) => Condition::Open { until },
                (None, Some((since, _))) if known.failing => Condition::Failing { since: *since },
                (None, _) => Condition::Healthy,
            },
            last_ok_at: known.last_ok_at,
            last_error_at: error.map(|(at, _)| *at),
            last_error: error.map(|(_, error)| error.to_string()),
            calls: known.calls,
            clock_skew: None,
            quotas: Vec::new(),
        }
    }

    /// The contact with this id, or `None`.
    pub async fn contact(&self, id: &str) -> Result<Option<Observation>, ConnectError> {
        if !lenient_json::is_id(id) {
            return Ok(None);
        }
        let (table, read_at) = self.table(Freshness::Recent).await?;
        let contact = table.contact(id, &self.config.name, read_at);
        match table.doubt_absence(id) {
            Some(reason) if contact.is_none() => Err(ConnectError::Unavailable {
                system: self.config.name.clone(),
                object: format!("contact {id}"),
                reason,
                retry_at: self.environment.clock.now() + NEXT_EXPORT,
            }),
            _ => Ok(contact),
        }
    }

    /// All contacts with this primary address (`A04`).
    pub async fn contacts_by_email(&self, email: &str) -> Result<Vec<Observation>, ConnectError> {
        let wanted = normalise::email(email);
        let is_primary = |seen: &Observation| seen.attributes.primary_email().and_then(normalise::email) == wanted;
        let mut found = self.contacts_with_email(email).await?;
        found.retain(is_primary);
        Ok(found)
    }

    /// All contacts with this address, primary or other.
    pub async fn contacts_with_email(&self, email: &str) -> Result<Vec<Observation>, ConnectError> {
        let (table, read_at) = self.table(Freshness::Recent).await?;
        Ok(table.with_email(email, &self.config.name, read_at))
    }

    /// A page (from 1) of all contacts, in file order. The first page fetches the file again, because a full pass must
    /// not return data read before it started.
    pub async fn contacts_page(&self, page: u32) -> Result<Page, ConnectError> {
        let freshness = if page <= 1 { Freshness::Now } else { Freshness::Recent };
        let (table, read_at) = self.table(freshness).await?;
        let start = PER_PAGE * (page.max(1) as usize - 1);
        let items = table.slice(start..start + PER_PAGE, &self.config.name, read_at);
        Ok(Page { items, next: start + PER_PAGE < table.len(), total: Some(table.len() as u64) })
    }

    /// The file's content, with the timestamp of its reading. Only URLs are rate-limited, because checking a file on disk
    /// is cheap.
    async fn table(&self, freshness: Freshness) -> Result<(Arc<Table>, Timestamp), ConnectError> {
        let mut memory = self.memory.lock().await;
        let (now, steady_now) = (self.environment.clock.now(), self.environment.steady_now());
        if let (Location::Http(..), Freshness::Recent, Some((at, read_at, outcome))) =
            (&self.config.location, freshness, &memory.last)
            && steady_now < *at + PAUSE
        {
            return outcome.clone().map(|table| (table, *read_at));
        }
        let read_at = self.environment.readings.stamp();
        let outcome = self.read(&mut memory).await;
        memory.last = Some((steady_now, read_at, outcome.clone()));
        let mut conversation = self.conversation.lock().unwrap_or_else(PoisonError::into_inner);
        conversation.calls += 1;
        conversation.failing = outcome.is_err();
        conversation.retry_at = outcome.as_ref().err().and_then(ConnectError::retry_at);
        match &outcome {
            Ok(_) => conversation.last_ok_at = Some(now),
            Err(error) => conversation.last_error = Some((now, error.clone())),
        }
        drop(conversation);
        outcome.map(|table| (table, read_at))
    }

    /// Reads the file if it has changed.
    async fn read(&self, memory: &mut Memory) -> Outcome {
        let etag = memory.version.as_ref().and_then(|(etag, _)| etag.clone());
        let fetched = self.source.fetch(etag.as_deref()).await.map_err(|error| match error {
            // A missing file says nothing about individual contacts.
            ConnectError::NotFound { .. } => self.unexpected("status 404".to_owned()),
            other => other,
        })?;
        let Some(fetched) = fetched else {
            let known = memory.version.as_ref().map(|(_, outcome)| outcome.clone());
            return known
                .unwrap_or_else(|| Err(self.unexpected("nothing changed, though nothing was known".to_owned())));
        };
        let etag = fetched.etag.clone();
        let (config, on_disk) = (self.config.clone(), matches!(self.config.location, Location::File(_)));
        let loaded = tokio::task::spawn_blocking(move || load(fetched, on_disk, &config)).await;
        let loaded = loaded.unwrap_or_else(|error| Err(NotRead::Malformed(error.to_string())));
        let outcome = match loaded {
            Ok(table) => Ok(Arc::new(self.compared(table, memory))),
            Err(NotRead::Malformed(why)) => Err(self.unexpected(why)),
            Err(NotRead::Unavailable(why)) => return Err(self.source.unavailable(why)),
        };
        memory.version = Some((etag, outcome.clone()));
        outcome
    }

    /// A file with less than half of the previous contacts is probably incomplete.
    fn compared(&self, mut table: Table, memory: &mut Memory) -> Table {
        let (now, before) = (table.len(), memory.contacts);
        if now * 2 < before {
            table.doubt = Some(format!("the file holds {now} contacts, and held {before} before"));
        } else if table.doubt.is_none() {
            memory.contacts = now;
        }
        let (system, bad, doubt) = (&self.config.name, table.bad.len(), table.doubt.as_deref());
        if let Some(first) = table.bad.first() {
            tracing::warn!(system, bad, %first, "lines of the contacts' file cannot be read");
        }
        if let Some(first) = table.undated.first() {
            let undated = table.undated.len();
            tracing::warn!(system, undated, %first, "contacts' times of the last change cannot be read");
        }
        if let Some(doubt) = doubt {
            tracing::warn!(system, doubt, "contacts may be missing from the contacts' file");
        }
        table
    }

    fn unexpected(&self, found: String) -> ConnectError {
        ConnectError::Unexpected { system: self.config.name.clone(), object: OBJECT.to_owned(), found }
    }
}

/// Reason why a file was not read.
enum NotRead {
    /// Temporary; a retry may succeed.
    Unavailable(String),
    /// Not a table of contacts.
    Malformed(String),
}

fn load(fetched: Fetched, on_disk: bool, config: &Config) -> Result<Table, NotRead> {
    let failed = |error: std::io::Error| NotRead::Unavailable(format!("its file cannot be read: {error}"));
    let Fetched { file, etag } = fetched;
    let mut bytes = Vec::new();
    (&file).take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(NotRead::Malformed(format!("it is longer than {}", size(MAX_BYTES))));
    }
    if on_disk && etag != Some(state(&file).map_err(failed)?) {
        return Err(NotRead::Unavailable("its file changed while it was read".to_owned()));
    }
    let mut table = Table::read(bytes, config).map_err(NotRead::Malformed)?;
    if on_disk {
        let written_at = file.metadata().and_then(|about| about.modified()).map_err(failed)?;
        table.written_at = Timestamp::try_from(written_at).ok();
    }
    // For HTTP, the client has verified the length of the response.
    if on_disk && !table.ends_with_line_break() {
        table.doubt = Some("the file may break off: its last line has no end".to_owned());
    }
    Ok(table)
}

/// The file's location for display, without secrets.
fn address(location: &Location) -> Option<Url> {
    match location {
        Location::File(path) => Url::from_file_path(std::path::absolute(path).ok()?).ok(),
        Location::Http(url, _) => {
            let mut url = url.clone();
            url.set_query(None);
            url.set_fragment(None);
            url.set_username("").and_then(|()| url.set_password(None)).ok()?;
            Some(url)
        }
    }
}

/// Reads a file and each of its contacts, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_any(bytes: Vec<u8>) {
    if let Ok(table) = Table::read(bytes, &Config::new("contacts", Location::File("contacts.csv".into()))) {
        let _ = table.slice(0..usize::MAX, "contacts", Timestamp::UNIX_EPOCH);
        let _ = table.doubt_absence("1");
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_that_is_written_while_it_is_read_is_tried_again() {
        let mut export = tempfile::NamedTempFile::new().unwrap();
        export.write_all(b"id,email\n1,a@example.com\n").unwrap();
        let config = Config::new("contacts", Location::File(export.path().to_owned()));
        let opened = |etag: &str| Fetched { file: export.reopen().unwrap(), etag: Some(etag.to_owned()) };
        let before = state(export.as_file()).unwrap();
        assert!(load(opened(&before), true, &config).is_ok_and(|table| table.len() == 1));
        export.as_file().write_all(b"2,b@example.com\n").unwrap();
        let Err(NotRead::Unavailable(why)) = load(opened(&before), true, &config) else { panic!("it changed") };
        assert_eq!(why, "its file changed while it was read");
    }
}
