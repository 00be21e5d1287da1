//! Vendors whose answers are not what they seem: the check says nothing but what it saw.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tessera_check::{Finding, Outcome, Report, Target, Verdict};
use tessera_sim::marketplace_vendor::Vendor;
use tessera_sim::server::Running;

use crate::target;

/// What happens to the answers of a vendor.
#[derive(Clone, Copy)]
enum Mishap {
    /// Synchronize answers the id of another account.
    Foreign,
    /// A failure on the way, with a body that claims success. The vendor never receives the call.
    Unavailable,
    /// The same page for everyone.
    Page,
    /// The call leads elsewhere.
    Redirect,
    /// The vendor carries out the call, and then there is a page.
    PageAfterwards,
    /// The vendor carries out the call, and then there is a failure on the way.
    UnavailableAfterwards,
    /// The key is refused, whatever it is.
    RefusesEverybody,
    /// Exists finds every account.
    FindsEverybody,
    /// Exists finds nobody.
    FindsNobody,
    /// A code is there, but no options.
    ListsNothing,
    /// The list of options is empty.
    NeedsNothing,
    /// The answer has nothing but Code, Message and Result.
    Sparse,
}

/// A mishap with some operations, in lower case. None: with all.
#[derive(Clone)]
struct Faulty {
    mishap: Mishap,
    operations: &'static [&'static str],
    /// The external ids, each with its account.
    given: Arc<Mutex<Vec<(String, String)>>>,
}

async fn mishap(State(faulty): State<Faulty>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_lowercase();
    let operation = path.rsplit('/').next().unwrap_or_default();
    if !faulty.operations.is_empty() && !faulty.operations.contains(&operation) {
        return next.run(request).await;
    }
    let answer = |body: &Value| ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response();
    let claims = || answer(&json!({ "Code": 0, "Message": "", "Result": "500777" }));
    let unavailable = || (StatusCode::SERVICE_UNAVAILABLE, claims()).into_response();
    let page = "<!doctype html><title>Maintenance</title><p>We will be back soon.</p>";
    match faulty.mishap {
        Mishap::Foreign => foreign(&faulty, request, next).await,
        Mishap::Sparse => {
            let received = axum::body::to_bytes(next.run(request).await.into_body(), usize::MAX).await.unwrap();
            let whole: Value = serde_json::from_slice(&received).unwrap_or_default();
            answer(&json!({ "Code": whole["Code"], "Message": whole["Message"], "Result": whole["Result"] }))
        }
        Mishap::PageAfterwards => {
            next.run(request).await;
            page.into_response()
        }
        Mishap::UnavailableAfterwards => {
            next.run(request).await;
            unavailable()
        }
        other => {
            // A client that is still sending would not read the answer.
            let _ = axum::body::to_bytes(request.into_body(), usize::MAX).await;
            match other {
                Mishap::Page => page.into_response(),
                Mishap::Redirect => {
                    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, path.clone())]).into_response()
                }
                Mishap::RefusesEverybody => answer(&json!({ "Code": -12, "Message": "unknown key", "Result": "" })),
                Mishap::FindsEverybody => answer(&json!({ "Code": 1, "Message": "", "Result": "somebody" })),
                Mishap::NeedsNothing => answer(&json!({ "Fields": [] })),
                Mishap::FindsNobody | Mishap::ListsNothing => answer(&json!({ "Code": 0, "Message": "" })),
                _ => unavailable(),
            }
        }
    }
}

/// The vendor carries out the call, and answers the first id of another account.
async fn foreign(faulty: &Faulty, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let sent = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let account = serde_json::from_slice::<Value>(&sent).unwrap_or_default()["ID"].as_str().unwrap_or("").to_owned();
    let response = next.run(Request::from_parts(parts, Body::from(sent))).await;
    let (parts, body) = response.into_parts();
    let received = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut answer: Value = serde_json::from_slice(&received).unwrap_or_default();
    let id = answer["Result"].as_str().unwrap_or_default();
    if !id.starts_with("customer-") {
        return Response::from_parts(parts, Body::from(received));
    }
    let mut given = faulty.given.lock().unwrap();
    given.push((account.clone(), id.to_owned()));
    let other = given.iter().find(|(owner, _)| *owner != account).map_or("customer-999", |(_, id)| id.as_str());
    answer["Result"] = Value::from(other);
    (parts.status, [(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

/// Checks a vendor that keeps the contract but for the mishap.
async fn checked(vendor: &Vendor, mishap_is: Mishap, operations: &'static [&'static str]) -> Report {
    let faulty = Faulty { mishap: mishap_is, operations, given: Arc::default() };
    let router = vendor.router().layer(from_fn_with_state(faulty, mishap));
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let running = Running::serve(listener, router).unwrap();
    let settings = vec![("FieldRegion".to_owned(), "eu-1".to_owned())];
    tessera_check::check(Target { settings, ..target(&running.url()) }).await.unwrap()
}

fn finding<'a>(report: &'a Report, rule: &str) -> &'a Finding {
    report.findings.iter().find(|finding| finding.rule.id == rule).unwrap()
}

fn why<'a>(report: &'a Report, rule: &str) -> &'a str {
    finding(report, rule).wrong.as_deref().unwrap_or_default()
}

