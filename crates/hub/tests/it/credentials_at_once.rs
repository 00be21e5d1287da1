//! The sign-in methods of one person, changed by many at once: each gets an answer, and nobody has to try again (`P03`).

use std::sync::Arc;

use serde_json::{Value, to_value};
use tessera_core::credentials::{CredentialError, OneTimeLinkError, PasskeyError, normal_code};
use tessera_core::kernel::actor::Channel;
use tessera_core::persons::Person;
use tessera_hub::{Asked, HubError, Signed};
use testkit::authenticator::Device;
use testkit::{ADA, JO, TestHub};

use crate::by_8_at_once;
use crate::sign_in::{code, with_password};

const SESSION: [u8; 32] = [7; 32];

/// Ada with a password and an authenticator app.
async fn with_second_factor(world: &TestHub) -> Person {
    let person = with_password(world).await;
    let offered = world.hub.offer_second_factor(&person).unwrap();
    let code = code(world, &offered);
    world.hub.add_second_factor(&person, offered.key_id, &code, None).await.unwrap().unwrap();
    world.hub.run_pending().await;
    person
}

fn signed(asked: &Asked, answer: impl FnOnce(&Value) -> String) -> Signed {
    Signed { ceremony: asked.ceremony.clone(), credential: answer(&to_value(asked).unwrap()) }
}

#[testkit::both_databases]
async fn p03_of_8_who_use_one_link_at_once_one_sets_the_password(world: TestHub) {
    world.activated(ADA).await;
    let person = world.person_of(ADA.email).await;
    world.hub.send_password_link(person.id, &JO).await.unwrap();
    world.hub.run_pending().await;
    let token = Arc::new(world.emailed_token("one_time_link", "/url"));
    let outcomes = by_8_at_once(|n| {
        let (hub, token) = (world.hub.clone(), token.clone());
        async move { hub.set_password_by_link(&token, &format!("seventeen green herons {n}")).await.unwrap() }
    });
    let outcomes = outcomes.await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    assert!(refused.clone().all(|refusal| *refusal == OneTimeLinkError::Used), "{outcomes:?}");
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_of_recovery_codes_renewed_8_times_at_once_the_last_work(world: TestHub) {
    let person = with_second_factor(&world).await;
    let renewed = by_8_at_once(|_| {
        let (hub, person) = (world.hub.clone(), person.clone());
        async move { hub.renew_recovery_codes(&person, None).await.unwrap() }
    });
    let renewed = renewed.await;
    assert_eq!(world.store.credentials(person.id).await.unwrap().codes_left, 10);
    let mut working = 0;
    for codes in renewed {
        let code = normal_code(&codes[0]);
        working += i32::from(world.hub.reauthenticate_by_code(&person, &code, Channel::Portal).await.unwrap());
    }
    assert_eq!(working, 1);
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_a_second_factor_is_removed_once_by_8_at_once(world: TestHub) {
    let person = with_second_factor(&world).await;
    let outcomes = by_8_at_once(|_| {
        let (hub, id) = (world.hub.clone(), person.id);
        async move { hub.remove_second_factor(id, None, &JO).await }
    });
    let outcomes = outcomes.await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let none = outcomes.iter().filter(|outcome| matches!(outcome, Err(HubError::NotFound(_)))).count();
    assert_eq!(none, 7, "{outcomes:?}");
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_a_second_factor_is_added_once_by_8_at_once(world: TestHub) {
    let person = with_password(&world).await;
    let offered = world.hub.offer_second_factor(&person).unwrap();
    let (key_id, code) = (offered.key_id, Arc::new(code(&world, &offered)));
    let shown = by_8_at_once(|_| {
        let (hub, person, code) = (world.hub.clone(), person.clone(), code.clone());
        async move { hub.add_second_factor(&person, key_id, &code, None).await.unwrap() }
    });
    let shown: Vec<_> = shown.await.into_iter().flatten().collect();
    assert_eq!(shown.len(), 1, "a code works once");
    let code = normal_code(&shown[0][0]);
    assert!(world.hub.reauthenticate_by_code(&person, &code, Channel::Portal).await.unwrap(), "what was shown works");
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_a_second_factor_needs_a_password(world: TestHub) {
    world.activated(ADA).await;
    let person = world.person_of(ADA.email).await;
    let offered = world.hub.offer_second_factor(&person).unwrap();
    let code = code(&world, &offered);
    let rejected = world.hub.add_second_factor(&person, offered.key_id, &code, None).await.unwrap_err();
    assert_eq!(rejected.rejection(), Some(&CredentialError::NoPassword), "{rejected}");
}

#[testkit::both_databases]
async fn p03_a_passkey_is_added_once_however_often_it_is_sent_at_once(world: TestHub) {
    let person = with_password(&world).await;
    let mut device = Device::at("https://accounts.example.com");
    let asked = world.hub.begin_passkey_registration(&person, SESSION).await.unwrap();
    let again = world.hub.begin_passkey_registration(&person, SESSION).await.unwrap();
    let first = signed(&asked, |asked| device.create(asked));
    let second = signed(&again, |asked| device.show(asked));
    let (one, other) = tokio::join!(
        world.hub.add_passkey(&person, SESSION, &first, "Phone"),
        world.hub.add_passkey(&person, SESSION, &second, "Phone"),
    );
    let (added, rejected) = if one.is_ok() { (one, other) } else { (other, one) };
    assert_eq!(added.unwrap().len(), 10, "recovery codes come with the first second step");
    let rejected = rejected.unwrap_err();
    assert_eq!(rejected.rejection(), Some(&PasskeyError::Known), "{rejected}");
    assert_eq!(world.store.credentials(person.id).await.unwrap().passkeys, 1);
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_password_and_second_factor_are_changed_in_every_way_at_once(world: TestHub) {
    let person = with_second_factor(&world).await;
    let offered = world.hub.offer_second_factor(&person).unwrap();
    let (key_id, code) = (offered.key_id, Arc::new(code(&world, &offered)));
    let outcomes = by_8_at_once(|n| {
        let (hub, person, code) = (world.hub.clone(), person.clone(), code.clone());
        async move {
            match n % 4 {
                0 => hub.remove_password(person.id, None).await,
                1 => hub.add_second_factor(&person, key_id, &code, None).await.map(drop),
                2 => hub.remove_second_factor(person.id, None, &JO).await,
                _ => hub.renew_recovery_codes(&person, None).await.map(drop),
            }
        }
    });
    let outcomes = outcomes.await;
    assert!(outcomes.iter().all(|outcome| !matches!(outcome, Err(HubError::Busy))), "{outcomes:?}");
    let credentials = world.store.credentials(person.id).await.unwrap();
    assert_eq!((credentials.password_hash, credentials.second_factor), (None, None), "it went with the password");
    world.hub.run_pending().await;
}
