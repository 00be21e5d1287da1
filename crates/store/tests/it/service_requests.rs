//! Concurrent comments on a service request.

use futures_util::future::join_all;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CommentId, PlaceId, ServiceRequestId};
use tessera_core::service_requests::workflow::Run;
use tessera_core::service_requests::{self, Opening, RequestAction, ServiceRequest};
use tessera_store::{Conflict, Store};
use testkit::Database;
use testkit::store::{activated, conflict, stamp};
use uuid::Uuid;

async fn opened(store: &Store) -> (Customer, ServiceRequest) {
    let customer = activated(store, "777", "jane", Vec::new()).await;
    let opening = Opening {
        id: ServiceRequestId(Uuid::now_v7()),
        customer: customer.clone(),
        place_id: PlaceId(customer.id.0),
        person: (Uuid::now_v7().into(), "Jane Doe"),
        kind: "other",
        subject: "Cold",
        description: "It is cold.",
        device: None,
        answers: Vec::new(),
        run: Run::default(),
        effects: Vec::new(),
        files: Vec::new(),
    };
    let (request, plan) = service_requests::open(opening, stamp(10));
    store.apply(&plan).await.unwrap();
    (customer, request)
}

fn says(
    request: &ServiceRequest,
    customer: &Customer,
    act: RequestAction,
    text: &str,
) -> tessera_core::kernel::plan::Plan {
    let comment = (CommentId(Uuid::now_v7()), act, text);
    service_requests::comment(request, comment, "Jane Doe", &[], customer.clone(), stamp(20)).unwrap()
}

#[testkit::both_databases]
async fn p09_concurrent_comments_do_not_conflict(Database { store, .. }: Database) {
    let (customer, request) = opened(&store).await;
    let many = (0..64).map(|n| {
        let (store, plan) = (store.clone(), says(&request, &customer, RequestAction::Say, &format!("comment {n}")));
        tokio::spawn(async move { store.apply(&plan).await })
    });
    for outcome in join_all(many.collect::<Vec<_>>()).await {
        outcome.unwrap().expect("no comment depends on another");
    }
    assert_eq!(store.comments(request.id).await.unwrap().len(), 64);
}

#[testkit::both_databases]
async fn p09_a_request_is_closed_once(Database { store, .. }: Database) {
    let (customer, request) = opened(&store).await;
    store.apply(&says(&request, &customer, RequestAction::Close, "")).await.unwrap();
    let again = store.apply(&says(&request, &customer, RequestAction::Close, "")).await;
    assert_eq!(conflict(again), Conflict::Request);
    let late = store.apply(&says(&request, &customer, RequestAction::Say, "Still cold.")).await;
    assert_eq!(
        conflict(late),
        Conflict::Request,
        "whether a comment is sent depends on the current state of the request"
    );
}