fn assert_outcomes(report: &Report, outcome: Outcome, rules: &[&str]) {
    for rule in rules {
        assert_eq!(finding(report, rule).outcome, outcome, "{rule}: {report}");
    }
}

#[tokio::test]
async fn m19_customers_whose_id_was_not_answered_are_found_and_deleted() {
    let vendor = Vendor::new([]);
    let report = checked(&vendor, Mishap::Foreign, &["synchronize"]).await;
    assert_eq!(vendor.customers(), 0, "{report}");
    assert!(report.left_behind.is_empty(), "{report}");
    // Exists is right, so only Synchronize is blamed.
    assert_eq!(report.broken_rules(), ["S1", "S2"], "{report}");
    assert!(why(&report, "S1").contains("but Exists finds the account as customer-1"), "{report}");
    assert_outcomes(&report, Outcome::Kept, &["E1", "E2", "E3", "Z1"]);
    assert_outcomes(&report, Outcome::NotAsked, &["D1", "D2", "D3", "E5"]);
}

#[tokio::test]
async fn m16_a_customer_that_synchronize_names_wrongly_is_not_deleted() {
    let vendor = Vendor::new([]);
    let known = vendor.add_customer("known.example");
    let faulty = Faulty {
        mishap: Mishap::Foreign,
        operations: &["synchronize"],
        given: Arc::new(Mutex::new(vec![("somebody".to_owned(), known)])),
    };
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let router = vendor.router().layer(from_fn_with_state(faulty, mishap));
    let running = Running::serve(listener, router).unwrap();
    let report = tessera_check::check(target(&running.url())).await.unwrap();
    assert_eq!(vendor.customers(), 1, "the customer is still there, and no other: {report}");
    assert!(report.left_behind.is_empty() && report.broken_rules().contains(&"S2"), "{report}");
}

#[tokio::test]
async fn m21_an_answer_with_a_failing_status_shows_nothing() {
    let vendor = Vendor::new([]);
    let report = checked(&vendor, Mishap::Unavailable, &[]).await;
    assert_eq!((report.verdict, report.passed), (Verdict::Incomplete, false), "{report}");
    assert_eq!(report.rules(Outcome::Advice), ["T9"], "{report}");
    assert_eq!(report.rules(Outcome::Kept), ["T1"], "{report}");
    assert_eq!(why(&report, "S1"), "the answer is HTTP 503", "{report}");
    assert!(report.to_string().contains("First check the address"), "{report}");

    let report = checked(&vendor, Mishap::Unavailable, &["synchronize"]).await;
    assert_eq!((report.verdict, report.broken_rules()), (Verdict::Incomplete, vec![]), "{report}");
    assert_outcomes(&report, Outcome::NotAsked, &["S1", "S3", "S5", "D1", "E3", "E5", "U1", "U2", "U3", "Z1"]);
    assert_eq!(report.rules(Outcome::Advice), ["T9", "U4"], "{report}");

    let report = checked(&vendor, Mishap::Unavailable, &["delete"]).await;
    assert_eq!((report.verdict, report.broken_rules()), (Verdict::Incomplete, vec![]), "{report}");
    assert_outcomes(&report, Outcome::NotAsked, &["D1", "D3", "T2", "Z1"]);
    assert!(vendor.customers() > 0 && report.left_behind.len() >= vendor.customers(), "{report}");
}

