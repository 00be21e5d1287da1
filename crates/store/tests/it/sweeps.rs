//! Sweeps, what they hold for a decision, and alarms.

use futures_util::future::join_all;
use tessera_core::devices::change::DeviceChange;
use tessera_core::kernel::ids::{HeldId, SweepId};
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::{Kind, Observation};
use tessera_core::sync::hold::{Decided, HeldChange, HoldChange, PlannedOn, PutAside, SweepEnd, SweepRequest, Taking};
use tessera_core::sync::observe::ReadRecord;
use tessera_core::sync::sweep::{Decision, SweepMode, SweepState};
use tessera_store::{Alarm, ApplyError, Conflict, Moved, Store, Sweep};
use testkit::Database;
use testkit::store::{DESK, at, bundle, conflict, plan, seeing};
use uuid::Uuid;

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
        read_from: None,
        began_there: None,
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

async fn request(store: &Store, sweep: &Sweep) -> Result<(), ApplyError> {
    let Sweep { id, system, kind, mode, dry, asked_by, started_at: at, .. } = sweep.clone();
    store.apply(&hold(HoldChange::Request(Box::new(SweepRequest { id, system, kind, mode, dry, asked_by, at })))).await
}

async fn begun(store: &Store, dry: bool) -> Sweep {
    let sweep = sweep("assets", dry);
    request(store, &sweep).await.unwrap();
    store
        .technical()
        .sweep_begins(&Sweep { started_at: at(1), read_from: Some(at(1)), ..sweep.clone() })
        .await
        .unwrap();
    sweep
}

fn change(run: SweepId, observation: &Observation, takes: i64) -> HeldChange {
    let (before, after) = ("used by: Jane".to_owned(), "used by: nobody".to_owned());
    let (id, seen) = (Uuid::now_v7().into(), ReadRecord::There(Box::new(observation.clone())));
    HeldChange { id, run, title: "PACE".to_owned(), before, after, takes, seen, held_at: at(5), chosen: false }
}

fn hold(change: HoldChange) -> Plan {
    plan([change])
}

/// A plan that has a change wait: planned on a reading, read by a sweep or by nobody, held or only planned.
fn aside(change: &HeldChange, on: Option<&Observation>, read_by: Option<SweepId>, dry: bool) -> Plan {
    let on = on.map(|on| PlannedOn { read_at: on.read_at, content_hash: on.content_hash() });
    hold(HoldChange::PutAside(Box::new(PutAside { change: change.clone(), on, read_by, dry })))
}

fn ends(sweep: &Sweep, state: SweepState, seconds: i64) -> Plan {
    hold(HoldChange::End(Box::new(SweepEnd {
        run: sweep.id,
        system: DESK.to_owned(),
        state,
        at: at(seconds),
        missing: sweep.missing,
        takes_away: sweep.takes_away,
        error: sweep.error.clone(),
    })))
}

fn decides(run: SweepId, decision: Decision, chosen: Option<Vec<HeldId>>, count: i64) -> Plan {
    let (system, by) = (DESK.to_owned(), "staff:jo".to_owned());
    hold(HoldChange::Decide(Box::new(Decided { run, system, decision, chosen, count, by, at: at(51) })))
}

fn releases(asset: &Observation) -> Plan {
    hold(HoldChange::Release { key: asset.key.clone(), read_at: asset.read_at, at: at(60) })
}

fn takes(takes: i64, limit: i64) -> Plan {
    let (id, system) = (Uuid::now_v7(), DESK.to_owned());
    hold(HoldChange::Take(Taking { id, system, takes, at: at(10), since: at(0), limit }))
}

/// What the store keeps of an asset, and whether a plan that expects it is let through.
async fn is_bound(store: &Store, asset: &Observation) -> bool {
    let known = store.record(&asset.key).await.unwrap().unwrap();
    let mut expecting = Plan::default();
    expecting.expect(&asset.key, Some(known.read_at));
    match store.apply(&expecting).await {
        Ok(()) => false,
        outcome => conflict(outcome) == Conflict::Record,
    }
}

/// A sweep that is held, with this many takings, each on a device of requester 777.
async fn holding(store: &Store, devices: usize) -> (Sweep, Vec<HeldChange>) {
    let sweep = begun(store, false).await;
    for id in 0..devices {
        let was = bundle(&id.to_string(), Some("777"), 10);
        store.apply(&seeing(&was)).await.unwrap();
        let change = change(sweep.id, &bundle(&id.to_string(), None, 20), 1);
        store.apply(&aside(&change, Some(&was), Some(sweep.id), false)).await.unwrap();
    }
    store.apply(&ends(&sweep, SweepState::Held, 30)).await.unwrap();
    let held = store.held_changes(sweep.id, None, 100).await.unwrap();
    assert_eq!(held.len(), devices);
    (sweep, held)
}

