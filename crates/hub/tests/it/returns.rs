//! Returns (`P09`).

use tessera_core::returns::{ReturnAction, Step};
use tessera_hub::{OrderedLine, ReturnOrder, Sight};
use testkit::{ADA, JO, TestHub};

#[testkit::both_databases]
async fn p09_a_return_is_opened_for_a_customer_and_closed_by_its_last_step(world: TestHub) {
    world.activated(ADA).await;
    let customer = world.customer_id(ADA.requester).await;
    let (_, device) =
        world.hub.queries().return_for_customer(customer).await.unwrap().unwrap().returnable.devices.remove(0);
    let line = OrderedLine { device: Some(device.external_id), reason: "credit".to_owned(), ..OrderedLine::default() };
    let order = ReturnOrder { customer, place: None, told: None, lines: vec![line] };
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
