//! Sweeps, what they hold for a decision, and alarms.

use tessera_core::id::SweepId;
use tessera_core::record::{Kind, Observation};
use tessera_core::sweep::{SweepMode, SweepState};
use tessera_store::{Alarm, Conflict, HeldChange, Store, Sweep};
use uuid::Uuid;

use crate::database::Database;
use crate::world::{DESK, at, bundle, conflict, seeing};

fn sweep(kind: &str, dry: bool) -> Sweep {
    Sweep {
        id: SweepId(Uuid::now_v7()),
        system: DESK.to_owned(),
        kind: kind.to_owned(),
        mode: SweepMode::Full,
        dry,
        state: SweepState::Waiting,
        asked_by: "hub".to_owned(),
        started_at: at(0),
        finished_at: None,
        page: 0,
        expected: Some(300),
        seen: 0,
        changed: 0,
        takes_away: 0,
        missing: 0,
        first_forecast_at: None,
        forecast_at: None,
        since: None,
        error: None,
        decided_by: None,
    }
}

async fn begun(store: &Store, dry: bool) -> Sweep {
    let sweep = sweep("assets", dry);
    store.create_sweep(&sweep, None).await.unwrap();
    store.sweep_begins(&sweep, at(1)).await.unwrap();
    sweep
}

fn change(run: SweepId, observation: &Observation, takes: i64) -> HeldChange {
    let (before, after) = ("used by: Jane".to_owned(), "used by: nobody".to_owned());
    let title = "PACE".to_owned();
    let observation = observation.clone();
    HeldChange { id: Uuid::now_v7().into(), run, title, before, after, takes, observation, held_at: at(5) }
}

pub async fn h06_a_sweep_shows_how_far_it_is(Database { store, .. }: Database) {
    let mut sweep = begun(&store, false).await;
    sweep.page = 1;
    sweep.forecast_at = Some(at(60));
    store.sweep_progress(&sweep, 100, 3).await.unwrap();
    store.sweep_progress(&sweep, 100, 3).await.expect("a page is counted once");
    let shown = store.sweep(sweep.id).await.unwrap().unwrap();
    assert_eq!((shown.started_at, shown.seen, shown.changed, shown.expected), (at(1), 100, 3, Some(300)));
    assert_eq!((shown.first_forecast_at, shown.forecast_at), (Some(at(60)), Some(at(60))));

    store.sweep_pauses(sweep.id, "it answered 500", Some(at(30))).await.unwrap();
    let paused = store.open_sweep(DESK, "assets", false).await.unwrap().unwrap();
    assert_eq!((paused.state, paused.error.as_deref(), paused.page), (SweepState::Paused, Some("it answered 500"), 1));
    store.sweep_begins(&paused, at(31)).await.unwrap();
    let gone_on = store.sweep(sweep.id).await.unwrap().unwrap();
    assert_eq!((gone_on.started_at, gone_on.error, gone_on.page), (at(1), None, 1), "it goes on where it was");

    sweep.state = SweepState::Finished;
    store.sweep_ends(&sweep, at(90)).await.unwrap();
    let last = store.last_good_sweep(DESK, "assets", true).await.unwrap().unwrap();
    assert_eq!((last.id, last.finished_at), (sweep.id, Some(at(90))));
    assert_eq!(store.sweeps().await.unwrap().len(), 1);
}

pub async fn h04_one_sweep_of_a_kind_is_open_at_a_time(Database { store, .. }: Database) {
    let first = begun(&store, false).await;
    assert_eq!(conflict(store.create_sweep(&sweep("assets", false), None).await), Conflict::Exists);
    store.create_sweep(&sweep("assets", true), None).await.expect("a dry run is another kind");
    store.create_sweep(&sweep("contacts", false), None).await.unwrap();
    store.sweep_ends(&Sweep { state: SweepState::Failed, ..first }, at(9)).await.unwrap();
    store.create_sweep(&sweep("assets", false), None).await.expect("the first one has ended");
    assert_eq!(store.last_good_sweep(DESK, "assets", false).await.unwrap(), None, "none of them is complete");
    assert_eq!(store.newest_sweeps(2).await.unwrap().len(), 2);
}

pub async fn h04_what_waits_is_kept_once_for_each_record(Database { store, .. }: Database) {
    let (held, dry) = (begun(&store, false).await, begun(&store, true).await);
    for read in [10, 12, 11] {
        let seen = bundle("4", None, read);
        store.hold(&change(held.id, &seen, 1), Some([1; 32]), false).await.unwrap();
        store.hold(&change(dry.id, &seen, 1), Some([1; 32]), true).await.unwrap();
    }
    assert_eq!(store.held_count(held.id).await.unwrap(), (1, 1));
    let waits = store.held_changes(dry.id, None, 9).await.unwrap();
    assert_eq!((waits.len(), waits[0].observation.read_at), (1, at(12)), "the latest reading counts");
    let key = waits[0].observation.key.clone();
    assert_eq!(store.held_change(&key).await.unwrap().unwrap().run, held.id);
    assert_eq!(store.held_changes(dry.id, Some(waits[0].id), 9).await.unwrap(), []);

    store.clear_held(std::slice::from_ref(&key), at(11)).await.unwrap();
    assert!(store.holds_anything(DESK).await.unwrap(), "that was read before");
    store.clear_held(&[key], at(13)).await.unwrap();
    assert!(!store.holds_anything(DESK).await.unwrap());
    assert_eq!(store.held_count(dry.id).await.unwrap().0, 1, "a plan stays as it was made");
}

