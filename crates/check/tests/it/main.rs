//! The check against a vendor that keeps the contract, and against vendors with one fault each.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod connection;
mod existing;
mod faulty;
mod hostile;
mod replay;
mod unfinished;

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use tessera_check::{CannotCheck, Outcome, RULES, Report, Target, Verdict};
use tessera_sim::marketplace_vendor::{API_KEY, APPLICATION_ID, Fault, Vendor};
use tessera_sim::server::Running;

/// The rules that a fault breaks, and those on which it gets a recommendation.
fn found(fault: Fault) -> (&'static [&'static str], &'static [&'static str]) {
    match fault {
        Fault::AnswersOk => (&["T2", "S1"], &["T5", "T6", "T7"]),
        Fault::OneIdForAll => (&["S2", "D2"], &["R1", "R2"]),
        Fault::NewIdEachTime => (&["S3"], &["S4", "S5"]),
        Fault::LosesRaces => (&[], &["S5"]),
        Fault::AnswersUnauthorized => (&[], &["T9"]),
        Fault::LetsEverybodyIn => (&[], &["U1", "U2", "U3"]),
        Fault::TellsCustomersOfKeys => (&[], &["U5"]),
        Fault::MindsAccept => (&[], &["T4"]),
        Fault::MindsLetterCase => (&[], &["T3"]),
        Fault::FallsOverMalformedJson => (&[], &["T5"]),
        Fault::ChokesOnLargeBodies => (&[], &["T7"]),
        Fault::MakesBeforeChecking => (&[], &["T6"]),
        Fault::ComparesChoicesByName => (&["S9"], &["S13"]),
        Fault::RefusesOutsideTheBand => (&[], &["S10"]),
        Fault::NeedsContacts => (&[], &["S8"]),
        Fault::RefusesUnknownFields => (&[], &["T8"]),
        Fault::MakesInTestMode => (&[], &["S11"]),
        Fault::ExistsMakes => (&["E2"], &[]),
        Fault::AnswersErrorsAsAbsent => (&["E4"], &[]),
        Fault::DeletesOnce => (&[], &["D3"]),
        // The clean-up is not to blame: it finds what D2 says.
        Fault::DeletesNothing => (&["D2"], &[]),
        Fault::AnswersPasswords => (&[], &["S7"]),
        Fault::ListsOptionsBare => (&[], &["O7"]),
        Fault::InventsKinds => (&[], &["O8"]),
        Fault::AsksCustomersForUsername => (&[], &["O4"]),
        Fault::DemandsTheImpossible => (&[], &["O5"]),
        Fault::NeedsResellersFirst => (&[], &["R2"]),
        Fault::MakesAndFallsSilent => (&["T1"], &[]),
        Fault::AnswersNumbers
        | Fault::AnswersNumericIds
        | Fault::AnswersTextCodes
        | Fault::AnswersLowerCase
        | Fault::AnswersByteOrderMarks
        | Fault::ListsNumericChoices => (&[], &["T10"]),
        Fault::OverlooksOptions | Fault::FindsAnother => (&["E5"], &[]),
        Fault::AllowsTwins => (&[], &["E5"]),
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
        cleanup: Duration::from_mins(2),
        existing: None,
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
    assert!(report.left_behind.is_empty() && report.verdict == Verdict::Kept);
    assert_eq!(report.rules(Outcome::NotApplicable), ["U4"], "every rule is checked but the one that needs a setting");
    assert_eq!(report.kept, RULES.len() - 1);
}

#[tokio::test]
async fn m21_each_fault_is_named_and_nothing_else_is_blamed() {
    let mut wrong = Vec::new();
    // The vendor that never answers takes the longest and has its own test.
    for fault in Fault::ALL.into_iter().filter(|fault| *fault != Fault::MakesAndFallsSilent) {
        let vendor = Vendor::new([fault]);
        let report = check(&vendor).await;
        let (broken, advice) = found(fault);
        if report.rules(Outcome::Broken) != broken || report.rules(Outcome::Advice) != advice {
            wrong.push(format!("{fault:?}: expected {broken:?} to be broken and advice on {advice:?}\n{report}"));
        }
        let binding = |id: &&str| RULES.iter().any(|rule| rule.id == *id && rule.binding);
        assert!(report.broken_rules().iter().all(binding), "a rule that is not in the contract is broken\n{report}");
        if report.passed != broken.is_empty() {
            wrong.push(format!("{fault:?}: {:?} is not the right verdict\n{report}", report.verdict));
        }
        if report.left_behind.len() != vendor.customers() {
            wrong.push(format!("{fault:?}: {} customers are there, not those listed\n{report}", vendor.customers()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn m21_a_broken_rule_says_what_was_sent_what_came_back_and_how_to_mend_it() {
    let report = check(&Vendor::new([Fault::AnswersErrorsAsAbsent])).await;
    let finding = report.findings.iter().find(|finding| finding.rule.id == "E4").unwrap();
    assert_eq!(
        finding.wrong.as_deref(),
        Some("to a malformed body, Exists answers Code 99, which means “does not exist”")
    );
    assert!(finding.sent.as_deref().unwrap().starts_with("POST /API/Accounts/Exists"), "{finding:?}");
    assert!(finding.received.as_deref().unwrap().starts_with("HTTP 200"), "{finding:?}");
    let text = report.to_string();
    assert!(text.contains("BROKEN       E4") && text.contains("fix       Answer a negative Code"), "{text}");
    assert!(text.contains("contract  “Less than 0, this means that an error has occurred”"), "{text}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((&json["passed"], &json["findings"][0]["id"]), (&false.into(), &"T1".into()));
    assert_eq!((&json["verdict"], &json["findings"][0]["binding"]), (&"broken".into(), &true.into()));
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
    assert!(error.to_string().ends_with("the connection was refused"), "{error}");
}

#[test]
fn m21_the_guide_lists_every_rule_with_its_source() {
    let guide = include_str!("../../../../docs/marketplace/check-vendor.md");
    for rule in RULES {
        let kind = if rule.binding { "broken" } else { "advice" };
        let row = format!("| {} | {} | {kind} | {} |", rule.id, rule.title, rule.source);
        assert!(guide.contains(&row), "the guide lacks this row:\n{row}");
    }
}

#[tokio::test]
async fn m21_an_answer_that_the_platform_can_read_is_kept_with_a_note() {
    for (fault, note) in [
        (Fault::AnswersNumericIds, "Result is a number, not text"),
        (Fault::AnswersTextCodes, "Code is text, not a number"),
        (Fault::AnswersLowerCase, "Code is written code"),
        (Fault::AnswersByteOrderMarks, "the answer begins with a byte order mark"),
        (Fault::ListsNumericChoices, "ID is a number, not text"),
        (Fault::AnswersNumbers, "a value of AccountExtraInfo is a number, not text"),
    ] {
        let vendor = Vendor::new([fault]);
        let report = check(&vendor).await;
        assert!(report.passed, "{fault:?}: {report}");
        let finding = report.findings.iter().find(|finding| finding.rule.id == "T10").unwrap();
        assert!(finding.wrong.as_deref().unwrap().contains(note), "{fault:?}: {finding:?}");
        assert_eq!(vendor.customers(), 0, "{fault:?}: ids are sent back as they came");
    }
}
