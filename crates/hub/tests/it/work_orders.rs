//! Work orders: several who act at once, and repeated requests.

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::{PersonId, PlaceId, WorkOrderId};
use tessera_core::persons::place::PlaceDraft;
use tessera_core::persons::{Person, PersonDraft};
use tessera_core::work_orders::{Action, State, WorkOrderError};
use tessera_hub::{Entry, HubError, IdempotencyKey, NewServiceRequest, NewWorkOrder, WorkAction, WorkSight};
use testkit::{ADA, JO, MACHINE, TestHub};

use crate::by_8_at_once;

/// A technician of the operating company, with a van.
async fn technician(world: &TestHub, person_id: &str) -> (PersonId, PlaceId) {
    let person = world.person(person_id).with_licence(LicenceType::Techportal).create().await;
    let van = PlaceDraft { name: format!("Van of {person_id}"), parent_id: None, address: None, active: true };
    let van = world.hub.create_place(van, None, &JO).await.unwrap().id;
    let with_van = |before: &Person| PersonDraft { places: vec![van], ..PersonDraft::from(before) };
    world.hub.change_person(person.id, None, with_van, &JO).await.unwrap();
    (person.id, van)
}

/// A visit at Ada's that is assigned to a person.
async fn visit(world: &TestHub, assignee: &str) -> WorkOrderId {
    world.activated(ADA).await;
    let new = NewWorkOrder {
        kind: "visit".to_owned(),
        customer: Some(world.customer_id(ADA.requester).await),
        assignee: Some(assignee.to_owned()),
        ..NewWorkOrder::default()
    };
    world.hub.create_work_order(&new, "Jo", &JO).await.unwrap().id
}

fn plain(action: Action) -> WorkAction {
    WorkAction::Plain(action)
}

#[testkit::both_databases]
async fn p05_of_8_who_take_a_step_at_once_one_does(world: TestHub) {
    let (sam, _) = technician(&world, "sam").await;
    let id = visit(&world, "sam").await;
    let outcomes = by_8_at_once(|_| {
        let hub = world.hub.clone();
        async move {
            let sight = WorkSight::Technician(sam, "Sam");
            hub.act_on_work_order(id, &plain(Action::Accept), Some(1), sight, &JO).await
        }
    });
    let (done, rejected): (Vec<_>, Vec<_>) = outcomes.await.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1);
    for rejected in rejected {
        let rejected = rejected.unwrap_err();
        assert!(matches!(rejected.rejection(), Some(WorkOrderError::Changed(_))), "{rejected}");
    }
    let notes = world.store.work_notes(id).await.unwrap();
    assert_eq!(notes.iter().filter(|note| note.act == "accept").count(), 1);
}

#[testkit::both_databases]
async fn p05_a_step_that_is_sent_8_times_is_taken_once(world: TestHub) {
    technician(&world, "sam").await;
    let id = visit(&world, "sam").await;
    let ctx = MACHINE.with_idempotency(Some(IdempotencyKey { key: "step 1".to_owned(), status: 200 }));
    let outcomes = by_8_at_once(|_| {
        let (hub, ctx) = (world.hub.clone(), ctx.clone());
        async move {
            let order = hub.act_on_work_order(id, &plain(Action::Accept), None, WorkSight::Office("Jo"), &ctx).await;
            order.unwrap().state
        }
    });
    assert_eq!(outcomes.await, [State::Accepted; 8]);
    assert_eq!(world.store.work_notes(id).await.unwrap().len(), 2, "made, and accepted");
}

#[testkit::both_databases]
async fn p05_of_8_who_take_from_3_parts_at_once_3_get_one(world: TestHub) {
    let (sam, van) = technician(&world, "sam").await;
    let id = visit(&world, "sam").await;
    let sight = WorkSight::Technician(sam, "Sam");
    world.hub.act_on_work_order(id, &plain(Action::Accept), None, sight, &JO).await.unwrap();
    assert_eq!(world.hub.count_parts(van, "cable", 3, &JO).await.unwrap(), 3);
    let outcomes = by_8_at_once(|_| {
        let hub = world.hub.clone();
        async move {
            let take = plain(Action::Use { part: "cable".to_owned(), quantity: 1, place: van });
            hub.act_on_work_order(id, &take, None, sight, &JO).await
        }
    });
    let (done, rejected): (Vec<_>, Vec<_>) = outcomes.await.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 3);
    for rejected in rejected {
        let rejected = rejected.unwrap_err();
        assert!(matches!(rejected.rejection(), Some(WorkOrderError::TooFewParts { there: 0, .. })), "{rejected}");
    }
    assert_eq!(world.store.part_quantity(van, "cable").await.unwrap(), 0);
    let order = world.hub.work_order(id, sight).await.unwrap();
    assert_eq!(order.parts[0].quantity, 3);
}

#[testkit::both_databases]
async fn p08_work_assigned_to_another_technician_is_not_found(world: TestHub) {
    technician(&world, "sam").await;
    let (kim, _) = technician(&world, "kim").await;
    let id = visit(&world, "sam").await;
    let sight = WorkSight::Technician(kim, "Kim");
    for outcome in [
        world.hub.work_order(id, sight).await.map(drop),
        world.hub.act_on_work_order(id, &plain(Action::Accept), None, sight, &JO).await.map(drop),
        world.hub.note_on_work_order(id, ("Hello", &[]), sight, &JO).await,
    ] {
        assert!(matches!(outcome, Err(HubError::NotFound(_))), "{outcome:?}");
    }
    assert!(world.hub.queries().work_order_page(id, Some(kim)).await.unwrap().is_none());
    assert!(world.hub.queries().my_work(kim).await.unwrap().mine.is_empty());
}

#[testkit::both_databases]
async fn p09_a_request_makes_work_only_if_its_kind_is_configured_to(world: TestHub) {
    world.activated(ADA).await;
    let customer = world.customer_id(ADA.requester).await;
    let person = world.store.people(customer).await.unwrap().remove(0);
    let Entry::In(viewer) = world.hub.preview_as(person.id, "jo").await.unwrap() else { panic!("Ada is kept out") };
    let wish = NewServiceRequest {
        once: "once".to_owned(),
        kind: "installation".to_owned(),
        subject: "A new inverter".to_owned(),
        description: "In the garage.".to_owned(),
        ..NewServiceRequest::default()
    };
    let Ok(request) = world.hub.open_request(&viewer, &wish).await else { panic!("the request is not opened") };
    let made = world.store.work_orders_of_request(request.id).await.unwrap();
    let configured = world.hub.config.work.made_by("installation").is_some();
    assert_eq!(made.len(), usize::from(configured));
    world.hub.run_pending().await;
}
