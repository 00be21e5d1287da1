//! The timeline: whole unless someone touched it, and then it says where.

use tessera_core::devices::change::DeviceChange;
use tessera_core::devices::event::Leaving;
use tessera_core::kernel::customer::change::LinkChange;
use tessera_core::kernel::customer::event::CustomerEvent;
use tessera_core::kernel::customer::{ContactFinding, Customer};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::{CustomerEdit, Plan};
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_core::kernel::timeline::{Broken, Entry, Event, Personal, verify};
use tessera_core::persons::event::PersonEvent;
use tessera_store::{Conflict, Store};
use testkit::Database;
use testkit::store::{activated, at, bundle, conflict, link, new_customer, plan, renaming, requester_key, stamp};

async fn renamed_often(store: &Store, times: i64) -> Customer {
    let mut customer = new_customer(store, "Jane 0").await;
    for n in 1..=times {
        store.apply(&renaming(&customer, &format!("Jane {n}"), n)).await.unwrap();
        customer = store.customer(customer.id).await.unwrap().unwrap();
    }
    customer
}

async fn verdict(store: &Store, of: &Customer) -> Result<(), Broken> {
    let head = store.timeline_head(of.id).await.unwrap().unwrap();
    verify(&store.whole_timeline(of.id).await.unwrap(), head)
}

#[testkit::both_databases]
async fn h05_the_chain_is_whole_after_every_plan(Database { store, .. }: Database) {
    let customer = renamed_often(&store, 6).await;
    assert_eq!(verdict(&store, &customer).await, Ok(()));
    let entries = store.whole_timeline(customer.id).await.unwrap();
    assert_eq!(entries.len(), 7);
    let last = Event::Customer(CustomerEvent::Renamed { from: "Jane 5".into(), to: "Jane 6".into() });
    assert_eq!(entries[6].event(), Some(last));
    assert_eq!((entries[6].actor.as_str(), entries[6].channel.as_str()), ("staff:jo", "console"));
}

#[testkit::both_databases]
async fn h05_an_edited_entry_is_found(database: Database) {
    let customer = renamed_often(&database.store, 4).await;
    for (edit, seq) in [
        ("UPDATE timeline SET actor = 'staff:sam' WHERE seq = 4", 4),
        ("UPDATE timeline SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE timeline SET event = replace(event, 'renamed', 'unnamed') WHERE seq = 2", 2),
    ] {
        database.raw(edit).await;
        assert_eq!(verdict(&database.store, &customer).await, Err(Broken::Changed { seq }), "{edit}");
    }
}

#[testkit::both_databases]
async fn h05_a_cut_end_is_found(database: Database) {
    let customer = renamed_often(&database.store, 4).await;
    database.raw("DELETE FROM timeline WHERE seq = 5").await;
    assert_eq!(verdict(&database.store, &customer).await, Err(Broken::Cut { expected: 5, found: 4 }));
    database.raw("DELETE FROM timeline WHERE seq = 2").await;
    assert_eq!(verdict(&database.store, &customer).await, Err(Broken::Gap { expected: 2, found: 3 }));
}

#[testkit::both_databases]
async fn h05_the_timeline_pages_backwards(Database { store, .. }: Database) {
    let customer = renamed_often(&store, 4).await;
    let numbers = async |before, limit| {
        let page = store.timeline(customer.id, before, limit).await.unwrap();
        page.iter().map(|entry| entry.seq).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None, 2).await, [5, 4]);
    assert_eq!(numbers(Some(4), 2).await, [3, 2]);
    assert_eq!(numbers(Some(2), 2).await, [1]);
    assert_eq!(numbers(Some(1), 2).await, [] as [i64; 0]);
}

/// A plan that does nothing but note something about a customer.
fn noting(customer: CustomerId, n: i64) -> TimelineChange {
    TimelineChange::Append(
        stamp(n).entry(customer, &Event::Person(PersonEvent::Previewed { person_id: format!("person {n}") })),
    )
}

/// The operating company itself.
async fn operator_customer(store: &Store) -> Customer {
    store.apply(&CustomerEdit::operator("The house", stamp(0)).finish()).await.unwrap();
    store.customer(CustomerId::OPERATOR).await.unwrap().unwrap()
}