pub async fn h04_a_plan_whose_records_moved_is_known(Database { store, .. }: Database) {
    let dry = begun(&store, true).await;
    let (was, planned) = (bundle("4", Some("777"), 10), bundle("4", None, 20));
    store.apply(&seeing(&was)).await.unwrap();
    store.hold(&change(dry.id, &planned, 1), Some(was.content_hash()), true).await.unwrap();
    store.hold(&change(dry.id, &bundle("5", None, 20), 0), None, true).await.unwrap();
    assert_eq!(store.planned_new(dry.id).await.unwrap(), 1);
    assert_eq!(store.moved_since(dry.id).await.unwrap().0, 0);
    store.touch_records(std::slice::from_ref(&was.key), at(30)).await.unwrap();
    assert_eq!(store.moved_since(dry.id).await.unwrap(), (1, Some("PACE".to_owned())), "the system took it back");
    store.apply(&seeing(&bundle("4", None, 40))).await.unwrap();
    assert_eq!(store.moved_since(dry.id).await.unwrap().0, 0, "it says already what was planned");
    store.apply(&seeing(&bundle("5", Some("778"), 40))).await.unwrap();
    assert_eq!(store.moved_since(dry.id).await.unwrap().0, 1, "somebody else was first");

    let ended = Sweep { state: SweepState::Planned, ..dry.clone() };
    store.sweep_ends(&ended, at(50)).await.unwrap();
    store.decide_sweep(dry.id, SweepState::Discarded, "staff:jo", at(51), None).await.unwrap();
    let again = store.decide_sweep(dry.id, SweepState::Applying, "staff:jo", at(52), None).await;
    assert_eq!(conflict(again), Conflict::Exists);
    assert_eq!(store.held_count(dry.id).await.unwrap().0, 0);
}

pub async fn h04_what_was_not_seen_is_found(Database { store, .. }: Database) {
    for id in ["1", "2", "3", "4"] {
        store.apply(&seeing(&bundle(id, Some("777"), 10))).await.unwrap();
    }
    let seen = bundle("2", Some("777"), 10);
    store.touch_records(std::slice::from_ref(&seen.key), at(20)).await.unwrap();
    let run = begun(&store, false).await;
    store.hold(&change(run.id, &bundle("3", None, 20), 1), None, false).await.unwrap();
    assert_eq!(store.live_records(DESK, Kind::Asset).await.unwrap(), 4);
    assert_eq!(store.unseen_records(DESK, Kind::Asset, "", at(15), 9).await.unwrap(), ["1", "4"]);
    assert_eq!(store.unseen_records(DESK, Kind::Asset, "1", at(15), 9).await.unwrap(), ["4"]);
    let ids: Vec<String> = (1..=150).map(|id| id.to_string()).collect();
    let known = store.known_records(DESK, Kind::Asset, &ids).await.unwrap();
    assert_eq!(known.len(), 4);
    assert!(known.iter().any(|known| known.external_id == "2" && known.content_hash == seen.content_hash()));
    assert_eq!(store.known_records(DESK, Kind::Asset, &[]).await.unwrap(), []);
}

pub async fn h04_an_alarm_is_as_old_as_its_cause(Database { store, .. }: Database) {
    let alarm = |seconds, detail: &str| Alarm {
        system: DESK.to_owned(),
        code: "sweep_stopped".to_owned(),
        about: "assets".to_owned(),
        since: at(seconds),
        detail: detail.to_owned(),
    };
    store.raise_alarm(&alarm(1, "it answered 500")).await.unwrap();
    store.raise_alarm(&alarm(9, "it answered 502")).await.unwrap();
    assert_eq!(store.alarms().await.unwrap(), [alarm(1, "it answered 502")]);
    store.clear_alarm(DESK, "sweep_stopped", "assets").await.unwrap();
    assert_eq!(store.alarm(DESK, "sweep_stopped", "assets").await.unwrap(), None);

    store.note_taking(Uuid::now_v7(), DESK, at(10), 3).await.unwrap();
    store.note_taking(Uuid::now_v7(), DESK, at(20), 4).await.unwrap();
    assert_eq!((store.taken_since(DESK, at(0)).await.unwrap(), store.taken_since(DESK, at(10)).await.unwrap()), (7, 4));
}
