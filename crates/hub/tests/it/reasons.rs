//! Reasons fit the person, and are the same wherever they are given (`A19`, `A21`, `P18`).

use tessera_core::access::licence::LicenceType;
use tessera_core::credentials::sign_in_of;
use tessera_core::explain::{Outcome, Reason};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::persons::{Person, PersonDraft};
use tessera_hub::DevicesAnswer;
use testkit::{ADA, BEN, DAN, JO, MACHINE, TestHub};

const PASSWORD: &str = "seventeen green herons";

/// A person whom staff gave a password.
async fn with_password(world: &TestHub, person: Person) -> Person {
    world.hub.send_password_link(person.id, &JO).await.unwrap();
    world.hub.run_pending().await;
    world.hub.set_password_by_link(&world.emailed_token("one_time_link", "/url"), PASSWORD).await.unwrap().unwrap();
    world.hub.run_pending().await;
    person
}

/// The outcomes of the checks of invitation and activation.
fn steps(answer: &DevicesAnswer) -> [Option<Outcome>; 2] {
    ["invitation", "activation"]
        .map(|rule| answer.checks.iter().find(|check| check.rule == rule).map(|check| check.outcome))
}

#[testkit::both_databases]
async fn a21_people_without_a_requester_have_reasons_of_their_own(world: TestHub) {
    let cases = [
        ("nora", LicenceType::Named, Reason::OperatingCompany),
        ("tom", LicenceType::Techportal, Reason::OperatingCompany),
        ("gus", LicenceType::Custportal, Reason::NeverLinked),
    ];
    for (person_id, licence, expected) in cases {
        let person = with_password(&world, world.person(person_id).with_licence(licence).create().await).await;
        let answer = world.hub.my_devices(&sign_in_of(&person)).await.unwrap();
        assert_eq!(answer.reason, Some(expected), "{person_id}: {:#?}", answer.checks);
        assert_eq!(steps(&answer), [Some(Outcome::Note); 2], "nobody invited them, and nothing was activated");
        let sign_in = sign_in_of(&person).identity;
        let asked = world.hub.why(&format!("{} {}", sign_in.issuer, sign_in.subject)).await.unwrap();
        assert_eq!(asked.why.reason, Some(expected), "staff who ask are told the same");
    }
}

#[testkit::both_databases]
async fn a21_a_person_added_by_staff_does_not_see_another_persons_activation(world: TestHub) {
    let dan = world.activated(DAN).await;
    let customer = world.customer_id(DAN.requester).await;
    let clerk = with_password(&world, world.person("clerk").of(customer).create().await).await;
    let own = world.hub.my_devices(&dan).await.unwrap();
    let theirs = world.hub.my_devices(&sign_in_of(&clerk)).await.unwrap();
    assert_eq!((own.reason, theirs.reason), (Some(Reason::OtherAssetType), Some(Reason::OtherAssetType)));
    assert_eq!(steps(&own), [Some(Outcome::Pass); 2]);
    assert_eq!(steps(&theirs), [Some(Outcome::Note); 2], "{:#?}", theirs.checks);
}

#[testkit::both_databases]
async fn a21_mail_and_portal_give_the_same_reason(world: TestHub) {
    let dan = world.activated(DAN).await;
    assert_eq!(world.email("activated")["reason"], "other_asset_type");
    assert_eq!(world.hub.my_devices(&dan).await.unwrap().reason, Some(Reason::OtherAssetType));
    world.activated(ADA).await;
    assert!(world.email("activated")["reason"].is_null());
}

/// A sign-in with an address, of an account that the hub does not know.
fn stranger(world: &TestHub, email: &str, email_verified: bool) -> SignIn {
    let identity = IdentityKey { issuer: world.idp_url.clone(), subject: format!("somebody with {email}") };
    SignIn { identity, provider: "idp".into(), email: Some(email.to_owned()), email_verified, name: None }
}

#[testkit::both_databases]
async fn a19_the_link_goes_to_the_known_address_of_a_requester_who_is_not_activated(world: TestHub) {
    let key = RecordKey::new("freshservice", Kind::Requester, ADA.requester);
    world.hub.read_through(&key, &MACHINE).await.unwrap();
    for verified in [true, false] {
        let asked = world.hub.requester_to_invite(&stranger(&world, ADA.email, verified)).await.unwrap();
        assert_eq!(asked.as_deref(), Some(ADA.requester));
    }
    let nobody = world.hub.requester_to_invite(&stranger(&world, "nobody@example.net", true)).await.unwrap();
    assert_eq!(nobody, None);

    // Staff have withdrawn the invitation.
    world.hub.invite(ADA.requester, &MACHINE).await.unwrap();
    world.hub.withdraw_invitations(ADA.requester, &JO).await.unwrap();
    assert_eq!(world.hub.requester_to_invite(&stranger(&world, ADA.email, true)).await.unwrap(), None);
    // An activated user needs no link.
    let ben = world.activated(BEN).await;
    assert_eq!(world.hub.requester_to_invite(&ben).await.unwrap(), None);
    assert_eq!(world.hub.requester_to_invite(&stranger(&world, BEN.email, true)).await.unwrap(), None);
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p18_the_app_is_refused_by_the_rule_that_refuses_the_portal(world: TestHub) {
    let ada = world.activated(ADA).await;
    let person = world.person_of(ADA.email).await;
    let refused = async || world.hub.check_app_access(&ada.identity).await.err().map(|error| error.to_string());
    assert_eq!(refused().await, None);
    let change = async |change: &(dyn Fn(PersonDraft) -> PersonDraft + Sync)| {
        world.hub.change_person(person.id, None, |before| change(before.into()), &JO).await.unwrap();
    };
    change(&|draft| PersonDraft { licence: Some(LicenceType::Techportal), ..draft }).await;
    assert!(refused().await.unwrap().contains("does not include the Customer Portal"));
    change(&|draft| PersonDraft { licence: Some(LicenceType::Custportal), default_place: None, ..draft }).await;
    assert!(refused().await.unwrap().contains("no place is set up"));
    let stranger = stranger(&world, "nobody@example.net", true);
    assert!(world.hub.check_app_access(&stranger.identity).await.is_ok(), "a reason follows instead");
}
