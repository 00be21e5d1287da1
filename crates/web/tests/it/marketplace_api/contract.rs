//! The contract with a marketplace: options, status codes, both spellings (`M01`–`M11`, `M18`–`M21`).

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use tessera_check::Target;
use tessera_core::access::licence::LicenceType;
use tessera_core::marketplace::code::CUSTOMER_BAND;
use tessera_hub::marketplace::account_key;
use testkit::marketplace::{Platform, account, with, with_option};
use testkit::{MARKETPLACE, TestApp, client};

use super::{customers, events, id_of};

/// The seed's account, verbatim.
const SEED_ACCOUNT: &str = r#"{
 "ID": "3000",
  "ExternalID": "",
  "ResellerID": "",
  "ResellerExternalID": "",
  "Name": "Direct Customer Example",
  "Code": "DIRECT-Example",
  "Phone": "323-999-4500",
  "Fax": "323-999-5500",
  "WebSite": "https://www.direct.com",
  "Email": "[email protected]",
  "Description": "A direct customer account example",
"SyncOptions": {
    "username": "[email protected]",
    "role": "1"
  },
"ContactDetails": {
    "ID": "15200",
    "FirstName": "User",
    "LastName": "Direct Customer",
    "Phone": "323-999-4505",
    "Fax": "323-999-5505",
    "Email": "[email protected]"
  },
"Address": {
"Address1": "123 Main Street",
"Address2": "Unit 12",
"City": "Chicago",
"PostCode": "94903",
"State": {
"Code": "CA",
"Name": "California"
},
"Country": {
"Code": "US",
"Name": "United States"
}
},
"ExtraDetails": {}
}"#;

/// The seed's username option, with the brace that is missing on the page.
const SEED_USERNAME: &str = r#"{
 "ID": "username",
 "Definition": {
 "ID": "username",
 "SortOrder": 0,
 "Name": "Username",
 "Description": null,
 "Kind": "SimpleValue",
 "DataType": "Text",
 "IsRequired": true,
 "PredefinedValues": [],
 "IsReadOnly": false,
 "AvailableToStorefront": false
}}"#;

#[testkit::both_databases]
async fn m01_m02_m07_m10_the_contracts_examples_work_verbatim(app: TestApp) {
    let platform = Platform::of(&app);
    let options = platform.options().await;
    let username: Value = serde_json::from_str(SEED_USERNAME).unwrap();
    assert_eq!(options["Fields"][0], username, "the username option, to the letter");
    let role = &options["Fields"][1]["Definition"];
    assert_eq!((&role["Kind"], &role["PredefinedValues"][0]["ID"]), (&json!("List"), &json!("1")));

    let seed: Value = serde_json::from_str(SEED_ACCOUNT).unwrap();
    let answer = platform.send(Method::POST, "/API/Accounts/Synchronize", Some(SEED_ACCOUNT.to_owned())).await;
    assert_eq!((&answer["Code"], &answer["Message"]), (&json!(0), &json!("")));
    let id = answer["Result"].as_str().unwrap();
    assert!(answer["AccountExtraInfo"]["activation_url"].as_str().unwrap().starts_with(&app.url));
    assert_eq!(answer["SendNotification"], true);
    assert!(answer.get("GeneratedPassword").is_none(), "M13: no password");

    let customer = app.store.customer(id_of(id)).await.unwrap().unwrap();
    assert_eq!(customer.name, "Direct Customer Example");
    let record = app.store.record(&account_key("market", "3000")).await.unwrap().unwrap();
    let kept = serde_json::to_value(&record.attributes).unwrap();
    // M07: every field of the example, by the name under which it is kept.
    for (field, expected) in [
        ("/name", "Direct Customer Example"),
        ("/code", "DIRECT-Example"),
        ("/phone", "323-999-4500"),
        ("/fax", "323-999-5500"),
        ("/website", "https://www.direct.com"),
        ("/email", "[email protected]"),
        ("/description", "A direct customer account example"),
        ("/options/username", "[email protected]"),
        ("/options/role", "1"),
        ("/contact/id", "15200"),
        ("/contact/first_name", "User"),
        ("/contact/last_name", "Direct Customer"),
        ("/contact/phone", "323-999-4505"),
        ("/contact/fax", "323-999-5505"),
        ("/contact/email", "[email protected]"),
        ("/address/address1", "123 Main Street"),
        ("/address/address2", "Unit 12"),
        ("/address/city", "Chicago"),
        ("/address/post_code", "94903"),
        ("/address/state/code", "CA"),
        ("/address/state/name", "California"),
        ("/address/country/code", "US"),
        ("/address/country/name", "United States"),
    ] {
        assert_eq!(kept.pointer(field), Some(&json!(expected)), "{field}: {kept:#}");
    }
    assert!(kept.get("reseller").is_none_or(Value::is_null), "M08: no reseller is named: {kept:#}");
    let people = app.store.people(customer.id).await.unwrap();
    assert_eq!((people.len(), people[0].licence), (1, Some(LicenceType::Custportal)));
    assert_eq!(people[0].name, "User Direct Customer");

    // Values of an answer are sent back with every later call.
    let known = with(&with(&seed, "ExternalID", id), "ExtraDetails", answer["AccountExtraInfo"].clone());
    let again = platform.synchronize(&known).await;
    assert_eq!((&again["Code"], &again["Result"]), (&json!(0), &json!(id)));
    // M10: they are kept with the account, without the link, which is a secret, and change nothing else.
    let record = app.store.record(&account_key("market", "3000")).await.unwrap().unwrap();
    let extra = &record.raw["ExtraDetails"];
    assert_eq!(extra["portal_url"], answer["AccountExtraInfo"]["portal_url"], "{extra}");
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap();
    assert!(!record.raw.to_string().contains(link), "the link is not kept: {extra}");
    assert_eq!(serde_json::to_value(&record.attributes).unwrap(), kept, "the account is as it was");
    let wrong = with(&known, "ExtraDetails", json!({ "portal_url": {} }));
    let refused = platform.synchronize(&wrong).await;
    assert!(refused["Message"].as_str().unwrap().contains("ExtraDetails.portal_url must be text"), "{refused}");
    let exists = platform.exists(&known).await;
    assert_eq!((&exists["Code"], &exists["Result"]), (&json!(1), &json!(id)));
    let deletion = json!({ "ExternalID": id, "ExtraDetails": answer["AccountExtraInfo"] });
    let deleted = platform.send(Method::POST, "/API/Accounts/Delete", Some(deletion.to_string())).await;
    assert_eq!((&deleted["Code"], &deleted["Message"]), (&json!(0), &json!("")));
    assert_eq!(platform.exists(&known).await["Code"], 0);
}

