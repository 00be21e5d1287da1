//! The job runner: nothing that an outside system, a clock or another process does stops background work (`H04`, `H06`).

mod lost_claims;
mod processes;
mod scarce_calls;
mod staff;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use tessera_core::activation::ActivationState;
use tessera_core::credentials::Notice;
use tessera_core::credentials::jobs::MailSecurityNotice;
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::job::Job;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::sync::jobs::Hint;
use tessera_hub::ports::{MailError, MailTransport, Message, StartedMail};
use tessera_store::{JobRow, JobState};
use testkit::store::plan;
use testkit::{ADA, BEN, DESK, Databases, Process, TestHub, until};
use tokio::sync::watch;

/// A mail server that takes messages, and keeps silent as long as the test wants.
#[derive(Debug, Default)]
struct Server {
    begun: AtomicUsize,
    given_up: AtomicUsize,
    sent: AtomicUsize,
    silent: watch::Sender<bool>,
    panics: AtomicBool,
}

struct UnderWay<'a>(&'a Server, bool);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let count = if self.1 { &self.0.sent } else { &self.0.given_up };
        count.fetch_add(1, Ordering::SeqCst);
    }
}

/// A message that the server accepts at once.
struct Accepted;

#[async_trait]
impl StartedMail for Accepted {
    async fn finish(self: Box<Self>) -> Result<(), MailError> {
        Ok(())
    }
}

#[async_trait]
impl MailTransport for Server {
    async fn start(&self, _: &Message) -> Result<Box<dyn StartedMail>, MailError> {
        assert!(!self.panics.load(Ordering::SeqCst), "a fault in a client");
        self.begun.fetch_add(1, Ordering::SeqCst);
        let mut under_way = UnderWay(self, false);
        let _ = self.silent.subscribe().wait_for(|silent| !silent).await;
        under_way.1 = true;
        Ok(Box::new(Accepted))
    }

    async fn probe(&self) -> Result<(), MailError> {
        Ok(())
    }
}

impl Server {
    fn silence(&self, silent: bool) {
        self.silent.send_replace(silent);
        if silent {
            self.begun.store(0, Ordering::SeqCst);
            self.sent.store(0, Ordering::SeqCst);
        }
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }

    fn given_up(&self) -> usize {
        self.given_up.load(Ordering::SeqCst)
    }
}

/// A hub whose mail server falls silent, with e-mails that wait to be sent to a customer.
async fn with_silent_server(databases: &Databases, emails: i64) -> (TestHub, Arc<Server>) {
    let server = Arc::new(Server::default());
    let world = TestHub::builder().mailer(server.clone()).start(databases).await;
    world.activated(BEN).await;
    server.silence(true);
    let (person, now) = (world.person_of(BEN.email).await, world.hub.env.now());
    let jobs = (0..emails).map(|n| {
        let at = now + SignedDuration::from_micros(n);
        let task = MailSecurityNotice { person_id: person.id, notice: Notice::CodeUsed, at }.into();
        JobChange::Enqueue(Job { id: world.hub.env.uuid().into(), task, run_at: now, created_at: now })
    });
    world.store.apply(&plan(jobs)).await.unwrap();
    (world, server)
}

async fn in_state(world: &TestHub, state: JobState) -> Vec<JobRow> {
    world.store.jobs(state, 1000).await.unwrap()
}

async fn took_too_long(world: &TestHub) -> usize {
    let waiting = in_state(world, JobState::Waiting).await;
    waiting.iter().filter(|job| job.error.as_deref() == Some("took longer than 60 s")).count()
}

/// Whether the service desk has no calls left, except those reserved for people. The last call may cost more than are left.
fn calls_are_used_up(world: &TestHub) -> bool {
    let quotas = world.hub.desk.health().quotas;
    quotas.iter().any(|quota| quota.remaining <= quota.reserved + 2)
}

async fn is_activated(world: &TestHub, sign_in: &SignIn) -> bool {
    let shown = world.hub.my_activation(&sign_in.identity).await.unwrap().unwrap();
    shown.activation.state == ActivationState::Done
}

#[testkit::both_databases]
async fn h04_a_silent_mail_server_stops_nothing_else(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 40).await;
    let process = Process::start(&world.hub, "one");
    until!("e-mails under way", server.begun() > 0);
    let ada = world.claimed(ADA).await;
    until!("the activation", is_activated(&world, &ada).await);

    let begun = server.begun();
    assert!(begun < 16, "{begun} places are taken");
    world.elapse(31, &["one"]).await;
    until!("jobs that took too long", took_too_long(&world).await >= begun);
    assert!(server.given_up() >= begun, "their places are free");

    server.silence(false);
    let mut minutes = 0;
    while in_state(&world, JobState::Waiting).await.iter().any(|job| job.error.is_some()) {
        minutes += 1;
        assert!(minutes < 10, "all are sent once the server answers");
        world.elapse(30, &["one"]).await;
    }
    process.stop(&world).await;
    world.leave_jobs();
}

#[testkit::both_databases]
async fn h06_an_activation_beside_400_hooks_does_not_wait_for_their_calls(databases: Databases) {
    let world = TestHub::builder().desk_calls(120).start(&databases).await;
    world.add_devices(None, 400);
    let hints = world.desk.desk().assets.keys().map(|id| Hint::Asset { display_id: id.to_string() }).collect();
    world.hub.request_fetch(hints, &DESK).await.unwrap();
    let began = world.hub.env.now();
    let process = Process::start(&world.hub, "one");
    until!("calls that are used up", calls_are_used_up(&world));
    until!("places that are free again", in_state(&world, JobState::Running).await.len() <= 1);

    let ada = world.claimed(ADA).await;
    until!("the activation", is_activated(&world, &ada).await);
    let took = world.hub.env.now().duration_since(began);
    assert!(took < SignedDuration::from_secs(2), "{took}");

    let waiting = in_state(&world, JobState::Waiting).await.len();
    assert!(waiting > 250, "{waiting} hooks wait for the next minute");
    assert!(in_state(&world, JobState::Failed).await.is_empty());
    world.elapse(32, &["one"]).await;
    until!("hooks of the next minute", in_state(&world, JobState::Waiting).await.len() + 20 < waiting);
    process.stop(&world).await;
    world.leave_jobs();
}

#[testkit::both_databases]
async fn h04_a_jump_of_the_clock_neither_doubles_nor_drops_what_runs(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 1).await;
    let process = Process::start(&world.hub, "one");
    until!("an e-mail under way", server.begun() == 1);
    for hours in [3, -6] {
        world.set_clock(SignedDuration::from_hours(hours));
        world.elapse(8, &["one"]).await;
    }
    assert_eq!((server.begun(), server.given_up()), (1, 0));
    server.silence(false);
    until!("its end", in_state(&world, JobState::Running).await.is_empty());
    assert_eq!(server.sent(), 1);
    process.stop(&world).await;
    world.leave_jobs();
}

#[testkit::both_databases]
async fn h04_a_job_that_panics_has_failed_and_is_tried_again(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 1).await;
    server.silence(false);
    server.panics.store(true, Ordering::SeqCst);
    world.hub.run_pending().await;
    let waiting = in_state(&world, JobState::Waiting).await;
    assert!(waiting.iter().any(|job| job.error.as_deref().is_some_and(|error| error.contains("panicked"))));
    server.panics.store(false, Ordering::SeqCst);
    world.advance(Duration::from_secs(3));
    world.hub.run_pending().await;
    assert_eq!(server.sent(), 1);
}
