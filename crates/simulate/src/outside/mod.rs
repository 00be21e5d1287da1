//! The outside systems: what is true there, and the way of a call to them and back.
//!
//! A call that has left the hub goes on whatever becomes of the hub: the hub may be dead when its effect happens.

mod crm;
mod desk;
mod desk_port;
mod identity;
mod invoices;
mod mail;
mod vendor;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::clock::Clock as _;
use tessera_core::kernel::readings::ReadingClock;
use tessera_hub::ports::{Condition, ConnectError, Health, Priority, may_wait};
use tokio::sync::oneshot;

use crate::life::Life;
use crate::scene::Scene;
use crate::weather::{Course, Fault, System, Weather};

pub use crm::Crm;
pub use desk::{Asset, Desk, Requester};
pub use desk_port::DeskPort;
pub use identity::{ISSUER, Identity};
pub use invoices::{Books, Invoice};
pub use mail::{Accepted, Mail};
pub use vendor::{Vendor, Vendors};

/// How long a client of the hub waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// After so many failures in a row a system is left alone …
const BREAKS_AT: u32 = 5;
/// … for this long.
const LEFT_ALONE: SignedDuration = SignedDuration::from_secs(30);

static FAIR: Weather = Weather::fair();

/// What is true outside.
#[derive(Debug, Default)]
pub struct Truth {
    /// The service desk.
    pub desk: Desk,
    /// The CRM's contacts: name and address, by id.
    pub contacts: BTreeMap<u64, (String, String)>,
    /// The messages that the mail server accepted.
    pub mail: Vec<Accepted>,
    /// The invoices, and how often they changed.
    pub books: (Vec<Invoice>, u64),
    /// The vendors of the marketplace, by address.
    pub vendors: BTreeMap<String, Vendor>,
}

/// The outside world of one story.
#[derive(Debug)]
pub struct World {
    /// The story.
    pub scene: Arc<Scene>,
    truth: Mutex<Truth>,
}

impl World {
    /// A world in which this is true.
    pub fn new(scene: Arc<Scene>, truth: Truth) -> Self {
        Self { scene, truth: Mutex::new(truth) }
    }

    /// What is true.
    pub fn truth(&self) -> MutexGuard<'_, Truth> {
        self.truth.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way from one process of the hub to one system.
#[derive(Debug, Clone)]
pub struct Link {
    /// The system.
    pub system: System,
    /// The world.
    pub world: Arc<World>,
    /// The process.
    pub life: Arc<Life>,
    readings: Arc<ReadingClock>,
    breaker: Arc<Mutex<Breaker>>,
}

#[derive(Debug, Default)]
struct Breaker {
    failures: u32,
    open_until: Option<Timestamp>,
    /// When calls of the last minute were made.
    calls: VecDeque<Duration>,
}

impl Link {
    /// The way to a system.
    pub fn new(system: System, world: Arc<World>, life: Arc<Life>, readings: Arc<ReadingClock>) -> Self {
        Self { system, world, life, readings, breaker: Arc::default() }
    }

    /// The time by the hub's clock.
    pub fn hub_now(&self) -> Timestamp {
        self.world.scene.clocks.now()
    }

    /// The timestamp of a reading that begins now.
    pub fn reading(&self) -> Timestamp {
        self.readings.stamp()
    }

    /// Calls the system: it does something with what is true, and answers.
    pub async fn call<T: Send + 'static>(
        &self,
        (object, priority): (&str, Priority),
        does: impl FnOnce(&mut Truth, Timestamp) -> Result<T, ConnectError> + Send + 'static,
    ) -> Result<T, ConnectError> {
        self.life.point().await;
        self.wait_for_budget(object, priority).await?;
        let course = self.course();
        let (tell, answer) = oneshot::channel();
        let (world, line) = (self.world.clone(), format!("{} {object}", self.system.name()));
        tokio::spawn(async move {
            let outcome = travel(&world, course, &line, does).await;
            if matches!(course.fault, Some(Fault::Silent)) {
                tokio::time::sleep(TIMEOUT * 2).await;
            } else {
                let _ = tell.send(outcome);
            }
        });
        let answer = tokio::time::timeout(TIMEOUT, answer).await;
        self.life.point().await;
        let outcome = match (answer, course.fault) {
            (Ok(Ok(Some(outcome))), None | Some(Fault::Slow)) => outcome,
            (Err(_), _) => Err(self.error(Fault::Silent, object)),
            (_, fault) => Err(self.error(fault.unwrap_or(Fault::Down), object)),
        };
        self.learn(&outcome);
        outcome
    }

    fn course(&self) -> Course {
        let scene = &self.world.scene;
        let weather = if scene.is_well() { &FAIR } else { &scene.weather };
        weather.course(self.system, scene.clocks.elapsed(), &scene.calls)
    }

