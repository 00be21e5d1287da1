//! The lists of the customer portal.

use tessera_core::persons::PersonDraft;
use testkit::portal::{PortalUser, viewer};
use testkit::{ADA, TestApp};

use super::{List, MANY, Visitor, asked, compare, rows};

async fn opened(app: &TestApp, ada: &mut PortalUser, lists: &[List], rows: usize) -> Vec<u64> {
    asked(app, Visitor::Customer(ada), lists, rows).await
}

#[testkit::both_databases]
async fn portal_devices_contacts_and_timeline_take_no_query_per_row(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    ada.give(&app, "PORTALCONTACTEDIT").await;
    let lists = [
        List::new("", "/portal/customer/devices/", MANY),
        List::new("/contacts", "Row ", MANY),
        List::new("/identities", "/identities/", MANY),
        List::new("/sessions", "Signed in with", MANY),
        // Objects by their ids, and devices by theirs.
        List::new("/timeline", "<li", 50).naming(2),
        List::new("/requests/new", "HIB-", MANY),
        List::new("/returns/new", "HIB-", MANY),
    ];
    rows::places_and_contacts(&app, ada.customer, 0..1).await;
    let one = opened(&app, &mut ada, &lists, 1).await;

    rows::places_and_contacts(&app, ada.customer, 1..MANY).await;
    app.add_devices(Some(ADA.requester.parse().unwrap()), 99);
    rows::sweep_of_assets(&app, false).await;
    rows::identities_and_sessions(&app, ada.person, 1..MANY).await;
    compare(&lists, &one, &opened(&app, &mut ada, &lists, MANY).await);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn portal_requests_returns_and_invoices_take_no_query_per_row(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let reader = viewer(&app, ada.person).await;
    let lists = [
        List::new("/requests", "/portal/customer/requests/", 20),
        List::new("/returns", "/portal/customer/returns/", 20),
        List::new("/invoices", "/portal/customer/invoices/", 20),
        List::new("/search?q=hums", "/portal/customer/requests/", 10),
    ];
    rows::requests(&app, &reader, 0..1).await;
    rows::returns(&app, &[ada.customer]).await;
    rows::invoices(&app, &[ada.customer]).await;
    let one = opened(&app, &mut ada, &lists, 1).await;

    rows::requests(&app, &reader, 1..MANY).await;
    rows::returns(&app, &[ada.customer; MANY - 1]).await;
    rows::invoices(&app, &[ada.customer; MANY - 1]).await;
    compare(&lists, &one, &opened(&app, &mut ada, &lists, MANY).await);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn portal_news_and_forum_take_no_query_per_row(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let functions = ["PORTALBLOGEDITACCESS", "PORTALFORUMMODERATE"].map(ToOwned::to_owned);
    ada.change(&app, |draft| PersonDraft { role_functions: functions.to_vec(), ..draft }).await;
    let reader = viewer(&app, ada.person).await;
    let topic = rows::topic(&app, &reader).await;
    let lists = [
        List::new("/news", "/portal/customer/news/", 10),
        List::new("/forum", "/portal/customer/forum/boards/", MANY),
        List::new(format!("/forum/boards/{}", topic.board_id), "/portal/customer/forum/topics/", 20),
        List::new(format!("/forum/topics/{}", topic.id), "id=\"post-", 25),
    ];
    rows::news(&app, &reader, 0..1).await;
    let one = opened(&app, &mut ada, &lists, 1).await;

    rows::news(&app, &reader, 1..MANY).await;
    rows::more_of_forum(&app, &topic, 1..MANY).await;
    compare(&lists, &one, &opened(&app, &mut ada, &lists, MANY).await);
    app.hub.run_pending().await;
}
