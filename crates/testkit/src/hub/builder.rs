//! Options of a test's hub, and its start.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tempfile::NamedTempFile;
use tessera_connect::Environment;
use tessera_connect::reachability::OverHttp;
use tessera_core::kernel::clock::ManualClock;
use tessera_hub::{Brand, Config, EmailRenderer, Env, Hub, Parts};
use tessera_sim::clock::Clock;
use tessera_store::Store;

use super::emails::PlainEmails;
use super::open_jobs::OpenJobs;
use super::stand_ins::StandIns;
use super::{TestHub, company};
use crate::databases::Databases;

/// Options of a [`TestHub`].
pub struct TestHubBuilder {
    public_url: String,
    emails: Box<dyn FnOnce(Brand) -> Arc<dyn EmailRenderer> + Send>,
    config: Box<dyn FnOnce(&mut Config) + Send>,
}

impl Default for TestHubBuilder {
    fn default() -> Self {
        Self {
            public_url: "https://accounts.example.com".to_owned(),
            emails: Box::new(|_| Arc::new(PlainEmails)),
            config: Box::new(|_| ()),
        }
    }
}

impl TestHubBuilder {
    /// Public URL of the hub, without a trailing slash.
    #[must_use]
    pub fn public_url(self, url: &str) -> Self {
        Self { public_url: url.to_owned(), ..self }
    }

    /// Sets the renderer of e-mails. By default an e-mail contains the name of its template and its fields.
    #[must_use]
    pub fn emails(self, emails: impl FnOnce(Brand) -> Arc<dyn EmailRenderer> + Send + 'static) -> Self {
        Self { emails: Box::new(emails), ..self }
    }

    /// Changes the default configuration.
    #[must_use]
    pub fn config(self, change: impl FnOnce(&mut Config) + Send + 'static) -> Self {
        Self { config: Box::new(change), ..self }
    }

    /// Starts the stand-ins and the hub on an empty database.
    pub async fn start(self, databases: &Databases) -> TestHub {
        let start: Timestamp = "2026-06-01T08:00:00Z".parse().unwrap();
        let (clock, stand_ins_clock) = (Arc::new(ManualClock::new(start)), Clock::manual(start));
        let environment = Environment::manual(clock.clone());
        let stand_ins = StandIns::start(&self.public_url, &stand_ins_clock).await;
        let feed = NamedTempFile::new().unwrap();
        let database = databases.migrated().await;
        let store = Store::open(&database).await.unwrap();
        let mut config = company::config(&self.public_url);
        (self.config)(&mut config);
        let parts = Parts {
            emails: (self.emails)(config.brand.clone()),
            config,
            desk: Arc::new(stand_ins.desk_client(&environment)),
            crm: Arc::new(stand_ins.crm_client(&environment)),
            invoices: Some(company::invoices(feed.path(), &environment)),
            providers: vec![Arc::new(stand_ins.identity_client(&self.public_url, &environment))],
            mailer: Arc::new(stand_ins.mail_client(&clock)),
            reach: Arc::new(OverHttp),
            env: Env::new(clock.clone()),
        };
        let hub = Hub::new(store.clone(), parts);
        let open_jobs = Arc::new(OpenJobs { store: store.clone(), clock: clock.clone(), expected: Mutex::default() });
        databases.check_at_end(open_jobs.clone().check());
        let invoices = feed.path().to_owned();
        TestHub {
            hub,
            store,
            database,
            invoices,
            environment,
            stand_ins,
            _feed: feed,
            clock,
            stand_ins_clock,
            open_jobs,
        }
    }
}
