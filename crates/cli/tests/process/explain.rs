//! `tessera why` and `tessera doctor` say what the API says, and end with the status that scripts go by.

use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::faults::{Fault, FaultKind};
use testkit::Databases;

use crate::company::{ADA, BEN, Company, EVE};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[testkit::both_databases]
async fn a21_why_says_on_the_command_line_what_the_api_says(databases: Databases) {
    let company = Company::on(&databases.empty().await).await;
    let _hub = company.serve().await;
    company.swept().await;
    for (requester, subject) in [(ADA, "ada"), ("1003", "cleo"), (EVE, "eve")] {
        let token = company.token(requester).await;
        company.signs_in(subject, &token, &format!("{subject}@example.com"), false).await;
    }
    company.signs_in("stranger", BEN, "stranger@example.net", false).await;
    company.quiet().await;
    let ben = company.token(BEN).await;
    assert!(!ben.is_empty());
    company.quiet().await;

    for (subject, code) in [
        ("HIB-S1", Some("device_in_stock")),
        ("ada@example.com", None),
        ("freshservice:requester:1002", Some("invitation_unused")),
        ("1003", Some("contact_ambiguous")),
        ("EVE@example.com", Some("nothing_assigned")),
        ("stranger", Some("review_pending")),
    ] {
        let api = company.get(&format!("/why?subject={subject}")).await;
        assert_eq!(api["reason"]["code"].as_str(), code, "{subject}: {api:#}");
        let json = company.run(&["why", subject, "--json"]).await;
        assert!(json.status.success() && json.stderr.is_empty(), "{}", text(&json.stderr));
        assert_eq!(serde_json::from_slice::<Value>(&json.stdout).unwrap(), api, "{subject}");
        let human = company.run(&["why", subject]).await;
        assert!(human.status.success(), "{}", text(&human.stderr));
        let shown = text(&human.stdout);
        match code {
            Some(code) => assert!(shown.contains(&format!("({code})")), "{subject}: {shown}"),
            None => assert!(shown.contains("Nothing is missing"), "{subject}: {shown}"),
        }
        for check in api["checks"].as_array().unwrap() {
            assert!(shown.contains(check["detail"].as_str().unwrap()), "{check} is missing: {shown}");
        }
    }
    let (status, _) = company.call(Method::GET, "/why?subject=SN-404", None).await;
    let unknown = company.run(&["why", "SN-404", "--json"]).await;
    assert_eq!((status, unknown.status.code(), unknown.stdout.len()), (404, Some(2), 0));
    assert!(text(&unknown.stderr).contains("SN-404"), "{}", text(&unknown.stderr));
}

/// The checks of a report: system, name and outcome.
fn checks(report: &Value) -> Vec<[String; 3]> {
    let all = report["checks"].as_array().unwrap().iter();
    all.map(|check| ["system", "name", "outcome"].map(|part| check[part].as_str().unwrap().to_owned())).collect()
}

/// What the API says; the command says the same, and ends with this status, in words.
async fn examined(company: &Company) -> (Value, Option<i32>, String) {
    let api = company.get("/doctor").await;
    let (json, human) = (company.run(&["doctor", "--json"]).await, company.run(&["doctor"]).await);
    assert_eq!(json.status.code(), human.status.code());
    let told: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(checks(&told), checks(&api), "{}", text(&human.stdout));
    (api, json.status.code(), text(&human.stdout))
}

#[testkit::both_databases]
async fn h04_doctor_says_on_the_command_line_what_the_api_says(databases: Databases) {
    let company = Company::on(&databases.empty().await).await;
    let _hub = company.serve().await;
    company.swept().await;
    let (api, status, shown) = examined(&company).await;
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("0 failed"), "{shown}");
    assert_ne!(api["outcome"], "fail");

    let refused = FaultKind::Status { status: 401, retry_after: None, body: None };
    let fault = Fault { path: "*".to_owned(), method: None, kind: refused, times: None, skip: 0, probability: None };
    company.desk.faults().add(fault);
    let (api, status, shown) = examined(&company).await;
    assert_eq!(status, Some(1), "{shown}");
    assert!(shown.contains("FAIL") && shown.contains("→ Put a valid key into freshservice.api_key"), "{shown}");
    assert!(checks(&api).contains(&["freshservice", "credentials", "fail"].map(ToOwned::to_owned)), "{api:#}");
    assert_eq!(json!(1), json!(shown.matches("FAIL").count()), "{shown}");
}
