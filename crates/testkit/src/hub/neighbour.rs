//! A second process on the same database, with the same outside systems. It has a clock of its own.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tessera_connect::Environment;
use tessera_connect::reachability::OverHttp;
use tessera_core::kernel::clock::{Clock as _, ManualClock};
use tessera_hub::ports::CallLedger;
use tessera_hub::{Config, Env, Hub, Parts, SharedCalls};
use tessera_store::Store;

use super::emails::PlainEmails;
use super::{TestHub, company};

/// The hub of the second process.
pub struct Neighbour {
    /// The hub.
    pub hub: Hub,
    /// Its clock, which starts at the time of the other one.
    pub clock: Arc<ManualClock>,
    /// Time and randomness of its clients.
    pub environment: Environment,
}

impl Neighbour {
    /// Moves its clock forward.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(SignedDuration::try_from(by).unwrap());
    }
}

impl TestHub {
    /// Starts a second process on this database.
    pub async fn neighbour(&self) -> Neighbour {
        self.neighbour_with(|_| ()).await
    }

    /// Starts a second process on this database, with another configuration.
    pub async fn neighbour_with(&self, change: impl FnOnce(&mut Config)) -> Neighbour {
        let clock = Arc::new(ManualClock::new(self.clock.now()));
        let mut environment = Environment::manual(clock.clone());
        let store = Store::open(&self.database).await.unwrap();
        let env = Env::new(clock.clone(), environment.readings.clone());
        if self.environment.ledger.is_some() {
            environment.ledger = SharedCalls::of(&store, &env).map(|calls| Arc::new(calls) as Arc<dyn CallLedger>);
        }
        let mut config = self.hub.config.clone();
        change(&mut config);
        let parts = Parts {
            emails: Arc::new(PlainEmails),
            config,
            desk: Arc::new(self.stand_ins.desk_client(&environment, None)),
            crm: Arc::new(self.stand_ins.crm_client(&environment)),
            invoices: Some(company::invoices(&self.invoices, &environment)),
            providers: vec![Arc::new(self.stand_ins.identity_client(
                self.hub.config.public_url.as_str().trim_end_matches('/'),
                &environment,
                |_| (),
            ))],
            mailer: Arc::new(self.stand_ins.mail_client(&clock)),
            reach: Arc::new(OverHttp),
            service_managers: super::stand_ins::vendors_client(&environment),
            env,
        };
        let hub = Hub::new(store, parts);
        hub.resume_readings().await.unwrap();
        Neighbour { hub, clock, environment }
    }
}
