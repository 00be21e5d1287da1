//! The systems page, and failed jobs (`H04`, `H06`).

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tessera_core::kernel::ids::CustomerId;
use tessera_sim::faults::{Fault, FaultKind};
use tessera_sim::mail::{self, Step};
use testkit::{ADA, Colleague, DESK, JO, NO_EMAIL, TestApp};

#[testkit::both_databases]
async fn h04_h06_staff_see_systems_and_retry_failed_jobs(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/systems").await.says(&["Not called yet", "There has been no sweep yet", "Nothing has failed"]);
    agnes.post("/systems/read", &[]).await.says(&["Everything is being read", "3 jobs wait"]);
    app.hub.run_pending().await;
    agnes.open("/systems").await.says(&[
        "Requesters",
        "Assets",
        "Contacts",
        "Complete",
        "Healthy",
        "kept for people who wait",
    ]);

    app.hub.ask_invitation(NO_EMAIL, DESK.actor.clone()).await.unwrap();
    app.hub.run_pending().await;
    let failed = agnes.open("/systems").await;
    failed.says(&["Gave up", "Invite requester", "Requester 1006", "Requester 1006 has no e-mail address", "Try now"]);
    app.call_desk(Method::PUT, &format!("/requesters/{NO_EMAIL}"), json!({ "primary_email": "finn@example.com" }))
        .await;
    let retry = failed.body.split("/console/jobs/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let retry = format!("/jobs/{retry}");
    agnes.post(&retry, &[]).await.says(&["is being tried again", "Will be tried again"]);
    agnes.post(&retry, &[]).await.says(&["was not started again"]);
    app.hub.run_pending().await;
    agnes.open("/systems").await.says(&["Nothing has failed"]);
    assert_eq!(app.mail.messages()[0].to, ["finn@example.com"]);

    let down = FaultKind::Status { status: 500, retry_after: None, body: None };
    let path = "/crm/*".to_owned();
    app.crm.faults().add(Fault { path, method: None, kind: down, times: None, skip: 0, probability: None });
    agnes.post("/systems/read", &[]).await;
    app.hub.run_pending().await;
    app.advance(Duration::from_secs(31));
    app.hub.run_pending().await;
    agnes.open("/systems").await.says(&[
        "Paused after failures",
        "Sweep",
        "Will be tried again",
        "Reading the contacts stopped at page 1",
    ]);
}

#[testkit::both_databases]
async fn h06_a_dismissed_job_raises_no_warning(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    app.hub.ask_invitation(NO_EMAIL, DESK.actor.clone()).await.unwrap();
    app.hub.run_pending().await;
    let failed = agnes.open("/systems").await;
    let job = failed.body.split("/console/jobs/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    agnes.post(&format!("/jobs/{job}/dismiss"), &[]).await.says(&["The job was dismissed", "Nothing has failed"]);
    for path in ["dismiss", "retry"] {
        agnes.post(&format!("/jobs/{job}/{path}"), &[]).await.says(&["it is no longer among those given up"]);
    }
    app.hub.run_pending().await;
    assert!(app.mail.messages().is_empty(), "it is not done later");
    let entries = app.store.whole_timeline(CustomerId::OPERATOR).await.unwrap();
    let entry = entries.iter().map(tessera_web::timeline::staff::entry).find(|it| it.contains("dismissed")).unwrap();
    assert!(entry.contains("invite") && entry.contains("requester 1006 has no e-mail address"), "{entry}");
}

#[testkit::both_databases]
async fn h06_staff_pause_a_system_and_retry_failed_jobs_together(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.post("/systems/mail/pause", &[]).await.says(&[
        "Its jobs wait until you resume them",
        "Mail server",
        "Resume",
    ]);
    agnes.post("/systems/mail/resume", &[]).await.says(&["Its jobs are running again"]);
    for requester in ["nobody-1", "nobody-2"] {
        app.hub.ask_invitation(requester, DESK.actor.clone()).await.unwrap();
    }
    app.hub.run_pending().await;
    agnes.open("/systems").await.says(&["Invite requester: 2 jobs gave up", "Try all again", "Try failed jobs again"]);
    agnes.post("/failed-jobs/kinds/invite/retry", &[]).await.says(&["2 jobs are being tried again"]);
    app.hub.run_pending().await;
    agnes.post("/failed-jobs/systems/service_desk/retry", &[]).await.says(&["2 jobs are being tried again"]);
    agnes.post("/failed-jobs/systems/mail/retry", &[]).await.says(&["There are no failed jobs to try again"]);
    app.hub.run_pending().await;
    app.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn h04_h06_an_email_in_doubt_is_sent_again_or_settled(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    for (path, events) in [("retry", "sent again"), ("dismiss", "settled")] {
        let kind = mail::FaultKind::Drop { step: Step::Message };
        app.mail.add_fault(mail::Fault { kind, to: None, times: Some(1) });
        app.hub.invite(ADA.requester, &JO).await.unwrap();
        app.hub.run_pending().await;
        let shown = agnes.open("/systems").await;
        shown.says(&["In doubt", "Send mail: invitation", "may have accepted the message", "Send again", "Settled"]);
        let listed = app.api.get("/jobs?state=in_doubt", &app.api_key).await.json();
        assert_eq!(listed["items"][0]["kind"], "mail_invitation", "{listed}");
        let counts = app.api.get("/systems", &app.api_key).await.json()["jobs"].clone();
        assert_eq!((&counts["in_doubt"], &counts["failed"]), (&json!(1), &json!(0)));

        let before = app.mail.messages().len();
        let job = listed["items"][0]["id"].as_str().unwrap();
        agnes.post(&format!("/jobs/{job}/{path}"), &[]).await;
        app.hub.run_pending().await;
        agnes.open("/systems").await.says(&["Nothing has failed"]);
        assert_eq!(app.mail.messages().len(), before + usize::from(path == "retry"));
        let entries = app.store.whole_timeline(CustomerId::OPERATOR).await.unwrap();
        let entries: Vec<_> = entries.iter().map(tessera_web::timeline::staff::entry).collect();
        assert!(entries.iter().any(|it| it.contains("in doubt") && it.contains(events)), "{entries:?}");
    }
}