#[tokio::test]
async fn m19_customers_made_behind_a_page_or_a_failure_are_deleted_or_listed() {
    for mishap in [Mishap::PageAfterwards, Mishap::UnavailableAfterwards] {
        let vendor = Vendor::new([]);
        let report = checked(&vendor, mishap, &["synchronize"]).await;
        assert_eq!((vendor.customers(), report.left_behind.len()), (0, 0), "{report}");
        assert!(!report.passed, "{report}");
    }
    let report = checked(&Vendor::new([]), Mishap::Redirect, &["synchronize"]).await;
    assert!(!report.left_behind.is_empty(), "Exists found no customer, so it does not show that there is none");
    for left in &report.left_behind {
        assert!(left.why.starts_with("Synchronize: the answer is HTTP 307; "), "{left:?}");
    }
    assert!(!report.to_string().contains("no answer:"), "{report}");
}

#[tokio::test]
async fn m21_a_refusal_shows_something_only_if_the_right_key_is_accepted() {
    let access = ["U1", "U2", "U3", "U4"];
    let vendor = Vendor::new([]);
    for mishap in [Mishap::Page, Mishap::RefusesEverybody] {
        let report = checked(&vendor, mishap, &[]).await;
        assert!(!report.passed, "{report}");
        assert_outcomes(&report, Outcome::NotAsked, &access);
        assert_outcomes(&report, Outcome::NotAsked, &["S11", "Z1"]);
    }
    let report = checked(&vendor, Mishap::RefusesEverybody, &[]).await;
    assert_outcomes(&report, Outcome::NotAsked, &["T5", "T6", "T7", "E4"]);
    let report = checked(&vendor, Mishap::Page, &[]).await;
    assert_outcomes(&report, Outcome::NotAsked, &["T10", "E2"]);
    let report = checked(&vendor, Mishap::RefusesEverybody, &["synchronize"]).await;
    assert_outcomes(&report, Outcome::NotAsked, &["U1", "U2", "U3"]);
    let report = checked(&vendor, Mishap::ListsNothing, &["syncoptions"]).await;
    assert_outcomes(&report, Outcome::NotAsked, &["U4"]);
}

#[tokio::test]
async fn m21_an_exists_that_finds_everybody_or_nobody_shows_nothing() {
    let vendor = Vendor::new([]);
    let report = checked(&vendor, Mishap::FindsEverybody, &["exists"]).await;
    assert!(report.broken_rules().contains(&"E1"), "{report}");
    assert_outcomes(&report, Outcome::NotAsked, &["T6", "S11", "Z1"]);
    assert_eq!(vendor.customers(), 0, "{report}");
    assert!(!report.left_behind.is_empty(), "nothing confirms that they are gone: {report}");
    let report = checked(&vendor, Mishap::FindsNobody, &["exists"]).await;
    assert!(report.broken_rules().contains(&"E3"), "{report}");
    assert_outcomes(&report, Outcome::NotAsked, &["T6", "S11", "E2", "D2", "Z1"]);
    assert_eq!(vendor.customers(), 0, "{report}");
}

#[tokio::test]
async fn m21_a_rule_about_what_is_not_there_does_not_apply() {
    let vendor = Vendor::new([]);
    let report = checked(&vendor, Mishap::Sparse, &["synchronize"]).await;
    assert!(report.passed, "{report}");
    assert_outcomes(&report, Outcome::NotApplicable, &["S6", "S12"]);
    let report = checked(&vendor, Mishap::NeedsNothing, &["syncoptions"]).await;
    assert_outcomes(&report, Outcome::NotApplicable, &["O2", "O3", "O5", "O8"]);
}

#[tokio::test]
async fn m21_a_customer_that_was_not_deleted_may_exist() {
    let report = checked(&Vendor::new([]), Mishap::RefusesEverybody, &["delete"]).await;
    assert_eq!(report.broken_rules(), ["D1", "Z1"], "{report}");
    assert_outcomes(&report, Outcome::NotAsked, &["D2"]);
}

#[tokio::test]
async fn m21_a_broken_connection_is_named_in_plain_words() {
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let breaks = tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            drop(connection);
        }
    });
    let report = tessera_check::check(Target { timeout: Duration::from_secs(5), ..target(&url) }).await.unwrap();
    breaks.abort();
    assert_eq!(report.broken_rules(), ["T1"], "{report}");
    let words =
        ["no answer: the connection broke", "no answer: the connection was closed before the answer was complete"];
    assert!(words.contains(&why(&report, "T1")), "{report}");
}
