//! Invalid calls of a platform, over real HTTP (`M07`–`M20`).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};
use tessera_hub::marketplace::account_key;
use testkit::marketplace::{Platform, account, with, with_option};
use testkit::{ADA, B2C_KEY, Colleague, STRANGER, TestApp, client};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Handle;

use crate::marketplace_api::{customers, id_of};

#[testkit::both_databases]
async fn m18_unprintable_and_unstorable_values_are_rejected(app: TestApp) {
    let platform = Platform::of(&app);
    let good = account("1", "Good");
    let many: serde_json::Map<String, Value> = (0..501).map(|at| (format!("o{at}"), json!("value"))).collect();
    for (bad, named) in [
        (with(&good, "ID", "a\u{0}b"), "ID is no id"),
        (with(&good, "ID", "1\n\u{1b}[31m"), "ID is no id"),
        (with(&good, "ID", "\u{202e}1"), "ID is no id"),
        (with(&good, "ID", ".."), "ID is no id"),
        (with(&good, "ResellerID", "7\r\n7"), "ResellerID is no id"),
        (with(&good, "SyncOptions", many), "SyncOptions holds more than 500 values"),
        (with_option(&good, &"k".repeat(201), "value"), "SyncOptions has a name longer than 200"),
        (with_option(&good, "tenant", &"x".repeat(10_001)), "SyncOptions.tenant is longer than 10000"),
    ] {
        let answer = platform.synchronize(&bad).await;
        assert_eq!(answer["Code"], -90_004, "{named}: {answer}");
        assert!(answer["Message"].as_str().unwrap().contains(named), "{answer}");
    }
    for nothing in ["\u{200b}\u{200b}", "\u{1}\u{2}", "\u{202e}"] {
        assert_eq!(platform.synchronize(&with(&good, "Name", nothing)).await["Code"], -80_001);
    }
    assert_eq!(customers(&app).await, 0);
}

#[testkit::both_databases]
async fn m07_long_and_unusual_values_are_stored_on_every_database(app: TestApp) {
    let platform = Platform::of(&app);
    // Unlike a repeated letter, this cannot be compressed to fit into an index row.
    let letters: Vec<char> = ('a'..='z').collect();
    let long: String = (0_usize..9990).map(|at| letters[(at.wrapping_mul(0x9e37_79b9) >> 13) % 26]).collect();
    let digits: String = long.bytes().map(|byte| char::from(b'0' + byte % 10)).collect();
    let mut odd = account("1", "A\r\nBcc: someone@example.com \u{202e}gnp");
    for member in ["Code", "WebSite", "Description", "Email"] {
        odd[member] = json!(long);
    }
    odd["Phone"] = json!(digits);
    odd["SyncOptions"]["tenant"] = json!(long);
    odd["ContactDetails"]["FirstName"] = json!(long);
    let id = platform.synchronized(&odd).await;
    assert_eq!(platform.synchronized(&odd).await, id);
    let customer = app.store.customer(id_of(&id)).await.unwrap().unwrap();
    assert_eq!(customer.name, "A Bcc: someone@example.com gnp", "a name is one line");
    assert_eq!(customer.email.as_deref(), Some("1@example.com"), "what is no address is none");
}

#[testkit::both_databases]
async fn m18_an_invalid_address_is_reported(app: TestApp) {
    let platform = Platform::of(&app);
    let good = account("1", "Good");
    for email in ["Zed <zed@example.com>", "zed@example.com, jo@example.com", "zed@example.com;jo@example.com", "zed@"]
    {
        let answer = platform.synchronize(&with(&good, "Email", email)).await;
        assert_eq!(answer["Code"], -80_005, "{email}: {answer}");
        assert!(answer["Message"].as_str().unwrap().contains(email), "{answer}");
    }
    assert_eq!(customers(&app).await, 0);
    let id = platform.synchronized(&with(&good, "Email", "\u{200b}zed@exam\u{200b}ple.com ")).await;
    let customer = app.store.customer(id_of(&id)).await.unwrap().unwrap();
    assert_eq!(customer.email.as_deref(), Some("zed@example.com"));
}

#[testkit::both_databases]
async fn m18_a_truncated_body_is_not_executed(app: TestApp) {
    let platform = Platform::of(&app);
    let body = account("1", "Half").to_string();
    let address = app.url.strip_prefix("http://").unwrap();
    let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
    let head =
        platform.credentials().into_iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
    let request = format!(
        "POST /API/Accounts/Synchronize HTTP/1.1\r\nHost: {address}\r\n{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n",
        body.len()
    );
    line.write_all(request.as_bytes()).await.unwrap();
    line.shutdown().await.unwrap();
    let mut answer = String::new();
    // The server decides how the connection ends.
    let _ = tokio::time::timeout(Duration::from_secs(10), line.read_to_string(&mut answer)).await;
    assert_eq!(platform.exists(&account("1", "Half")).await["Code"], 0, "the last piece never came: {answer}");
    assert_eq!(customers(&app).await, 0);
}

