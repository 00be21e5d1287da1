//! Processes that die, restart, stop, or are taken for dead.

use jiff::SignedDuration;
use tessera_store::JobState;
use testkit::{BEN, Databases, Process, TestHub, until};

use super::{in_state, with_silent_server};

/// How many e-mails of the other process, whose mail server answers, have arrived.
fn arrived(world: &TestHub) -> usize {
    world.mail.messages().iter().filter(|mail| mail.to == [BEN.email]).count()
}

#[testkit::both_databases]
async fn h04_a_dead_processes_jobs_go_on_within_ten_seconds(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 1).await;
    let other = world.beside(None);
    let dies = Process::start(&world.hub, "dies");
    until!("an e-mail under way", server.begun() == 1);
    let goes_on = if world.database.starts_with("postgres") {
        let goes_on = Process::start(&other, "goes on");
        until!("two workers", world.store.workers().await.unwrap().len() >= 2);
        world.elapse(4, &["dies", "goes on"]).await;
        assert_eq!(arrived(&world), 0, "its job is its own as long as it lives");
        dies.kill().await;
        world.elapse(5, &["goes on"]).await;
        // The clock of the test does not wait for a look at the other workers, so the last one may still be to come.
        for _ in 0..5 {
            if arrived(&world) == 0 {
                world.elapse(1, &["goes on"]).await;
            }
        }
        goes_on
    } else {
        // An SQLite file has one process. The next one goes on at once.
        dies.kill().await;
        Process::start(&other, "goes on")
    };
    until!("the e-mail", arrived(&world) == 1);
    until!("its end", in_state(&world, JobState::Running).await.is_empty());
    goes_on.signal();
    goes_on.ended().await;
    assert_eq!((arrived(&world), server.sent()), (1, 0));
}

#[testkit::both_databases]
async fn h04_a_restarted_process_goes_on_at_once(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 1).await;
    let before = Process::start(&world.hub, "one");
    until!("an e-mail under way", server.begun() == 1);
    before.kill().await;
    let after = Process::start(&world.beside(None), "one");
    until!("the e-mail", arrived(&world) == 1);
    until!("its end", in_state(&world, JobState::Running).await.is_empty());
    after.signal();
    after.ended().await;
}

#[testkit::both_databases]
async fn h04_a_restarted_process_goes_on_at_once_although_the_clock_was_set_back(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 1).await;
    let before = Process::start(&world.hub, "one");
    until!("an e-mail under way", server.begun() == 1);
    before.kill().await;
    world.set_clock(SignedDuration::from_hours(-3));
    let after = Process::start(&world.beside(None), "one");
    until!("the e-mail", arrived(&world) == 1);
    until!("its end", in_state(&world, JobState::Running).await.is_empty());
    after.signal();
    after.ended().await;
}

#[testkit::both_databases]
async fn h04_who_is_taken_for_dead_drops_its_jobs(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 1).await;
    let process = Process::start(&world.hub, "one");
    until!("an e-mail under way", server.begun() == 1);
    let workers = world.store.workers().await.unwrap();
    let taken_for_dead: Vec<_> = workers.iter().map(|worker| (worker.id, worker.beat)).collect();
    world.store.technical().bury_workers(&taken_for_dead, world.hub.env.now()).await.unwrap();
    assert_eq!(server.given_up(), 0, "it has not noticed yet");
    world.elapse(1, &[]).await;
    until!("the next attempt", server.begun() == 2);
    assert_eq!(server.given_up(), 1, "one at a time");
    server.silence(false);
    until!("its end", in_state(&world, JobState::Running).await.is_empty());
    process.signal();
    process.ended().await;
}

#[testkit::both_databases]
async fn h04_a_process_that_stops_gives_back_what_it_cannot_finish(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 1).await;
    let process = Process::start(&world.hub, "one");
    until!("an e-mail under way", server.begun() == 1);
    process.signal();
    world.elapse(3, &["one"]).await;
    process.ended().await;
    assert_eq!(server.given_up(), 1);
    let mut waiting = in_state(&world, JobState::Waiting).await;
    waiting.retain(|job| job.task.kind() == "mail_security_notice");
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].error, None, "that is no failure");

    let other = world.beside(None);
    other.run_pending().await;
    assert_eq!((arrived(&world), server.sent()), (1, 0));
}

#[testkit::both_databases]
async fn h04_a_process_that_stops_lets_jobs_finish(databases: Databases) {
    let (world, server) = with_silent_server(&databases, 3).await;
    let process = Process::start(&world.hub, "one");
    until!("e-mails under way", server.begun() == 3);
    process.signal();
    server.silence(false);
    process.ended().await;
    assert_eq!((server.sent(), server.given_up()), (3, 0));
    assert!(in_state(&world, JobState::Waiting).await.iter().all(|job| job.task.kind() != "mail_security_notice"));
}
