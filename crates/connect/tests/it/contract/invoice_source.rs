//! Contract tests of the `InvoiceSource` port.

use std::collections::BTreeSet;
use std::io::{Seek as _, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tempfile::NamedTempFile;
use tessera_connect::invoice_feed::{Feed, Format, Location};
use tessera_core::invoices::{FieldNames, Row, Text as _};
use tessera_hub::ports::{ConnectError, Crm as _, InvoiceSource, ListedInvoice, ReadingError};

use super::crm::FreshsalesAccount;
use super::{Trouble, assert_failing, assert_sound, assert_unavailable, cause, keeps_the_contract};
use crate::stand_in::{Reply, StandIn, virtual_time};

/// A source with some invoices.
trait Fixture {
    fn source(&self) -> Arc<dyn InvoiceSource>;

    /// Number of invoices.
    fn count(&self) -> usize;

    /// Injects a fault. `false`: this product cannot have it.
    fn trouble(&self, trouble: Trouble) -> bool;
}

async fn reads_every_invoice_to_the_end(fixture: &impl Fixture) {
    let source = fixture.source();
    let (rows, etag) = read(&*source, None).await.unwrap().unwrap();
    let fields = source.usual_fields();
    let numbers: BTreeSet<String> =
        rows.iter().map(|listed| full(listed).fields.text(&fields.number).unwrap()).collect();
    assert_eq!((rows.len(), numbers.len()), (fixture.count(), fixture.count()), "each once");
    let lines: Vec<usize> = rows.iter().map(|listed| full(listed).line).collect();
    assert!(lines.is_sorted() && lines[0] > 0, "{lines:?}");
    for listed in &rows {
        assert!(full(listed).fields.text(&fields.total).is_some(), "{listed:?}");
        assert!(full(listed).fields.text(&fields.customer).is_some(), "{listed:?}");
    }
    assert!(etag.is_some(), "the next reading can tell what changed");
}

async fn reports_an_unchanged_source(fixture: &impl Fixture) {
    let source = fixture.source();
    let (before, etag) = read(&*source, None).await.unwrap().unwrap();
    let Some((rows, again)) = read(&*source, etag.as_deref()).await.unwrap() else { return };
    assert_eq!((rows.len(), again), (fixture.count(), etag));
    for (listed, before) in rows.iter().zip(&before) {
        let now = match listed {
            ListedInvoice::Unchanged(row) => source.in_full(row).await.unwrap().unwrap(),
            listed => full(listed).clone(),
        };
        assert_eq!(now, *full(before), "the same in full");
    }
}

async fn reports_malformed_data(fixture: &impl Fixture) {
    assert!(fixture.trouble(Trouble::Malformed));
    let error = read(&*fixture.source(), None).await.unwrap_err();
    let malformed =
        matches!(error, ReadingError::Malformed(_) | ReadingError::Connect(ConnectError::Unexpected { .. }));
    assert!(malformed, "a source that breaks off must not look like a short one: {error}");
}

async fn reports_a_rejected_key(fixture: &impl Fixture) {
    if fixture.trouble(Trouble::KeyRefused) {
        let error = read(&*fixture.source(), None).await.unwrap_err();
        assert!(matches!(error, ReadingError::Connect(ConnectError::Unauthorized { .. })), "{error}");
        assert_failing(&fixture.source().check().await);
    }
}

async fn reports_an_outage(fixture: &impl Fixture) {
    assert!(fixture.trouble(Trouble::Unavailable));
    match read(&*fixture.source(), None).await {
        Err(ReadingError::Connect(error)) => assert_unavailable(Err::<(), _>(error)),
        other => panic!("{other:?}"),
    }
    assert_failing(&fixture.source().check().await);
}

async fn checks_succeed_when_everything_works(fixture: &impl Fixture) {
    assert_sound(&fixture.source().check().await, fixture.source().name());
}

type Read = (Vec<ListedInvoice>, Option<String>);

/// All rows and the `ETag`. `None` if nothing changed.
async fn read(source: &dyn InvoiceSource, etag: Option<&str>) -> Result<Option<Read>, ReadingError> {
    let Some(mut reading) = source.read(etag).await? else { return Ok(None) };
    let mut rows = Vec::new();
    while let Some(some) = reading.next().await? {
        rows.extend(some);
    }
    let etag = reading.etag();
    Ok(Some((rows, etag)))
}

fn full(listed: &ListedInvoice) -> &Row {
    match listed {
        ListedInvoice::Full(row) => row,
        other => panic!("{other:?}"),
    }
}

macro_rules! invoice_source_contract {
    ($client:ident, $fixture:ty) => {
        keeps_the_contract!(
            $client,
            $fixture,
            [
                reads_every_invoice_to_the_end,
                reports_an_unchanged_source,
                reports_malformed_data,
                reports_a_rejected_key,
                reports_an_outage,
                checks_succeed_when_everything_works,
            ]
        );
    };
}

invoice_source_contract!(json_file, JsonFile);
invoice_source_contract!(csv_file, CsvFile);
invoice_source_contract!(json_over_http, JsonOverHttp);
invoice_source_contract!(won_deals, WonDeals);

/// More invoices than one batch has.
const INVOICES: usize = 450;

fn feed(location: Location, format: Format) -> Arc<dyn InvoiceSource> {
    Arc::new(Feed::new("books", location, format, FieldNames::default(), virtual_time().1).unwrap())
}

fn as_json() -> String {
    let invoice = |n| json!({ "number": format!("A-{n}"), "date": "2026-01-01", "customer": "7", "total": "10.00" });
    json!({ "invoices": (0..INVOICES).map(invoice).collect::<Vec<_>>() }).to_string()
}

fn as_csv() -> String {
    let row = |n| format!("A-{n},2026-01-01,7,10.00\n");
    format!("number,date,customer,total\n{}", (0..INVOICES).map(row).collect::<String>())
}

/// A file read as a feed.
struct FeedFile {
    file: Mutex<NamedTempFile>,
    path: PathBuf,
    format: Format,
}

impl FeedFile {
    fn holding(content: &str, format: Format) -> Self {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        Self { path: file.path().to_owned(), file: Mutex::new(file), format }
    }

    fn source(&self) -> Arc<dyn InvoiceSource> {
        feed(Location::File(self.path.clone()), self.format.clone())
    }

    fn trouble(&self, trouble: Trouble, malformed: &str) -> bool {
        match trouble {
            Trouble::Malformed => {
                let mut file = self.file.lock().unwrap();
                file.as_file().set_len(0).unwrap();
                file.rewind().unwrap();
                file.write_all(malformed.as_bytes()).unwrap();
                true
            }
            Trouble::Unavailable => std::fs::remove_file(&self.path).is_ok(),
            Trouble::KeyRefused | Trouble::WriteRefused => false,
        }
    }
}

struct JsonFile(FeedFile);

impl JsonFile {
    fn start() -> impl Future<Output = Self> {
        std::future::ready(Self(FeedFile::holding(&as_json(), Format::Json { list: "invoices".to_owned() })))
    }
}

impl Fixture for JsonFile {
    fn source(&self) -> Arc<dyn InvoiceSource> {
        self.0.source()
    }

    fn count(&self) -> usize {
        INVOICES
    }

    fn trouble(&self, trouble: Trouble) -> bool {
        let whole = as_json();
        self.0.trouble(trouble, &whole[..whole.len() / 2])
    }
}

struct CsvFile(FeedFile);

impl CsvFile {
    fn start() -> impl Future<Output = Self> {
        std::future::ready(Self(FeedFile::holding(&as_csv(), Format::Csv { delimiter: None })))
    }
}

impl Fixture for CsvFile {
    fn source(&self) -> Arc<dyn InvoiceSource> {
        self.0.source()
    }

    fn count(&self) -> usize {
        INVOICES
    }

    /// A truncated table cannot be detected. A table without its header can.
    fn trouble(&self, trouble: Trouble) -> bool {
        self.0.trouble(trouble, as_csv().split_once('\n').unwrap().1)
    }
}

struct JsonOverHttp {
    stand_in: StandIn,
    trouble: Arc<Mutex<Option<Trouble>>>,
}

impl JsonOverHttp {
    async fn start() -> Self {
        let trouble = Arc::new(Mutex::new(None));
        let (body, now) = (as_json(), trouble.clone());
        let stand_in = StandIn::start(move |_| match *now.lock().unwrap() {
            None => Reply { body: body.clone(), ..Reply::status(200) }.with("etag", "\"v1\""),
            Some(Trouble::Malformed) => Reply { body: body[..body.len() / 2].to_owned(), ..Reply::status(200) },
            Some(Trouble::KeyRefused | Trouble::WriteRefused) => Reply::status(401),
            Some(Trouble::Unavailable) => Reply::status(503),
        })
        .await;
        Self { stand_in, trouble }
    }
}

impl Fixture for JsonOverHttp {
    fn source(&self) -> Arc<dyn InvoiceSource> {
        let location = Location::Http(self.stand_in.url.clone(), None);
        feed(location, Format::Json { list: "invoices".to_owned() })
    }

    fn count(&self) -> usize {
        INVOICES
    }

    fn trouble(&self, trouble: Trouble) -> bool {
        *self.trouble.lock().unwrap() = Some(trouble);
        true
    }
}

struct WonDeals(FreshsalesAccount);

impl WonDeals {
    async fn start() -> Self {
        Self(FreshsalesAccount::start().await)
    }
}

impl Fixture for WonDeals {
    fn source(&self) -> Arc<dyn InvoiceSource> {
        self.0.crm.clone().won_deals().unwrap()
    }

    fn count(&self) -> usize {
        self.0.deals_won()
    }

    fn trouble(&self, trouble: Trouble) -> bool {
        cause(trouble, self.0.sim.faults());
        true
    }
}
