//! A hub with stand-ins for its outside systems, on a clock that only tests advance. Without a web interface.

mod activations;
pub mod authenticator;
mod builder;
mod company;
mod customers;
mod desk;
mod emails;
mod given_up;
mod identity_provider;
mod neighbour;
mod open_jobs;
mod persons;
mod processes;
mod requesters;
mod stand_ins;
mod waits;

use std::borrow::Cow;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
use tempfile::NamedTempFile;
use tessera_connect::Environment;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::clock::ManualClock;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::persons::Person;
use tessera_hub::{Ctx, Hub, ManualTimer};
use tessera_sim::clock::Clock;
use tessera_store::Store;

use crate::databases::Databases;
use crate::story::Stage;

use given_up::GivenUp;
use open_jobs::OpenJobs;

pub use builder::TestHubBuilder;
pub use company::{MARKETPLACE, PARTNER_KEY};
pub use customers::{ADA, BEN, CLEO, DAN, EVE, Known, NO_EMAIL, PASSWORD, STRANGER};
pub use desk::fault;
pub use identity_provider::{APP_CLIENT, B2C_KEY, POLICY, WEBSITE};
pub use neighbour::Neighbour;
pub use persons::PersonBuilder;
pub use processes::{Process, glance};
pub use requesters::RequesterBuilder;
#[cfg(feature = "web")]
pub(crate) use stand_ins::bind;
pub use stand_ins::{CRM_KEY, StandIns};

/// The command line.
pub const CLI: Ctx = Ctx::new(Actor::Cli, Channel::Cli);

/// A member of staff in the console.
pub const JO: Ctx = Ctx::new(Actor::Staff(Cow::Borrowed("jo")), Channel::Console);

/// The service desk's webhook.
pub const DESK: Ctx = Ctx::new(Actor::System(Cow::Borrowed("freshservice")), Channel::Hook);

/// A machine with an API key.
pub const MACHINE: Ctx = Ctx::new(Actor::ApiKey(Cow::Borrowed("test")), Channel::Api);

/// A hub, its store, and the outside systems around it.
pub struct TestHub {
    /// The hub. `hub.run_pending()` runs the jobs that are due.
    pub hub: Hub,
    /// Its store, writable.
    pub store: Store,
    /// The database URL.
    pub database: String,
    /// The file of the invoice source.
    pub invoices: PathBuf,
    /// Time and randomness, for clients that a test adds.
    pub environment: Environment,
    stand_ins: StandIns,
    _feed: NamedTempFile,
    clock: Arc<ManualClock>,
    timer: Arc<ManualTimer>,
    stand_ins_clock: Clock,
    open_jobs: Arc<OpenJobs>,
    given_up: Arc<GivenUp>,
}

impl Stage for TestHub {
    async fn set(databases: Databases) -> Self {
        Self::builder().start(&databases).await
    }
}

/// `test_hub.desk` is the stand-in of the service desk, and so on.
impl Deref for TestHub {
    type Target = StandIns;
    fn deref(&self) -> &StandIns {
        &self.stand_ins
    }
}

impl TestHub {
    /// Sets up a hub with options.
    pub fn builder() -> TestHubBuilder {
        TestHubBuilder::default()
    }

    /// Moves every clock forward.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(SignedDuration::try_from(by).unwrap());
        self.timer.advance(by);
        self.stand_ins_clock.advance(by);
    }

    /// Sets the hub's wall clock back, as a person or NTP does. The clocks of the outside systems are not changed.
    pub fn set_clock_back(&self, by: Duration) {
        self.clock.set_back(SignedDuration::try_from(by).unwrap());
    }

    /// Sets the clock on the wall, while no time elapses.
    pub fn set_clock(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Runs the jobs that are due, and those that wait a few minutes for another try.
    pub async fn settle(&self) {
        for _ in 0..4 {
            self.hub.run_pending().await;
            self.advance(Duration::from_secs(90));
        }
        self.hub.run_pending().await;
    }

    /// Declares that the story ends with jobs of exactly these kinds that have failed or are in doubt.
    pub fn expect_failed_jobs(&self, kinds: &[&str]) {
        self.open_jobs.expected.lock().unwrap().failed = kinds.iter().map(|&kind| kind.to_owned()).collect();
    }

    /// Declares that the story ends with jobs that are due.
    pub fn leave_jobs(&self) {
        self.open_jobs.expected.lock().unwrap().due = true;
    }

    /// Expects that the hub gives up changes because they keep conflicting.
    pub fn expect_changes_given_up(&self) {
        self.given_up.expected.store(true, Ordering::Relaxed);
    }

    /// The customer of a requester.
    pub async fn customer_id(&self, requester: &str) -> CustomerId {
        let record = RecordKey::new("freshservice", Kind::Requester, requester);
        let found = self.store.customer_of(&record).await.unwrap();
        found.unwrap_or_else(|| panic!("no customer has {requester}")).id
    }

    /// The person with an e-mail address.
    pub async fn person_of(&self, email: &str) -> Person {
        let found = self.store.people_by_email(email).await.unwrap().remove(0);
        self.store.person(found.id).await.unwrap().unwrap()
    }
}