#[testkit::both_databases]
async fn m07_missing_blocks_work_and_unknown_fields_are_kept(app: TestApp) {
    let platform = Platform::of(&app);
    let bare = json!({ "ID": "1", "Name": "Bare", "Email": "bare@example.com", "Loyalty": { "Tier": 3 } });
    let id = platform.synchronized(&bare).await;
    let record = app.store.record(&account_key("market", "1")).await.unwrap().unwrap();
    assert_eq!(record.raw["Loyalty"]["Tier"], 3);
    assert_eq!(serde_json::to_value(&record.attributes).unwrap()["options"]["username"], "bare@example.com");
    // A change is recorded once, and the customer's name follows.
    let more = with(&with(&bare, "Name", "Bare & Sons"), "Phone", "1");
    assert_eq!(platform.synchronized(&with(&more, "ExternalID", id.as_str())).await, id);
    assert_eq!(platform.synchronized(&with(&more, "ExternalID", id.as_str())).await, id);
    assert_eq!(app.store.customer(id_of(&id)).await.unwrap().unwrap().name, "Bare & Sons");
    let told = events(&app, &id).await;
    assert_eq!(told.iter().filter(|event| *event == "account_changed").count(), 1, "{told:?}");
}

#[testkit::both_databases]
async fn m11_errors_that_a_customer_can_fix_are_addressed_to_the_customer(app: TestApp) {
    let platform = Platform::of(&app);
    let good = account("1", "Good");
    for (bad, says) in [
        (with(&good, "Name", " "), "Enter the name"),
        (with(&good, "Name", "x".repeat(201)), "at most 200"),
        (with_option(&good, "role", "User"), "1 (User), 2 (Reseller)"),
        (with_option(&good, "seats", "many"), "“Seats” must be a number"),
        (json!({ "ID": "1", "Name": "Nobody" }), "Fill in “Username”"),
    ] {
        let answer = platform.synchronize(&bad).await;
        let code = i32::try_from(answer["Code"].as_i64().unwrap()).unwrap();
        assert!(CUSTOMER_BAND.contains(&code), "{answer}");
        assert!(answer["Message"].as_str().unwrap().contains(says), "{answer}");
        assert_eq!(answer["Result"], "");
    }
    assert_eq!(customers(&app).await, 0);
}

