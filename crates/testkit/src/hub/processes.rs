//! Processes that run the jobs of a test's hub, and that can be killed.

use std::sync::Arc;
use std::time::Duration;

use tessera_connect::reachability::OverHttp;
use tessera_core::kernel::ids::WorkerId;
use tessera_hub::jobs::WorkerIdentity;
use tessera_hub::ports::MailTransport;
use tessera_hub::{Hub, Parts};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::builder::env;
use super::emails::PlainEmails;
use super::{TestHub, company};

/// How long something may take that needs no time of the test's clock.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(2);

/// Waits until an expression is true, while the test's clock stands still: `until!("an e-mail", server.sent() == 1)`.
#[macro_export]
macro_rules! until {
    ($what:expr, $is_so:expr) => {{
        let mut glances = 0;
        while !$is_so {
            $crate::hub::glance($what, &mut glances).await;
        }
    }};
}

/// Waits for a moment, unless that was done for too long.
pub async fn glance(what: &str, glances: &mut u32) {
    assert!(GLANCE * *glances < TIMEOUT, "{what} does not come to be");
    *glances += 1;
    tokio::time::sleep(GLANCE).await;
}

/// A process that runs jobs until it is stopped or killed.
pub struct Process {
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Process {
    /// Starts one.
    pub fn start(hub: &Hub, name: &str) -> Self {
        let (stop, stopped) = watch::channel(false);
        let identity = WorkerIdentity { name: name.to_owned(), process: "a test".to_owned() };
        let hub = hub.clone();
        let running = tokio::spawn(async move { hub.run_jobs(identity, stopped).await });
        Self { stop, running }
    }

    /// Ends it as `kill -9` does: nothing is given back.
    pub async fn kill(self) {
        self.running.abort();
        let _ = self.running.await;
    }

    /// Tells it to stop.
    pub fn signal(&self) {
        let _ = self.stop.send(true);
    }

    /// Stops it. If a job waits for a moment of the test's clock, the clock goes on, as it would.
    pub async fn stop(mut self, world: &TestHub) {
        self.signal();
        for _ in 0..100 {
            if let Ok(ended) = tokio::time::timeout(TIMEOUT / 100, &mut self.running).await {
                return ended.expect("it does not panic");
            }
            world.advance(Duration::from_secs(1));
        }
        panic!("it does not end");
    }

    /// Waits until it has ended.
    pub async fn ended(self) {
        tokio::time::timeout(TIMEOUT, self.running).await.expect("it ends").expect("it does not panic");
    }
}

impl TestHub {
    /// A hub of another process on the same database, with the usual configuration.
    pub fn beside(&self, mailer: Option<Arc<dyn MailTransport>>) -> Hub {
        let config = company::config(self.hub.config.public_url.as_str());
        let parts = Parts {
            emails: Arc::new(PlainEmails),
            desk: Arc::new(self.stand_ins.desk_client(&self.environment, None)),
            crm: Arc::new(self.stand_ins.crm_client(&self.environment)),
            invoices: None,
            providers: Vec::new(),
            mailer: mailer.unwrap_or_else(|| Arc::new(self.stand_ins.mail_client(&self.clock))),
            reach: Arc::new(OverHttp),
            service_managers: super::stand_ins::vendors_client(&self.environment),
            env: env(&self.clock, &self.environment.readings, &self.timer),
            config,
        };
        Hub::new(self.store.clone(), parts)
    }

    /// Lets time elapse in steps of two seconds, in each of which the processes with these names write their beats.
    pub async fn elapse(&self, steps: usize, living: &[&str]) {
        for _ in 0..steps {
            let before = self.beats(living).await;
            self.advance(Duration::from_secs(2));
            until!("a beat", went_on(&before, &self.beats(living).await));
        }
    }

    async fn beats(&self, names: &[&str]) -> Vec<(WorkerId, i64)> {
        let workers = self.store.workers().await.unwrap();
        let named = workers.into_iter().filter(|worker| names.contains(&worker.name.as_str()));
        named.map(|worker| (worker.id, worker.beat)).collect()
    }
}

/// Whether every worker that is still there has counted its beat up.
fn went_on(before: &[(WorkerId, i64)], after: &[(WorkerId, i64)]) -> bool {
    before.iter().all(|(id, beat)| after.iter().all(|(other, now)| other != id || now > beat))
}