async fn stands(store: &Store, sweep: &Sweep) -> (SweepState, i64) {
    let sweep = store.sweep(sweep.id).await.unwrap().unwrap();
    (sweep.state, sweep.takes_away)
}

#[testkit::both_databases]
async fn h06_a_sweep_shows_how_far_it_is(Database { store, .. }: Database) {
    let mut sweep = begun(&store, false).await;
    sweep.page = 1;
    sweep.forecast_at = Some(at(60));
    store.technical().sweep_progress(&sweep, 100, 3).await.unwrap();
    store.technical().sweep_progress(&sweep, 100, 3).await.expect("a page is counted once");
    let shown = store.sweep(sweep.id).await.unwrap().unwrap();
    assert_eq!((shown.started_at, shown.seen, shown.changed, shown.expected), (at(1), 100, 3, Some(300)));
    assert_eq!((shown.first_forecast_at, shown.forecast_at), (Some(at(60)), Some(at(60))));

    store.technical().sweep_pauses(sweep.id, "it answered 500", Some(at(30))).await.unwrap();
    let paused = store.open_sweep(DESK, "assets", false).await.unwrap().unwrap();
    assert_eq!((paused.state, paused.error.as_deref(), paused.page), (SweepState::Paused, Some("it answered 500"), 1));
    store.technical().sweep_begins(&Sweep { started_at: at(31), read_from: Some(at(31)), ..paused }).await.unwrap();
    let gone_on = store.sweep(sweep.id).await.unwrap().unwrap();
    assert_eq!((gone_on.started_at, gone_on.error, gone_on.page), (at(1), None, 1), "it goes on where it was");
    assert_eq!(gone_on.read_from, Some(at(1)), "what it read before the pause was read by it");

    store.apply(&ends(&sweep, SweepState::Finished, 90)).await.unwrap();
    let last = store.last_good_sweep(DESK, "assets", true).await.unwrap().unwrap();
    assert_eq!((last.id, last.finished_at), (sweep.id, Some(at(90))));
    assert_eq!(store.sweeps().await.unwrap().len(), 1);
}

#[testkit::both_databases]
async fn h04_one_sweep_of_a_kind_is_open_at_a_time(Database { store, .. }: Database) {
    let first = begun(&store, false).await;
    assert_eq!(conflict(request(&store, &sweep("assets", false)).await), Conflict::Exists);
    request(&store, &sweep("assets", true)).await.expect("a dry run is another kind");
    request(&store, &sweep("contacts", false)).await.unwrap();
    store.apply(&ends(&first, SweepState::Failed, 9)).await.unwrap();
    request(&store, &sweep("assets", false)).await.expect("the first one has ended");
    assert_eq!(store.last_good_sweep(DESK, "assets", false).await.unwrap(), None, "none of them is complete");
    assert_eq!(store.newest_sweeps(2).await.unwrap().len(), 2);
}

#[testkit::both_databases]
async fn h04_held_changes_are_stored_once_per_record(Database { store, .. }: Database) {
    let (run, dry) = (begun(&store, false).await, begun(&store, true).await);
    let was = bundle("4", Some("777"), 9);
    store.apply(&seeing(&was)).await.unwrap();
    for read in [10, 12, 11] {
        let seen = bundle("4", None, read);
        store.apply(&aside(&change(run.id, &seen, 1), Some(&was), None, false)).await.unwrap();
        store.apply(&aside(&change(dry.id, &seen, 1), Some(&was), None, true)).await.unwrap();
    }
    assert_eq!(store.held_count(run.id).await.unwrap(), (1, 1));
    let waits = store.held_changes(dry.id, None, 9).await.unwrap();
    assert_eq!((waits.len(), waits[0].seen.read_at()), (1, at(12)), "the latest reading counts");
    assert_eq!(store.held_change(&was.key).await.unwrap().unwrap().run, run.id);
    assert_eq!(store.held_changes(dry.id, Some(waits[0].id), 9).await.unwrap(), []);
    let binding = store.binding(&was.key).await.unwrap().unwrap();
    assert_eq!((binding.run, binding.held, binding.read_at), (run.id, false, at(12)), "its sweep goes on");

    store.apply(&releases(&bundle("4", Some("777"), 11))).await.unwrap();
    assert!(is_bound(&store, &was).await, "what waits was read later");
    store.apply(&releases(&bundle("4", Some("777"), 13))).await.unwrap();
    assert!(!is_bound(&store, &was).await);
    assert_eq!(store.held_change(&was.key).await.unwrap(), None);
    assert_eq!(store.held_count(dry.id).await.unwrap().0, 1, "a plan stays as it was made");
}

