//! Staff, machines, repeated requests, and complete readings.

use tessera_core::staff::{Role, StaffAccount, StaffChange};
use tessera_store::{Conflict, Store};
use testkit::Database;
use testkit::store::{at, conflict, keep_answer, plan, put_api_key, session};
use uuid::Uuid;

#[testkit::both_databases]
async fn staff_accounts_are_made_reset_and_unique(Database { store, .. }: Database) {
    let jo = StaffAccount {
        id: Uuid::now_v7().into(),
        login: "jo".into(),
        name: "Jo".into(),
        password_hash: "$argon2id$first".into(),
        roles: vec![Role::Support, Role::Warehouse],
        created_at: at(0),
        last_sign_in_at: None,
        person: None,
        identity: None,
    };
    store.apply(&plan([StaffChange::Create(jo.clone())])).await.unwrap();
    let same_login = StaffAccount { id: Uuid::now_v7().into(), ..jo.clone() };
    assert_eq!(conflict(store.apply(&plan([StaffChange::Create(same_login)])).await), Conflict::Name);
    assert_eq!(store.staff("jo").await.unwrap(), Some(jo.clone()));
    assert_eq!(store.staff("JO").await.unwrap(), None);

    store.technical().open_session(&session(1, "jo", "staff:jo", 3600)).await.unwrap();
    let reset = StaffAccount { password_hash: "$argon2id$second".into(), name: "Joanna".into(), ..jo.clone() };
    store.apply(&plan([StaffChange::SetPassword(reset.clone())])).await.unwrap();
    assert_eq!(store.staff("jo").await.unwrap(), Some(reset));
    assert_eq!(store.session::<String>(&[1; 32], at(1)).await.unwrap(), None);
    let nobody = StaffAccount { login: "nobody".into(), ..jo };
    assert_eq!(conflict(store.apply(&plan([StaffChange::SetPassword(nobody)])).await), Conflict::Name);
}

async fn key_name(store: &Store, hash: u8) -> Option<String> {
    store.api_key(&[hash; 32]).await.unwrap().map(|key| key.name)
}

#[testkit::both_databases]
async fn a_machines_new_key_replaces_the_old(Database { store, .. }: Database) {
    put_api_key(&store, "portal", 1, 0).await.unwrap();
    put_api_key(&store, "billing", 2, 0).await.unwrap();
    put_api_key(&store, "portal", 3, 1).await.unwrap();
    assert_eq!(store.api_key(&[1; 32]).await.unwrap(), None);
    assert_eq!(key_name(&store, 2).await.as_deref(), Some("billing"));
    assert_eq!(key_name(&store, 3).await.as_deref(), Some("portal"));

    let taken = put_api_key(&store, "portal", 2, 2).await;
    assert_eq!(conflict(taken), Conflict::Exists);
    assert_eq!(key_name(&store, 3).await.as_deref(), Some("portal"), "the old key still works");
}

#[testkit::both_databases]
async fn a_repeated_request_gets_the_first_answer(Database { store, .. }: Database) {
    assert_eq!(store.kept_answer("key").await.unwrap(), None);
    keep_answer(&store, "key", 1, r#"{"id":"1"}"#, 0).await.unwrap();
    assert_eq!(conflict(keep_answer(&store, "key", 2, "{}", 1).await), Conflict::Exists);
    assert_eq!(store.kept_answer("key").await.unwrap(), Some(([1; 32], 201, r#"{"id":"1"}"#.into())));
}
