//! Effects in outside systems happen once, wherever the hub dies and whatever answer gets lost (`H04`).

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tessera_core::access::Viewer;
use tessera_core::devices::device_writes::{DeviceWrite, WriteState};
use tessera_core::kernel::ids::{CustomerId, DeviceWriteId, JobId, ServiceRequestId};
use tessera_core::kernel::job::Task;
use tessera_core::service_requests::RequestAction;
use tessera_core::sync::jobs::SweepOf;
use tessera_hub::{DeviceDraft, Entry, Expected, NewServiceRequest};
use tessera_sim::faults::{Cut, Fault, FaultKind};
use tessera_sim::mail::{self, Step};
use tessera_store::technical::Predecessors;
use tessera_store::{JobState, Worker};
use testkit::{ADA, JO, TestHub, fault};

/// How many moments of death are tried at least. A fast database answers some waits at once, so their number differs.
const FEWEST_DEATHS: usize = 12;

/// Runs what is due, until the hub has waited so many times for a database or an outside system; then it dies. True: it was done before.
async fn dies_after(world: &TestHub, waits: usize) -> bool {
    let mut left = waits;
    let mut work = pin!(world.hub.run_pending());
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Runs what is due, until something is so; then the hub dies.
pub(crate) async fn dies_when(world: &TestHub, is_so: impl Fn() -> bool) {
    tokio::select! {
        _ = world.hub.run_pending() => panic!("the hub was done before"),
        () = until(is_so) => {}
    }
}

pub(crate) async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Another process takes over at once.
pub(crate) async fn restart(world: &TestHub) {
    let now = world.hub.env.now();
    let id = uuid::Uuid::now_v7().into();
    let successor = Worker { id, name: "successor".to_owned(), process: String::new(), beat: 0, started_at: now };
    world.store.technical().add_worker(&successor, Predecessors::All, now).await.unwrap();
}

pub(crate) async fn viewer(world: &TestHub) -> Viewer {
    world.activated(ADA).await;
    let customer = world.customer_id(ADA.requester).await;
    let person = world.store.people(customer).await.unwrap().remove(0);
    match world.hub.preview_as(person.id, "jo").await.unwrap() {
        Entry::In(viewer) => Viewer { preview: None, ..viewer },
        kept_out => panic!("{kept_out:?}"),
    }
}

pub(crate) async fn opened(world: &TestHub, viewer: &Viewer, subject: &str) -> ServiceRequestId {
    let wish = NewServiceRequest {
        once: subject.to_owned(),
        kind: "fault".to_owned(),
        subject: subject.to_owned(),
        description: "It hums.".to_owned(),
        ..NewServiceRequest::default()
    };
    world.hub.open_request(viewer, &wish).await.unwrap().id
}

pub(crate) async fn act(world: &TestHub, viewer: &Viewer, id: ServiceRequestId, act: RequestAction) {
    let (text, once) = (if act == RequestAction::Say { "Louder now." } else { "" }, format!("{id} {}", act.as_str()));
    world.hub.act_on_request(viewer, id, (act, text, &once), &[]).await.unwrap();
}

async fn made(world: &TestHub, serial: &str) -> DeviceWriteId {
    let fields = [("product", "PACE"), ("vendor", "Wetility"), ("asset_state", "In Stock"), ("serial_number", serial)];
    let fields = BTreeMap::from(fields.map(|(key, value)| (key.to_owned(), value.to_owned())));
    let draft = DeviceDraft { name: "PACE 5 kW".to_owned(), fields, requester_id: None };
    world.hub.create_device(&draft, &JO).await.unwrap().id
}

fn assets(world: &TestHub, serial: &str) -> Vec<u64> {
    let state = world.desk.desk();
    let assets = state.assets.values().map(tessera_sim::freshservice::Versioned::current);
    assets.filter(|it| it.asset.type_field("serial_number") == serial).map(|it| it.asset.display_id).collect()
}

/// How many requests of a method the service desk carried out on a path, so far.
pub(crate) fn carried_out(world: &TestHub, method: &str, path: &str) -> usize {
    let seen = world.desk.faults().requests();
    seen.iter().filter(|seen| seen.method == method && seen.path == path && seen.status < 300).count()
}

async fn write_of(world: &TestHub, id: DeviceWriteId) -> DeviceWrite {
    world.hub.device_write(id).await.unwrap()
}

#[testkit::both_databases]
async fn h04_a_hub_that_dies_anywhere_makes_one_ticket_and_one_note(world: TestHub) {
    let viewer = viewer(&world).await;
    for waits in 0.. {
        let subject = format!("Noise {waits}");
        let id = opened(&world, &viewer, &subject).await;
        act(&world, &viewer, id, RequestAction::Say).await;
        let opened_ended = dies_after(&world, waits).await;
        restart(&world).await;
        world.settle().await;
        world.settle().await;
        act(&world, &viewer, id, RequestAction::Close).await;
        let closed_ended = dies_after(&world, waits).await;
        restart(&world).await;
        world.settle().await;

        let tickets = world.tickets(ADA);
        let tickets: Vec<_> = tickets.iter().filter(|ticket| ticket.subject == subject).collect();
        assert_eq!(tickets.len(), 1, "after {waits} waits");
        assert_eq!(world.conversations(tickets[0].id).len(), 1, "after {waits} waits");
        assert_eq!(tickets[0].status, 5, "after {waits} waits");
        let path = format!("/api/v2/tickets/{}", tickets[0].id);
        assert!(carried_out(&world, "PUT", &path) <= 1, "after {waits} waits");
        if opened_ended && closed_ended && waits >= FEWEST_DEATHS {
            return;
        }
    }
}

#[testkit::both_databases]
async fn h04_a_hub_that_dies_anywhere_makes_one_asset_and_moves_it_once(world: TestHub) {
    world.activated(ADA).await;
    for waits in 0.. {
        let serial = format!("NEW-{waits}");
        let write = made(&world, &serial).await;
        let ended = dies_after(&world, waits).await;
        restart(&world).await;
        world.settle().await;
        world.settle().await;
        let found = assets(&world, &serial);
        assert_eq!(found.len(), 1, "after {waits} waits");
        let display_id = found[0].to_string();
        let done = WriteState::Done { display_id: display_id.clone() };
        assert_eq!(write_of(&world, write).await.state, done, "after {waits} waits");

        let moved = world.hub.hand_device(&display_id, Some(ADA.requester), Expected::Stock, &JO).await.unwrap();
        let moved_ended = dies_after(&world, waits).await;
        restart(&world).await;
        world.settle().await;
        assert_eq!(write_of(&world, moved.id).await.state, done, "after {waits} waits");
        assert!(carried_out(&world, "PUT", &format!("/api/v2/assets/{display_id}")) <= 1, "after {waits} waits");
        if ended && moved_ended && waits >= FEWEST_DEATHS {
            return;
        }
    }
}

#[testkit::both_databases]
async fn h04_a_hub_that_dies_anywhere_sends_an_email_at_most_once(world: TestHub) {
    let (mut asked, mut in_doubt) = (BTreeSet::<String>::new(), BTreeSet::new());
    // The hub has to wait for the answer, so that it can die there.
    world.mail.add_fault(mail::Fault { kind: mail::FaultKind::Delay { ms: 2 }, to: None, times: None });
    // How often the hub waits differs from run to run, so one pass over all waits may miss the answer.
    let mut passes = 0;
    let mut waits = 0;
    loop {
        world.hub.invite(ADA.requester, &JO).await.unwrap();
        asked.extend(jobs(&world, JobState::Waiting).await.iter().map(ToString::to_string));
        let ended = dies_after(&world, waits).await;
        restart(&world).await;
        world.settle().await;
        for job in jobs(&world, JobState::InDoubt).await {
            in_doubt.insert(job.to_string());
            world.hub.dismiss_job(job, &JO).await.unwrap();
        }
        waits += 1;
        if ended {
            (passes, waits) = (passes + 1, 0);
            if passes == 5 || !in_doubt.is_empty() {
                break;
            }
        }
    }
    world.settle().await;
    let mut sent = BTreeSet::new();
    for message in world.mail.messages() {
        let id = message.headers["Message-ID"].as_str().unwrap().to_owned();
        let job = id[1..].split('@').next().unwrap().to_owned();
        assert!(sent.insert(job), "{id} was sent twice");
    }
    assert!(!in_doubt.is_empty(), "it never died between the message and the answer");
    assert!(asked.iter().all(|job| sent.contains(job) || in_doubt.contains(job)), "{asked:?} {sent:?} {in_doubt:?}");
}

/// The jobs that send invitations.
async fn jobs(world: &TestHub, state: JobState) -> Vec<JobId> {
    let jobs = world.store.jobs(state, 100).await.unwrap();
    jobs.into_iter().filter(|job| matches!(job.task, Task::MailInvitation(_))).map(|job| job.id).collect()
}

#[testkit::both_databases]
async fn h04_a_slow_service_desk_and_a_dead_hub_make_one_ticket_and_one_note(world: TestHub) {
    let viewer = viewer(&world).await;
    let late = || world.desk.faults().late() == 1;
    world.desk.faults().add(fault("/api/v2/tickets", "POST", FaultKind::Late));
    let id = opened(&world, &viewer, "Noise").await;
    dies_when(&world, late).await;
    restart(&world).await;
    world.hub.run_pending().await;
    assert_eq!(world.tickets(ADA).len(), 0, "the first may still come");
    world.desk.faults().clear();
    until(|| world.tickets(ADA).len() == 1).await;
    world.settle().await;
    assert_eq!(carried_out(&world, "POST", "/api/v2/tickets"), 1);
    let ticket = world.tickets(ADA)[0].id;

    world.desk.faults().add(fault("/api/v2/tickets/*", "POST", FaultKind::Late));
    act(&world, &viewer, id, RequestAction::Say).await;
    dies_when(&world, late).await;
    restart(&world).await;
    world.hub.run_pending().await;
    assert_eq!(world.conversations(ticket).len(), 0, "the first may still come");
    world.desk.faults().clear();
    until(|| world.conversations(ticket).len() == 1).await;
    world.settle().await;
    assert_eq!(world.conversations(ticket).len(), 1);

    world.desk.faults().add(fault("/api/v2/tickets/*", "PUT", FaultKind::Late));
    act(&world, &viewer, id, RequestAction::Close).await;
    dies_when(&world, late).await;
    restart(&world).await;
    world.hub.run_pending().await;
    world.desk.faults().clear();
    until(|| world.tickets(ADA)[0].status == 5).await;
    world.settle().await;
    assert_eq!(carried_out(&world, "PUT", &format!("/api/v2/tickets/{ticket}")), 1);
}

#[testkit::both_databases]
async fn h04_a_slow_service_desk_and_a_dead_hub_make_one_asset(world: TestHub) {
    world.activated(ADA).await;
    let late = || world.desk.faults().late() == 1;
    world.desk.faults().add(fault("/api/v2/assets", "POST", FaultKind::Late));
    let write = made(&world, "SLOW-1").await;
    dies_when(&world, late).await;
    restart(&world).await;
    world.hub.run_pending().await;
    world.desk.faults().clear();
    until(|| assets(&world, "SLOW-1").len() == 1).await;
    world.settle().await;
    world.settle().await;
    assert_eq!(assets(&world, "SLOW-1").len(), 1);
    let WriteState::Done { display_id } = write_of(&world, write).await.state else { panic!("it is not done") };

    world.desk.faults().add(fault("/api/v2/assets/*", "PUT", FaultKind::Late));
    let moved = world.hub.hand_device(&display_id, Some(ADA.requester), Expected::Stock, &JO).await.unwrap();
    dies_when(&world, late).await;
    restart(&world).await;
    world.hub.run_pending().await;
    assert_eq!(write_of(&world, moved.id).await.state, WriteState::Waiting, "the first may still come");
    world.desk.faults().clear();
    let path = format!("/api/v2/assets/{display_id}");
    until(|| carried_out(&world, "PUT", &path) == 1).await;
    world.settle().await;
    assert_eq!(write_of(&world, moved.id).await.state, WriteState::Done { display_id });
    assert_eq!(carried_out(&world, "PUT", &path), 1);
}

#[testkit::both_databases]
async fn h04_an_email_whose_answer_is_lost_is_in_doubt_until_staff_decide(world: TestHub) {
    let lost = mail::Fault { kind: mail::FaultKind::Drop { step: Step::Message }, to: None, times: Some(1) };
    world.mail.add_fault(lost.clone());
    world.hub.invite(ADA.requester, &JO).await.unwrap();
    world.settle().await;
    assert_eq!(world.mail.messages().len(), 1, "it is not sent again by itself");
    let doubtful = jobs(&world, JobState::InDoubt).await;
    assert_eq!((doubtful.len(), jobs(&world, JobState::Failed).await.len()), (1, 0));

    world.hub.retry_job(doubtful[0], &JO).await.unwrap();
    world.settle().await;
    assert_eq!(world.mail.messages().len(), 2, "staff had it sent again");
    assert_eq!(jobs(&world, JobState::InDoubt).await, []);

    // A hub that died waiting for the answer knows no more, even if another e-mail like this one waits by then.
    world.mail.add_fault(mail::Fault { kind: mail::FaultKind::Silent { step: Step::Message }, ..lost });
    world.hub.invite(ADA.requester, &JO).await.unwrap();
    dies_when(&world, || world.mail.messages().len() == 3).await;
    restart(&world).await;
    world.settle().await;
    assert_eq!(world.mail.messages().len(), 3);
    let doubtful = jobs(&world, JobState::InDoubt).await;
    world.hub.dismiss_job(doubtful[0], &JO).await.unwrap();
    assert!(world.hub.retry_job(doubtful[0], &JO).await.is_err(), "it is settled");
    world.settle().await;
    assert_eq!((world.mail.messages().len(), jobs(&world, JobState::InDoubt).await.len()), (3, 0));

    let entries = world.store.whole_timeline(CustomerId::OPERATOR).await.unwrap();
    let decided: Vec<_> = entries.iter().filter(|entry| entry.event.contains(r#""in_doubt":true"#)).collect();
    assert_eq!(decided.len(), 2, "{entries:?}");
}

#[testkit::both_databases]
async fn h04_an_email_that_was_refused_is_not_in_doubt(world: TestHub) {
    for (step, code) in [(Step::Rcpt, 451), (Step::Data, 451), (Step::Message, 451)] {
        let kind = mail::FaultKind::Reject { step, code };
        world.mail.add_fault(mail::Fault { kind, to: None, times: Some(1) });
        world.hub.invite(ADA.requester, &JO).await.unwrap();
        world.settle().await;
        assert_eq!(jobs(&world, JobState::InDoubt).await, [], "{step:?}");
    }
    assert_eq!(world.mail.messages().len(), 3, "each was sent at the second attempt");
}

#[testkit::both_databases]
async fn a09_h04_a_write_waits_while_the_service_desk_gives_no_sensible_answer(world: TestHub) {
    world.activated(ADA).await;
    world.hub.sweep(SweepOf::Assets).await.unwrap();
    let status = |status| FaultKind::Status { status, retry_after: None, body: None };
    let rubbish = FaultKind::Truncate { cut: Cut::Body, keep: Some(3) };
    let device = world.display_id("HIB-S1").to_string();
    let mut holder = None;
    for kind in [status(503), rubbish, status(401), status(302)] {
        let path = "/api/v2/*".to_owned();
        let always = Fault { path, times: None, method: None, kind: kind.clone(), skip: 0, probability: None };
        world.desk.faults().add(always);
        holder = if holder.is_none() { Some(ADA.requester) } else { None };
        let write = world.hub.hand_device(&device, holder, Expected::Anyone, &JO).await.unwrap();
        world.hub.run_pending().await;
        assert_eq!(write_of(&world, write.id).await.state, WriteState::Waiting, "{kind:?}");
        world.desk.faults().clear();
        world.advance(Duration::from_mins(15));
        world.settle().await;
        let state = write_of(&world, write.id).await.state;
        assert_eq!(state, WriteState::Done { display_id: device.clone() }, "{kind:?}");
    }
}
