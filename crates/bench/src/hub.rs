//! The shipped program in its own process, so that its memory and start time can be measured.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::load::{Connection, get};
use crate::outside::AUDIENCE;

/// Secret of the service desk's webhooks.
pub const HOOK_SECRET: &str = "bench-hook-secret";

/// A running `tessera serve`. Dropping it kills it.
#[derive(Debug)]
pub struct Hub {
    child: Child,
    /// Address that it listens on.
    pub address: SocketAddr,
    /// Time from the start of the process to the first 200 of `/readyz`.
    pub ready_after: Duration,
}

impl Hub {
    /// Starts the program on a database and waits until it is ready.
    pub async fn start(data: &Path, database: &Path, outside: &str) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = data.join("tessera.toml");
        std::fs::write(&config, configuration(address, database, outside))?;
        Self::configured(&config, address).await
    }

    /// Starts the program with a configuration in which it listens on this address, and waits until it is ready.
    pub async fn configured(config: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        let began = Instant::now();
        let child = Command::new(program()?)
            .args(["serve", "--config"])
            .arg(config)
            .env("TESSERA_LOG", "off")
            .stdin(Stdio::null())
            .spawn()
            .context("cannot start tessera")?;
        let mut hub = Self { child, address, ready_after: Duration::ZERO };
        while hub.probe().await.is_err() {
            if let Some(status) = hub.child.try_wait()? {
                bail!("tessera ended at once: {status}");
            }
            anyhow::ensure!(began.elapsed() < Duration::from_secs(30), "tessera is not ready after 30 s");
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        hub.ready_after = began.elapsed();
        Ok(hub)
    }

    async fn probe(&self) -> anyhow::Result<()> {
        let status = Connection::open(self.address).await?.exchange(&get("/readyz", None)).await?;
        anyhow::ensure!(status == 200, "not ready: {status}");
        Ok(())
    }

    /// Present and maximum resident memory, in MiB.
    pub fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("memory is read from /proc, which only Linux has")?;
        let mebibytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("memory is not told")?;
            let kibibytes: f64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?;
            Ok::<_, anyhow::Error>(kibibytes / 1024.0)
        };
        Ok((mebibytes("VmRSS")?, mebibytes("VmHWM")?))
    }

    /// Stops it with SIGTERM, as a service manager would.
    pub fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The path of the program, in the directory of this executable.
pub fn program() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("tessera");
    anyhow::ensure!(path.exists(), "{} is not there: run `just bench`, which builds it", path.display());
    Ok(path)
}

/// Application id of a marketplace.
pub const MARKET_ID: &str = "00000000-0000-4000-8000-00000000000b";
/// Key of that marketplace.
pub const MARKET_KEY: &str = "bench-marketplace-key";

/// The program's configuration: this database, these outside systems, and no scheduled work.
pub fn configuration(address: SocketAddr, database: &Path, outside: &str) -> String {
    format!(
        r#"
[server]
listen = "{address}"
public_url = "http://{address}"
trust_forwarded_for = true
[database]
url = "sqlite:{database}"
[secret]
key = "a key for benches, which nobody needs to keep"
[brand]
name = "Sunfield Energy"
[freshservice]
url = "{outside}"
api_key = "bench"
calls_per_minute = 1000000
[freshsales]
url = "{outside}/crm/sales/api"
api_key = "bench"
calls_per_hour = 1000000
[[identity_providers]]
name = "customers"
issuer = "{outside}"
client_id = "tessera"
app_audiences = ["{AUDIENCE}"]
[mail]
url = "smtp://127.0.0.1:9"
from = "Sunfield Energy <accounts@example.com>"
[hooks]
secret = "{HOOK_SECRET}"
[sweep]
full_every_hours = 0
changes_every_minutes = 0
[[marketplaces]]
name = "market"
licence = "CUSTPORTAL"
applications = [{{ id = "{MARKET_ID}", key = "{MARKET_KEY}" }}]
options = [{{ id = "username", name = "Username", required = true }}, {{ id = "domain", name = "Domain" }}]
exists = [{{ by = "option:domain", as = "domain" }}]
"#,
        database = database.display(),
    )
}
