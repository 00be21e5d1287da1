//! What is logged while the database is out of order (`H04`).

use std::fmt::{self, Write as _};
use std::future::ready;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tessera_hub::jobs::WorkerIdentity;
use tessera_store::{Call, Cause, Decision, Faults, StoreError};
use testkit::{Databases, TestHub, until};
use tokio::sync::watch;
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// A database that can be out of order.
#[derive(Debug, Default)]
struct Outage {
    is_down: AtomicBool,
    calls: AtomicUsize,
}

impl Faults for Outage {
    fn before(&self, _: Call) -> Decision<'_> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let is_down = self.is_down.load(Ordering::SeqCst);
        let down = StoreError::Unavailable(Cause::new("connection refused"));
        Box::pin(ready(if is_down { Err(down) } else { Ok(()) }))
    }

    fn after(&self, _: Call) -> Decision<'_> {
        Box::pin(ready(Ok(())))
    }
}

/// The lines of a log.
#[derive(Debug, Default, Clone)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Log {
    fn lines(&self, with: &str) -> Vec<String> {
        self.0.lock().unwrap().iter().filter(|line| line.contains(with)).cloned().collect()
    }
}

#[testkit::both_databases]
async fn h04_an_outage_of_the_database_is_logged_once_then_rarely_and_once_when_it_is_over(databases: Databases) {
    let outage = Arc::new(Outage::default());
    let world = TestHub::builder().store_faults(outage.clone()).start(&databases).await;
    let (log, (stop, stopped)) = (Log::default(), watch::channel(false));
    let (hub, kept) = (world.hub.clone(), log.clone());
    let identity = WorkerIdentity { name: "one".to_owned(), process: "a test".to_owned() };
    let running = tokio::spawn(async move { hub.run_jobs(identity, stopped).await }.with_subscriber(kept));
    until!("a worker", !world.store.workers().await.unwrap().is_empty());

    outage.is_down.store(true, Ordering::SeqCst);
    for _ in 0..100 {
        let before = outage.calls.load(Ordering::SeqCst);
        world.advance(Duration::from_secs(2));
        until!("another try", outage.calls.load(Ordering::SeqCst) > before);
    }
    let lines = log.lines("ERROR");
    let of_database = log.lines("use the database").len();
    assert!((2..=4).contains(&of_database), "after 200 s: {lines:#?}");
    assert!(lines.len() <= of_database + 1, "the worker loses its jobs once: {lines:#?}");

    outage.is_down.store(false, Ordering::SeqCst);
    until!("the end of the outage", {
        world.advance(Duration::from_secs(1));
        !log.lines("works again").is_empty()
    });
    assert_eq!(log.lines("works again").len(), 1, "{:#?}", log.lines(""));
    stop.send_replace(true);
    running.await.unwrap();
}
