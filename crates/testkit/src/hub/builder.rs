//! Options of a test's hub, and its start.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tempfile::NamedTempFile;
use tessera_connect::reachability::OverHttp;
use tessera_connect::{Environment, oidc};
use tessera_core::kernel::clock::ManualClock;
use tessera_core::kernel::readings::ReadingClock;
use tessera_hub::ports::{CallLedger, MailTransport};
use tessera_hub::{Brand, Config, EmailRenderer, Env, Hub, ManualTimer, Parts, PasswordCost, SharedCalls};
use tessera_sim::clock::Clock;
use tessera_store::{Faults, Store};

use super::emails::PlainEmails;
use super::given_up::GivenUp;
use super::open_jobs::OpenJobs;
use super::stand_ins::StandIns;
use super::waits::Waits;
use super::{TestHub, company};
use crate::databases::Databases;

/// The least that Argon2 allows.
const CHEAP: PasswordCost = PasswordCost { memory: 8, passes: 1 };

/// Options of a [`TestHub`].
pub struct TestHubBuilder {
    public_url: String,
    emails: Box<dyn FnOnce(Brand) -> Arc<dyn EmailRenderer> + Send>,
    config: Box<dyn FnOnce(&mut Config) + Send>,
    provider: Box<dyn FnOnce(&mut oidc::Config) + Send>,
    shared_calls: bool,
    mailer: Option<Arc<dyn MailTransport>>,
    desk_calls: Option<u32>,
    store_faults: Option<Arc<dyn Faults>>,
    password_cost: PasswordCost,
}

impl Default for TestHubBuilder {
    fn default() -> Self {
        Self {
            public_url: "https://accounts.example.com".to_owned(),
            emails: Box::new(|_| Arc::new(PlainEmails)),
            config: Box::new(|_| ()),
            provider: Box::new(|_| ()),
            shared_calls: false,
            mailer: None,
            desk_calls: None,
            store_faults: None,
            password_cost: CHEAP,
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

    /// Changes the configuration of the identity provider.
    #[must_use]
    pub fn provider(self, change: impl FnOnce(&mut oidc::Config) + Send + 'static) -> Self {
        Self { provider: Box::new(change), ..self }
    }

    /// Counts calls to the outside systems in the database, together with other processes. On SQLite there are none.
    #[must_use]
    pub fn shared_calls(self) -> Self {
        Self { shared_calls: true, ..self }
    }

    /// Sends e-mails by this, and not by the stand-in of a mail server.
    #[must_use]
    pub fn mailer(self, mailer: Arc<dyn MailTransport>) -> Self {
        Self { mailer: Some(mailer), ..self }
    }

    /// How many calls per minute the service desk allows.
    #[must_use]
    pub fn desk_calls(self, per_minute: u32) -> Self {
        Self { desk_calls: Some(per_minute), ..self }
    }

    /// Decides the fate of each call that the hub makes of its database.
    #[must_use]
    pub fn store_faults(self, faults: Arc<dyn Faults>) -> Self {
        Self { store_faults: Some(faults), ..self }
    }

    /// Sets the cost of hashing a password, which is next to nothing by default.
    #[must_use]
    pub fn password_cost(self, cost: PasswordCost) -> Self {
        Self { password_cost: cost, ..self }
    }

    /// Starts the stand-ins and the hub on an empty database.
    pub async fn start(self, databases: &Databases) -> TestHub {
        let start: Timestamp = "2026-06-01T08:00:00Z".parse().unwrap();
        let (clock, stand_ins_clock) = (Arc::new(ManualClock::new(start)), Clock::manual(start));
        let timer = Arc::new(ManualTimer::default());
        let mut environment = Environment::manual(clock.clone());
        environment.sleeper = Arc::new(Waits { clock: clock.clone(), timer: timer.clone() });
        let env = env(&clock, &environment.readings, &timer).with_password_cost(self.password_cost);
        let env = env.with_call_meter(environment.meter.clone());
        let stand_ins = StandIns::start(&self.public_url, &stand_ins_clock).await;
        let feed = NamedTempFile::new().unwrap();
        let database = databases.migrated().await;
        let mut store = Store::open(&database).await.unwrap();
        if let Some(faults) = self.store_faults {
            store = store.with_faults(faults);
        }
        if self.shared_calls {
            environment.ledger = SharedCalls::of(&store, &env).map(|calls| Arc::new(calls) as Arc<dyn CallLedger>);
        }
        let mut config = company::config(&self.public_url);
        (self.config)(&mut config);
        let parts = Parts {
            emails: (self.emails)(config.brand.clone()),
            config,
            desk: Arc::new(stand_ins.desk_client(&environment, self.desk_calls)),
            crm: Arc::new(stand_ins.crm_client(&environment)),
            invoices: Some(company::invoices(feed.path(), &environment)),
            providers: vec![Arc::new(stand_ins.identity_client(&self.public_url, &environment, self.provider))],
            mailer: self.mailer.unwrap_or_else(|| Arc::new(stand_ins.mail_client(&clock))),
            reach: Arc::new(OverHttp),
            service_managers: super::stand_ins::vendors_client(&environment),
            env,
        };
        let hub = Hub::new(store.clone(), parts);
        hub.resume_readings().await.unwrap();
        let open_jobs = Arc::new(OpenJobs { store: store.clone(), clock: clock.clone(), expected: Mutex::default() });
        databases.check_at_end(open_jobs.clone().check());
        let given_up = Arc::new(GivenUp { hub: hub.clone(), expected: AtomicBool::new(false) });
        let at_end = given_up.clone();
        databases.check_at_end(async move { at_end.check() });
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
            timer,
            stand_ins_clock,
            open_jobs,
            given_up,
        }
    }
}

/// Time that a test moves, and passwords that cost next to nothing.
pub(super) fn env(clock: &Arc<ManualClock>, readings: &Arc<ReadingClock>, timer: &Arc<ManualTimer>) -> Env {
    Env::with_timer(clock.clone(), readings.clone(), timer.clone()).with_password_cost(CHEAP)
}
