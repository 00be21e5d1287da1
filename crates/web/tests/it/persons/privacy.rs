//! Export and erasure of everything about a person (`H10`).

use reqwest::Method;
use serde_json::{Value, json};
use tessera_hub::audit::verify;
use testkit::{ADA, BEN, Browser, Colleague, TestApp, rows_of_all_tables};

use super::{PORTAL, change, changed, create, get, person_of, portal};
use crate::portal::{returns, service_requests};

/// What is personal about Ada after [`live`], besides the subject at the identity provider.
const PERSONAL: &[&str] = &[
    "ada@example.com",
    "Ada Example",
    "ada.quill",
    "+27 21 555 0142",
    "555 0142",
    "The Quill hums",
    "Ask Zeno Quillon",
    "Quills in the garden",
];

/// Leaves traces of Ada wherever the portal and the API can. Returns her browser and person id.
async fn live(app: &TestApp) -> (Browser, &'static str) {
    let mut browser = app.activated(ADA).await;
    let customer = app.customer_of(ADA.requester).await;
    let first = person_of(app, ADA).await;
    let asked = |subject| [("subject", subject), ("description", "Ask Zeno Quillon.")];
    service_requests::open(app, &mut browser, &asked("The Quill hums"), &[]).await;
    let profile = [("name", "Ada Example"), ("phone", "+27 21 555 0142")];
    let page = browser.post(&format!("{}{PORTAL}/profile", app.url), &profile).await;
    assert!(page.body.contains("Saved."), "{}", page.body);
    // From here on, she acts under a person id that names her.
    changed(app, &format!("/persons/{first}"), json!({ "person_id": "ada.quill", "email": ADA.email })).await;
    service_requests::open(app, &mut browser, &asked("Quills in the garden"), &[]).await;
    returns::opened(app, &mut browser, "repair").await;
    let contact = json!({ "name": "Ada Example", "email": ADA.email, "customer_id": customer, "phone": "555 0142" });
    create(app, "/contacts", contact).await;
    assert_eq!(app.api.order("/persons/ada.quill/password-link", &app.api_key).await.status, 202);
    app.invite(ADA.requester).await;
    app.hub.run_pending().await;
    (browser, "ada.quill")
}