    /// The discipline of a client: it leaves a failing system alone, keeps to the budget, and waits for it as long as a job may.
    async fn wait_for_budget(&self, object: &str, priority: Priority) -> Result<(), ConnectError> {
        let began = self.world.scene.clocks.elapsed();
        while let Some(wait) = self.take_call(object, priority)? {
            let in_all = self.world.scene.clocks.elapsed().saturating_sub(began) + wait;
            if !may_wait(self.system.name(), wait, in_all).unwrap_or(false) {
                let until = self.hub_now() + SignedDuration::try_from(wait).unwrap_or_default();
                let (system, object) = (self.system.name().to_owned(), object.to_owned());
                return Err(ConnectError::Throttled { system, object, until });
            }
            tokio::time::sleep(wait).await;
            self.life.point().await;
        }
        Ok(())
    }

    /// Spends a call. Some: how long until one may be spent.
    fn take_call(&self, object: &str, priority: Priority) -> Result<Option<Duration>, ConnectError> {
        let (now, elapsed) = (self.hub_now(), self.world.scene.clocks.elapsed());
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = breaker.open_until.filter(|until| now < *until && *until <= now + LEFT_ALONE) {
            return Err(self.unavailable(object, "it is left alone after repeated failures", until));
        }
        breaker.open_until = None;
        let Some(budget) = self.world.scene.desk_budget.filter(|_| self.system == System::Desk) else {
            return Ok(None);
        };
        let calls = &mut breaker.calls;
        while calls.front().is_some_and(|at| *at + Duration::from_mins(1) <= elapsed) {
            calls.pop_front();
        }
        let allowed = if priority == Priority::Interactive { budget } else { budget * 3 / 4 };
        // The call that has to be a minute ago: more than are allowed may have been made, since a person's calls count, too.
        let Some(last) = calls.len().checked_sub(allowed) else {
            calls.push_back(elapsed);
            return Ok(None);
        };
        let free = calls.get(last).map_or(Duration::ZERO, |at| *at + Duration::from_mins(1));
        Ok(Some(free.saturating_sub(elapsed)))
    }

    fn learn<T>(&self, outcome: &Result<T, ConnectError>) {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(outcome, Err(ConnectError::Unavailable { .. })) {
            breaker.failures += 1;
            if breaker.failures >= BREAKS_AT {
                breaker.open_until = Some(self.hub_now() + LEFT_ALONE);
            }
        } else {
            breaker.failures = 0;
        }
    }

    /// The error that a client makes of a fault.
    pub fn error(&self, fault: Fault, object: &str) -> ConnectError {
        let scene = &self.world.scene;
        scene.note(format_args!("{} {object}: {fault:?}", self.system.name()));
        let later = self.hub_now() + SignedDuration::from_secs(scene.calls.below(30).cast_signed());
        let (system, object) = (self.system.name().to_owned(), object.to_owned());
        match fault {
            Fault::Busy => ConnectError::Throttled { system, object, until: later },
            Fault::Unauthorized => ConnectError::Unauthorized { system, object },
            Fault::Garbled => ConnectError::Unexpected { system, object, found: "rubbish".to_owned() },
            Fault::Down | Fault::Broken | Fault::Lost | Fault::Silent | Fault::Slow => {
                self.unavailable(&object, "simulated", later)
            }
        }
    }

    fn unavailable(&self, object: &str, reason: &str, retry_at: Timestamp) -> ConnectError {
        let (system, object) = (self.system.name().to_owned(), object.to_owned());
        ConnectError::Unavailable { system, object, reason: reason.to_owned(), retry_at }
    }

    /// What the hub knows of the connection.
    pub fn health(&self) -> Health {
        let now = self.hub_now();
        let open = self.breaker.lock().unwrap_or_else(PoisonError::into_inner).open_until;
        let condition = match open.filter(|until| now < *until && *until <= now + LEFT_ALONE) {
            Some(until) => Condition::Open { until },
            None => Condition::Healthy,
        };
        Health {
            system: self.system.name().to_owned(),
            condition,
            last_ok_at: None,
            last_error_at: None,
            last_error: None,
            calls: 0,
            clock_skew: Some(-self.world.scene.clocks.hub_ahead()),
            quotas: Vec::new(),
        }
    }
}

/// The way there, what happens, and the way back.
async fn travel<T>(
    world: &World,
    course: Course,
    line: &str,
    does: impl FnOnce(&mut Truth, Timestamp) -> Result<T, ConnectError>,
) -> Option<Result<T, ConnectError>> {
    tokio::time::sleep(course.there).await;
    let outcome = course.happens.then(|| {
        world.scene.note(format_args!("{line}"));
        does(&mut world.truth(), world.scene.clocks.true_now())
    });
    tokio::time::sleep(course.back).await;
    outcome
}