#[testkit::both_databases]
async fn marketplace_secrets_are_never_stored_for_any_body(app: TestApp) {
    let platform = Platform::of(&app);
    let mut body = account("1", "Kept");
    body["GeneratedPassword"] = json!("hunter2");
    body["ExtraDetails"] = json!({ "activation_url": "https://hub.example.com/activate/hunter2" });
    body["Description"] = json!("his link is https://hub.example.com/activate/hunter2");
    body["Fields"] = json!([{ "ID": "AdminPassword", "Value": "hunter2" }]);
    let path = "/API/Accounts/Synchronize";
    let marked = format!("\u{feff}{body}");
    assert_eq!(platform.send(Method::POST, path, Some(marked)).await["Code"], 0, "a byte order mark is no obstacle");
    app.advance(Duration::from_millis(2));
    let cut = body.to_string().trim_end_matches('}').to_owned();
    assert_eq!(platform.send(Method::POST, path, Some(cut)).await["Code"], -90_003);
    let calls = app.store.calls("market", None, 10).await.unwrap();
    assert_eq!(calls.len(), 2);
    for call in &calls {
        assert!(!call.request.contains("hunter2"), "{call:?}");
    }
    let record = app.store.record(&account_key("market", "1")).await.unwrap().unwrap();
    assert!(!record.raw.to_string().contains("hunter2"), "{}", record.raw);
    let mut agnes = Colleague::signed_in(&app).await;
    let shown = agnes.open(&format!("/marketplaces/market/calls/{}", calls[0].id)).await;
    shown.says(&["not_json", "-90003 not_json"]);
    shown.lacks(&["Replay in test mode"]);
}

#[testkit::both_databases]
async fn m16_a_foreign_external_id_is_not_accepted(app: TestApp) {
    let (platform, other) = (Platform::of(&app), Platform::partner(&app));
    app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    let theirs = other.synchronized(&with_option(&account("1", "Theirs"), "tenant", "theirs")).await;
    for stranger in [ada.as_str(), theirs.as_str(), "0198c0de-0000-7000-8000-000000000001", "Ok"] {
        let asked = with(&account("9", "Curious"), "ExternalID", stranger);
        let answer = platform.synchronize(&asked).await;
        assert_eq!(answer["Code"], -90_008, "known or not, the answer is the same: {answer}");
        let answer = platform.exists(&asked).await;
        assert_eq!((&answer["Code"], &answer["Result"]), (&json!(0), &json!("")), "{answer}");
        assert_eq!(platform.delete(stranger).await["Code"], 0);
    }
    assert_eq!(other.exists(&with(&account("1", "Theirs"), "ExternalID", theirs.as_str())).await["Code"], 1);
    // For an account with a customer, the answer says that this is not the id it was given.
    let mine = platform.synchronized(&account("9", "Curious")).await;
    let answer = platform.exists(&with(&account("9", "Curious"), "ExternalID", theirs.as_str())).await;
    assert_eq!(answer["Code"], 2);
    assert!(answer["Message"].as_str().unwrap().contains("not the one this account was given"), "{answer}");
    assert_eq!(platform.synchronized(&with(&account("9", "Curious"), "ExternalID", mine.as_str())).await, mine);
}

#[testkit::both_databases]
async fn m08_circular_resellers_and_other_spellings_of_ids(app: TestApp) {
    let platform = Platform::of(&app);
    let (one, two) = (with(&account("1", "One"), "ResellerID", "2"), with(&account("2", "Two"), "ResellerID", "1"));
    let first = platform.synchronized(&one).await;
    assert_ne!(platform.synchronized(&two).await, first);
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/marketplaces/market/accounts/1").await.says(&["Two", "Serves as a reseller"]);
    let spelled = format!("{{{}}}", first.to_uppercase());
    let end = with(&with(&account("3", "End"), "ResellerID", "1"), "ResellerExternalID", spelled.as_str());
    platform.synchronized(&end).await;
    assert_eq!(platform.synchronize(&with(&end, "ResellerExternalID", "nonsense")).await["Code"], -90_010);
}

#[testkit::both_databases]
async fn m20_64_concurrent_accounts_of_one_customer_create_one(app: TestApp) {
    let platform = Platform::of(&app);
    let named = |at: usize| with_option(&account(&format!("r{at}"), "Racing"), "domain", "racing.example");
    let bodies: Vec<Value> = (0..64).map(named).collect();
    let answers = join_all(bodies.iter().map(|body| platform.synchronize(body))).await;
    let made = answers.iter().filter(|answer| answer["Code"] == 0).count();
    assert_eq!(made, 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer["Code"] == 0 || answer["Code"] == -80_011), "{answers:?}");
    assert_eq!(customers(&app).await, 1);
}

