//! `tessera sweep` over all assets, in its own process: the rate, and whether its memory stays flat.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::hub::{configuration, program};
use crate::report::{against, row, section};

/// The asset type of devices, and the suffix of its fields.
const TYPE: u64 = 21_000_855_304;
/// Interval for reading the memory of the process.
const GLANCE: Duration = Duration::from_millis(20);
/// Minimum number of assets per second and core, for a sweep without changes.
const TARGET: f64 = 20_000.0;

/// Runs the measurement for each of these numbers of assets, and prints it.
pub async fn run(data: &Path, sizes: &[u64]) -> anyhow::Result<()> {
    let mut first = None;
    for size in sizes.iter().copied() {
        section(&format!("sweep of {size} assets, each in a fresh process; the service desk shares the machine"));
        let folder = tempfile::tempdir_in(data)?;
        let desk = desk(size).await?;
        let config = folder.path().join("tessera.toml");
        std::fs::write(&config, configuration("127.0.0.1:9".parse()?, &folder.path().join("hub.db"), &desk))?;
        let new = sweep(&config).await?;
        row("everything is new", &format!("{:.0} assets/s, at most {:.0} MiB", new.rate(size), new.peak));
        let same = sweep(&config).await?;
        let rate = same.rate(size);
        against("nothing changed", &format!("{rate:.0} assets/s"), "≥ 20000 a core", rate >= TARGET);
        row("  memory at most", &format!("{:.1} MiB", same.peak));
        let before = *first.get_or_insert(same.peak);
        let growth = same.peak / before;
        against(&format!("  to that at {}", sizes[0]), &format!("{growth:.2}"), "≤ 1.3", growth <= 1.3);
    }
    Ok(())
}

/// A run of the command.
struct Run {
    took: Duration,
    /// Maximum memory, in MiB.
    peak: f64,
}

impl Run {
    #[expect(clippy::cast_precision_loss, reason = "far fewer assets than a float can count")]
    fn rate(&self, size: u64) -> f64 {
        size as f64 / self.took.as_secs_f64()
    }
}

async fn sweep(config: &Path) -> anyhow::Result<Run> {
    let began = Instant::now();
    let mut child = Command::new(program()?)
        .args(["sweep", "--only", "assets", "--json", "--config"])
        .arg(config)
        .env("TESSERA_LOG", "off")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot start tessera")?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak: f64 = 0.0;
    loop {
        if let Some(ended) = child.try_wait()? {
            anyhow::ensure!(ended.success(), "tessera sweep ended with {ended}");
            return Ok(Run { took: began.elapsed(), peak });
        }
        anyhow::ensure!(began.elapsed() < Duration::from_mins(30), "the sweep has not ended after half an hour");
        // The process may have just ended. Then the last reading counts.
        peak = peak.max(std::fs::read_to_string(&status).ok().and_then(|text| highest(&text)).unwrap_or(0.0));
        tokio::time::sleep(GLANCE).await;
    }
}

fn highest(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kibibytes| kibibytes / 1024.0)
}

/// A service desk with this many assets, generated on request.
async fn desk(size: u64) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let types =
        json!({ "asset_types": [{ "id": TYPE, "name": "Hybrid Inverter Bundle", "parent_asset_type_id": null }] });
    let list = |body: Value| get(async move || axum::Json(body.clone()));
    let router = Router::new()
        .route("/api/v2/assets", get(assets))
        .route("/api/v2/asset_types", list(types))
        .route("/api/v2/products", list(json!({ "products": [{ "id": 1, "name": "PACE" }] })))
        .route("/api/v2/vendors", list(json!({ "vendors": [{ "id": 2, "name": "Example Vendor" }] })))
        .with_state(size);
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(url)
}

async fn assets(State(size): State<u64>, Query(asked): Query<HashMap<String, String>>) -> Response {
    let number = |name: &str, usual: u64| asked.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (page, per_page) = (number("page", 1).max(1), number("per_page", 30));
    let first = (page - 1) * per_page;
    let last = (first + per_page).min(size);
    let rows: Vec<Value> = (first..last).map(asset).collect();
    let mut headers = HeaderMap::new();
    if last < size
        && let Ok(link) =
            HeaderValue::from_str(&format!("<http://127.0.0.1/api/v2/assets?page={}>;rel=\"next\"", page + 1))
    {
        headers.insert(header::LINK, link);
    }
    (headers, axum::Json(json!({ "assets": rows }))).into_response()
}

fn asset(number: u64) -> Value {
    let (id, serial) = (number + 1, format!("HIB26W{number:08}"));
    json!({
        "id": 21_000_000_000 + id, "display_id": id, "name": "PACE 5 kW", "description": null, "asset_type_id": TYPE,
        "impact": "low", "author_type": "User", "usage_type": "permanent", "asset_tag": format!("ASSET-{id}"),
        "user_id": 1000 + number / 3, "department_id": null, "location_id": null, "agent_id": null, "group_id": null,
        "assigned_on": "2026-01-05T08:00:00Z", "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z",
        "workspace_id": 2,
        "type_fields": {
            format!("product_{TYPE}"): 1, format!("vendor_{TYPE}"): 2, format!("asset_state_{TYPE}"): "In Use",
            format!("serial_number_{TYPE}"): serial, format!("inverter_serial_number_{TYPE}"): serial,
            format!("inverter_vendor_{TYPE}"): "GoodWe",
        },
    })
}
