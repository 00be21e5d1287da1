//! Customers and their links.

use tessera_core::kernel::customer::change::LinkChange;
use tessera_core::kernel::customer::{Customer, EndReason};
use tessera_core::kernel::plan::{Change, CustomerEdit, Plan};
use tessera_core::kernel::record::change::RecordChange;
use tessera_store::{Conflict, Store};
use testkit::Database;
use testkit::store::{
    at, conflict, ending, link, linking, new_customer, plan, renaming, requester, requester_key, stamp,
};

/// How many entries the customer's timeline has.
async fn written(store: &Store, customer: &Customer) -> i64 {
    store.timeline_head(customer.id).await.unwrap().expect("the customer is there").length
}

#[testkit::both_databases]
async fn a01_a_customer_is_written_and_read_back(Database { store, .. }: Database) {
    let before = new_customer(&store, "Jane Doe").await;
    assert_eq!((before.version, before.name.as_str(), written(&store, &before).await), (1, "Jane Doe", 1));

    store.apply(&renaming(&before, "Jane Roe", 5)).await.unwrap();

    let after = store.customer(before.id).await.unwrap().unwrap();
    assert_eq!((after.version, after.name.as_str(), written(&store, &after).await), (2, "Jane Roe", 2));
    assert!(after.updated_at > before.updated_at && after.created_at == before.created_at);
    assert_eq!(store.customer(uuid::Uuid::now_v7().into()).await.unwrap(), None);
}

#[testkit::both_databases]
async fn h04_two_changes_planned_on_one_state_are_not_both_applied(Database { store, .. }: Database) {
    let customer = new_customer(&store, "Jane Doe").await;
    let seen = requester("777", "Jane Second", "jane@example.com", 1);
    let (key, mine) = (seen.key.clone(), link(customer.id, seen.key.clone()));
    // The step that runs into the conflict is the last one.
    let mut second = plan([Change::from(RecordChange::Put(Box::new(seen))), LinkChange::Create(Box::new(mine)).into()]);
    second.extend(renaming(&customer, "Jane Second", 2));

    store.apply(&renaming(&customer, "Jane First", 1)).await.unwrap();
    assert_eq!(conflict(store.apply(&second).await), Conflict::Customer);

    let now = store.customer(customer.id).await.unwrap().unwrap();
    assert_eq!((now.version, now.name.as_str()), (2, "Jane First"));
    assert_eq!(store.record(&key).await.unwrap(), None);
    assert_eq!(store.links(customer.id).await.unwrap(), []);
    assert_eq!(store.whole_timeline(customer.id).await.unwrap().len(), 2);
}

#[testkit::both_databases]
async fn h04_a_change_that_is_no_event_is_guarded_too(Database { store, .. }: Database) {
    let customer = new_customer(&store, "Jane Doe").await;
    let read_at = |seconds| {
        let mut draft = CustomerEdit::of(customer.clone(), stamp(seconds));
        draft.customer.devices_as_of = Some(at(seconds));
        draft.finish()
    };
    store.apply(&read_at(1)).await.unwrap();
    assert_eq!(conflict(store.apply(&read_at(2)).await), Conflict::Customer);
    let now = store.customer(customer.id).await.unwrap().unwrap();
    assert_eq!((now.version, now.devices_as_of, written(&store, &now).await), (2, Some(at(1)), 1));
}

#[testkit::both_databases]
async fn h01_a_record_has_one_customer_until_its_link_ends(Database { store, .. }: Database) {
    let (jane, john) = (new_customer(&store, "Jane").await, new_customer(&store, "John").await);
    let (hers, his) = (link(jane.id, requester_key("777")), link(john.id, requester_key("777")));

    store.apply(&linking(&hers)).await.unwrap();
    assert_eq!(conflict(store.apply(&linking(&his)).await), Conflict::Link);
    assert_eq!(store.customer_of(&requester_key("777")).await.unwrap().map(|it| it.id), Some(jane.id));
    assert_eq!(store.link_of(&requester_key("777")).await.unwrap(), Some(hers.clone()));

    store.apply(&ending(&hers, 9)).await.unwrap();
    assert_eq!(store.customer_of(&requester_key("777")).await.unwrap(), None);
    assert_eq!(conflict(store.apply(&ending(&hers, 10)).await), Conflict::Link, "it ends once");

    store.apply(&linking(&his)).await.unwrap();
    assert_eq!(store.customer_of(&requester_key("777")).await.unwrap().map(|it| it.id), Some(john.id));
    let history = store.links(jane.id).await.unwrap();
    assert_eq!(history.len(), 1, "the ended link stays");
    assert_eq!(
        history[0].ended.as_ref().map(|ended| &ended.why),
        Some(&EndReason::Requested { note: "linked by mistake".into() })
    );
}

#[testkit::both_databases]
async fn a01_customers_come_page_by_page(Database { store, .. }: Database) {
    let mut all = Vec::new();
    for n in 0..7 {
        all.push(new_customer(&store, &format!("Customer {n}")).await);
    }
    all.sort_by_key(|customer| customer.id);

    let mut paged = store.customers(None, 3).await.unwrap();
    assert_eq!(paged.len(), 3);
    while let Some(last) = paged.last().map(|customer| customer.id) {
        let page = store.customers(Some(last), 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, all);
}

#[testkit::both_databases]
async fn h04_an_empty_plan_changes_nothing(Database { store, .. }: Database) {
    store.apply(&Plan::default()).await.unwrap();
    store.ping().await.unwrap();
    assert_eq!(store.customers(None, 10).await.unwrap(), []);
}
