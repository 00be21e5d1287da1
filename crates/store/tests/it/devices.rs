//! "My devices": whose a device is follows from its holder's link.

use tessera_core::devices::change::{DeviceLoadChange, DeviceWriteChange};
use tessera_core::devices::device_writes::{AssetChange, DeviceAssignee, DeviceWrite, WriteState};
use tessera_core::devices::load::{DeviceLoad, LinePlan, LoadKind, LoadLine, LoadState, Progress};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{CustomerId, DeviceLoadId};
use tessera_core::kernel::record::Kind;
use tessera_store::{Conflict, Store};
use testkit::Database;
use testkit::store::{
    DESK, activated, asset, at, bundle, conflict, ending, identity, identity_key, introducing, new_customer, plan,
    requester_key, seeing,
};
use uuid::Uuid;

async fn mine(store: &Store, subject: &str) -> Option<Vec<String>> {
    let mine = store.my_devices(&identity_key(subject)).await.unwrap()?;
    Some(mine.devices.into_iter().map(|device| device.external_id).collect())
}

async fn requester_link(store: &Store, of: CustomerId) -> tessera_core::kernel::customer::Link {
    store.links(of).await.unwrap().into_iter().find(|link| link.record.kind == Kind::Requester).unwrap()
}

#[testkit::both_databases]
async fn a15_my_devices_are_those_of_the_linked_requester(Database { store, .. }: Database) {
    let assets = ["3", "1", "2"].map(|id| bundle(id, Some("777"), 15)).to_vec();
    let jane = activated(&store, "777", "jane", assets).await;
    activated(&store, "778", "john", vec![bundle("9", Some("778"), 15)]).await;
    store.apply(&seeing(&bundle("stock", None, 15))).await.unwrap();

    assert_eq!(mine(&store, "jane").await.unwrap(), ["1", "2", "3"]);
    assert_eq!(mine(&store, "john").await.unwrap(), ["9"]);
    let hers = store.my_devices(&identity_key("jane")).await.unwrap().unwrap();
    assert_eq!((hers.customer_id, hers.name.as_str(), hers.as_of), (jane.id, "Jane Doe", Some(at(20))));
    assert_eq!(store.devices_of(jane.id).await.unwrap(), hers.devices);
    assert_eq!(store.devices_held(DESK, "777").await.unwrap(), hers.devices);
    assert_eq!(store.device(DESK, "stock").await.unwrap().unwrap().holder, None);
}

#[testkit::both_databases]
async fn a19_my_devices_distinguish_unknown_from_empty(Database { store, .. }: Database) {
    activated(&store, "777", "jane", vec![]).await;
    assert_eq!(mine(&store, "jane").await, Some(vec![]));
    assert_eq!(mine(&store, "stranger").await, None);
    let unlinked = new_customer(&store, "John").await;
    store.apply(&introducing(&identity(unlinked.id, "john"))).await.unwrap();
    assert_eq!(mine(&store, "john").await, Some(vec![]));
}

#[testkit::both_databases]
async fn a09_a_device_follows_its_holder(Database { store, .. }: Database) {
    activated(&store, "777", "jane", vec![bundle("4", Some("777"), 15)]).await;
    activated(&store, "778", "john", vec![]).await;

    store.apply(&seeing(&bundle("4", Some("778"), 30))).await.unwrap();
    assert_eq!((mine(&store, "jane").await, mine(&store, "john").await), (Some(vec![]), Some(vec!["4".into()])));

    store.apply(&seeing(&bundle("4", None, 31))).await.unwrap();
    assert_eq!((mine(&store, "jane").await, mine(&store, "john").await), (Some(vec![]), Some(vec![])));
}

#[testkit::both_databases]
async fn a09_devices_are_found_by_id_however_many_are_asked_for(Database { store, .. }: Database) {
    activated(&store, "777", "jane", vec![bundle("1", Some("777"), 15)]).await;
    activated(&store, "778", "john", vec![bundle("2", Some("778"), 15), bundle("3", Some("778"), 15)]).await;
    store.apply(&seeing(&bundle("stock", None, 15))).await.unwrap();

    // More ids than one statement has room for.
    let mut ids: Vec<String> = (100..150).map(|id| id.to_string()).collect();
    ids.extend(["1", "2", "stock"].map(str::to_owned));
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let found = store.devices_among(DESK, &ids).await.unwrap();
    let mut found: Vec<_> = found.iter().map(|it| (it.external_id.as_str(), it.holder.as_deref())).collect();
    found.sort_unstable();
    assert_eq!(found, [("1", Some("777")), ("2", Some("778")), ("stock", None)]);
    assert_eq!(store.devices_among("elsewhere", &ids).await.unwrap(), []);
}

#[testkit::both_databases]
async fn a05_other_assets_are_counted_apart(Database { store, .. }: Database) {
    let assets = vec![
        bundle("1", Some("777"), 15),
        asset("2", Some("777"), "Router", 15),
        asset("3", Some("777"), "Router", 15),
        asset("4", None, "Router", 15),
    ];
    let jane = activated(&store, "777", "jane", assets).await;
    assert_eq!(store.other_assets_of(jane.id).await.unwrap(), 2);
    assert_eq!(mine(&store, "jane").await.unwrap(), ["1"]);
    assert_eq!(store.records_held(DESK, "777").await.unwrap().len(), 3);

    store.apply(&seeing(&asset("1", Some("777"), "Router", 30))).await.unwrap();
    assert_eq!(store.other_assets_of(jane.id).await.unwrap(), 3, "it is no device any more");
    assert_eq!(mine(&store, "jane").await, Some(vec![]));
}