#[testkit::both_databases]
async fn m20_64_concurrent_changes_are_all_applied(app: TestApp) {
    let platform = Platform::of(&app);
    let bodies: Vec<Value> = (0..64).map(|at| account("1", &format!("Variant {at}"))).collect();
    let answers = join_all(bodies.iter().map(|body| platform.synchronize(body))).await;
    let ids: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer["Result"].as_str().unwrap()).collect();
    assert!(ids.len() == 1 && answers.iter().all(|answer| answer["Code"] == 0), "{answers:?}");
    let customer = app.store.customers(None, 10).await.unwrap().pop().unwrap();
    let record = app.store.record(&account_key("market", "1")).await.unwrap().unwrap();
    assert_eq!(customer.name, record.attributes.title(), "the last one counts, everywhere");
}

#[testkit::both_databases]
async fn m15_a_deleted_customer_is_not_disclosed_to_policies(app: TestApp) {
    app.sign_up(STRANGER).await;
    let platform = Platform::of(&app);
    let answer = platform.synchronize(&account("1", "Sunny Roofs")).await;
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap();
    let token = link.rsplit_once('/').unwrap().1;
    let sub = app.idp.accounts().into_iter().find(|account| account.email == STRANGER).unwrap().sub;
    let claims = json!({ "objectId": sub, "requesterId": token, "email": STRANGER, "emailVerified": true });
    let ask = async |path: &str| -> Value {
        let request = client().post(format!("{}{path}", app.url)).header("x-api-key", B2C_KEY).json(&claims);
        request.send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(ask("/b2c/link").await["linkStatus"], "linked");
    assert!(ask("/b2c/claims").await["customerId"].is_string());
    platform.delete(answer["Result"].as_str().unwrap()).await;
    let told = ask("/b2c/link").await;
    assert_eq!(told["code"], "revoked", "{told}");
    assert!(!told.to_string().contains("customerName"), "{told}");
    assert_eq!(ask("/b2c/claims").await, json!({}));
    app.hub.run_pending().await;
}

/// A call of a platform. A lost answer is one that the platform does not receive.
#[derive(Debug, Clone, Copy)]
enum Step {
    Synchronize { heard: bool },
    Exists,
    Delete { heard: bool },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => prop::bool::weighted(0.7).prop_map(|heard| Step::Synchronize { heard }),
        1 => Just(Step::Exists),
        1 => prop::bool::weighted(0.7).prop_map(|heard| Step::Delete { heard }),
    ];
    prop::collection::vec(step, 1..12)
}

#[testkit::both_databases]
async fn m20_platform_and_hub_agree_despite_lost_answers(app: TestApp) {
    let config = Config { cases: 24, max_shrink_iters: 100, failure_persistence: None, ..Config::default() };
    let (mut runner, numbered) = (TestRunner::new(config), AtomicUsize::new(0));
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&steps(), |steps| {
            let id = format!("p{}", numbered.fetch_add(1, Ordering::Relaxed));
            Handle::current().block_on(agrees(&app, &id, &steps)).map_err(TestCaseError::fail)
        })
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Runs the steps for one account and reports any disagreement between platform and hub.
async fn agrees(app: &TestApp, id: &str, steps: &[Step]) -> Result<(), String> {
    let platform = Platform::of(app);
    let body = account(id, &format!("Account {id}"));
    let key = account_key("market", id);
    let holds = |holds: bool, what: String| if holds { Ok(()) } else { Err(what) };
    // The platform's state: the latest external id it received.
    let (mut heard_of, mut deleted) = (String::new(), false);
    for step in steps {
        let sent = with(&body, "ExternalID", heard_of.as_str());
        match *step {
            Step::Synchronize { heard } => {
                let answer = platform.synchronize(&sent).await;
                holds(answer["Code"] == 0, format!("{answer}"))?;
                let told = answer["Result"].as_str().unwrap_or_default();
                let stays = heard_of.is_empty() || deleted || told == heard_of;
                holds(stays, format!("an id once heard stays: {heard_of}, and now {told}"))?;
                deleted = false;
                if heard {
                    told.clone_into(&mut heard_of);
                } else if heard_of != told {
                    heard_of.clear();
                }
            }
            Step::Exists => {
                let answer = platform.exists(&sent).await;
                let agreed = match app.store.customer_of(&key).await.unwrap() {
                    Some(customer) => answer["Result"] == customer.id.to_string(),
                    None => answer["Code"] == 0,
                };
                holds(agreed, format!("{answer}"))?;
            }
            Step::Delete { .. } if heard_of.is_empty() => {}
            Step::Delete { heard } => {
                let answer = platform.delete(&heard_of).await;
                holds(answer["Code"] == 0, format!("{answer}"))?;
                deleted = true;
                if heard {
                    heard_of.clear();
                }
            }
        }
    }
    // After a final call whose answer arrives, both sides agree.
    let told = platform.synchronized(&with(&body, "ExternalID", heard_of.as_str())).await;
    let here = app.store.customer_of(&key).await.unwrap().map(|customer| customer.id.to_string());
    holds(here.as_deref() == Some(told.as_str()), format!("{here:?} here, {told} there"))?;
    let links = app.store.links_of_record(&key).await.unwrap();
    let active = links.iter().filter(|link| link.ended.is_none()).count();
    holds(active == 1, format!("{active} customers at once"))
}