/// Applies plans at the same time, each once, through two processes by turns.
async fn all_at_once(database: &Database, plans: Vec<Plan>) -> Vec<Result<(), tessera_store::ApplyError>> {
    let stores = [database.store.clone(), database.another().await];
    let start = |(plan, store): (Plan, &Store)| {
        let store = store.clone();
        tokio::spawn(async move { store.apply(&plan).await })
    };
    let tasks: Vec<_> = plans.into_iter().zip(stores.iter().cycle()).map(start).collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

async fn places(store: &Store, of: &Customer) -> Vec<i64> {
    store.whole_timeline(of.id).await.unwrap().iter().map(|entry| entry.seq).collect()
}

#[testkit::both_databases]
async fn h05_128_writers_append_to_two_timelines_and_none_is_refused(database: Database) {
    let store = &database.store;
    let (jane, house) = (new_customer(store, "Jane").await, operator_customer(store).await);
    let notes = (0..128).map(|n| plan([noting(if n % 2 == 0 { jane.id } else { house.id }, n)])).collect();

    for outcome in all_at_once(&database, notes).await {
        outcome.unwrap();
    }

    for customer in [&jane, &house] {
        assert_eq!(verdict(store, customer).await, Ok(()));
        assert_eq!(places(store, customer).await, (1..=65).collect::<Vec<_>>());
        assert_eq!(store.customer(customer.id).await.unwrap().unwrap().version, 1, "a note changes no customer");
    }
}

#[testkit::both_databases]
async fn h05_plans_about_the_same_two_customers_in_any_order_all_get_through(database: Database) {
    let store = &database.store;
    let (jane, john) = (new_customer(store, "Jane").await, new_customer(store, "John").await);
    let notes = (0..64).map(|n| {
        let (first, second) = if n % 2 == 0 { (jane.id, john.id) } else { (john.id, jane.id) };
        plan([noting(first, n), noting(second, n), noting(first, n + 100)])
    });

    for outcome in all_at_once(&database, notes.collect()).await {
        outcome.unwrap();
    }

    for customer in [&jane, &john] {
        assert_eq!(verdict(store, customer).await, Ok(()));
        assert_eq!(places(store, customer).await, (1..=97).collect::<Vec<_>>());
    }
}

#[testkit::both_databases]
async fn h05_a_note_and_a_change_of_the_customer_do_not_collide(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    let (renamed, noted) = (renaming(&jane, "Jane Roe", 1), plan([noting(jane.id, 2)]));
    store.apply(&renamed).await.unwrap();
    store.apply(&noted).await.unwrap();
    assert_eq!(verdict(&store, &jane).await, Ok(()));
    let events: Vec<_> = store.whole_timeline(jane.id).await.unwrap().iter().filter_map(Entry::event).collect();
    assert_eq!(events.iter().map(Event::name).collect::<Vec<_>>(), ["customer_created", "renamed", "previewed"]);
}

#[testkit::both_databases]
async fn h05_what_belongs_to_a_customer_is_decided_on_one_state(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    let linking = |record: &str, n| {
        let mut draft = CustomerEdit::of(jane.clone(), stamp(n));
        draft.push(LinkChange::Create(Box::new(link(jane.id, requester_key(record)))), "the test wants it");
        draft.finish()
    };
    let (first, second) = (linking("1", 1), linking("2", 2));
    store.apply(&first).await.unwrap();
    assert_eq!(conflict(store.apply(&second).await), Conflict::Customer, "it was planned for a customer without links");
}

#[testkit::both_databases]
async fn h05_appending_to_an_unknown_customer_is_rejected(Database { store, .. }: Database) {
    let nobody = CustomerId(uuid::Uuid::now_v7());
    assert_eq!(conflict(store.apply(&plan([noting(nobody, 1)])).await), Conflict::Customer);
    assert_eq!(store.whole_timeline(nobody).await.unwrap(), []);
    assert_eq!(store.timeline_head(nobody).await.unwrap(), None);
}

#[testkit::both_databases]
async fn h05_the_chain_verifies_after_personal_data_is_erased(database: Database) {
    let store = &database.store;
    let jane = new_customer(store, "Jane").await;
    let named = |name: &str| {
        Event::Person(PersonEvent::ContactAdded { contact_id: uuid::Uuid::nil().into(), name: name.into() })
    };
    let entries = ["Ann", "Bob", "Cid"].map(|name| TimelineChange::Append(stamp(1).entry(jane.id, &named(name))));
    store.apply(&plan(entries)).await.unwrap();
    assert_eq!(verdict(store, &jane).await, Ok(()));
    assert_eq!(store.whole_timeline(jane.id).await.unwrap()[2].event(), Some(named("Bob")));

    store.apply(&plan([TimelineChange::ErasePersonal { customer_id: jane.id, seq: 3 }])).await.unwrap();

    assert_eq!(verdict(store, &jane).await, Ok(()));
    let entries = store.whole_timeline(jane.id).await.unwrap();
    let erased =
        Event::Person(PersonEvent::ContactAdded { contact_id: uuid::Uuid::nil().into(), name: Personal::Erased });
    assert_eq!(entries[2].event(), Some(erased));
    assert_eq!(entries[3].event(), Some(named("Cid")));
    let kept: Vec<_> = entries.iter().map(|entry| (entry.personal.is_some(), entry.commitment.is_some())).collect();
    assert_eq!(kept[1..], [(true, true), (false, true), (true, true)]);
    let again = store.apply(&plan([TimelineChange::ErasePersonal { customer_id: jane.id, seq: 3 }])).await;
    again.expect("erasing twice is fine");

    store.apply(&plan([noting(jane.id, 9)])).await.unwrap();
    assert_eq!(verdict(store, &jane).await, Ok(()), "the chain goes on");
    database.raw("UPDATE timeline SET personal = replace(personal, 'Cid', 'Dan') WHERE seq = 4").await;
    assert_eq!(verdict(store, &jane).await, Err(Broken::Changed { seq: 4 }), "erased, but never replaced");
}

#[testkit::both_databases]
async fn h05_no_personal_value_is_in_the_part_that_stays(Database { store, .. }: Database) {
    let jane = activated(&store, "777", "subject-1", vec![bundle("4", Some("777"), 15)]).await;
    let entries = store.whole_timeline(jane.id).await.unwrap();
    assert!(entries.len() > 5);
    for entry in entries {
        for personal in ["Jane", "jane@example.com", "subject-1@example.net"] {
            assert!(!entry.event.contains(personal), "{}", entry.event);
        }
    }
}

#[testkit::both_databases]
async fn a09_announced_devices_are_stored_apart_from_the_timeline(Database { store, .. }: Database) {
    let (jane, john) = (new_customer(&store, "Jane").await, new_customer(&store, "John").await);
    let device = bundle("4", None, 1).key;
    let assign =
        |to: &Customer, n| plan([DeviceChange::Assign { customer_id: to.id, device: device.clone(), at: at(n) }]);
    let unassign = |from: &Customer, n| {
        let leaving = Leaving::Unassigned;
        plan([DeviceChange::Unassign { customer_id: from.id, device: device.clone(), at: at(n), leaving }])
    };
    store.apply(&assign(&jane, 1)).await.unwrap();
    store.apply(&assign(&jane, 2)).await.expect("what somebody has already is no conflict");
    store.apply(&unassign(&john, 3)).await.expect("nor what they do not have");
    assert_eq!(store.devices_assigned(jane.id).await.unwrap(), [device.clone()].into());
    assert_eq!(store.devices_assigned(john.id).await.unwrap(), [].into());

    store.apply(&unassign(&jane, 4)).await.unwrap();
    store.apply(&assign(&john, 4)).await.unwrap();
    store.apply(&assign(&jane, 5)).await.unwrap();
    store.apply(&unassign(&jane, 6)).await.unwrap();

    assert_eq!(store.devices_assigned(jane.id).await.unwrap(), [].into());
    assert_eq!(store.devices_assigned_ever(jane.id, 9).await.unwrap(), [device.clone()].into());
    assert_eq!(store.devices_assigned(john.id).await.unwrap(), [device.clone()].into());
    let turns = store.device_history(jane.id, &device, 9).await.unwrap();
    assert_eq!(turns, [(at(5), Some(at(6))), (at(1), Some(at(4)))]);
}

#[testkit::both_databases]
async fn a04_a_contact_finding_is_stored_with_the_customer(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    let finding = ContactFinding::Missing { email: "jane@example.com".into() };
    let mut found = CustomerEdit::of(jane.clone(), stamp(1));
    found.note_contact_finding(finding.clone());
    store.apply(&found.finish()).await.unwrap();
    let jane = store.customer(jane.id).await.unwrap().unwrap();
    assert_eq!(jane.contact_finding.as_deref(), Some(&finding));

    let mut again = CustomerEdit::of(jane, stamp(2));
    again.note_contact_finding(finding);
    assert!(again.finish().is_empty(), "said once");
}
