//! Signing in with password and second factor (`P03`).

use tessera_core::persons::Person;
use tessera_hub::{MfaOutcome, Offered, SignInOutcome, Visit};
use testkit::{ADA, JO, TestHub};
use totp_rs::{Algorithm, Builder, Secret};

const PASSWORD: &str = "seventeen green herons";

/// Ada as an activated customer with a password.
pub(crate) async fn with_password(world: &TestHub) -> Person {
    world.activated(ADA).await;
    let person = world.person_of(ADA.email).await;
    world.hub.send_password_link(person.id, &JO).await.unwrap();
    world.hub.run_pending().await;
    world.hub.set_password_by_link(&world.emailed_token("one_time_link", "/url"), PASSWORD).await.unwrap().unwrap();
    world.hub.run_pending().await;
    world.person_of(ADA.email).await
}

async fn sign_in(world: &TestHub, person: &Person, password: &str) -> SignInOutcome {
    world.hub.sign_in_person(&person.person_id, password, "/", &Visit::default()).await.unwrap()
}

/// The code that an authenticator app shows now which was given the offered secret.
pub(crate) fn code(world: &TestHub, offered: &Offered) -> String {
    let secret = Secret::try_from_base32(offered.secret.clone()).unwrap();
    let app = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
    let app = app.with_secret(secret).build().unwrap();
    app.generate(u64::try_from(world.hub.env.now().as_second()).unwrap()).to_string()
}

#[testkit::both_databases]
async fn p03_the_password_alone_signs_in_until_a_second_factor_is_added(world: TestHub) {
    let person = with_password(&world).await;
    assert_eq!(sign_in(&world, &person, "another password").await, SignInOutcome::Wrong);
    assert!(matches!(sign_in(&world, &person, PASSWORD).await, SignInOutcome::In(..)));

    let offered = world.hub.offer_second_factor(&person).unwrap();
    let first = code(&world, &offered);
    let codes = world.hub.add_second_factor(&person, offered.key_id, &first, None).await.unwrap().unwrap();
    world.hub.run_pending().await;

    let SignInOutcome::Half(token) = sign_in(&world, &person, PASSWORD).await else { panic!("a code is asked for") };
    let again = world.hub.finish_mfa(&token, &first, &Visit::default()).await.unwrap();
    assert_eq!(again, MfaOutcome::Wrong(person.id), "a code works once");
    let recovered = world.hub.finish_mfa(&token, &codes[0], &Visit::default()).await.unwrap();
    assert!(matches!(recovered, MfaOutcome::In(_, id, _) if id == person.id), "{recovered:?}");
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_a_sign_in_begun_at_one_process_is_finished_at_the_other(world: TestHub) {
    let person = with_password(&world).await;
    let neighbour = world.neighbour().await;
    let offered = world.hub.offer_second_factor(&person).unwrap();
    let codes =
        world.hub.add_second_factor(&person, offered.key_id, &code(&world, &offered), None).await.unwrap().unwrap();
    world.hub.run_pending().await;

    let SignInOutcome::Half(token) = sign_in(&world, &person, PASSWORD).await else { panic!("a code is asked for") };
    let finished = neighbour.hub.finish_mfa(&token, &codes[0], &Visit::default()).await.unwrap();
    assert!(matches!(finished, MfaOutcome::In(_, id, _) if id == person.id), "{finished:?}");
    let again = world.hub.finish_mfa(&token, &codes[1], &Visit::default()).await.unwrap();
    assert_eq!(again, MfaOutcome::Over, "it is finished for both");
    world.hub.run_pending().await;
}
