//! The home page: what waits for a person, alarms, and figures.

use std::time::Duration;

use reqwest::StatusCode;
use tessera_core::staff::Role;
use tessera_sim::faults::{Fault, FaultKind};
use tessera_sim::mail::{self, Step};
use testkit::{ADA, BEN, CLI, Colleague, DESK, JO, NO_EMAIL, STAFF_LOGIN, STAFF_PASSWORD, TestApp};

use crate::statements::rows;

const PASSWORD: &str = "walnut-finch-11";

async fn colleague(app: &TestApp, role: Role) -> Colleague {
    app.hub.put_staff_with(role.as_str(), "Kim Example", PASSWORD, &[role], &CLI).await.unwrap();
    let mut kim = Colleague::signed_out(app);
    let home = kim.sign_in(role.as_str(), PASSWORD).await;
    assert_eq!((home.path.as_str(), home.status), ("/console", StatusCode::OK), "every role has a home");
    kim
}

/// A job that fails: the requester cannot be invited.
async fn failed_job(app: &TestApp) {
    app.hub.ask_invitation(NO_EMAIL, DESK.actor.clone()).await.unwrap();
    app.hub.run_pending().await;
}

/// The row of a table behind a chart.
fn row(label: &str, value: &str) -> String {
    format!("<tr><th scope=\"row\"><bdi>{label}</bdi></th><td class=\"sum\">{value}</td></tr>")
}

