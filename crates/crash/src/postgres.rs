//! The database of a run: an SQLite file, a database on a given PostgreSQL server, or on a server of its own.

use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context, ensure};
use tempfile::TempDir;
use tokio::process::Command;
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::{Mode, Options};

/// Starts and ends throwaway servers.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/postgres");
/// A place that is no disk, for a server that does not wait for one.
const MEMORY: &str = "/dev/shm";

/// The database.
#[derive(Debug)]
pub struct Database {
    /// Its URL.
    pub url: String,
    home: Home,
}

#[derive(Debug)]
enum Home {
    File,
    /// A given server, and the name of the database.
    Given(String, String),
    Own(Own),
}

/// A server of this run. Dropping it ends it.
#[derive(Debug)]
struct Own {
    folder: TempDir,
}

impl Own {
    fn folder(&self) -> PathBuf {
        self.folder.path().join("postgres")
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // There is nobody to report to; a server that was killed leaves nothing to stop.
        let _ = std::process::Command::new(SCRIPT).arg("stop").arg(self.folder()).output();
    }
}

impl Database {
    /// Makes an empty database.
    pub async fn make(mode: Mode, options: &Options, folder: &Path) -> anyhow::Result<Self> {
        if mode.is_on_sqlite() {
            return Ok(Self { url: format!("sqlite:{}", folder.join("tessera.db").display()), home: Home::File });
        }
        let Some(server) = options.postgres.clone().filter(|_| mode != Mode::Database) else {
            return Self::of_own().await;
        };
        let name = format!("tessera_{}", Uuid::now_v7().simple());
        execute(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await?;
        let url = url::Url::parse(&server).map(|mut url| {
            url.set_path(&name);
            url.to_string()
        });
        Ok(Self { url: url.context("TESSERA_TEST_POSTGRES is no URL")?, home: Home::Given(server, name) })
    }

    async fn of_own() -> anyhow::Result<Self> {
        let parent = if Path::new(MEMORY).is_dir() { PathBuf::from(MEMORY) } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("tessera-crash.").tempdir_in(parent)?;
        // PostgreSQL runs as another user.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open)?;
        let own = Own { folder };
        let started = script("start", &own.folder()).await?;
        let url = String::from_utf8(started.stdout)?.trim().to_owned();
        Ok(Self { url, home: Home::Own(own) })
    }

    /// Kills the server (`SIGKILL`).
    pub async fn kill(&self) -> anyhow::Result<()> {
        self.own("kill").await
    }

    /// Starts the server again.
    pub async fn start_again(&self) -> anyhow::Result<()> {
        self.own("again").await
    }

    async fn own(&self, what: &str) -> anyhow::Result<()> {
        let Home::Own(own) = &self.home else { anyhow::bail!("the harness did not start this server") };
        script(what, &own.folder()).await.map(drop)
    }

    /// Deletes it.
    pub async fn end(self) {
        if let Home::Given(server, name) = &self.home {
            // The server is a throwaway one: what cannot be dropped goes with it.
            let _ = execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn script(what: &str, folder: &Path) -> anyhow::Result<Output> {
    let output = Command::new(SCRIPT).arg(what).arg(folder).output().await?;
    ensure!(output.status.success(), "tests/postgres {what}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output)
}

async fn execute(url: &str, sql: &str) -> anyhow::Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("the PostgreSQL server")?;
    let connection = tokio::spawn(connection);
    let done = client.batch_execute(sql).await;
    drop(client);
    connection.await??;
    Ok(done?)
}
