//! A recorded conversation, held against other builds of the vendor.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tessera_check::{
    CallEnd, CannotCheck, Outcome, RECORDING_VERSION, REPLAY_RULES, RecordedCall, Recording, Report, Verdict,
};
use tessera_sim::marketplace_vendor::{API_KEY, APPLICATION_ID, Fault, Vendor};
use tessera_sim::server::Running;

use crate::target;

/// A platform that records what it asks.
struct Platform {
    url: String,
    http: reqwest::Client,
    calls: Vec<RecordedCall>,
}

impl Platform {
    fn new(url: String) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { url, http, calls: Vec::new() }
    }

    async fn call(&mut self, endpoint: &str, request: Value) -> Value {
        let address = format!("{}/API/Accounts/{endpoint}", self.url);
        let call =
            if request.is_null() { self.http.get(address) } else { self.http.post(address).body(request.to_string()) };
        let call = call.header("X-CloudPlatform-ApplicationId", APPLICATION_ID);
        let answer = call.header("X-CloudPlatform-APIKey", STANDARD.encode(API_KEY)).send().await.unwrap();
        let status = answer.status().as_u16();
        let (answer, byte_order_mark) = RecordedCall::answer_of(&answer.text().await.unwrap());
        self.calls.push(RecordedCall {
            version: RECORDING_VERSION,
            at: "2026-03-01T10:00:00Z".to_owned(),
            endpoint: endpoint.to_owned(),
            method: if request.is_null() { "GET" } else { "POST" }.to_owned(),
            headers: [("X-CloudPlatform-ApplicationId".to_owned(), APPLICATION_ID.to_owned())].into(),
            request,
            outcome: CallEnd::Answered,
            status: Some(status),
            answer: answer.clone(),
            byte_order_mark,
            problem: None,
            duration_ms: 1,
        });
        answer
    }

    /// Brings an account to the vendor, as a platform does. Its `ExternalID`.
    async fn bring(&mut self, account: &Value) -> Value {
        assert_eq!(self.call("Exists", account.clone()).await["Code"], 0);
        let made = self.call("Synchronize", account.clone()).await;
        assert_eq!(made["Code"], 0, "{made}");
        made["Result"].clone()
    }
}

fn account(id: &str, domain: &str) -> Value {
    json!({
        "ID": id, "ExternalID": "", "ResellerID": "", "ResellerExternalID": "", "Name": format!("The company of {domain}"),
        "Email": format!("office@{domain}"), "IsTest": false, "ExtraDetails": {},
        "SyncOptions": { "username": format!("office@{domain}"), "domain": domain, "role": "1" },
        "ContactDetails": { "ID": id, "FirstName": "Jo", "LastName": "Example", "Email": format!("office@{domain}") },
        "Address": { "City": "San Rafael" },
    })
}

async fn running(vendor: &Vendor) -> Running {
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    Running::serve(listener, vendor.router()).unwrap()
}

/// Two accounts, one of them the reseller of the other; a refusal, an update, and a deletion.
async fn recording(vendor: &Vendor) -> Recording {
    let server = running(vendor).await;
    let mut platform = Platform::new(server.url());
    platform.call("SyncOptions", Value::Null).await;
    let reseller = account("0197c1de-3b1c-7c55-8a5e-0f5d8f6e0001", "harbour.example");
    let known = platform.bring(&reseller).await;
    let mut customer = account("0197c1de-3b1c-7c55-8a5e-0f5d8f6e0002", "rivers.example");
    (customer["ResellerID"], customer["ResellerExternalID"]) = (reseller["ID"].clone(), known);
    let mut incomplete = customer.clone();
    incomplete["SyncOptions"]["domain"] = json!("");
    platform.call("Exists", incomplete.clone()).await;
    assert_eq!(platform.call("Synchronize", incomplete).await["Code"], -80_012);
    customer["ExternalID"] = platform.bring(&customer).await;
    customer["ExtraDetails"] = json!({ "tenant": "4711" });
    assert_eq!(platform.call("Exists", customer.clone()).await["Code"], 1);
    assert_eq!(platform.call("Synchronize", customer.clone()).await["Result"], customer["ExternalID"]);
    let deletion = json!({ "ID": customer["ID"], "ExternalID": customer["ExternalID"], "ExtraDetails": {} });
    assert_eq!(platform.call("Delete", deletion).await["Code"], 0);
    Recording { calls: platform.calls }
}

async fn replay(vendor: &Vendor, recording: &Recording) -> Report {
    let server = running(vendor).await;
    tessera_check::replay(target(&server.url()), recording).await.unwrap()
}

#[tokio::test]
async fn m22_a_build_that_answers_as_recorded_passes_and_is_left_as_it_was() {
    let first = Vendor::new([]);
    let recording = recording(&first).await;
    assert_eq!(first.customers(), 1, "the reseller was not deleted");
    for vendor in [Vendor::new([]), first.clone()] {
        let before = vendor.customers();
        let report = replay(&vendor, &recording).await;
        assert!(report.passed && report.verdict == Verdict::Kept, "{report}");
        assert_eq!((report.broken, report.advice, report.left_behind.len()), (0, 0, 0), "{report}");
        assert_eq!(vendor.customers(), before, "what the replay made is deleted, and nothing else\n{report}");
        assert!(report.to_string().contains("The vendor answers as recorded."), "{report}");
    }
}

