//! Synchronize over HTTP, durable: contract, rules, plan, hash-chained timeline, stored call. First new accounts, then
//! the same ones again.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tessera_store::Store;

use crate::hub::{Hub, MARKET_ID, MARKET_KEY};
use crate::load;
use crate::outside::Outside;
use crate::report::{against, row, section};
use crate::stats::Repeats;

/// Numbers of kept connections.
const CONNECTIONS: [usize; 3] = [1, 8, 32];
/// Number of accounts in a run on one connection. Runs on more connections have more.
const ACCOUNTS: usize = 320;
/// Upserts per second of a comparable hand-written program, Express 5 with better-sqlite3 (docs/performance.md).
const EXPRESS_UPSERTS: f64 = 1845.0;

/// Runs the measurement and prints it.
pub async fn run(data: &Path, repeats: usize) -> anyhow::Result<()> {
    section("Synchronize of a marketplace, durable (SQLite, WAL, synchronous=FULL)");
    let outside = Outside::start().await?;
    let database = data.join("marketplace.db");
    drop(Store::open(&database.display().to_string()).await?);
    let hub = Hub::start(data, &database, &outside.url).await?;
    let mut next = 0;
    for connections in CONNECTIONS {
        let (mut fresh, mut again) = (Repeats::default(), Repeats::default());
        let mut latencies = None;
        let count = ACCOUNTS * connections.min(8);
        for _ in 0..repeats {
            let requests: Arc<Vec<Vec<u8>>> = Arc::new((next..next + count).map(synchronize).collect());
            next += count;
            let made = load::once(connections, hub.address, &requests).await?;
            let repeated = load::once(connections, hub.address, &requests).await?;
            fresh.add(made.rate);
            again.add(repeated.rate);
            latencies = Some((made.latencies, repeated.latencies));
        }
        let Some((made, repeated)) = latencies else { continue };
        row(
            &format!("new accounts, {connections} connections, calls/s"),
            &format!("{}   {}", fresh.sentence(0), made.sentence()),
        );
        row(
            &format!("the same again, {connections} connections, calls/s"),
            &format!("{}   {}", again.sentence(0), repeated.sentence()),
        );
        if connections == 32 {
            let ratio = fresh.median() / EXPRESS_UPSERTS;
            against("  new, to Express's upsert (a third of the work)", &format!("{ratio:.2}"), "≥ 4", ratio >= 4.0);
        }
    }
    hub.stop()
}

/// A call as bytes.
fn synchronize(number: usize) -> Vec<u8> {
    let id = format!("bench-{number}");
    let body = json!({
        "ID": id, "ExternalID": "", "ResellerID": "", "ResellerExternalID": "", "Name": format!("Customer {number}"),
        "Code": format!("C-{number}"), "Phone": "+44 1632 960000", "Email": format!("{id}@example.com"),
        "SyncOptions": { "username": format!("{id}@example.com"), "domain": format!("{id}.example") },
        "ContactDetails": { "ID": "1", "FirstName": "Jo", "LastName": "Example", "Email": format!("{id}@example.com") },
        "Address": { "Address1": "1 Example Street", "City": "Example", "PostCode": "00000", "Country": { "Code": "US" } },
        "ExtraDetails": {},
    })
    .to_string();
    format!(
        "POST /API/Accounts/Synchronize HTTP/1.1\r\nhost: hub\r\nX-CloudPlatform-ApplicationId: {MARKET_ID}\r\n\
         X-CloudPlatform-APIKey: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        STANDARD.encode(MARKET_KEY),
        body.len(),
    )
    .into_bytes()
}
