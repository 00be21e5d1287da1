//! The lists of the API.

use tessera_core::invitations::change::InvitationChange;
use testkit::portal::viewer;
use testkit::store::{invitation, plan};
use testkit::{ADA, EVE, TestApp};

use super::{List, MANY, Visitor, asked, compare, failed_jobs, rows};

async fn answered(app: &TestApp, key: &str, lists: &[List], rows: usize) -> Vec<u64> {
    asked(app, Visitor::Program(key), lists, rows).await
}

#[testkit::both_databases]
async fn api_lists_of_customers_and_work_take_no_query_per_row(app: TestApp) {
    let lists = [
        List::new("/customers?limit=200", "\"id\":", MANY),
        List::new(format!("/customers?email={}&limit=200", rows::SHARED), "\"id\":", MANY),
        List::new("/reviews?limit=200", "\"id\":", MANY).naming(1),
        List::new("/returns?limit=200", "\"number\":", MANY),
        List::new("/sweeps?limit=200", "\"id\":", MANY),
        List::new("/jobs?state=failed&limit=200", "\"kind\":", MANY),
        List::new(format!("/invitations?requester_id={}", EVE.requester), "\"id\":", 50),
        List::new("/systems", "\"jobs\":", 1),
    ];
    fill(&app, 0..1).await;
    let one = answered(&app, &app.api_key, &lists, 1).await;
    fill(&app, 1..MANY).await;
    compare(&lists, &one, &answered(&app, &app.api_key, &lists, MANY).await);
    failed_jobs::expect_failed_jobs(&app);
}

async fn fill(app: &TestApp, rows: std::ops::Range<usize>) {
    let customers = rows::customers(app, rows.clone()).await;
    rows::reviews(app, &customers).await;
    rows::returns(app, &customers).await;
    rows::sweeps(app, rows.clone()).await;
    let invited = rows.clone().map(|_| InvitationChange::Create(Box::new(invitation(EVE.requester))));
    app.store.apply(&plan(invited)).await.unwrap();
    failed_jobs::failed_jobs(app, rows).await;
}

#[testkit::both_databases]
async fn api_lists_of_a_customer_take_no_query_per_row(app: TestApp) {
    app.activated(ADA).await;
    let ada = app.person_of(ADA.email).await;
    let (ada, customer) = (viewer(&app, ada.id).await, ada.customer_id);
    let token = app.access_token(ADA.email).await;
    let lists = [
        List::new(format!("/customers/{customer}"), "\"serial\":", MANY),
        List::new(format!("/customers/{customer}/timeline?limit=200"), "\"seq\":", MANY),
        List::new("/inventory?limit=200", "\"serial\":", MANY),
        List::new("/persons?limit=200", "\"person_id\":", MANY),
        List::new("/places?limit=200", "\"id\":", MANY),
        List::new(format!("/places?owner_id={customer}"), "\"id\":", MANY),
        List::new("/contacts?limit=200", "\"id\":", MANY),
    ];
    let own = [List::new("/me/devices", "\"serial\":", MANY), List::new("/me/identities", "\"id\":", MANY)];
    rows::places_and_contacts(&app, customer, 0..1).await;
    let one = answered(&app, &app.api_key, &lists, 1).await;
    let one_own = answered(&app, &token, &own, 1).await;

    app.add_devices(Some(ADA.requester.parse().unwrap()), 99);
    rows::sweep_of_assets(&app, false).await;
    rows::people(&app, customer, 1..MANY).await;
    rows::places_and_contacts(&app, customer, 1..MANY).await;
    rows::identities_and_sessions(&app, ada.person, 1..MANY).await;
    compare(&lists, &one, &answered(&app, &app.api_key, &lists, MANY).await);
    compare(&own, &one_own, &answered(&app, &token, &own, MANY).await);
    app.hub.run_pending().await;
}
