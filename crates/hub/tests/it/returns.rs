//! Returns (`P09`).

use tessera_core::returns::{ReturnAction, ReturnActionError, Step};
use tessera_core::sync::jobs::SweepOf;
use tessera_hub::{Expected, IdempotencyKey, OrderedLine, ReturnOrder, Sight};
use testkit::{ADA, JO, MACHINE, TestHub};

use crate::by_8_at_once;

/// An order to return Ada's device.
async fn order(world: &TestHub) -> ReturnOrder {
    world.activated(ADA).await;
    let customer = world.customer_id(ADA.requester).await;
    let (_, device) =
        world.hub.queries().return_for_customer(customer).await.unwrap().unwrap().returnable.devices.remove(0);
    let line = OrderedLine { device: Some(device.external_id), reason: "credit".to_owned(), ..OrderedLine::default() };
    ReturnOrder { customer, place: None, told: None, lines: vec![line] }
}

#[testkit::both_databases]
async fn p09_a_return_is_opened_for_a_customer_and_closed_by_its_last_step(world: TestHub) {
    let order = order(&world).await;
    let opened = world.hub.order_return(order.clone(), &JO).await.unwrap();
    assert!(opened.lines[0].status().is_open());
    let rejected = world.hub.order_return(order, &JO).await;
    assert!(rejected.is_err(), "the unit is on a return already: {rejected:?}");

    let received = ReturnAction::Done { step: Step::Receive, quantity: None, serials: Vec::new(), tracking: None };
    let acts = [(1, received)];
    let closed = world.hub.act_on_return(opened.id, &acts, Some(opened.version), Sight::All, &JO).await.unwrap();
    assert!(!closed.lines[0].status().is_open());
    world.hub.run_pending().await;
    assert_eq!(world.email("return")["number"], opened.number.as_str());
}

#[testkit::both_databases]
async fn p09_of_8_who_cancel_a_return_at_once_one_does(world: TestHub) {
    let opened = world.hub.order_return(order(&world).await, &JO).await.unwrap();
    let person = world.person_of(ADA.email).await.id;
    let outcomes = by_8_at_once(|_| {
        let (hub, id) = (world.hub.clone(), opened.id);
        async move { hub.withdraw_return(id, person, &JO).await }
    });
    let (cancelled, rejected): (Vec<_>, Vec<_>) = outcomes.await.into_iter().partition(Result::is_ok);
    assert_eq!(cancelled.len(), 1);
    for rejected in rejected {
        let rejected = rejected.unwrap_err();
        assert_eq!(rejected.rejection(), Some(&ReturnActionError::NothingLeft), "{rejected}");
    }
    world.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_a_repeated_return_order_gets_the_first_answer_after_the_device_moved(world: TestHub) {
    let order = order(&world).await;
    let ctx = MACHINE.with_idempotency(Some(IdempotencyKey { key: "return 1".to_owned(), status: 201 }));
    let opened = by_8_at_once(|_| {
        let (hub, order, ctx) = (world.hub.clone(), order.clone(), ctx.clone());
        async move { hub.order_return(order, &ctx).await.unwrap().id }
    });
    let mut opened = opened.await;
    opened.dedup();
    assert_eq!(opened.len(), 1);

    world.hub.sweep(SweepOf::Assets).await.unwrap();
    let hers = world.display_id("HIB-A1").to_string();
    world.hub.hand_device(&hers, None, Expected::Requester(ADA.requester), &JO).await.unwrap();
    world.hub.run_pending().await;
    assert_eq!(world.hub.order_return(order, &ctx).await.unwrap().id, opened[0]);
}