#[testkit::both_databases]
async fn a22_an_ended_link_hides_the_devices_at_once(Database { store, .. }: Database) {
    let jane = activated(&store, "777", "jane", vec![bundle("4", Some("777"), 15)]).await;
    let link = requester_link(&store, jane.id).await;
    store.apply(&ending(&link, 30)).await.unwrap();
    assert_eq!(mine(&store, "jane").await, Some(vec![]));
    assert_eq!(store.other_assets_of(jane.id).await.unwrap(), 0);
    assert_eq!(store.customer_of(&requester_key("777")).await.unwrap(), None);
    assert!(store.device(DESK, "4").await.unwrap().is_some(), "the record keeps what is known");
}

#[testkit::both_databases]
async fn h04_of_two_who_send_one_write_at_once_one_may(Database { store, .. }: Database) {
    let handing = DeviceAssignee { display_id: "4".into(), name: "PACE".into(), from: None, to: Some("1".into()) };
    let write = DeviceWrite {
        id: Uuid::now_v7().into(),
        system: "freshservice".into(),
        change: AssetChange::Hand(handing),
        state: WriteState::Waiting,
        asked_by: Actor::Hub,
        channel: Channel::Job,
        created_at: at(1),
        sent_at: None,
        finished_at: None,
    };
    let id = write.id;
    store.apply(&plan([DeviceWriteChange::Create(Box::new(write))])).await.unwrap();
    let mark = |was, at| plan([DeviceWriteChange::MarkSent { id, was, at }]);
    store.apply(&mark(None, Some(at(2)))).await.unwrap();
    assert_eq!(conflict(store.apply(&mark(None, Some(at(3)))).await), Conflict::DeviceWrite);
    store.apply(&mark(Some(at(2)), None)).await.unwrap();
    assert_eq!(conflict(store.apply(&mark(Some(at(2)), Some(at(4)))).await), Conflict::DeviceWrite);
    store.apply(&mark(None, Some(at(5)))).await.unwrap();
    assert_eq!(store.device_write(id).await.unwrap().unwrap().sent_at, Some(at(5)));
}

/// A planned load with one change.
fn planned_load(id: DeviceLoadId) -> DeviceLoadChange {
    let handing = DeviceAssignee { display_id: "4".into(), name: "PACE".into(), from: None, to: Some("1".into()) };
    let line = LoadLine {
        line: 2,
        typed: "S1".into(),
        plan: LinePlan::Change(Box::new(AssetChange::Hand(handing))),
        write_id: None,
        refused: None,
    };
    let load = DeviceLoad {
        id,
        kind: LoadKind::Assignments,
        state: LoadState::Planned,
        lines: 1,
        changes: 1,
        wrong: 0,
        asked_by: Actor::Hub,
        created_at: at(1),
        decided_by: None,
        decided_at: None,
        finished_at: None,
    };
    DeviceLoadChange::Create(Box::new(load), vec![line])
}

#[testkit::both_databases]
async fn h04_a_line_of_a_load_is_requested_once_and_only_while_the_load_runs(Database { store, .. }: Database) {
    let id = DeviceLoadId(Uuid::now_v7());
    let change = |change| plan([DeviceWriteChange::Load(change)]);
    let ask = || change(DeviceLoadChange::Ask { id, line: 2, write_id: Uuid::now_v7().into() });
    let moved = |from, to, at| change(DeviceLoadChange::Move { id, from, to, by: Some(Actor::Hub), at });
    store.apply(&change(planned_load(id))).await.unwrap();
    assert_eq!(conflict(store.apply(&ask()).await), Conflict::DeviceWrite, "it was not started");
    store.apply(&moved(LoadState::Planned, LoadState::Running, at(2))).await.unwrap();
    let started_twice = store.apply(&moved(LoadState::Planned, LoadState::Running, at(3))).await;
    assert_eq!(conflict(started_twice), Conflict::DeviceWrite);
    assert_eq!(store.device_load_lines_left(id, 9).await.unwrap().len(), 1);
    store.apply(&ask()).await.unwrap();
    assert_eq!(conflict(store.apply(&ask()).await), Conflict::DeviceWrite, "it was requested before");
    assert_eq!(store.device_load_lines_left(id, 9).await.unwrap(), []);
    assert_eq!(store.device_load_progress(id).await.unwrap(), Progress::default(), "the write is not kept");
    store.apply(&moved(LoadState::Running, LoadState::Finished, at(4))).await.unwrap();
    let load = store.device_load(id).await.unwrap().unwrap();
    assert_eq!((load.state, load.decided_at, load.finished_at), (LoadState::Finished, Some(at(4)), Some(at(4))));
    let lines = store.device_load_lines(id, 0, "change", 9).await.unwrap();
    assert!(lines[0].line.write_id.is_some() && lines[0].write.is_none(), "{lines:?}");
    assert_eq!(store.device_load_lines(id, 2, "", 9).await.unwrap(), []);
}
