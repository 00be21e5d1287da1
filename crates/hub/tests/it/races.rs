//! What a journey has read is changed before it commits: it plans again, and does not write what is no longer right
//! (`H04`). Another transaction holds the table that the journey reads last, changes what it read before, and commits.

use tessera_core::activation::ActivationState;
use tessera_core::activation::requester_id_link;
use tessera_core::devices::DeviceError;
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::record::Kind;
use tessera_core::sync::jobs::SweepOf;
use tessera_hub::{Expected, LinkStatus, Purpose, Visit};
use testkit::{ADA, BEN, CLEO, DAN, JO, MACHINE, TestHub, while_uncommitted};

#[testkit::only_postgres]
async fn a09_a_device_write_that_is_just_sent_is_not_cancelled(world: TestHub) {
    world.activated(ADA).await;
    world.hub.sweep(SweepOf::Assets).await.unwrap();
    let stock = world.display_id("HIB-S1").to_string();
    let write = world.hub.hand_device(&stock, Some(ADA.requester), Expected::Stock, &JO).await.unwrap();
    let sent = format!(
        "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE; UPDATE device_writes SET sent_at = {}",
        world.hub.env.now().as_microsecond()
    );
    let hub = world.hub.clone();
    let cancelled = async move {
        let refused = hub.cancel_device_write(write.id, &JO).await.unwrap_err();
        assert!(matches!(refused.rejection(), Some(DeviceError::WriteSent)), "{refused}");
    };
    while_uncommitted(&world.database, &sent, cancelled).await;
    world.leave_jobs();
}

#[testkit::only_postgres]
async fn a20_no_more_than_three_reviews_of_a_sign_in_are_opened_at_once(world: TestHub) {
    let mut sign_in = world.sign_in(ADA.email, Purpose::Portal { return_to: "/".to_owned() }).await.sign_in;
    sign_in.email_verified = false;
    for requester in [BEN.requester, CLEO.requester] {
        let status = world.hub.link_by_policy(&sign_in, requester, true).await.unwrap();
        assert!(matches!(status, LinkStatus::PendingReview));
        world.hub.run_pending().await;
    }
    world.hub.link_by_policy(&sign_in, DAN.requester, true).await.unwrap();
    // Another process opens the third review.
    let third = format!(
        "UPDATE correlation_slots SET version = version + 1 WHERE slot = {};
         INSERT INTO reviews (id, identity, question, created_at)
         SELECT gen_random_uuid(), identity, REPLACE(question, '{}', '{}'), created_at FROM reviews WHERE question LIKE '%{}%'",
        requester_id_link::slot(&sign_in.identity).0,
        BEN.requester,
        ADA.requester,
        BEN.requester
    );
    let hub = world.hub.clone();
    while_uncommitted(&world.database, &third, async move { _ = hub.run_pending().await }).await;
    assert_eq!(world.store.open_reviews(10).await.unwrap().len(), 3);
}

#[testkit::only_postgres]
async fn a13_an_activation_gives_a_customer_no_second_requester(world: TestHub) {
    let hers = world.activated(ADA).await;
    let customer = world.customer_id(ADA.requester).await;
    let links = world.store.links(customer).await.unwrap();
    let link = links.iter().find(|link| link.record.kind == Kind::Requester).unwrap();
    world.hub.unlink(customer, link.id, "a mistake", &JO).await.unwrap();
    let invited = world.hub.invite(BEN.requester, &MACHINE).await.unwrap();
    world.hub.run_pending().await;
    world.hub.claim_and_sign_in(invited.id, &hers, &Visit::default()).await.unwrap();

    // The requester is linked again, while the activation reads whether the customer has one.
    let linked = format!(
        "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE;
         INSERT INTO links (id, system, kind, external_id, customer_id, origin, actor, evidence, created_at)
         SELECT gen_random_uuid(), system, kind, external_id, customer_id, origin, actor, evidence, created_at + 1
         FROM links WHERE id = '{}';
         UPDATE customers SET version = version + 1 WHERE id = '{customer}'",
        link.id
    );
    let hub = world.hub.clone();
    while_uncommitted(&world.database, &linked, async move { _ = hub.run_pending().await }).await;
    let links = world.store.links(customer).await.unwrap();
    let active = links.iter().filter(|link| link.ended.is_none() && link.record.kind == Kind::Requester);
    assert_eq!(active.map(|link| link.record.external_id.as_str()).collect::<Vec<_>>(), [ADA.requester]);
    let refused = world.hub.my_activation(&hers.identity).await.unwrap().unwrap().activation;
    assert_eq!(refused.state, ActivationState::Refused(ActivationError::OtherAccountLinked));
}