#[testkit::both_databases]
async fn h04_a_held_record_conflicts_with_plans_that_expect_it(Database { store, .. }: Database) {
    let (sweep, held) = holding(&store, 2).await;
    let (one, other) = (bundle("0", Some("777"), 10), bundle("1", Some("777"), 10));
    assert!(is_bound(&store, &one).await && is_bound(&store, &other).await);
    store.technical().touch_records(&[(one.key.clone(), one.content_hash())], at(40)).await.unwrap();
    assert_eq!(store.record(&one.key).await.unwrap().unwrap().read_at, at(10), "nobody reads past it");
    let stale = aside(&change(sweep.id, &bundle("0", None, 50), 1), Some(&bundle("0", None, 9)), None, false);
    assert_eq!(conflict(store.apply(&stale).await), Conflict::Record, "planned on another reading");

    store.apply(&releases(&bundle("0", Some("777"), 50))).await.unwrap();
    assert_eq!(stands(&store, &sweep).await, (SweepState::Held, 1));
    assert!(!is_bound(&store, &one).await && is_bound(&store, &other).await);
    store.apply(&releases(&bundle("1", Some("777"), 50))).await.unwrap();
    assert_eq!(stands(&store, &sweep).await, (SweepState::Discarded, 0), "it ended with its last change");
    assert_eq!(store.held_now().await.unwrap(), []);
    let late = aside(&held[0], Some(&one), None, false);
    assert_eq!(conflict(store.apply(&late).await), Conflict::Hold, "what has ended takes nothing in");
}

#[testkit::both_databases]
async fn h04_held_changes_are_counted_apart_from_applied_ones(Database { store, .. }: Database) {
    let running = begun(&store, false).await;
    let was = bundle("90", Some("777"), 10);
    store.apply(&seeing(&was)).await.unwrap();
    store.apply(&aside(&change(running.id, &bundle("90", None, 20), 1), Some(&was), None, false)).await.unwrap();
    assert_eq!(store.held_now().await.unwrap(), [], "its sweep has not ended");
    store.apply(&ends(&running, SweepState::Held, 30)).await.unwrap();
    let now = store.held_now().await.unwrap();
    assert_eq!((now[0].changes, now[0].takes, now[0].since), (1, 1, at(5)));
    let pressure = store.pressure(DESK, at(0), None).await.unwrap();
    assert_eq!((pressure.taken, pressure.held), (0, 1));
    assert_eq!(store.pressure(DESK, at(0), Some(&was.key)).await.unwrap().held, 0, "the record in question apart");
    assert_eq!(store.current_hold(DESK, "assets").await.unwrap(), Some(running.id));
}

#[testkit::both_databases]
async fn h04_a_later_sweep_takes_over_held_changes(Database { store, .. }: Database) {
    let (first, held) = holding(&store, 2).await;
    let second = begun(&store, false).await;
    for (id, change) in held.iter().enumerate() {
        let was = bundle(&id.to_string(), Some("777"), 10);
        let again = ReadRecord::There(Box::new(bundle(&id.to_string(), None, 60)));
        let change = HeldChange { seen: again, ..change.clone() };
        store.apply(&aside(&change, Some(&was), Some(second.id), false)).await.unwrap();
    }
    assert_eq!(stands(&store, &first).await, (SweepState::Held, 2), "until it has ended");
    assert_eq!(store.held_met(second.id).await.unwrap(), (2, 2));
    assert_eq!(store.held_count(second.id).await.unwrap(), (0, 0));
    store.apply(&ends(&second, SweepState::Held, 70)).await.unwrap();
    assert_eq!(
        (stands(&store, &first).await.0, stands(&store, &second).await),
        (SweepState::Discarded, (SweepState::Held, 2))
    );
    let now = store.held_changes(second.id, None, 9).await.unwrap();
    assert_eq!(now.iter().map(|it| it.id).collect::<Vec<_>>(), held.iter().map(|it| it.id).collect::<Vec<_>>());
    assert_eq!(store.held_now().await.unwrap()[0].changes, 2, "nothing is held twice");
}

