//! Serving: HTTP and jobs in one process, until it is told to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use tessera_hub::jobs::WorkerIdentity;
use tessera_web::App;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::{assemble, logging};

/// How long requests and jobs under way may take to finish after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);

/// `tessera serve`.
pub async fn run(config: &Path) -> anyhow::Result<()> {
    let config = Config::read(config)?;
    logging::start(config.log.format, &config.log.level);
    let listen = config.server.listen.clone();
    let app = assemble::app(config).await?;
    let listener = TcpListener::bind(&listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    tracing::info!(listen = %listener.local_addr()?, public_url = %app.hub.config.public_url, database = app.hub.queries().database(), "ready");
    until_stopped(app, listener).await
}

/// Serves requests and runs jobs until SIGINT or SIGTERM, then finishes what is under way.
pub async fn until_stopped(app: App, listener: TcpListener) -> anyhow::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let hub = app.hub.clone();
    let worker = worker(&listener)?;
    let jobs = tokio::spawn({
        let (hub, stopped) = (hub.clone(), stopped.clone());
        async move { hub.run_jobs(worker, stopped).await }
    });
    let house = tokio::spawn({
        let stopped = stopped.clone();
        async move { hub.clean_up(stopped).await }
    });
    let service = tessera_web::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let mut until = stopped.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        // An error means that the sender is gone, which means the same.
        let _ = until.wait_for(|stopped| *stopped).await;
    });
    let server = tokio::spawn(server.into_future());

    signalled().await?;
    tracing::info!("stopping: what is under way is finished first");
    let _ = stop.send(true);
    let finished = tokio::time::timeout(GRACE, async {
        let _ = tokio::join!(jobs, house, server);
    });
    if finished.await.is_err() {
        tracing::warn!("something did not finish in time; jobs will be taken up again after the next start");
    }
    Ok(())
}

/// By what this process finds the jobs of its predecessor: host and port are nobody else's at the same time.
fn worker(listener: &TcpListener) -> anyhow::Result<WorkerIdentity> {
    let host = hostname::get().context("the host name cannot be read")?;
    let name = format!("{} {}", host.display(), listener.local_addr()?);
    Ok(WorkerIdentity { name, process: format!("pid {}", std::process::id()) })
}

async fn signalled() -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
