//! One hub process: the real program, started, killed and stopped.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// How long a start or a stop may take on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);
const GLANCE: Duration = Duration::from_millis(10);

/// A hub process. Dropping it ends it.
#[derive(Debug)]
pub struct Process {
    /// The program.
    pub program: PathBuf,
    /// Its configuration file.
    pub config: PathBuf,
    /// Its secrets.
    pub environment: Vec<(&'static str, String)>,
    /// Where it listens, as a URL.
    pub url: String,
    /// What it writes.
    pub log: PathBuf,
    /// The process, while it runs.
    pub child: Option<Child>,
}

impl Process {
    /// The command with these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(self.environment.iter().map(|(name, value)| (name, value.as_str())));
        command.args(arguments).arg("--config").arg(&self.config);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Makes a key for the API.
    pub async fn api_key(&self) -> anyhow::Result<String> {
        let made = self.command(&["api-key", "crash"]).output().await.context("cannot run tessera")?;
        ensure!(made.status.success(), "no API key: {}", String::from_utf8_lossy(&made.stderr));
        Ok(String::from_utf8(made.stdout)?.trim().to_owned())
    }

    /// Starts it, and waits until it is ready.
    pub async fn start(&mut self, http: &reqwest::Client) -> anyhow::Result<()> {
        let log = self.log_file()?;
        let child = self.command(&["serve"]).stdout(log.try_clone()?).stderr(log).spawn();
        let mut child = child.with_context(|| format!("cannot start {}", self.program.display()))?;
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                bail!("the hub ended by itself: {status}; see {}", self.log.display());
            }
            let ready = http.get(format!("{}/readyz", self.url)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            if began.elapsed() > TIMEOUT {
                bail!("the hub is not ready after {TIMEOUT:?}; see {}", self.log.display());
            }
            sleep(GLANCE).await;
        }
        self.child = Some(child);
        Ok(())
    }

    /// Kills it (`SIGKILL`): it finishes nothing and says nothing.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        if let Some(status) = child.try_wait()? {
            bail!("the hub ended by itself: {status}; see {}", self.log.display());
        }
        child.kill().await.context("cannot kill the hub")
    }

    /// Asks it to stop (`SIGTERM`), and waits until it has ended.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        kill_process(pid.context("the hub ended by itself")?, Signal::TERM)?;
        let status = timeout(TIMEOUT, child.wait()).await.context("the hub does not stop")??;
        ensure!(status.success(), "the hub stopped with {status}; see {}", self.log.display());
        Ok(())
    }

    fn log_file(&self) -> anyhow::Result<File> {
        Ok(OpenOptions::new().create(true).append(true).open(&self.log)?)
    }
}
