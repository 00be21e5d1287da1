//! System health, without failures and with one failure at a time.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tessera_connect::oidc::SigningAlgorithms;
use tessera_sim::faults::{Fault, FaultKind};
use tessera_sim::mail;
use testkit::{ADA, BEN, Browser, Colleague, Databases, TestApp, client};

/// The failed checks, as `system check`, and the report.
async fn complaints(app: &TestApp) -> (Vec<String>, Value) {
    let report = app.api.get("/doctor", &app.api_key).await.json();
    let all = report["checks"].as_array().unwrap();
    let bad = all.iter().filter(|check| check["outcome"] == "fail");
    let told = bad.map(|check| {
        assert!(check["remedy"].is_string(), "every failure has a remedy: {check}");
        format!("{} {}", check["system"].as_str().unwrap(), check["name"].as_str().unwrap())
    });
    (told.collect(), report.clone())
}

fn fault(path: &str, status: u16) -> Fault {
    let kind = FaultKind::Status { status, retry_after: None, body: None };
    Fault { path: path.to_owned(), method: None, kind, times: None, skip: 0, probability: None }
}

#[testkit::both_databases]
async fn h04_health_checks_of_a_working_installation_pass(app: TestApp) {
    let (bad, report) = complaints(&app).await;
    assert!(bad.is_empty(), "{bad:?}");
    let outcome = |system: &str, name: &str| {
        let check = report["checks"].as_array().unwrap().iter().find(|it| it["system"] == system && it["name"] == name);
        check.unwrap_or_else(|| panic!("{system} {name} was not checked: {report:#}"))["outcome"].clone()
    };
    for (system, name) in [
        ("freshservice", "address"),
        ("freshservice", "credentials"),
        ("freshservice", "read_requesters"),
        ("freshservice", "read_assets"),
        ("freshservice", "device_type"),
        ("freshservice", "device_fields"),
        ("freshservice", "clock"),
        ("freshservice", "quota"),
        ("freshsales", "find_contacts"),
        ("freshsales", "list_contacts"),
        ("idp", "metadata"),
        ("idp", "keys"),
        ("idp", "signing"),
        ("idp", "credentials"),
        ("idp", "redirect_uri"),
        ("mail", "smtp"),
        ("database", "write"),
        ("hub", "reachable"),
        ("hub", "jobs"),
    ] {
        assert_eq!(outcome(system, name), "ok", "{system} {name}: {report:#}");
    }
    assert_eq!(outcome("hub", "public_url"), "warn", "loopback is right for trying only");
    assert_eq!(outcome("freshservice", "sweep"), "warn", "nothing was read completely yet");
    assert_eq!(outcome("freshservice", "hook"), "unknown", "no workflow has called yet");
    let text = report.to_string();
    for secret in [app.desk.api_key(), testkit::CRM_KEY, "a client secret", "0123456789abcdef0123"] {
        assert!(!text.contains(secret), "no secret is shown");
    }
    let table = app.hub.doctor().await.to_string();
    assert!(table.contains("0 failed") && table.contains("device_fields"), "{table}");
    assert!(app.mail.messages().is_empty(), "no mail was sent");
}

#[testkit::both_databases]
async fn h04_health_checks_report_every_failure_with_its_remedy(app: TestApp) {
    let check = async |broken: &str, expected: &[&str]| {
        let (bad, report) = complaints(&app).await;
        assert_eq!(bad, expected, "{broken}: {report:#}");
        app.desk.faults().clear();
        app.crm.faults().clear();
        app.mail.clear_faults();
        // Lets circuit breakers close and cached data expire.
        app.advance(Duration::from_hours(2));
    };
    app.desk.faults().add(fault("*", 401));
    check("wrong key of the desk", &["freshservice credentials"]).await;
    app.crm.faults().add(fault("*", 401));
    check("wrong key of the CRM", &["freshsales credentials"]).await;
    app.desk.faults().add(fault("/api/v2/assets*", 403));
    check("assets forbidden", &["freshservice read_assets"]).await;
    app.crm.faults().add(fault("/crm/sales/api/contacts*", 403));
    check("contacts forbidden", &["freshsales list_contacts"]).await;
    app.desk.faults().add(fault("*", 503));
    check("the desk is down", &["freshservice address"]).await;
    app.mail.add_fault(mail::Fault { kind: mail::FaultKind::Refuse, to: None, times: None });
    check("the mail server is down", &["mail smtp"]).await;
    app.desk.faults().skew(SignedDuration::from_mins(7));
    check("the desk's clock is ahead", &["freshservice clock"]).await;
    app.desk.faults().skew(SignedDuration::ZERO);

    let rename = |from: &str, to: &str| {
        app.desk.change(|desk| {
            for kind in desk.asset_types.iter_mut().filter(|kind| kind.name == from) {
                to.clone_into(&mut kind.name);
            }
        });
    };
    rename("Hybrid Inverter Bundle", "Solar Bundle");
    check("the asset type has another name", &["freshservice device_type"]).await;
    rename("Solar Bundle", "Hybrid Inverter Bundle");
    app.desk.change(|desk| desk.asset_fields.retain(|field| !field.name.starts_with("inverter_serial_number")));
    check("a field is missing", &["freshservice device_fields"]).await;

    let order = json!({ "client_id": "tessera-hub", "secret": "another secret", "name": "Hub", "redirect_uris": [] });
    let answer = client().post(format!("{}/_sim/clients", app.idp_url)).json(&order).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let (bad, report) = complaints(&app).await;
    assert!(bad.contains(&"idp credentials".to_owned()), "{report:#}");
}

