//! The check against a vendor that keeps the contract, and against vendors with one fault each.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod hostile;

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use tessera_check::{CannotCheck, Outcome, RULES, Report, Target};
use tessera_sim::marketplace_vendor::{API_KEY, APPLICATION_ID, Fault, Vendor};
use tessera_sim::server::Running;

/// Exactly the rules that a fault breaks.
fn breaks(fault: Fault) -> &'static [&'static str] {
    match fault {
        Fault::AnswersOk => &["T2", "T5", "T6", "T7", "S1"],
        Fault::OneIdForAll => &["S2", "D2", "R1", "R2"],
        Fault::NewIdEachTime => &["S3", "S4", "S5", "E3"],
        Fault::LosesRaces => &["S5"],
        Fault::AnswersUnauthorized => &["T1"],
        Fault::LetsEverybodyIn => &["U1", "U2", "U3"],
        Fault::TellsCustomersOfKeys => &["U5"],
        Fault::MindsAccept => &["T4"],
        Fault::MindsLetterCase => &["T3"],
        Fault::FallsOverMalformedJson => &["T1", "T5"],
        Fault::ChokesOnLargeBodies => &["T1", "T7"],
        Fault::MakesBeforeChecking => &["T6"],
        Fault::ComparesChoicesByName => &["S9"],
        Fault::RefusesOutsideTheBand => &["S10"],
        Fault::NeedsContacts => &["S8"],
        Fault::RefusesUnknownFields => &["T8"],
        Fault::MakesInTestMode => &["S11"],
        Fault::ExistsMakes => &["E2", "S11"],
        Fault::AnswersErrorsAsAbsent => &["E4"],
        Fault::DeletesOnce => &["D3"],
        Fault::DeletesNothing => &["D2"],
        Fault::AnswersPasswords => &[],
        Fault::AnswersNumbers => &["S6"],
        Fault::ListsOptionsBare => &["O1"],
        Fault::InventsKinds => &["O2"],
        Fault::AsksCustomersForUsername => &["O4"],
        Fault::DemandsTheImpossible => &["O5"],
        Fault::NeedsResellersFirst => &["R2"],
        Fault::MakesAndFallsSilent => &["T1", "S1"],
    }
}

fn target(url: &str) -> Target {
    Target {
        base_url: url.parse().unwrap(),
        application_id: APPLICATION_ID.to_owned(),
        api_key: SecretString::from(API_KEY),
        settings: Vec::new(),
        options: BTreeMap::new(),
        timeout: Duration::from_secs(20),
        within: Duration::from_mins(2),
    }
}

async fn check(vendor: &Vendor) -> Report {
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let running = Running::serve(listener, vendor.router()).unwrap();
    tessera_check::check(target(&running.url())).await.unwrap()
}

#[tokio::test]
async fn m21_a_vendor_that_keeps_the_contract_passes_and_is_left_as_it_was() {
    let vendor = Vendor::new([]);
    let report = check(&vendor).await;
    assert!(report.passed, "{report}");
    assert_eq!(vendor.customers(), 0, "everything that was made is deleted again");
    let asked: Vec<_> =
        report.findings.iter().filter(|it| it.outcome != Outcome::Skipped).map(|it| it.rule.id).collect();
    let all: Vec<_> = RULES.iter().map(|rule| rule.id).filter(|id| *id != "U4").collect();
    assert_eq!(asked, all, "every rule is asked but the one that needs a setting");
}

#[tokio::test]
async fn m21_each_fault_is_named_and_nothing_else_is_blamed() {
    let mut wrong = Vec::new();
    // The vendor that never answers takes the longest and has its own test.
    for fault in Fault::ALL.into_iter().filter(|fault| *fault != Fault::MakesAndFallsSilent) {
        let report = check(&Vendor::new([fault])).await;
        let (found, expected) = (report.broken_rules(), breaks(fault));
        let all_named = expected.iter().all(|rule| found.contains(rule));
        let blamed: Vec<_> = found.iter().filter(|rule| !expected.contains(*rule)).collect();
        if !all_named || !blamed.is_empty() {
            wrong.push(format!("{fault:?}: expected {expected:?}, found {found:?}\n{report}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn m21_a_broken_rule_says_what_was_sent_what_came_back_and_how_to_mend_it() {
    let report = check(&Vendor::new([Fault::AnswersUnauthorized])).await;
    let finding = report.findings.iter().find(|finding| finding.rule.id == "T1").unwrap();
    assert_eq!(finding.wrong.as_deref(), Some("the status is 401"));
    assert!(finding.sent.as_deref().unwrap().starts_with("GET /API/Accounts/SyncOptions"), "{finding:?}");
    assert!(finding.received.as_deref().unwrap().starts_with("HTTP 401"), "{finding:?}");
    let text = report.to_string();
    assert!(text.contains("BROKEN  T1") && text.contains("to mend  Answer 200 always"), "{text}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((&json["passed"], &json["findings"][0]["id"]), (&false.into(), &"T1".into()));
    assert!(!text.contains(API_KEY), "the key is in no report");
}

#[tokio::test]
async fn m21_a_password_is_advised_against_and_nobody_at_home_is_no_verdict() {
    let report = check(&Vendor::new([Fault::AnswersPasswords])).await;
    let finding = report.findings.iter().find(|finding| finding.rule.id == "S7").unwrap();
    assert!(report.passed && finding.outcome == Outcome::Advice);

    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = tessera_check::check(target(&address)).await.unwrap_err();
    assert!(matches!(error, CannotCheck::Unreachable { .. }), "{error}");
}