#[testkit::both_databases]
async fn m18_any_request_is_answered_in_the_contracts_format(app: TestApp) {
    let platform = Platform::of(&app);
    let good = account("1", "Good").to_string();
    let large = with(&account("1", "Good"), "Description", "x".repeat(10 * 1024 * 1024)).to_string();
    for operation in ["Synchronize", "Exists", "Delete"] {
        let path = format!("/API/Accounts/{operation}");
        for body in ["", "{", "[]", "\"text\"", "{\"ID\": 1, \"ExternalID\": 1}", "\u{0}", &large, &"[".repeat(100_000)]
        {
            let answer = platform.send(Method::POST, &path, Some(body.to_owned())).await;
            let code = answer["Code"].as_i64().unwrap();
            assert!(code < -89_999, "{operation} {}: {answer}", &body[..body.len().min(40)]);
            assert!(!answer["Message"].as_str().unwrap().is_empty());
        }
        let answer = platform.send(Method::GET, &path, None).await;
        assert_eq!(answer["Code"], -90_007);
    }
    for unknown in ["/API/Accounts/Nothing", "/API/Accounts/", "/API/Accounts/Delete/3000", "/api/ACCOUNTS/{operation}"]
    {
        for method in [Method::GET, Method::POST, Method::PUT] {
            assert_eq!(platform.send(method, unknown, Some(good.clone())).await["Code"], -90_007, "{unknown}");
        }
    }
    for (id, key) in [("", ""), (MARKETPLACE.0, "wrong"), ("wrong", MARKETPLACE.1), (MARKETPLACE.0, "")] {
        let stranger = Platform { id: id.to_owned(), key: key.to_owned(), ..platform.clone() };
        let answer = stranger.send(Method::POST, "/API/Accounts/Synchronize", Some(good.clone())).await;
        assert_eq!(answer["Code"], -90_001);
        assert!(stranger.options().await.get("Fields").is_none());
    }
    assert_eq!(customers(&app).await, 0, "nothing of this changed anything");
    for path in [
        "/api/accounts/synchronize",
        "/Api/ACCOUNTS/synchronize/",
        "//API/Accounts/Synchronize",
        "/API//Accounts///Synchronize//",
    ] {
        assert_eq!(platform.send(Method::POST, path, Some(good.clone())).await["Code"], 0);
    }
    assert_eq!(customers(&app).await, 1);
    let outside = client().get(format!("{}/api/accounts", app.url)).send().await.unwrap();
    assert_eq!(outside.status(), 404, "what is no address of the contract is answered as everywhere");
}

#[testkit::both_databases]
async fn m18_marketplaces_are_separate_from_each_other(app: TestApp) {
    let (one, other) = (Platform::of(&app), Platform::partner(&app));
    let ids = |options: &Value| -> Vec<String> {
        options["Fields"].as_array().unwrap().iter().map(|field| field["ID"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&one.options().await), ["username", "role", "domain", "vat", "seats"]);
    assert_eq!(ids(&other.options().await), ["tenant"]);
    let here = one.synchronized(&account("1", "One")).await;
    let there = other.synchronized(&with_option(&account("1", "One"), "tenant", "one")).await;
    assert_ne!(here, there, "the same account, at two marketplaces, is two customers unless a rule says otherwise");
    let stranger = Platform { settings: vec![("PartnerCode".into(), "4712".into())], ..other.clone() };
    let answer = stranger.options().await;
    assert_eq!(answer["Code"], -90_002);
    assert!(answer["Message"].as_str().unwrap().contains("PartnerCode"), "{answer}");
    let both = Platform { settings: vec![("PartnerCode".into(), "4711|4713".into())], ..other.clone() };
    assert_eq!(both.options().await["Code"], 0);
    // A customer of one marketplace cannot be deleted through another.
    assert_eq!(other.delete(&here).await["Code"], 0);
    assert_eq!(one.exists(&with(&account("1", "One"), "ExternalID", here.as_str())).await["Code"], 1);
}

#[testkit::both_databases]
async fn m19_m21_the_hub_passes_its_own_vendor_check(app: TestApp) {
    for (platform, expected) in [(Platform::of(&app), 38), (Platform::partner(&app), 36)] {
        let target = Target {
            base_url: platform.url.parse().unwrap(),
            application_id: platform.id.clone(),
            api_key: SecretString::from(platform.key.clone()),
            settings: platform.settings.clone(),
            options: BTreeMap::new(),
            timeout: Duration::from_mins(1),
            within: Duration::from_mins(5),
            cleanup: Duration::from_mins(5),
            existing: None,
        };
        let report = tessera_check::check(target).await.unwrap();
        assert!(report.passed, "{report}");
        assert!(report.kept >= expected, "{report}");
    }
    let left = app.store.accounts("market", "", 1000).await.unwrap();
    assert!(left.iter().all(|record| record.gone_at.is_some()), "the check cleans up after itself");
}

#[testkit::both_databases]
async fn marketplace_calls_are_stored_without_secrets_and_bounded(app: TestApp) {
    let platform = Platform::of(&app);
    let mut body = account("1", "Kept");
    body["SyncOptions"]["admin_password"] = Value::from("hunter2-hunter2");
    let answer = platform.synchronize(&body).await;
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap().to_owned();
    app.advance(Duration::from_millis(2));
    platform.synchronize(&with(&body, "Name", "")).await;
    app.advance(Duration::from_millis(2));
    platform.send(Method::POST, "/API/Accounts/Exists", Some("{".to_owned())).await;
    let calls = app.store.calls("market", None, 10).await.unwrap();
    assert_eq!(calls.iter().map(|call| call.code).collect::<Vec<_>>(), [-90_003, -80_001, 0]);
    for call in &calls {
        assert!(!call.answer.contains(&link) && !call.request.contains("hunter2"), "{call:?}");
    }
    assert_eq!(app.store.calls_about("market", "1", 10).await.unwrap().len(), 2);
    app.store.technical().trim_calls("market", 2).await.unwrap();
    assert_eq!(app.store.calls("market", None, 10).await.unwrap().len(), 2, "the newest stay");
}
