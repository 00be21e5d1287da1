//! The log of a hub at INFO: what happened, and nobody's name.

use serde_json::Value;
use testkit::Databases;

use crate::company::{ADA, BEN, Company};

const EMAIL: &str = "ada@example.com";

/// What somebody types who cannot sign in.
const TYPED: [(&str, &str); 2] = [("login", "nobody-1"), ("password", "seventeen green herons")];

/// What a hub logs from its start to its stop, with an activation, a sweep, and somebody who is not let in.
async fn logged(company: &Company, format: &str, who: (&str, &str)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log");
    let hub = company.serve_logging_to(&file, format).await;
    let token = company.token(who.0).await;
    company.signs_in(who.0, &token, who.1, true).await;
    company.quiet().await;
    company.swept().await;
    assert_eq!(company.tries_to_sign_in(&TYPED).await, 403);
    hub.terminate();
    hub.ended().await;
    std::fs::read_to_string(&file).unwrap()
}

#[testkit::both_databases]
async fn h01_the_log_has_events_and_no_personal_data(databases: Databases) {
    let company = Company::on(&databases.empty().await).await;
    let json = logged(&company, "json", (ADA, EMAIL)).await;
    for line in json.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for field in ["timestamp", "level", "target"] {
            assert!(entry[field].is_string(), "{field} in {line}");
        }
        assert!(entry["fields"]["message"].is_string(), "{line}");
    }
    let text = logged(&company, "text", (BEN, "ben@example.com")).await;
    for log in [&json, &text] {
        for happened in [
            "ready",
            "mail sent",
            "an activation ended",
            "a sweep ended",
            "sign-in",
            "a request was refused",
            "stopping",
        ] {
            assert!(log.contains(happened), "{happened} in {log}");
        }
        assert!(!log.contains('\u{1b}'), "a file has no colours: {log}");
        for personal in [EMAIL, "ben@example.com", "Ada", "Ben ", "Example ", TYPED[0].1, TYPED[1].1] {
            assert!(!log.contains(personal), "{personal} in {log}");
        }
    }
}
