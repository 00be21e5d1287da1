//! Malicious vendors: the check still ends with a report, within its limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use tessera_check::{Outcome, Report, Target};
use tessera_sim::marketplace_vendor::{Fault, Vendor};
use tessera_sim::server::Running;

use crate::target;

/// The behaviour of a malicious vendor.
#[derive(Clone)]
struct Hostile {
    answer: fn(&str, usize) -> Response,
    asked: Arc<AtomicUsize>,
}

impl Hostile {
    fn new(answer: fn(&str, usize) -> Response) -> Self {
        Self { answer, asked: Arc::default() }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Checks it, with short time limits.
    async fn checked(&self) -> (Report, Duration) {
        let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        let running = Running::serve(listener, router).unwrap();
        let began = Instant::now();
        let timeout = Duration::from_millis(400);
        let target = Target {
            timeout,
            within: Duration::from_secs(3),
            cleanup: Duration::from_secs(3),
            ..target(&running.url())
        };
        let report = tessera_check::check(target).await.unwrap();
        assert!(!report.passed, "{report}");
        for line in report.to_string().lines() {
            assert!(line.chars().count() < 1000 && !line.chars().any(char::is_control), "{line:?}");
        }
        (report, began.elapsed())
    }
}

async fn answer(State(vendor): State<Hostile>, request: Request) -> Response {
    let asked = vendor.asked.fetch_add(1, Ordering::Relaxed);
    let path = request.uri().path().to_lowercase();
    // A client that is still sending would not read the answer.
    let _ = axum::body::to_bytes(request.into_body(), usize::MAX).await;
    (vendor.answer)(&path, asked)
}

fn json_of(body: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// The options of a vendor that looks harmless.
fn options(choices: usize) -> Response {
    let values = (0..choices)
        .map(|at| json!({ "ID": at.to_string(), "SortOrder": at, "Name": format!("n{at}"), "IsDefault": false }));
    json_of(&json!({ "Fields": [{ "ID": "role", "Definition": {
        "ID": "role", "SortOrder": 0, "Name": "Role", "Description": null, "Kind": "List", "DataType": "Text", "IsRequired": false,
        "PredefinedValues": values.collect::<Vec<_>>(), "IsReadOnly": false, "AvailableToStorefront": true,
    } }] }))
}

#[tokio::test]
async fn m21_an_answer_without_an_end_is_no_answer() {
    let endless = Hostile::new(|_, _| {
        let pieces = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 8192])));
        Body::from_stream(pieces).into_response()
    });
    let (report, took) = endless.checked().await;
    let status = report.findings.iter().find(|finding| finding.rule.id == "T1").unwrap();
    assert_eq!(status.outcome, Outcome::Broken);
    let wrong = status.wrong.as_deref().unwrap();
    assert!(wrong.starts_with("no answer: ") && !wrong.contains("no end"), "{wrong}");
    assert!(took < Duration::from_secs(5), "{took:?}");

    let drip =
        Hostile::new(|_, _| Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>()).into_response());
    let (report, took) = drip.checked().await;
    assert!(report.to_string().contains("it took too long"), "{report}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn m21_a_vendor_that_grows_slow_is_left_in_time() {
    let slow = Hostile::new(|path, asked| match (path.ends_with("syncoptions"), asked) {
        (true, _) => options(2),
        (false, ..20) => json_of(&json!({ "Code": 0, "Message": "", "Result": format!("id-{asked}") })),
        (false, _) => Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>()).into_response(),
    });
    let (report, took) = slow.checked().await;
    assert!(took < Duration::from_secs(8), "{took:?}");
    let text = report.to_string();
    assert!(text.contains("the time limit of 3 seconds was reached"), "{text}");
    assert!(report.rules(Outcome::NotAsked).contains(&"Z1") && !report.left_behind.is_empty(), "{text}");
    assert!(text.contains("the time for cleaning up was over"), "{text}");
}

#[tokio::test]
async fn m21_redirects_pages_and_terminal_codes_end_in_a_report() {
    let redirects = Hostile::new(|path, _| (StatusCode::FOUND, [(header::LOCATION, path.to_owned())]).into_response());
    let report = redirects.checked().await.0;
    assert_eq!((report.broken_rules(), report.rules(Outcome::Advice)), (vec![], vec!["T9"]), "{report}");
    let pages =
        Hostile::new(|_, _| format!("<html><script>alert(1)</script>{}", "<p>x</p>".repeat(100_000)).into_response());
    assert!(pages.checked().await.0.broken_rules().contains(&"T2"));
    let codes = Hostile::new(|path, asked| {
        if path.ends_with("syncoptions") {
            return options(2);
        }
        let id = format!("\u{1b}[2J\u{9b}31m\r\u{202e}{asked}");
        json_of(&json!({ "Code": 0, "Message": id, "Result": id, "AccountExtraInfo": { "\u{1b}]0;x\u{7}": 5 } }))
    });
    let (report, _) = codes.checked().await;
    assert!(report.to_string().contains("\\u{1b}"), "what was sent is shown, and not obeyed: {report}");
}

#[tokio::test]
async fn m21_huge_answers_make_neither_a_huge_report_nor_a_thousand_calls() {
    let ids = Hostile::new(|path, asked| {
        if path.ends_with("syncoptions") {
            return options(2);
        }
        json_of(&json!({ "Code": 0, "Message": "", "Result": format!("{}{asked}", "i".repeat(1_000_000)) }))
    });
    let (report, _) = ids.checked().await;
    assert!(serde_json::to_string(&report).unwrap().len() < 200_000);
    let choices = Hostile::new(|path, asked| {
        if path.ends_with("syncoptions") {
            return options(10_000);
        }
        json_of(&json!({ "Code": 0, "Message": "", "Result": format!("id-{asked}") }))
    });
    choices.checked().await;
    assert!(choices.asked() < 200, "{}", choices.asked());
}

#[tokio::test]
async fn m21_what_was_made_without_an_answer_is_deleted_too() {
    let vendor = Vendor::new([Fault::MakesAndFallsSilent]);
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let running = Running::serve(listener, vendor.router()).unwrap();
    let timeout = Duration::from_millis(500);
    let report = tessera_check::check(Target { timeout, ..target(&running.url()) }).await.unwrap();
    assert!(report.broken_rules().contains(&"T1"), "{report}");
    assert_eq!(vendor.customers(), 0, "{report}");
    assert!(report.left_behind.is_empty(), "{report}");
}
