//! The timeline: whole unless somebody touched it, and then it says where.

use tessera_core::customer::Customer;
use tessera_core::timeline::{Broken, Event, verify};
use tessera_store::Store;

use crate::database::Database;
use crate::world::{new_customer, renaming};

async fn renamed_often(store: &Store, times: i64) -> Customer {
    let mut customer = new_customer(store, "Jane 0").await;
    for n in 1..=times {
        store.apply(&renaming(&customer, &format!("Jane {n}"), n)).await.unwrap();
        customer = store.customer(customer.id).await.unwrap().unwrap();
    }
    customer
}

async fn verdict(store: &Store, of: &Customer) -> Result<(), Broken> {
    let head = store.customer(of.id).await.unwrap().unwrap().head;
    verify(&store.whole_timeline(of.id).await.unwrap(), head)
}

pub async fn h05_the_chain_is_whole_after_every_plan(Database { store, .. }: Database) {
    let customer = renamed_often(&store, 6).await;
    assert_eq!(verdict(&store, &customer).await, Ok(()));
    let entries = store.whole_timeline(customer.id).await.unwrap();
    assert_eq!(entries.len(), 7);
    let last = Event::Renamed { from: "Jane 5".into(), to: "Jane 6".into() };
    assert_eq!(entries[6].event(), Some(last));
    assert_eq!((entries[6].actor.as_str(), entries[6].channel.as_str()), ("staff:jo", "console"));
}

pub async fn h05_an_edited_entry_is_found(database: Database) {
    let customer = renamed_often(&database.store, 4).await;
    for (edit, seq) in [
        ("UPDATE timeline SET actor = 'staff:sam' WHERE seq = 4", 4),
        ("UPDATE timeline SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE timeline SET event = replace(event, 'Jane', 'John') WHERE seq = 2", 2),
    ] {
        database.raw(edit).await;
        assert_eq!(verdict(&database.store, &customer).await, Err(Broken::Changed { seq }), "{edit}");
    }
}

pub async fn h05_a_cut_end_is_found(database: Database) {
    let customer = renamed_often(&database.store, 4).await;
    database.raw("DELETE FROM timeline WHERE seq = 5").await;
    assert_eq!(verdict(&database.store, &customer).await, Err(Broken::Cut { expected: 5, found: 4 }));
    database.raw("DELETE FROM timeline WHERE seq = 2").await;
    assert_eq!(verdict(&database.store, &customer).await, Err(Broken::Gap { expected: 2, found: 3 }));
}

pub async fn h05_the_timeline_pages_backwards(Database { store, .. }: Database) {
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
