//! Serving: HTTP and jobs in one process, until a signal stops it.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use tessera_hub::Hub;
use tessera_hub::jobs::WorkerIdentity;
use tessera_web::App;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::{assemble, logging};

/// How long a stop may take.
#[derive(Debug, Clone, Copy)]
pub struct Stop {
    /// From `/readyz` saying no until the port is closed.
    pub delay: Duration,
    /// From the signal until what is still under way is left.
    pub limit: Duration,
}

/// `tessera serve`.
pub async fn run(config: &Path) -> anyhow::Result<()> {
    let config = Config::read(config)?;
    logging::start(config.log.format, &config.log.level);
    let listen = config.server.listen.clone();
    let stop = config.server.stop();
    let app = assemble::served(config).await?;
    let listener = TcpListener::bind(&listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    tracing::info!(listen = %listener.local_addr()?, public_url = %app.hub.config.public_url, database = app.hub.queries().database(), "ready");
    tokio::spawn(warn_of_wrong_settings(app.hub.clone()));
    until_stopped(app, listener, stop).await
}

/// Says in the log which settings cannot work. The hub starts nevertheless: what is missing may be made meanwhile.
async fn warn_of_wrong_settings(hub: Hub) {
    for finding in hub.wrong_settings().await {
        let remedy = finding.remedy.unwrap_or_default();
        tracing::warn!(system = finding.system, remedy, "a setting cannot work: {}", finding.detail);
    }
}

/// Serves requests and runs jobs until SIGINT or SIGTERM, then finishes what is under way. A second signal ends it at once.
pub async fn until_stopped(app: App, listener: TcpListener, stop: Stop) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let (stop_jobs, stopped) = watch::channel(false);
    let hub = app.hub.clone();
    let worker = worker(&listener)?;
    let jobs = tokio::spawn({
        let (hub, stopped) = (hub.clone(), stopped.clone());
        async move { hub.run_jobs(worker, stopped).await }
    });
    let housekeeping = tokio::spawn({
        let hub = hub.clone();
        async move { hub.clean_up(stopped).await }
    });
    let server = tokio::spawn(tessera_web::serve(app.clone(), listener));

    signals.next().await;
    tracing::info!("stopping: what is under way is finished first");
    let _ = stop_jobs.send(true);
    app.lifecycle.drain();
    let finished = async {
        tokio::time::sleep(stop.delay).await;
        app.lifecycle.close();
        let _ = tokio::join!(jobs, housekeeping, server);
    };
    let ended = async {
        if tokio::time::timeout(stop.limit, finished).await.is_err() {
            tracing::warn!("something did not finish in time; jobs will be taken up again after the next start");
        }
        hub.close().await;
    };
    tokio::select! {
        () = ended => {}
        () = signals.next() => tracing::warn!("a second signal: ended at once; jobs will be taken up again after the next start"),
    }
    Ok(())
}

/// SIGINT and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// By what this process finds the jobs of its predecessor: host and port are nobody else's at the same time.
fn worker(listener: &TcpListener) -> anyhow::Result<WorkerIdentity> {
    let host = hostname::get().context("the host name cannot be read")?;
    let name = format!("{} {}", host.display(), listener.local_addr()?);
    Ok(WorkerIdentity { name, process: format!("pid {}", std::process::id()) })
}