#[testkit::both_databases]
async fn h04_a_sweep_that_fails_throws_away_what_it_put_aside_and_no_more(Database { store, .. }: Database) {
    let (first, held) = holding(&store, 1).await;
    let second = begun(&store, false).await;
    let met = bundle("0", Some("777"), 10);
    store.apply(&aside(&held[0], Some(&met), Some(second.id), false)).await.unwrap();
    let was = bundle("90", Some("777"), 10);
    store.apply(&seeing(&was)).await.unwrap();
    store
        .apply(&aside(&change(second.id, &bundle("90", None, 20), 1), Some(&was), Some(second.id), false))
        .await
        .unwrap();
    assert_eq!(
        conflict(store.apply(&ends(&second, SweepState::Finished, 40)).await),
        Conflict::Hold,
        "something waits"
    );
    store.apply(&ends(&second, SweepState::Failed, 40)).await.unwrap();
    assert!(!is_bound(&store, &was).await && is_bound(&store, &met).await);
    assert_eq!(stands(&store, &first).await, (SweepState::Held, 1));
    let third = begun(&store, false).await;
    assert_eq!(
        conflict(store.apply(&ends(&third, SweepState::Held, 50)).await),
        Conflict::Hold,
        "there is nothing to hold"
    );
}

#[testkit::both_databases]
async fn h04_applying_part_of_a_hold_leaves_the_rest_waiting(Database { store, .. }: Database) {
    let (sweep, held) = holding(&store, 3).await;
    let some = vec![held[0].id];
    let miscounted = decides(sweep.id, Decision::Apply, Some(some.clone()), 2);
    assert_eq!(conflict(store.apply(&miscounted).await), Conflict::Hold);
    store.apply(&decides(sweep.id, Decision::Apply, Some(some), 1)).await.unwrap();
    assert_eq!(stands(&store, &sweep).await.0, SweepState::Applying);
    assert_eq!(store.held_now().await.unwrap()[0].changes, 2, "what a person decided is not held");
    let again = decides(sweep.id, Decision::Discard, None, 3);
    assert_eq!(conflict(store.apply(&again).await), Conflict::Hold, "one decision at a time");

    let applied = || HoldChange::Applied {
        id: held[0].id,
        read_at: held[0].seen.read_at(),
        run: sweep.id,
        system: DESK.to_owned(),
        took: 1,
    };
    store.apply(&hold(applied())).await.unwrap();
    assert_eq!(conflict(store.apply(&hold(applied())).await), Conflict::Hold, "each is applied once");
    let settle = || hold(HoldChange::Settle { run: sweep.id, system: DESK.to_owned(), at: at(52) });
    store.apply(&settle()).await.unwrap();
    assert_eq!(stands(&store, &sweep).await, (SweepState::Held, 2), "the rest waits on");

    store.apply(&decides(sweep.id, Decision::Discard, Some(vec![held[1].id]), 1)).await.unwrap();
    assert_eq!(stands(&store, &sweep).await, (SweepState::Held, 1));
    assert!(!is_bound(&store, &bundle("1", Some("777"), 10)).await, "what is discarded binds nobody");
    store.apply(&releases(&bundle("2", Some("777"), 60))).await.unwrap();
    assert_eq!(stands(&store, &sweep).await, (SweepState::Applied, 1), "what was applied, it took");
}

#[testkit::both_databases]
async fn h04_a_decided_change_that_was_read_again_is_not_removed_by_an_older_plan(Database { store, .. }: Database) {
    let (sweep, held) = holding(&store, 2).await;
    store.apply(&decides(sweep.id, Decision::Apply, None, 2)).await.unwrap();
    let applied = |change: &HeldChange| {
        let (id, read_at, system) = (change.id, change.seen.read_at(), DESK.to_owned());
        hold(HoldChange::Applied { id, read_at, run: sweep.id, system, took: 1 })
    };
    // The first says the same again, the second something else.
    for (n, (change, holder)) in held.iter().zip([None, Some("778")]).enumerate() {
        let id = n.to_string();
        let again = HeldChange { seen: ReadRecord::There(Box::new(bundle(&id, holder, 61))), ..change.clone() };
        store.apply(&aside(&again, Some(&bundle(&id, Some("777"), 10)), None, false)).await.unwrap();
        assert_eq!(conflict(store.apply(&applied(change)).await), Conflict::Hold, "planned from the reading before");
    }
    let now = |n: usize| store.held(held[n].id);
    let (same, other) = (now(0).await.unwrap().unwrap(), now(1).await.unwrap().unwrap());
    store.apply(&applied(&same)).await.unwrap();
    assert_eq!(conflict(store.apply(&applied(&other)).await), Conflict::Hold, "nobody has decided about that");
    assert_eq!((now(0).await.unwrap(), other.chosen), (None, false));
}

