//! What staff do about jobs, and what they are warned of.

use std::time::Duration;

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::job::Upstream;
use tessera_hub::doctor::Verdict;
use tessera_hub::jobs::JobGroup;
use tessera_store::JobState;
use testkit::{DESK, Databases, JO, TestHub};

use super::in_state;

/// Asks for invitations of requesters that cannot exist in the service desk, because its ids are numbers.
async fn hopeless(world: &TestHub, invitations: usize) {
    for n in 0..invitations {
        world.hub.ask_invitation(&format!("nobody-{n}"), DESK.actor.clone()).await.unwrap();
    }
}

async fn events(world: &TestHub, name: &str) -> usize {
    let entries = world.store.whole_timeline(CustomerId::OPERATOR).await.unwrap();
    entries.iter().filter(|entry| entry.event.contains(&format!("\"{name}\""))).count()
}

async fn retried(world: &TestHub, group: JobGroup) -> usize {
    world.hub.retry_jobs(&group, &JO).await.unwrap()
}

/// What the doctor says of the jobs.
async fn verdict(world: &TestHub) -> (Verdict, String) {
    let report = world.hub.doctor().await;
    let finding = report.findings.into_iter().find(|finding| finding.check == "jobs").unwrap();
    (finding.verdict, finding.detail)
}

async fn started(databases: &Databases) -> TestHub {
    TestHub::builder().public_url("http://127.0.0.1:9").start(databases).await
}

#[testkit::both_databases]
async fn h04_failed_jobs_are_tried_again_by_kind_or_by_system(databases: Databases) {
    let world = started(&databases).await;
    hopeless(&world, 3).await;
    world.hub.run_pending().await;
    assert_eq!(in_state(&world, JobState::Failed).await.len(), 3);
    assert_eq!(retried(&world, JobGroup::Kind("sweep".to_owned())).await, 0);
    assert_eq!(retried(&world, JobGroup::System(Upstream::Mail)).await, 0);
    assert_eq!(events(&world, "jobs_retried").await, 0, "nothing happened");
    for group in [JobGroup::Kind("invite".to_owned()), JobGroup::System(Upstream::ServiceDesk)] {
        assert_eq!(retried(&world, group.clone()).await, 3);
        assert_eq!(retried(&world, group).await, 0, "they wait already");
        world.hub.run_pending().await;
    }
    assert_eq!(events(&world, "jobs_retried").await, 2);

    // One of them is asked for again meanwhile: it is not done twice.
    hopeless(&world, 1).await;
    assert_eq!(retried(&world, JobGroup::Kind("invite".to_owned())).await, 2);
    world.hub.run_pending().await;
    world.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn h06_staff_pause_and_resume_an_outside_system(databases: Databases) {
    let world = started(&databases).await;
    hopeless(&world, 2).await;
    for _ in 0..2 {
        world.hub.pause_system(Upstream::ServiceDesk, &JO).await.unwrap();
    }
    assert_eq!(world.hub.run_pending().await, 0);
    let page = world.hub.queries().systems_page(20).await.unwrap();
    let desk = page.upstreams.iter().find(|jobs| jobs.system == Upstream::ServiceDesk).unwrap();
    assert_eq!((desk.due, desk.failed, desk.paused.as_ref().unwrap().1.as_str()), (2, 0, "staff:jo"));
    world.advance(Duration::from_mins(5));
    assert_eq!(verdict(&world).await.0, Verdict::Warn, "it is not forgotten, and nothing is broken");

    for _ in 0..2 {
        world.hub.resume_system(Upstream::ServiceDesk, &JO).await.unwrap();
    }
    assert_eq!(world.hub.run_pending().await, 2);
    assert_eq!((events(&world, "system_paused").await, events(&world, "system_resumed").await), (1, 1));
    world.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn h04_the_doctor_names_jobs_that_no_process_runs_and_forgets_old_failures(databases: Databases) {
    let world = started(&databases).await;
    hopeless(&world, 2).await;
    world.advance(Duration::from_mins(2));
    let (said, detail) = verdict(&world).await;
    assert_eq!((said, detail.as_str()), (Verdict::Fail, "2 jobs are due, but none is running."));
    world.hub.run_pending().await;
    assert_eq!(verdict(&world).await.0, Verdict::Warn);
    world.advance(Duration::from_hours(24 * 8));
    assert_eq!(verdict(&world).await.0, Verdict::Ok, "it warns no more");
    assert_eq!(in_state(&world, JobState::Failed).await.len(), 2, "and can still be tried again");
    world.expect_failed_jobs(&["invite"]);
}
