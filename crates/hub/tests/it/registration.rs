//! Self-registration (`P12`): from the proved address to a person who signs in.

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::persons::registration::Application;
use tessera_hub::{Approving, SignInOutcome, Visit};
use testkit::{ADA, JO, TestHub};

const PASSWORD: &str = "seventeen green herons";

#[testkit::both_databases]
async fn p12_an_applicant_proves_the_address_is_approved_and_signs_in(world: TestHub) {
    world.activated(ADA).await;
    let home = PlaceId::home_of(world.customer_id(ADA.requester).await);
    let application = Application {
        name: "Zoe Example".to_owned(),
        email: "zoe@example.net".to_owned(),
        message: "Our device is HIB-A1".to_owned(),
        ..Application::default()
    };
    world.hub.register(&application).await.unwrap();
    world.hub.run_pending().await;
    world.hub.confirm_registration(&world.emailed_token("registration", "/url")).await.unwrap();
    let registration = world.store.registrations_waiting(9).await.unwrap().remove(0);
    let (_, person) = world.hub.registration_at_hand(registration.id).await.unwrap();
    assert!(person.inactive.is_some(), "nobody has decided");

    let approving = Approving { licence: LicenceType::Custportal, place: Some(home), contact: None };
    world.hub.approve_registration(registration.id, &approving, &JO).await.unwrap();
    world.hub.run_pending().await;
    let token = world.emailed_token("registration_decided", "/admitted/url");
    world.hub.set_password_by_link(&token, PASSWORD).await.unwrap().unwrap();
    world.hub.run_pending().await;
    let outcome = world.hub.sign_in_person(&person.person_id, PASSWORD, "/", &Visit::default()).await.unwrap();
    assert!(matches!(outcome, SignInOutcome::In(_, id) if id == person.id), "{outcome:?}");
}
