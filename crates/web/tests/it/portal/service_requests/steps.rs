//! A customer's own workflow before the service desk gets the request.

use std::borrow::Cow;

use tessera_core::credentials::change::IdentityChange;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::{Identity, IdentityKey, SignIn};
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::plan::Plan;
use tessera_core::persons::{Person, PersonDraft};
use tessera_hub::Ctx;
use testkit::{ADA, Browser, PASSWORD, STRANGER, TestApp};
use uuid::Uuid;

use crate::portal::service_requests::{PHOTO, open};

const ADMIN: &str = "WORKFLOW_ADMIN";

const STAFF: Ctx = Ctx::new(Actor::Staff(Cow::Borrowed("test")), Channel::Console);

/// A person of Ada's customer, by name.
async fn person(app: &TestApp, name: &str) -> Person {
    let customer = app.customer_of(ADA.requester).await.parse().unwrap();
    let people = app.store.people(customer).await.unwrap();
    people.into_iter().find(|person| person.name == name).unwrap()
}

/// Changes a person's role functions and whether they are active.
pub async fn change(app: &TestApp, id: PersonId, active: bool, role_functions: &[&str]) {
    let draft = |person: &Person| PersonDraft {
        active,
        role_functions: role_functions.iter().map(|&it| it.to_owned()).collect(),
        ..PersonDraft::from(person)
    };
    app.hub.change_person(id, None, draft, &STAFF).await.unwrap();
}