#[testkit::both_databases]
async fn h04_what_cannot_be_applied_waits_again(Database { store, .. }: Database) {
    let (sweep, held) = holding(&store, 2).await;
    store.apply(&decides(sweep.id, Decision::Apply, None, 2)).await.unwrap();
    let (run, system) = (sweep.id, DESK.to_owned());
    store.apply(&hold(HoldChange::GiveBack { run, system, why: "one moved".to_owned() })).await.unwrap();
    let back = store.sweep(sweep.id).await.unwrap().unwrap();
    assert_eq!((back.state, back.error.as_deref()), (SweepState::Held, Some("one moved")));
    assert!(!store.held(held[0].id).await.unwrap().unwrap().chosen);
    store.apply(&decides(sweep.id, Decision::Apply, None, 2)).await.unwrap();
    let other = ReadRecord::There(Box::new(bundle("0", Some("778"), 61)));
    let moved = HeldChange { seen: other, ..held[0].clone() };
    store.apply(&aside(&moved, Some(&bundle("0", Some("777"), 10)), None, false)).await.unwrap();
    assert!(!store.held(held[0].id).await.unwrap().unwrap().chosen, "another change was decided about");
    assert!(store.held(held[1].id).await.unwrap().unwrap().chosen);
}

#[testkit::both_databases]
async fn h04_many_at_once_take_no_more_than_the_limit(Database { store, .. }: Database) {
    let outcomes = join_all((0..40).map(|_| {
        let store = store.clone();
        async move { store.apply(&takes(1, 5)).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
    assert!(outcomes.into_iter().filter(Result::is_err).all(|outcome| conflict(outcome) == Conflict::Brake));
    assert_eq!(store.taken_since(DESK, at(0)).await.unwrap(), 5);
    assert_eq!(store.taken_since(DESK, at(10)).await.unwrap(), 0, "only what was taken after that counts");
    store.apply(&takes(3, 8)).await.unwrap();
    assert_eq!(conflict(store.apply(&takes(1, 8)).await), Conflict::Brake);
    let (_, held) = holding(&store, 2).await;
    assert_eq!(conflict(store.apply(&takes(1, 10)).await), Conflict::Brake, "what is held counts");
    store.apply(&decides(held[0].run, Decision::Apply, None, 2)).await.unwrap();
    store.apply(&takes(1, 9)).await.expect("what a person decided does not");
}

#[testkit::both_databases]
async fn h04_concurrent_holds_open_exactly_one(Database { store, .. }: Database) {
    let open = |run| hold(HoldChange::Open { run, system: DESK.to_owned(), at: at(10) });
    let runs: Vec<SweepId> = (0..20).map(|_| SweepId(Uuid::now_v7())).collect();
    let outcomes = join_all(runs.iter().map(|run| {
        let (store, plan) = (store.clone(), open(*run));
        async move { store.apply(&plan).await }
    }))
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let standing = store.current_hold(DESK, "assets").await.unwrap().unwrap();
    assert!(runs.contains(&standing));
}

#[testkit::both_databases]
async fn h04_a_deletion_can_be_held(Database { store, .. }: Database) {
    let run = begun(&store, false).await;
    for (id, merge_target) in [("4", None), ("5", Some(bundle("6", None, 19)))] {
        let was = bundle(id, Some("777"), 10);
        store.apply(&seeing(&was)).await.unwrap();
        let seen =
            ReadRecord::Missing { key: was.key.clone(), read_at: at(20), merge_target: merge_target.map(Box::new) };
        let change = HeldChange { seen, ..change(run.id, &was, 1) };
        store.apply(&aside(&change, Some(&was), None, false)).await.unwrap();
        assert_eq!(store.held_change(&was.key).await.unwrap(), Some(change));
        assert!(is_bound(&store, &was).await);
    }
    assert_eq!(store.moved_since(run.id).await.unwrap(), []);
}

#[testkit::both_databases]
async fn h04_a_device_is_unassigned_only_from_its_current_holder(Database { store, .. }: Database) {
    store.apply(&seeing(&bundle("4", Some("777"), 10))).await.unwrap();
    let take = |holder: &str| {
        let (system, external_id, holder) = (DESK.to_owned(), "4".to_owned(), holder.to_owned());
        plan([DeviceChange::Take { system, external_id, holder }])
    };
    assert_eq!(conflict(store.apply(&take("778")).await), Conflict::Record);
    store.apply(&take("777")).await.unwrap();
}

#[testkit::both_databases]
async fn h04_a_dry_run_reports_records_that_changed_since(Database { store, .. }: Database) {
    let dry = begun(&store, true).await;
    let (was, planned) = (bundle("4", Some("777"), 10), bundle("4", None, 20));
    store.apply(&seeing(&was)).await.unwrap();
    let first = change(dry.id, &planned, 1);
    store.apply(&aside(&first, Some(&was), None, true)).await.unwrap();
    store.apply(&aside(&change(dry.id, &bundle("5", None, 20), 0), None, None, true)).await.unwrap();
    assert!(!is_bound(&store, &was).await, "a plan binds nobody");
    assert_eq!(store.planned_new(dry.id).await.unwrap(), 1);
    assert_eq!(store.moved_since(dry.id).await.unwrap(), []);
    store.technical().touch_records(&[(was.key.clone(), was.content_hash())], at(30)).await.unwrap();
    assert_eq!(
        store.moved_since(dry.id).await.unwrap(),
        [Moved { id: first.id, title: "PACE".to_owned(), chosen: false }],
        "the system took it back"
    );
    store.apply(&seeing(&bundle("4", None, 40))).await.unwrap();
    assert_eq!(store.moved_since(dry.id).await.unwrap(), [], "it says already what was planned");
    store.apply(&seeing(&bundle("5", Some("778"), 40))).await.unwrap();
    assert_eq!(store.moved_since(dry.id).await.unwrap().len(), 1, "somebody else was first");

    store.apply(&ends(&dry, SweepState::Planned, 50)).await.unwrap();
    store.apply(&decides(dry.id, Decision::Discard, None, 2)).await.unwrap();
    let again = store.apply(&decides(dry.id, Decision::Apply, None, 0)).await;
    assert_eq!(conflict(again), Conflict::Hold);
    assert_eq!((store.held_count(dry.id).await.unwrap().0, stands(&store, &dry).await.0), (0, SweepState::Discarded));
}

#[testkit::both_databases]
async fn h04_what_was_not_seen_is_found(Database { store, .. }: Database) {
    for id in ["1", "2", "3", "4"] {
        store.apply(&seeing(&bundle(id, Some("777"), 10))).await.unwrap();
    }
    let seen = bundle("2", Some("777"), 10);
    store.technical().touch_records(&[(seen.key.clone(), seen.content_hash())], at(20)).await.unwrap();
    let run = begun(&store, false).await;
    let held = bundle("3", Some("777"), 10);
    store.apply(&aside(&change(run.id, &bundle("3", None, 20), 1), Some(&held), None, false)).await.unwrap();
    assert_eq!(store.live_records(DESK, Kind::Asset).await.unwrap(), 4);
    assert_eq!(store.records_not_in_sweep(DESK, Kind::Asset, "", at(15), 9).await.unwrap(), ["1", "4"]);
    assert_eq!(store.records_not_in_sweep(DESK, Kind::Asset, "1", at(15), 9).await.unwrap(), ["4"]);
    let ids: Vec<String> = (1..=150).map(|id| id.to_string()).collect();
    let known = store.known_records(DESK, Kind::Asset, &ids).await.unwrap();
    assert_eq!(known.len(), 4);
    assert!(known.iter().any(|known| known.external_id == "2" && known.content_hash == seen.content_hash()));
    assert_eq!(store.known_records(DESK, Kind::Asset, &[]).await.unwrap(), []);
}

#[testkit::both_databases]
async fn h04_an_alarm_is_as_old_as_its_cause(Database { store, .. }: Database) {
    let alarm = |seconds, detail: &str| Alarm {
        system: DESK.to_owned(),
        code: "sweep_stopped".to_owned(),
        about: "assets".to_owned(),
        since: at(seconds),
        detail: detail.to_owned(),
    };
    store.technical().raise_alarm(&alarm(1, "it answered 500")).await.unwrap();
    store.technical().raise_alarm(&alarm(9, "it answered 502")).await.unwrap();
    assert_eq!(store.alarms().await.unwrap(), [alarm(1, "it answered 502")]);
    store.technical().clear_alarm(DESK, "sweep_stopped", "assets").await.unwrap();
    assert_eq!(store.alarms().await.unwrap(), []);
}