#[testkit::both_databases]
async fn a03_the_doctor_explains_why_a_provider_accepts_no_sign_in(databases: Databases) {
    let only = |config: &mut tessera_connect::oidc::Config| {
        config.signing_algorithms = SigningAlgorithms::try_from(vec!["ES256".to_owned()]).unwrap();
    };
    let app = TestApp::builder().provider(only).start(&databases).await;
    let (bad, report) = complaints(&app).await;
    assert!(bad.contains(&"idp signing".to_owned()), "{report:#}");
    assert!(
        report.to_string().contains("signs with RS256, which is not accepted, so nobody can sign in"),
        "{report:#}"
    );
    assert!(!report.to_string().contains("not allowed: RS256"), "nobody has tried");
    let page = app.activate(&mut Browser::new(), &app.link(ADA.requester).await, ADA.email).await;
    assert_eq!(page.status, 403, "{}", page.body);
    let (_, report) = complaints(&app).await;
    assert!(report.to_string().contains("not allowed: RS256, not one of ES256"), "{report:#}");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a03_the_doctor_says_which_claim_to_use_when_a_provider_names_everybody_alike(app: TestApp) {
    let tokens = format!("{}/_sim/tokens", app.idp_url);
    let alike = json!({ "corrupt": "placeholder_subject" });
    assert!(client().post(&tokens).json(&alike).send().await.unwrap().status().is_success());
    let link = app.link(ADA.requester).await;
    for email in [ADA.email, BEN.email] {
        let page = app.activate(&mut Browser::new(), &link, email).await;
        assert_eq!(page.status, 403, "{}", page.body);
    }
    let (_, report) = complaints(&app).await;
    let is_it = |check: &&Value| check["system"] == "idp" && check["name"] == "tokens";
    let check = report["checks"].as_array().unwrap().iter().find(is_it).unwrap();
    assert_eq!(check["outcome"], "warn");
    let detail = check["detail"].as_str().unwrap();
    let why = "`sub` has the same text for everybody; set subject_claim = \"oid\"";
    assert!(detail.starts_with("The last sign-in was not accepted: ") && detail.contains(why), "{detail}");
    assert!(check["remedy"].as_str().unwrap().contains("in the configuration"), "{check}");
    // The same text on the command line.
    let table = app.hub.doctor().await.to_string();
    assert!(table.contains(why), "{table}");

    // Nobody was linked, and once the provider names people, the link works and the complaint ends.
    assert!(client().delete(&tokens).send().await.unwrap().status().is_success());
    let page = app.activate(&mut Browser::new(), &link, ADA.email).await;
    assert_eq!(page.status, 200, "{}", page.body);
    app.hub.run_pending().await;
    assert!(!app.hub.doctor().await.to_string().contains("same text for everybody"));
}

#[testkit::both_databases]
async fn h04_staff_run_the_health_checks_in_the_console(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/systems").await.says(&["/console/doctor"]);
    agnes.open("/doctor").await.says(&["Examine now"]);
    app.desk.faults().add(fault("*", 401));
    agnes.post("/doctor", &[]).await.says(&[
        "Something does not work",
        "The API key is not accepted",
        "freshservice.api_key",
    ]);
}

#[testkit::both_databases]
async fn h10_the_doctor_says_how_long_rows_are_kept_and_whether_they_are_deleted(app: TestApp) {
    let finding = async || {
        let report = app.api.get("/doctor", &app.api_key).await.json();
        let check = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == "retention").unwrap();
        (check["outcome"].as_str().unwrap().to_owned(), check["detail"].as_str().unwrap().to_owned())
    };
    Colleague::signed_in(&app).await;
    let (outcome, detail) = finding().await;
    assert_eq!(outcome, "ok", "{detail}");
    for kept in ["failed jobs 90", "sign-ins 30", "device readings 90"] {
        assert!(detail.contains(kept), "{kept}: {detail}");
    }
    // Nobody deletes anything, because no worker runs.
    app.advance(Duration::from_hours(12 + 25));
    let (outcome, detail) = finding().await;
    assert!(outcome == "warn" && detail.contains("sessions"), "{outcome}: {detail}");
    app.store.technical().forget_expired(app.hub.env.now(), &app.hub.config.retention).await.unwrap();
    assert_eq!(finding().await.0, "ok");
}