/// Bo, a second person of Ada's customer, with a browser.
async fn colleague(app: &TestApp) -> (PersonId, Browser) {
    let customer = app.customer_of(ADA.requester).await;
    let bo = app.person("BO").named("Bo Example").of(customer.parse().unwrap()).create().await;
    app.sign_up(STRANGER).await;
    let account = app.idp.accounts().into_iter().find(|account| account.email == STRANGER).unwrap();
    let sign_in = SignIn {
        identity: IdentityKey { issuer: app.idp_url.clone(), subject: account.sub },
        provider: "idp".into(),
        email: Some(STRANGER.into()),
        email_verified: true,
        name: Some("Bo Example".into()),
    };
    let mut plan = Plan::default();
    let identity = Identity {
        id: Uuid::now_v7().into(),
        person_id: bo.id,
        customer_id: customer.parse().unwrap(),
        sign_in,
        created_at: app.hub.env.now(),
        last_used_at: None,
    };
    plan.push(IdentityChange::Create(Box::new(identity)), "a test");
    app.store.apply(&plan).await.unwrap();
    let mut browser = Browser::new();
    let page = browser.open(&format!("{}/portal/customer/requests", app.url)).await;
    let page = browser.submit(&page, &[("provider", "idp")]).await;
    let page = browser.submit(&page, &[("email", STRANGER), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    (bo.id, browser)
}

/// Adds a step to the workflow for installations.
async fn add(app: &TestApp, browser: &mut Browser, version: i64, step: &str, person: &str, label: &str) -> String {
    let version = version.to_string();
    let fields = [("version", version.as_str()), ("step", step), ("person", person), ("label", label)];
    browser.post(&format!("{}/portal/customer/workflows/installation", app.url), &fields).await.body
}

/// Defines a workflow with a field, an approval by Bo, and a notice to Bo.
async fn defined(app: &TestApp) -> (Browser, PersonId, Browser) {
    let mut ada = app.activated(ADA).await;
    let (bo, browser) = colleague(app).await;
    let adas = person(app, "Ada Example").await;
    change(app, adas.id, true, &[ADMIN]).await;
    add(app, &mut ada, 0, "field", "", "Cost centre").await;
    add(app, &mut ada, 1, "place", "", "").await;
    add(app, &mut ada, 2, "approval", &bo.to_string(), "").await;
    let page = add(app, &mut ada, 3, "notice", &bo.to_string(), "").await;
    for step in [
        "“Cost centre” is filled in",
        "A place is chosen",
        "Bo Example approves it",
        "Bo Example is notified by e-mail",
    ] {
        assert!(page.contains(step), "{step}: {page}");
    }
    (ada, bo, browser)
}

fn mails(app: &TestApp) -> Vec<String> {
    app.mail.messages().into_iter().map(|mail| format!("{} {}", mail.to.join(","), mail.subject)).collect()
}

#[testkit::both_databases]
async fn p09_changing_the_kind_of_a_request_keeps_what_was_typed(app: TestApp) {
    let (mut ada, ..) = defined(&app).await;
    let page = ada.open(&format!("{}/portal/customer/requests/new", app.url)).await;
    assert!(page.body.contains("type=\"radio\" name=\"kind\" value=\"installation\""), "{}", page.body);
    assert!(!page.body.contains("Cost centre"), "{}", page.body);
    // A kind with steps of its own is chosen: its questions come first, and what was typed is there.
    let typed = [("shown", "fault"), ("kind", "installation"), ("subject", "A new roof"), ("description", "In May.")];
    let again = open(&app, &mut ada, &typed, &[("roof.jpg", PHOTO)]).await;
    assert_eq!(again.status, 422, "files are chosen once more: {}", again.body);
    let again = open(&app, &mut ada, &typed, &[]).await;
    assert_eq!(again.status, 422);
    for kept in [
        "This kind of request needs other details.",
        "A new roof",
        "In May.",
        "Cost centre",
        "name=\"shown\" value=\"installation\"",
    ] {
        assert!(again.body.contains(kept), "{kept}: {}", again.body);
    }
    assert!(again.body.contains("value=\"installation\" checked"), "{}", again.body);
    // A kind without steps of its own is sent at once.
    let typed = [("shown", "fault"), ("kind", "question"), ("subject", "When is it?")];
    let sent = open(&app, &mut ada, &typed, &[]).await;
    assert!(sent.url.contains("/requests/") && !sent.url.ends_with("/new"), "{}", sent.url);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_a_request_passes_its_customers_workflow_first(app: TestApp) {
    let (mut ada, _, mut bo) = defined(&app).await;
    let home = app.customer_of(ADA.requester).await;
    let kind = ("kind", "installation");
    let wrong = open(&app, &mut ada, &[kind], &[]).await;
    assert_eq!(wrong.status, 422);
    for told in ["Fill in “Cost centre”", "Say at which place"] {
        assert!(wrong.body.contains(told), "{told}: {}", wrong.body);
    }
    let page = open(&app, &mut ada, &[kind, ("place", &home), ("answer.Cost centre", "4711")], &[]).await;
    assert!(page.body.contains("Waiting for approval") && page.body.contains("4711"), "{}", page.body);
    assert!(
        !page.body.contains("value=\"approve\""),
        "whoever opened it does not approve it, though she administers the steps"
    );
    app.hub.run_pending().await;
    assert_eq!(app.tickets(ADA).len(), 0, "the service team does not know yet");
    assert!(
        mails(&app).iter().any(|mail| mail.starts_with("bo@example.com Please approve a request")),
        "{:?}",
        mails(&app)
    );

    let list = bo.open(&format!("{}/portal/customer/requests", app.url)).await;
    assert!(list.body.contains("Waiting for your approval"), "{}", list.body);
    let shown = bo.open(&page.url).await;
    assert!(shown.body.contains("value=\"approve\""), "{}", shown.body);
    let shown = bo.post(&format!("{}/decide", page.url), &[("verdict", "approve")]).await;
    assert!(shown.body.contains("Approved by Bo Example"), "{}", shown.body);
    app.hub.run_pending().await;
    assert_eq!(app.tickets(ADA).len(), 1);
    assert!(app.tickets(ADA)[0].description.contains("<b>Cost centre:</b> 4711"));
    let told = mails(&app);
    assert!(told.iter().any(|mail| mail.starts_with("bo@example.com A request was opened")), "{told:?}");
    assert!(told.iter().any(|mail| mail.contains("Your request was approved")), "{told:?}");
    let again = bo.post(&format!("{}/decide", page.url), &[("verdict", "decline"), ("reason", "late")]).await;
    assert!(again.body.contains("no longer waiting for an approval"), "{}", again.body);
}

#[testkit::both_databases]
async fn p09_a_declined_request_never_reaches_the_desk(app: TestApp) {
    let (mut ada, _, mut bo) = defined(&app).await;
    let home = app.customer_of(ADA.requester).await;
    let fields = [("kind", "installation"), ("place", home.as_str()), ("answer.Cost centre", "4711")];
    let page = open(&app, &mut ada, &fields, &[]).await;
    ada.upload_all(&format!("{}/comment", page.url), &[("text", "Please")], &[]).await;
    let refused = bo.post(&format!("{}/decide", page.url), &[("verdict", "decline"), ("reason", " ")]).await;
    assert!(refused.body.contains("Say why"), "{}", refused.body);
    bo.post(&format!("{}/decide", page.url), &[("verdict", "decline"), ("reason", "Not <now>")]).await;
    app.hub.run_pending().await;
    let shown = ada.open(&page.url).await;
    assert!(shown.body.contains("Declined by Bo Example: Not &lt;now&gt;"), "{}", shown.body);
    assert!(mails(&app).iter().any(|mail| mail.contains("Your request was declined")), "{:?}", mails(&app));
    assert_eq!(app.tickets(ADA).len(), 0);
    let reopened = ada.post(&format!("{}/reopen", page.url), &[]).await;
    assert!(reopened.body.contains("was declined; open a new one"), "{}", reopened.body);
}

#[testkit::both_databases]
async fn p09_defining_a_workflow_requires_the_role_and_open_requests_keep_theirs(app: TestApp) {
    let (mut ada, bo_id, mut bo) = defined(&app).await;
    let url = format!("{}/portal/customer/workflows", app.url);
    let denied = bo.open(&url).await;
    assert_eq!((denied.status, denied.body.contains(ADMIN)), (403, true));
    assert_eq!(bo.post(&format!("{url}/installation"), &[("version", "4"), ("step", "place")]).await.status, 403);
    let home = app.customer_of(ADA.requester).await;
    let fields = [("kind", "installation"), ("place", home.as_str()), ("answer.Cost centre", "4711")];
    let running = open(&app, &mut ada, &fields, &[]).await;

    let stale = add(&app, &mut ada, 2, "place", "", "").await;
    assert!(stale.contains("someone changed these steps") || stale.contains("Someone changed these steps"), "{stale}");
    let nobody = Uuid::now_v7().to_string();
    assert!(add(&app, &mut ada, 4, "approval", &nobody, "").await.contains("hoose one of your own people"));
    assert!(add(&app, &mut ada, 4, "field", "", "cost CENTRE").await.contains("There are two fields"));
    let removed = ada.post(&format!("{url}/installation"), &[("version", "4"), ("remove", "2")]).await;
    assert!(!removed.body.contains("Bo Example approves it"), "{}", removed.body);
    assert_eq!(ada.post(&format!("{url}/toaster"), &[("version", "0"), ("step", "place")]).await.status, 404);

    let kept = ada.open(&running.url).await;
    assert!(kept.body.contains("Bo Example approves it"), "a running request keeps the steps it began with");
    let page = open(&app, &mut ada, &fields, &[]).await;
    assert!(page.body.contains("Received"), "the new ones have no approval: {}", page.body);

    // The approver is inactive: an administrator of the customer decides instead.
    app.hub.run_pending().await;
    change(&app, bo_id, false, &[]).await;
    let shown = ada.open(&running.url).await;
    assert!(shown.body.contains("is no longer active") && shown.body.contains("value=\"approve\""), "{}", shown.body);
    let shown = ada.post(&format!("{}/decide", running.url), &[("verdict", "approve")]).await;
    assert!(shown.body.contains("Approved by Ada Example"), "{}", shown.body);
    app.hub.run_pending().await;
    // A later step names the same person, who no longer gets notices.
    app.expect_failed_jobs(&["mail_request"]);
}