#[testkit::both_databases]
async fn h06_the_home_page_says_what_waits_and_leads_there_until_it_is_settled(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("").await.says(&["Nothing waits for you.", "Nothing has needed a person so far."]);

    failed_job(&app).await;
    let customers = rows::customers(&app, 0..2).await;
    rows::reviews(&app, &customers).await;
    rows::returns(&app, &customers).await;
    let kind = mail::FaultKind::Drop { step: Step::Message };
    app.mail.add_fault(mail::Fault { kind, to: None, times: Some(1) });
    app.hub.invite(ADA.requester, &JO).await.unwrap();
    app.hub.run_pending().await;
    let home = agnes.open("").await;
    home.lacks(&["Nothing waits for you."]);
    let work = [
        ("/console/reviews", "2", "Open reviews"),
        ("/console/systems", "1", "Failed jobs"),
        ("/console/systems", "1", "E-mails in doubt"),
        ("/console/returns?show=open", "2", "Returns to work on"),
    ];
    for (url, count, what) in work {
        home.says(&[&format!("<a href=\"{url}\"><strong>{count}</strong> <span>{what}</span></a>")]);
    }
    home.says(&["Oldest: <time"]);

    let systems = agnes.open("/systems").await;
    let jobs: Vec<&str> =
        systems.body.split("/console/jobs/").skip(1).filter_map(|job| job.split('/').next()).collect();
    for job in jobs {
        agnes.post(&format!("/jobs/{job}/dismiss"), &[]).await;
    }
    agnes.open("").await.lacks(&["Failed jobs", "E-mails in doubt", "1 job failed"]);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h06_when_nothing_waits_the_home_page_says_since_when(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let customers = rows::customers(&app, 0..1).await;
    rows::reviews(&app, &customers).await;
    let review = app.store.open_reviews(1).await.unwrap().remove(0);
    agnes.open("").await.says(&["<strong>1</strong> <span>Open reviews</span>"]);
    agnes.post(&format!("/reviews/{}", review.id), &[("choice", "none")]).await;
    assert_eq!(app.store.open_reviews(1).await.unwrap(), [], "it is decided");
    agnes.open("").await.says(&["Nothing waits for you.", "All has been well since <time"]);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h06_the_home_page_shows_to_each_role_what_it_may_see(app: TestApp) {
    failed_job(&app).await;
    let customers = rows::customers(&app, 0..1).await;
    rows::reviews(&app, &customers).await;
    rows::returns(&app, &customers).await;

    let mut moderator = colleague(&app, Role::Moderator).await;
    let home = moderator.open("").await;
    home.says(&["Nothing waits for you."]);
    home.lacks(&[
        "Find a customer",
        "Open reviews",
        "Failed jobs",
        "Returns to work on",
        "job failed",
        "class=\"chart\"",
    ]);
    assert_eq!(moderator.search("jane").await.status, StatusCode::FORBIDDEN, "the search is for who may see customers");

    let mut warehouse = colleague(&app, Role::Warehouse).await;
    let home = warehouse.open("").await;
    home.says(&["Find a customer", "Open reviews", "Returns to work on", "Activations by day"]);
    home.lacks(&["Failed jobs", "job failed", "API budget"]);

    let mut auditor = colleague(&app, Role::Auditor).await;
    auditor.open("").await.says(&["Open reviews", "Failed jobs", "Returns to work on", "1 job failed", "API budget"]);
    app.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn h06_each_page_of_the_console_names_what_is_wrong_in_one_line(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let pages = ["", "/reviews", "/persons", "/returns", "/staff", "/why"];
    for path in pages {
        agnes.open(path).await.lacks(&["View details"]);
    }
    failed_job(&app).await;
    agnes.post("/systems/mail/pause", &[]).await;
    for path in pages {
        agnes
            .open(path)
            .await
            .says(&["1 job failed · 1 system is paused. <a href=\"/console/systems\">View details</a>"]);
    }
    agnes.post("/systems/mail/resume", &[]).await;
    app.advance(Duration::from_hours(24 * 8));
    agnes.sign_in(STAFF_LOGIN, STAFF_PASSWORD).await;
    agnes.open("/reviews").await.lacks(&["job failed"]);
    agnes.open("").await.says(&["Failed jobs"]);
    app.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn h06_a_system_that_does_not_answer_is_an_alarm_and_waits_for_a_person(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let down = FaultKind::Status { status: 500, retry_after: None, body: None };
    let path = "/crm/*".to_owned();
    app.crm.faults().add(Fault { path, method: None, kind: down, times: None, skip: 0, probability: None });
    agnes.post("/systems/read", &[]).await;
    app.hub.run_pending().await;
    app.advance(Duration::from_secs(31));
    app.hub.run_pending().await;
    agnes.open("/systems").await.says(&["Paused after failures"]);
    agnes.open("").await.says(&["Systems in trouble", "Freshsales does not answer"]);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h06_charts_show_activations_and_how_far_invitations_came(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("").await.says(&["Nothing to show"]);
    app.activated(ADA).await;
    app.hub.invite(BEN.requester, &JO).await.unwrap();
    app.hub.run_pending().await;

    let home = agnes.open("").await;
    home.says(&[
        "role=\"img\" aria-label=\"Activations by day (UTC)\"",
        "aria-current=\"page\">30 days</a>",
        &row("Invited", "2"),
        &row("Signed in", "1"),
        &row("Activated", "1"),
        "Records read by the last sweeps",
    ]);
    let today = app.hub.env.now().strftime("%-d %b").to_string();
    home.says(&[&row(&today, "1")]);
    home.lacks(&["<polyline", "style="]);
    agnes.open("?days=90").await.says(&["<polyline", "aria-current=\"page\">90 days</a>"]);
    for strange in ["?days=-1", "?days=9999999999999999999", "?days=", "?days=%22"] {
        agnes.open(strange).await.says(&["aria-current=\"page\">30 days</a>"]);
    }

    app.advance(Duration::from_hours(24 * 10));
    agnes.sign_in(STAFF_LOGIN, STAFF_PASSWORD).await;
    let later = agnes.open("?days=7").await;
    later.lacks(&[&row(&today, "1"), &row("Invited", "2")]);
    agnes.open("?days=30").await.says(&[&row(&today, "1"), &row("Invited", "2")]);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h06_each_sweep_in_the_chart_leads_to_its_page(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let sweep = rows::sweep_of_assets(&app, false).await;
    let home = agnes.open("").await;
    let url = format!("<a href=\"/console/sweeps/{sweep}\">");
    assert_eq!(home.body.matches(&url).count(), 2, "in the drawing and in the table: {}", home.body);
    home.says(&["role=\"group\" aria-label=\"Records read by the last sweeps\"", "API budget used now"]);
}