#[tokio::test]
async fn m22_each_fault_of_another_build_is_named() {
    let recording = recording(&Vendor::new([])).await;
    for (fault, broken, advice) in [
        (Fault::OneIdForAll, "P5", ""),
        (Fault::NewIdEachTime, "P5", ""),
        (Fault::AnswersOk, "P6", ""),
        (Fault::ComparesChoicesByName, "P3", ""),
        (Fault::DeletesNothing, "Z1", ""),
        (Fault::RefusesOutsideTheBand, "", "P8"),
        (Fault::AnswersPasswords, "", "P10"),
        (Fault::AnswersLowerCase, "", "P12"),
        (Fault::AnswersByteOrderMarks, "", "P12"),
        (Fault::InventsKinds, "", "P9"),
    ] {
        let vendor = Vendor::new([fault]);
        let report = replay(&vendor, &recording).await;
        assert_eq!(report.passed, broken.is_empty(), "{fault:?}\n{report}");
        assert!(broken.is_empty() || report.broken_rules().contains(&broken), "{fault:?}\n{report}");
        assert!(advice.is_empty() || report.rules(Outcome::Advice).contains(&advice), "{fault:?}\n{report}");
        if report.passed {
            assert_eq!(report.broken_rules(), [] as [&str; 0], "{fault:?}\n{report}");
        }
        if report.left_behind.is_empty() {
            assert_eq!(vendor.customers(), 0, "{fault:?}: deleted or listed\n{report}");
        }
    }
}

#[tokio::test]
async fn m22_a_difference_says_what_was_sent_recorded_and_received() {
    let recording = recording(&Vendor::new([])).await;
    let report = replay(&Vendor::new([Fault::RefusesOutsideTheBand]), &recording).await;
    let finding = report.findings.iter().find(|finding| finding.rule.id == "P8").unwrap();
    let wrong = finding.wrong.as_deref().unwrap();
    assert!(wrong.starts_with("call 5, Synchronize: Code is -12; recorded was -80012"), "{wrong}");
    assert!(finding.sent.as_deref().unwrap().starts_with("POST /API/Accounts/Synchronize"), "{finding:?}");
    assert!(finding.recorded.as_deref().unwrap().contains("-80012"), "{finding:?}");
    assert!(finding.received.as_deref().unwrap().contains("-12"), "{finding:?}");
    let text = report.to_string();
    assert!(text.contains("recorded  HTTP 200") && !text.contains(API_KEY), "{text}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((&json["against"], &json["verdict"]), (&json!("recording"), &json!("kept")));
}

#[tokio::test]
async fn m22_a_customer_from_before_the_recording_is_neither_compared_nor_deleted() {
    let vendor = Vendor::new([]);
    let known = vendor.add_customer("known.example");
    let server = running(&vendor).await;
    let mut platform = Platform::new(server.url());
    let mut linked = account("3000", "known.example");
    assert_eq!(platform.call("Exists", linked.clone()).await["Result"], json!(known));
    linked["ExternalID"] = json!(known);
    platform.call("Synchronize", linked.clone()).await;
    platform.call("Delete", json!({ "ID": "3000", "ExternalID": known })).await;
    let recording = Recording { calls: platform.calls };
    let other = Vendor::new([]);
    let theirs = other.add_customer("known.example");
    let report = replay(&other, &recording).await;
    assert_eq!((report.verdict, report.rules(Outcome::NotAsked)), (Verdict::Incomplete, vec!["P1"]), "{report}");
    let why = report.findings[0].wrong.as_deref().unwrap();
    assert!(why.contains("ExternalID") && why.contains(&known), "{why}");
    assert_eq!((other.customers(), theirs.is_empty()), (1, false), "nobody else's customer is deleted");
}

#[tokio::test]
async fn m22_a_call_without_an_answer_is_a_difference_and_what_it_made_is_deleted() {
    let recording = recording(&Vendor::new([])).await;
    let vendor = Vendor::new([Fault::MakesAndFallsSilent]);
    let server = running(&vendor).await;
    let target = tessera_check::Target { timeout: Duration::from_millis(300), ..target(&server.url()) };
    let report = tessera_check::replay(target, &recording).await.unwrap();
    assert!(report.broken_rules().contains(&"P2"), "{report}");
    assert_eq!(vendor.customers(), 0, "{report}");

    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = tessera_check::replay(crate::target(&address), &recording).await.unwrap_err();
    assert!(matches!(error, CannotCheck::Unreachable { .. }), "{error}");
}

#[test]
fn m22_the_guide_lists_every_rule_of_a_replay_with_its_source() {
    let guide = include_str!("../../../../docs/marketplace/check-vendor.md");
    for rule in REPLAY_RULES {
        let kind = if rule.binding { "broken" } else { "advice" };
        let row = format!("| {} | {} | {kind} | {} |", rule.id, rule.title, rule.source);
        assert!(guide.contains(&row), "the guide lacks this row:\n{row}");
    }
}
