//! Inviting from the console (`A11`).

use reqwest::{Method, StatusCode};
use tessera_sim::faults::{Fault, FaultKind};
use testkit::{BEN, Browser, Colleague, EVE, NO_EMAIL, TestApp};

#[testkit::both_databases]
async fn a11_h01_staff_invite_an_unknown_requester(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let page = "/records/freshservice/requester/1005";
    agnes.open(page).await.says(&["Eve Example", "eve@example.com", "Never invited", "No asset is assigned"]);

    let made = agnes.post(&format!("{page}/invite"), &[]).await;
    let link = made.body.split(&format!("{}/activate/", app.url)).nth(1).expect("the link is shown");
    let link = format!("{}/activate/{}", app.url, link.split('<').next().unwrap());
    made.says(&["Invitation created", "eve@example.com", "Withdraw"]);
    assert!(!made.path.contains("activate"), "the link is in no address: {}", made.path);
    let again = agnes.go(Method::GET, &made.path, &[]).await;
    again.lacks(&["/activate/", "Invitation created"]);
    again.says(&["Open", "agnes", "The open invitation stops working"]);
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    assert_eq!((mails.len(), mails[0].to.as_slice()), (1, [EVE.email.to_owned()].as_slice()));
    assert!(mails[0].text.as_deref().unwrap().contains(&link));

    agnes.post(&format!("{page}/withdraw"), &[]).await.says(&["is withdrawn", "Withdrawn"]);
    assert_eq!(Browser::new().open(&link).await.status, 410);

    app.activated(BEN).await;
    let customers = agnes.open("/records/freshservice/requester/1002").await;
    assert_eq!(customers.path, format!("/console/customers/{}", app.customer_of(BEN.requester).await));
    let again = agnes.go(Method::POST, &format!("{}/invite", customers.path), &[]).await;
    again.says(&["ben@example.com", "/activate/"]);
    agnes.go(Method::GET, &again.path, &[]).await.lacks(&["/activate/"]);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a11_h04_a_rejected_invitation_explains_the_remedy(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let page = format!("/records/freshservice/requester/{NO_EMAIL}");
    agnes.open(&page).await.says(&["no e-mail address", "Add one in Freshservice"]);
    agnes.post(&format!("{page}/invite"), &[]).await.says(&["Requester 1006 has no e-mail address", "enter one there"]);

    let down = FaultKind::Status { status: 503, retry_after: None, body: None };
    let path = "/api/v2/*".to_owned();
    app.desk.faults().add(Fault { path, method: None, kind: down, times: None, skip: 0, probability: None });
    let unknown = agnes.open("/records/freshservice/requester/1005").await;
    assert_eq!((unknown.path.as_str(), unknown.status), ("/console", StatusCode::OK));
    unknown.says(&["Freshservice is not available", "requester 1005", "Try again at"]);
    let known = agnes.post(&format!("{page}/reread"), &[]).await;
    assert_eq!(known.path, format!("/console{page}"));
    known.says(&["Freshservice is not available", "Finn Example"]);
    assert!(app.mail.messages().is_empty());
}