async fn export(app: &TestApp, person: &str) -> Value {
    let answer = app.api.order(&format!("/persons/{person}/export"), &app.api_key).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn erasure(app: &TestApp, person: &str, query: &str) -> Value {
    let answer = app.api.order(&format!("/persons/{person}/erasure{query}"), &app.api_key).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// The subject of the person's sign-in, from an export.
fn subject_in(exported: &Value) -> String {
    let sections = exported["sections"].as_array().unwrap();
    let sign_ins = sections.iter().find(|section| section["section"] == "identities").unwrap();
    let items = sign_ins["items"].as_array().unwrap();
    let at_provider = items.iter().find(|item| item["issuer"].as_str().unwrap().starts_with("http")).unwrap();
    at_provider["subject"].as_str().unwrap().to_owned()
}

/// The rows that have a text, in any letter case.
async fn rows_with(app: &TestApp, texts: &[&str]) -> Vec<String> {
    let rows = rows_of_all_tables(&app.database).await.into_iter();
    let rows = rows.map(|(table, row)| (table, row.to_lowercase()));
    let found = rows.filter(|(_, row)| texts.iter().any(|text| row.contains(&text.to_lowercase())));
    found.map(|(table, row)| format!("{table}: {row}")).collect()
}

async fn assert_chains_are_whole(app: &TestApp) {
    let mut findings = Vec::new();
    let checked = verify(&app.store, None, |finding| findings.push(finding.to_string())).await.unwrap();
    assert!(findings.is_empty() && checked.entries > 0, "{findings:?}");
}

#[testkit::both_databases]
async fn h10_nothing_of_an_erased_person_is_left_in_any_table(app: TestApp) {
    let (mut browser, person) = live(&app).await;
    let customer = app.customer_of(ADA.requester).await;
    app.activated(BEN).await;
    let subject = subject_in(&export(&app, person).await);
    let personal: Vec<&str> = PERSONAL.iter().copied().chain([subject.as_str()]).collect();
    for text in &personal {
        assert!(!rows_with(&app, &[text]).await.is_empty(), "{text} is there before");
    }

    let told = erasure(&app, person, "").await;

    assert_files_lack(&app, &personal).await;
    let left = rows_with(&app, &personal).await;
    assert!(left.is_empty(), "{told:#}\n{left:#?}");
    assert_chains_are_whole(&app).await;
    let timeline = get(&app, &format!("/customers/{customer}/timeline?limit=200")).await;
    assert_eq!(timeline["verified"], true, "{}", timeline["broken"]);
    assert_eq!(timeline["items"][0]["event"], "person_erased");
    assert!(portal(&app, &mut browser).await.url.contains("/sign-in"), "signed out");

    // Ben has lost nothing.
    let bens = format!("/customers/{}", app.customer_of(BEN.requester).await);
    assert_eq!(get(&app, &bens).await["name"], "Ben Example");
    assert!(get(&app, &format!("{bens}/timeline")).await.to_string().contains("Ben Example"));

    app.hub.run_pending().await;
    assert_eq!(rows_with(&app, &personal).await, [] as [&str; 0], "nor does anything bring it back");
}

/// Checks the file of SQLite, its write-ahead log, and a backup.
async fn assert_files_lack(app: &TestApp, texts: &[&str]) {
    let Some(path) = app.database.strip_prefix("sqlite:") else { return };
    let copy = format!("{path}.copy");
    app.store.backup(copy.clone().into()).await.unwrap();
    for file in [path.to_owned(), copy, format!("{path}-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let found: Vec<_> = texts.iter().filter(|it| text.contains(&it.to_lowercase())).collect();
        assert!(found.is_empty(), "{file}: {found:?}");
    }
}

#[testkit::both_databases]
async fn h10_a_preview_changes_nothing_and_lists_what_the_erasure_does(app: TestApp) {
    let (_browser, person) = live(&app).await;
    let before = rows_with(&app, PERSONAL).await;
    let mut preview = erasure(&app, person, "?preview=true").await;
    assert_eq!(rows_with(&app, PERSONAL).await, before, "nothing was changed");
    for section in ["person", "identities", "sessions", "requests", "returns", "customer", "facts"] {
        let listed = preview["erased"].as_array().unwrap().iter().any(|it| it["section"] == section);
        assert!(listed, "{section}: {preview:#}");
    }
    for section in ["outside", "tickets", "facts"] {
        let kept = preview["kept"].as_array().unwrap().iter().find(|it| it["section"] == section);
        assert!(kept.is_some_and(|it| !it["why"].as_str().unwrap().is_empty()), "{section}: {preview:#}");
    }
    let done = erasure(&app, person, "").await;
    assert_eq!((&preview["preview"], &done["preview"]), (&json!(true), &json!(false)));
    preview["preview"] = json!(false);
    assert_eq!(preview, done);
}

#[testkit::both_databases]
async fn h10_an_export_has_everything_by_sections_and_no_secrets(app: TestApp) {
    let (_browser, person) = live(&app).await;
    let exported = export(&app, person).await;
    let text = exported.to_string();
    for personal in PERSONAL {
        assert!(text.contains(personal), "{personal}: {exported:#}");
    }
    for secret in ["hash", "token", "salt", "verifier"] {
        assert!(!text.contains(&format!("{secret}\":")), "{secret}: {exported:#}");
    }
    let sections: Vec<_> =
        exported["sections"].as_array().unwrap().iter().map(|it| it["section"].as_str().unwrap()).collect();
    for section in ["person", "profile", "identities", "sessions", "invitations", "requests", "returns", "customer"] {
        assert!(sections.contains(&section), "{section}: {sections:?}");
    }
    let page = app
        .api
        .send(Method::POST, &format!("/persons/{person}/export"), |request| {
            request.bearer_auth(&app.api_key).header("accept", "text/html")
        })
        .await;
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.body);
    assert!(page.body.contains("The Quill hums") && page.body.contains("Service requests"), "{}", page.body);
    let asked = app.api.order(&format!("/persons/{person}/export?format=html"), &app.api_key).await;
    assert!(asked.body.contains("The Quill hums"), "{}", asked.body);
}

#[testkit::both_databases]
async fn h10_an_erased_person_is_out_and_their_address_is_free(app: TestApp) {
    let (_browser, person) = live(&app).await;
    let id = get(&app, &format!("/persons/{person}")).await["id"].as_str().unwrap().to_owned();
    let told = erasure(&app, person, "").await;
    assert_eq!(told["id"], id.as_str());
    app.api.get(&format!("/persons/{person}"), &app.api_key).await.problem(404, "not_found");
    let shell = get(&app, &format!("/persons/{id}")).await;
    assert_eq!((&shell["person_id"], &shell["active"]), (&told["erased_as"], &json!(false)));
    assert_eq!((&shell["email"], &shell["licence_type"]), (&Value::Null, &Value::Null));

    change(&app, &format!("/persons/{id}"), json!({ "active": true })).await.problem(409, "person_erased");
    for query in ["", "?preview=true"] {
        let again = app.api.order(&format!("/persons/{id}/erasure{query}"), &app.api_key).await;
        again.problem(409, "person_erased");
    }
    let token = app.access_token(ADA.email).await;
    assert_eq!(app.api.get("/me", &token).await.json()["customer"], Value::Null, "nobody's sign-in");
    let again = json!({ "person_id": person, "name": "Ada Example", "email": ADA.email, "licence_type": "CUSTPORTAL" });
    create(&app, "/persons", again).await;
}

#[testkit::both_databases]
async fn h10_one_of_several_people_is_erased_and_the_customer_stays(app: TestApp) {
    app.activated(BEN).await;
    let customer = app.customer_of(BEN.requester).await;
    let added = json!({ "person_id": "vera", "name": "Vera Quill", "email": "vera@quill.example",
        "licence_type": "CUSTPORTAL", "customer_id": customer });
    create(&app, "/persons", added).await;
    let wanted = app.api.order("/persons/vera/erasure?with_customer=true", &app.api_key).await;
    wanted.problem(409, "others_at_customer");

    let told = erasure(&app, "vera", "").await;
    let kept = told["kept"].as_array().unwrap();
    assert!(kept.iter().any(|it| it["section"] == "customer"), "{told:#}");
    assert_eq!(rows_with(&app, &["vera quill", "vera@quill", "\"vera\"", "person:vera"]).await, [] as [&str; 0]);
    assert_eq!(get(&app, &format!("/customers/{customer}")).await["name"], "Ben Example");
    assert_chains_are_whole(&app).await;
}

#[testkit::both_databases]
async fn h10_staff_export_and_erase_after_a_preview_and_a_confirmation(app: TestApp) {
    let (_browser, person) = live(&app).await;
    let id = get(&app, &format!("/persons/{person}")).await["id"].as_str().unwrap().to_owned();
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open(&format!("/persons/{id}/export")).await.says(&["Everything about", "The Quill hums"]);
    let page = agnes.open(&format!("/persons/{id}/privacy")).await;
    page.says(&["Download as JSON", "What an erasure erases", "Tickets are in the service desk"]);
    let action = format!("/persons/{id}/erasure");
    let wrong = agnes.post(&action, &[("confirm", "somebody.else"), ("with_customer", "true")]).await;
    wrong.says(&["Nothing was erased", "Type the person ID ada.quill to confirm"]);
    assert!(!rows_with(&app, &["ada.quill"]).await.is_empty());
    agnes.post(&action, &[("confirm", "ADA.quill"), ("with_customer", "true")]).await;
    assert_eq!(rows_with(&app, PERSONAL).await, [] as [&str; 0]);
}
