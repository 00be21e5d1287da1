//! Staff, machines, repeated requests, and complete readings.

use tessera_store::{Conflict, Staff};
use uuid::Uuid;

use crate::database::Database;
use crate::world::{at, conflict};

pub async fn staff_accounts_are_made_reset_and_unique(Database { store, .. }: Database) {
    let jo = Staff {
        id: Uuid::now_v7().into(),
        login: "jo".into(),
        name: "Jo".into(),
        password_hash: "$argon2id$first".into(),
    };
    store.create_staff(&jo, at(0)).await.unwrap();
    let same_login = Staff { id: Uuid::now_v7().into(), ..jo.clone() };
    assert_eq!(conflict(store.create_staff(&same_login, at(0)).await), Conflict::Name);
    assert_eq!(store.staff("jo").await.unwrap(), Some(jo.clone()));
    assert_eq!(store.staff("JO").await.unwrap(), None);

    store.technical().create_session(&[1; 32], &"jo", None, "staff:jo", at(0), at(3600)).await.unwrap();
    let reset = Staff { password_hash: "$argon2id$second".into(), name: "Joanna".into(), ..jo.clone() };
    store.reset_staff(&reset).await.unwrap();
    assert_eq!(store.staff("jo").await.unwrap(), Some(reset));
    assert_eq!(store.session::<String>(&[1; 32], at(1)).await.unwrap(), None);
    let nobody = Staff { login: "nobody".into(), ..jo };
    assert_eq!(conflict(store.reset_staff(&nobody).await), Conflict::Name);
}

pub async fn a_machines_new_key_replaces_the_old(Database { store, .. }: Database) {
    store.put_api_key(Uuid::now_v7().into(), "portal", &[1; 32], at(0)).await.unwrap();
    store.put_api_key(Uuid::now_v7().into(), "billing", &[2; 32], at(0)).await.unwrap();
    store.put_api_key(Uuid::now_v7().into(), "portal", &[3; 32], at(1)).await.unwrap();
    assert_eq!(store.api_key(&[1; 32]).await.unwrap(), None);
    assert_eq!(store.api_key(&[2; 32]).await.unwrap().as_deref(), Some("billing"));
    assert_eq!(store.api_key(&[3; 32]).await.unwrap().as_deref(), Some("portal"));

    let taken = store.put_api_key(Uuid::now_v7().into(), "portal", &[2; 32], at(2)).await;
    assert_eq!(conflict(taken), Conflict::Exists);
    assert_eq!(store.api_key(&[3; 32]).await.unwrap().as_deref(), Some("portal"), "the old key still works");
}

pub async fn a_repeated_request_gets_the_first_answer(Database { store, .. }: Database) {
    assert_eq!(store.kept_answer("key").await.unwrap(), None);
    store.keep_answer("key", &[1; 32], 201, r#"{"id":"1"}"#, at(0)).await.unwrap();
    assert_eq!(conflict(store.keep_answer("key", &[2; 32], 201, "{}", at(1)).await), Conflict::Exists);
    assert_eq!(store.kept_answer("key").await.unwrap(), Some(([1; 32], 201, r#"{"id":"1"}"#.into())));
}
