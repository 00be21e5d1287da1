//! A customer's page, its links and its reviews (`A01`, `H01`, `H03`, `H05`).

use reqwest::Method;
use serde_json::json;
use tessera_core::kernel::record::Kind;
use testkit::run_sql;
use testkit::{ADA, CLEO, Colleague, TestApp};

use super::customer;

#[testkit::both_databases]
async fn a01_h01_a_customer_page_shows_every_link_with_its_evidence(app: TestApp) {
    app.activated(ADA).await;
    let ada = customer(&app, ADA.requester).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let page = agnes.open(&format!("/customers/{ada}")).await;
    page.says(&[
        "Opened the invitation sent to: ada@example.com",
        "Same primary e-mail, one contact: ada@example.com",
        "Verified by the provider: yes",
        "by the customer",
        "1001",
        "5001",
        "HIB-A1",
        "Used",
        "API key test",
        "Account activated",
        ">Verified<",
    ]);
    let identity = app.store.identities(ada).await.unwrap().remove(0).sign_in.identity;
    page.says(&[&identity.subject, &identity.issuer]);
    for kind in ["user", "requester", "contact"] {
        page.says(&[&format!("Unlink this {kind}")]);
    }
    assert!(page.body.find("· user") < page.body.find("· requester"), "the identity first");

    agnes.post(&format!("/customers/{ada}/reread"), &[]).await.says(&["being read again"]);
    app.call_desk(Method::PUT, "/requesters/1001", json!({ "first_name": "Adela" })).await;
    app.hub.run_pending().await;
    agnes.open(&format!("/customers/{ada}")).await.says(&["Adela Example", "Name changed from Ada Example"]);

    let entries = app.store.timeline_head(ada).await.unwrap().unwrap().length;
    let older = agnes.open(&format!("/customers/{ada}?before=3")).await;
    older.says(&[">Verified<", "#2</span>", "#1</span>"]);
    older.lacks(&[&format!("#{entries}</span>")]);
}

#[testkit::both_databases]
async fn h01_unlinking_frees_the_identity_and_ends_its_session(app: TestApp) {
    let mut customers = app.activated(ADA).await;
    let portal = format!("{}/portal/customer", app.url);
    assert!(customers.open(&portal).await.body.contains("HIB-A1"));
    let ada = customer(&app, ADA.requester).await;
    let links = app.store.links(ada).await.unwrap();
    let of = |kind| links.iter().find(|link| link.record.kind == kind).unwrap().id;
    let unlink = |kind| format!("/customers/{ada}/links/{}/unlink", of(kind));
    let mut agnes = Colleague::signed_in(&app).await;

    agnes.post(&unlink(Kind::User), &[("reason", "  ")]).await.says(&["Nothing was unlinked: give a reason"]);
    assert_eq!(app.store.identities(ada).await.unwrap().len(), 1);
    let why = [("reason", "signed in for somebody else")];
    let page = agnes.post(&unlink(Kind::User), &why).await;
    page.says(&[
        "Unlinked. The link and the reason stay",
        "signed in for somebody else",
        "agnes",
        "Console",
        ">Verified<",
    ]);
    page.lacks(&["Unlink this user"]);
    assert!(app.store.identities(ada).await.unwrap().is_empty());
    assert!(customers.open(&portal).await.url.ends_with("/portal/customer/sign-in"));
    agnes.post(&unlink(Kind::User), &why).await.says(&["has no active link"]);

    let page = agnes.post(&unlink(Kind::Requester), &why).await;
    page.says(&["The requester was unlinked on", "identity_unlinked"]);
    page.lacks(&["Invite again", "HIB-A1</code>"]);
    let free = agnes.open("/records/freshservice/requester/1001").await;
    assert_eq!(free.path, "/console/records/freshservice/requester/1001");
    free.says(&["Ada Example", "Used"]);
}

#[testkit::both_databases]
async fn h03_a_review_links_the_chosen_candidate(app: TestApp) {
    app.activated(CLEO).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let list = agnes.open("/reviews").await;
    list.says(&["2 CRM contacts have the e-mail cleo@example.com", "Cleo Example", "1<span class=\"sr\"> open"]);
    let review = app.store.open_reviews(9).await.unwrap().remove(0);
    let page = format!("/reviews/{}", review.id);
    let shown = agnes.open(&page).await;
    shown.says(&["5003", "6003", "same", "freshsales:contact:6003", "None of these"]);

    agnes.post(&page, &[("choice", "nonsense")]).await.says(&["Nothing was decided"]);
    agnes.post(&page, &[("choice", "freshsales:contact:5001")]).await.says(&["is not one of the candidates"]);
    let decided = [("choice", "freshsales:contact:6003"), ("note", "the address on the deal")];
    let shown = agnes.post(&page, &decided).await;
    shown.says(&["Decided", "Contact 6003 is this customer’s", "the address on the deal", "agnes"]);
    shown.lacks(&["name=\"choice\""]);
    agnes.post(&page, &decided).await.says(&["was answered before"]);
    agnes.open("/reviews").await.says(&["Nothing to decide"]);

    let cleo = customer(&app, CLEO.requester).await;
    let page = agnes.open(&format!("/customers/{cleo}")).await;
    page.says(&["Decided in review", "6003", "Unlink this contact", "the address on the deal", ">Verified<"]);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h03_a_review_can_be_closed_without_a_link(app: TestApp) {
    app.activated(CLEO).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let cleo = customer(&app, CLEO.requester).await;
    let waits = agnes.open(&format!("/customers/{cleo}")).await;
    waits.says(&["Waits for a decision", "2 CRM contacts"]);
    let review = app.store.open_reviews(9).await.unwrap().remove(0);
    let shown = agnes.post(&format!("/reviews/{}", review.id), &[("choice", "none"), ("note", "")]).await;
    shown.says(&["None of the candidates is this customer"]);
    let page = agnes.open(&format!("/customers/{cleo}")).await;
    page.lacks(&["Waits for a decision", "Unlink this contact"]);
    agnes.post(&format!("/customers/{cleo}/reread"), &[]).await;
    app.hub.run_pending().await;
    agnes.open("/reviews").await.says(&["Nothing to decide"]);
}

#[testkit::both_databases]
async fn h05_tampering_with_a_timeline_is_shown_on_the_customers_page(app: TestApp) {
    app.activated(ADA).await;
    let ada = customer(&app, ADA.requester).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let page = format!("/customers/{ada}");
    agnes.open(&page).await.says(&[">Verified<"]);
    run_sql(&app.database, "DELETE FROM timeline WHERE seq = (SELECT max(seq) FROM timeline)").await;
    agnes.open(&page).await.says(&["Chain broken"]);
    run_sql(&app.database, "UPDATE timeline SET actor = 'nobody' WHERE seq = 2").await;
    let broken = agnes.open(&page).await;
    broken.says(&["Chain broken", "Entry 2 does not match its hash"]);
    broken.lacks(&[">Verified<"]);
}
