//! Tests of invoice feeds over HTTP and from files.

use std::io::Write as _;

use tessera_connect::invoice_feed::{Feed, Format, Location, Reading};
use tessera_core::invoices::{FieldNames, InvoiceRowError, LineNames, Row};
use tessera_hub::ports::ConnectError;

use crate::stand_in::{Reply, StandIn, virtual_time};

fn feed(location: Location, format: Format) -> Feed {
    let (_, environment) = virtual_time();
    let line = LineNames { text: "item".into(), ..LineNames::default() };
    Feed::new("books", location, format, FieldNames { line, ..FieldNames::default() }, environment).unwrap()
}

fn json() -> Format {
    Format::Json { list: "invoices".into() }
}

/// All rows, and the error if the feed is incomplete.
async fn all(mut reading: Reading) -> (Vec<Result<Row, InvoiceRowError>>, Option<String>) {
    let mut rows = Vec::new();
    while let Some(batch) = reading.batches.recv().await {
        match batch {
            Ok(batch) => rows.extend(batch),
            Err(why) => return (rows, Some(why)),
        }
    }
    (rows, None)
}

#[tokio::test]
async fn p09_a_feed_over_http_is_streamed_only_after_a_change() {
    let rows: Vec<_> = (0..1000).map(|n| serde_json::json!({ "number": n, "of": { "id": "7" } })).collect();
    let body = serde_json::json!({ "made": { "at": [1, 2] }, "invoices": rows });
    let books = StandIn::start(move |seen| match seen.authorization.as_str() {
        "Bearer key" => Reply::json(&body).with("etag", "\"v1\""),
        _ => Reply::status(401),
    })
    .await;
    let open = feed(Location::Http(books.url.clone(), Some("Bearer key".to_owned().into())), json());
    let reading = open.read(Some("\"v0\"")).await.unwrap().unwrap();
    assert_eq!(reading.etag.as_deref(), Some("\"v1\""));
    let (rows, error) = all(reading).await;
    assert_eq!((rows.len(), error), (1000, None));
    assert_eq!(rows[999].as_ref().unwrap().line, 1000);
    let closed = feed(Location::Http(books.url.clone(), None), json());
    assert!(matches!(closed.read(None).await, Err(ConnectError::Unauthorized { .. })));

    let unchanged = StandIn::start(|_| Reply::status(304)).await;
    assert!(feed(Location::Http(unchanged.url.clone(), None), json()).read(Some("\"v1\"")).await.unwrap().is_none());
    for status in [302, 404, 500, 503] {
        let broken = StandIn::start(move |_| Reply::status(status)).await;
        assert!(feed(Location::Http(broken.url.clone(), None), json()).read(None).await.is_err(), "{status}");
    }
}

#[tokio::test]
async fn p09_a_feed_that_is_not_a_complete_list_is_an_error() {
    for (body, expected, why) in [
        ("[{\"number\": 1}, 7]", 2, None),
        ("\u{feff}[{\"number\": 1}]", 1, None),
        ("{\"rows\": []}", 0, Some("holds no list")),
        ("", 0, Some("no JSON")),
        ("[{\"number\": 1}, {\"number\"", 1, Some("no JSON")),
        ("[] trailing", 0, Some("follows its end")),
    ] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(body.as_bytes()).unwrap();
        let feed = feed(Location::File(file.path().to_owned()), json());
        let (rows, error) = all(feed.read(None).await.unwrap().unwrap()).await;
        assert_eq!(rows.len(), expected, "{body}");
        assert_eq!(error.is_some(), why.is_some(), "{body}: {error:?}");
        assert!(why.is_none_or(|why| error.is_some_and(|error| error.contains(why))), "{body}");
    }
}

#[tokio::test]
async fn p09_a_table_is_read_row_by_row() {
    let table = b"\xEF\xBB\xBFnumber;item;amount\nA-1;\"Board; \"\"new\"\"\";12,50\nA-1;Visit;3\nA-2;;\nA-3;Visit\nA-4;\xFF;1\nA-5;\"two\nlines\";1\n";
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(table).unwrap();
    let feed = feed(Location::File(file.path().to_owned()), Format::Csv { delimiter: None });
    let reading = feed.read(None).await.unwrap().unwrap();
    let etag = reading.etag.clone();
    let (rows, error) = all(reading).await;
    assert_eq!(error, None);
    let told: Vec<_> = rows
        .iter()
        .map(|row| match row {
            Ok(row) => format!("{} {} +{}", row.line, row.fields["number"], row.more.len()),
            Err(bad) => format!("{} {}", bad.line, bad.why),
        })
        .collect();
    assert_eq!(
        told,
        [
            "2 \"A-1\" +1",
            "4 \"A-2\" +0",
            "5 it has 2 fields, the first row names 3",
            "6 “item” is no UTF-8 text",
            "7 \"A-5\" +0",
        ]
    );
    assert_eq!(rows[0].as_ref().unwrap().fields["item"], "Board; \"new\"");
    assert!(feed.read(etag.as_deref()).await.unwrap().is_none(), "the file did not change");
}

#[tokio::test]
async fn p09_a_feed_is_read_in_utf_16_as_tables_are() {
    let table = "\r\nnumber;item;price\r\nR-1;Wärmepumpe;\"4,5\"\r\nR-2;Speicher;3\r\n";
    let list = "{\"invoices\": [{\"number\": \"R-1\"}, {\"number\": \"R-2\"}]}";
    for (text, format) in [(table, Format::Csv { delimiter: None }), (list, json())] {
        let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(order).collect()
        };
        let marked = ["\u{feff}", text].concat().into_bytes();
        for bytes in [text.as_bytes().to_vec(), marked, utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let read = feed(Location::File(file.path().to_owned()), format.clone()).read(None).await.unwrap().unwrap();
            let (rows, error) = all(read).await;
            let numbers: Vec<_> = rows.iter().map(|row| row.as_ref().unwrap().fields["number"].clone()).collect();
            assert_eq!((numbers, error), (vec!["R-1".into(), "R-2".into()], None), "{bytes:?}");
        }
    }
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"\xFF\xFEn\0u").unwrap();
    let read = feed(Location::File(file.path().to_owned()), json()).read(None).await.unwrap().unwrap();
    assert!(all(read).await.1.unwrap().contains("UTF-16"), "half a letter");
}
