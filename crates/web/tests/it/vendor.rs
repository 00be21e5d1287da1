//! What a marketplace's platform asks, over real HTTP, and what it is answered (`M01`–`M20`).

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use tessera_check::Target;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::marketplace::code::CUSTOMER_BAND;
use tessera_hub::marketplace::account_key;
use testkit::marketplace::{Platform, account, with, with_option};
use testkit::{ADA, BEN, Browser, JO, MARKETPLACE, STRANGER, TestApp, client};

/// The seed's account, member by member as it stands there.
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

/// The seed's username option; the brace that the page lost is put back.
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

pub fn id_of(external_id: &str) -> CustomerId {
    external_id.parse().unwrap()
}

pub async fn customers(app: &TestApp) -> usize {
    app.hub.store.customers(None, 1000).await.unwrap().len()
}

async fn events(app: &TestApp, customer: &str) -> Vec<String> {
    let entries = app.hub.store.whole_timeline(id_of(customer)).await.unwrap();
    entries.iter().map(|entry| entry.event().unwrap().name().to_owned()).collect()
}

#[testkit::both_databases]
async fn m01_m02_m07_m10_the_seeds_examples_work_verbatim(app: TestApp) {
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

    let customer = app.hub.store.customer(id_of(id)).await.unwrap().unwrap();
    assert_eq!(customer.name, "Direct Customer Example");
    let record = app.hub.store.record(&account_key("market", "3000")).await.unwrap().unwrap();
    let kept = serde_json::to_value(&record.attributes).unwrap();
    assert_eq!(kept["address"]["country"]["code"], "US");
    assert_eq!(kept["contact"]["last_name"], "Direct Customer");
    let people = app.hub.store.people(customer.id).await.unwrap();
    assert_eq!((people.len(), people[0].licence), (1, Some(LicenceType::Custportal)));
    assert_eq!(people[0].name, "User Direct Customer");

    // What was answered comes back with every later call.
    let known = with(&with(&seed, "ExternalID", id), "ExtraDetails", answer["AccountExtraInfo"].clone());
    let again = platform.synchronize(&known).await;
    assert_eq!((&again["Code"], &again["Result"]), (&json!(0), &json!(id)));
    let exists = platform.exists(&known).await;
    assert_eq!((&exists["Code"], &exists["Result"]), (&json!(1), &json!(id)));
    let deleted = platform.delete(id).await;
    assert_eq!((&deleted["Code"], &deleted["Message"]), (&json!(0), &json!("")));
    assert_eq!(platform.exists(&known).await["Code"], 0);
}

#[testkit::both_databases]
async fn m07_missing_blocks_work_and_unknown_fields_are_kept(app: TestApp) {
    let platform = Platform::of(&app);
    let bare = json!({ "ID": "1", "Name": "Bare", "Email": "bare@example.com", "Loyalty": { "Tier": 3 } });
    let id = platform.synchronized(&bare).await;
    let record = app.hub.store.record(&account_key("market", "1")).await.unwrap().unwrap();
    assert_eq!(record.raw["Loyalty"]["Tier"], 3);
    assert_eq!(serde_json::to_value(&record.attributes).unwrap()["options"]["username"], "bare@example.com");
    // Something new is told once, and the name follows.
    let more = with(&with(&bare, "Name", "Bare & Sons"), "Phone", "1");
    assert_eq!(platform.synchronized(&with(&more, "ExternalID", id.as_str())).await, id);
    assert_eq!(platform.synchronized(&with(&more, "ExternalID", id.as_str())).await, id);
    assert_eq!(app.hub.store.customer(id_of(&id)).await.unwrap().unwrap().name, "Bare & Sons");
    let told = events(&app, &id).await;
    assert_eq!(told.iter().filter(|event| *event == "account_changed").count(), 1, "{told:?}");
}

#[testkit::both_databases]
async fn m11_what_a_customer_can_mend_is_said_to_the_customer(app: TestApp) {
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
async fn m18_whatever_is_sent_is_answered_in_the_contracts_own_way(app: TestApp) {
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
    assert_eq!(platform.send(Method::POST, "/API/Accounts/Nothing", Some(good.clone())).await["Code"], -90_007);
    for (id, key) in [("", ""), (MARKETPLACE.0, "wrong"), ("wrong", MARKETPLACE.1), (MARKETPLACE.0, "")] {
        let stranger = Platform { id: id.to_owned(), key: key.to_owned(), ..platform.clone() };
        let answer = stranger.send(Method::POST, "/API/Accounts/Synchronize", Some(good.clone())).await;
        assert_eq!(answer["Code"], -90_001);
        assert!(stranger.options().await.get("Fields").is_none());
    }
    assert_eq!(customers(&app).await, 0, "nothing of this changed anything");
    for path in ["/api/accounts/synchronize", "/Api/ACCOUNTS/synchronize/"] {
        assert_eq!(platform.send(Method::POST, path, Some(good.clone())).await["Code"], 0);
    }
    assert_eq!(customers(&app).await, 1);
    let outside = client().get(format!("{}/api/accounts", app.url)).send().await.unwrap();
    assert_eq!(outside.status(), 404, "what is no address of the contract is answered as everywhere");
}

#[testkit::both_databases]
async fn m18_instances_stand_side_by_side(app: TestApp) {
    let (one, other) = (Platform::of(&app), Platform::partner(&app));
    let ids = |options: &Value| -> Vec<String> {
        options["Fields"].as_array().unwrap().iter().map(|field| field["ID"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&one.options().await), ["username", "role", "domain", "vat", "seats"]);
    assert_eq!(ids(&other.options().await), ["tenant"]);
    let here = one.synchronized(&account("1", "One")).await;
    let there = other.synchronized(&with_option(&account("1", "One"), "tenant", "one")).await;
    assert_ne!(here, there, "the same account, at two instances, is two customers unless a rule says otherwise");
    let stranger = Platform { settings: vec![("PartnerCode".into(), "4712".into())], ..other.clone() };
    let answer = stranger.options().await;
    assert_eq!(answer["Code"], -90_002);
    assert!(answer["Message"].as_str().unwrap().contains("PartnerCode"), "{answer}");
    let both = Platform { settings: vec![("PartnerCode".into(), "4711|4713".into())], ..other.clone() };
    assert_eq!(both.options().await["Code"], 0);
    // A customer of one instance is not deleted through another.
    assert_eq!(other.delete(&here).await["Code"], 0);
    assert_eq!(one.exists(&with(&account("1", "One"), "ExternalID", here.as_str())).await["Code"], 1);
}

#[testkit::both_databases]
async fn m20_64_equal_calls_at_once_make_one_customer(app: TestApp) {
    let platform = Platform::of(&app);
    let body = account("3000", "Racing");
    let answers = join_all((0..64).map(|_| platform.synchronize(&body))).await;
    let mut ids: Vec<_> = answers.iter().map(|answer| answer["Result"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{answers:?}");
    assert_eq!(customers(&app).await, 1);
    let mut links: Vec<_> =
        answers.iter().map(|answer| answer["AccountExtraInfo"]["activation_url"].as_str().unwrap()).collect();
    links.dedup();
    assert_eq!(links.len(), 1, "one link, and it works");
    assert_eq!(Browser::new().open(links[0]).await.status, 200);
}

#[testkit::both_databases]
async fn m20_a_lost_answer_asked_again_is_the_first_answer(app: TestApp) {
    let platform = Platform::of(&app);
    let body = account("1", "Lost");
    let first = platform.synchronize(&body).await;
    let again = platform.synchronize(&body).await;
    assert_eq!(first, again, "the id, the link, and that the mail is still to be sent");
    assert_eq!(platform.exists(&body).await["Result"], first["Result"]);
    app.advance(Duration::from_hours(15 * 24));
    let later = platform.synchronize(&body).await;
    assert_eq!(later["Result"], first["Result"]);
    let (old, new) = (&first["AccountExtraInfo"]["activation_url"], &later["AccountExtraInfo"]["activation_url"]);
    assert_ne!(old, new, "the old link ran out");
    assert!(Browser::new().open(new.as_str().unwrap()).await.body.contains("Activate your account"));
}

#[testkit::both_databases]
async fn m20_a_test_request_makes_nothing(app: TestApp) {
    let platform = Platform::of(&app);
    let body = account("1", "Test");
    let answer = platform.synchronize(&with(&body, "IsTest", true)).await;
    assert_eq!((&answer["Code"], &answer["SendNotification"]), (&json!(0), &json!(false)));
    assert!(!answer["Result"].as_str().unwrap().is_empty(), "something plausible");
    assert_eq!(customers(&app).await, 0);
    assert_eq!(platform.exists(&body).await["Code"], 0);
    let told = answer["Result"].as_str().unwrap();
    assert_eq!(platform.exists(&with(&body, "ExternalID", told)).await["Code"], 0);
    let id = platform.synchronized(&body).await;
    let answer = platform.synchronize(&with(&with(&body, "IsTest", true), "Name", "Other")).await;
    assert_eq!(answer["Result"], id);
    let delete = json!({ "ExternalID": id, "IsTest": true });
    assert_eq!(platform.send(Method::POST, "/API/Accounts/Delete", Some(delete.to_string())).await["Code"], 0);
    assert_eq!(app.hub.store.customer(id_of(&id)).await.unwrap().unwrap().name, "Test");
    assert_eq!(platform.exists(&body).await["Code"], 1);
}

#[testkit::both_databases]
async fn m13_the_link_in_the_answer_activates_without_a_service_desk(app: TestApp) {
    app.sign_up(STRANGER).await;
    let platform = Platform::of(&app);
    let answer = platform.synchronize(&account("1", "Sunny Roofs")).await;
    let (id, link) = (answer["Result"].as_str().unwrap(), answer["AccountExtraInfo"]["activation_url"].clone());
    let mut browser = Browser::new();
    let page = app.activate(&mut browser, link.as_str().unwrap(), STRANGER).await;
    assert!(page.body.contains("Your account is activated"), "{}", page.body);
    assert_eq!(app.hub.store.identities(id_of(id)).await.unwrap().len(), 1);
    assert_eq!(app.hub.store.people(id_of(id)).await.unwrap().len(), 1, "the person who was made signs in");
    let token = app.access_token(STRANGER).await;
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["name"], "Sunny Roofs");
    assert_eq!(app.api.get("/me/devices", &token).await.json()["reason"]["code"], "not_in_service_desk");
    // The link works once; the platform hears of none any more.
    let answer = platform.synchronize(&with(&account("1", "Sunny Roofs"), "ExternalID", id)).await;
    assert!(answer["AccountExtraInfo"].get("activation_url").is_none(), "{answer}");
    assert_eq!(answer["SendNotification"], false);
    let other = app.activate(&mut Browser::new(), link.as_str().unwrap(), ADA.email).await;
    assert!(other.status == 410 && other.body.contains("used"), "{} {}", other.status, other.body);
    assert!(events(&app, id).await.contains(&"activated".to_owned()));
}

#[testkit::both_databases]
async fn m15_delete_ends_access_keeps_the_history_and_can_be_undone(app: TestApp) {
    app.sign_up(STRANGER).await;
    let platform = Platform::of(&app);
    let body = account("1", "Sunny Roofs");
    let answer = platform.synchronize(&body).await;
    let id = answer["Result"].as_str().unwrap().to_owned();
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap().to_owned();
    let mut browser = Browser::new();
    app.activate(&mut browser, &link, STRANGER).await;
    let portal = format!("{}/portal/customer", app.url);
    assert!(browser.open(&portal).await.body.contains("Sunny Roofs") || browser.open(&portal).await.status == 200);
    let token = app.access_token(STRANGER).await;

    assert_eq!(platform.delete(&id).await["Code"], 0);
    assert_eq!(platform.delete(&id).await["Code"], 0, "twice is success");
    assert!(browser.open(&portal).await.url.contains("sign-in"), "the session has ended");
    assert_eq!(app.api.get("/me", &token).await.json()["customer"], Value::Null);
    assert_eq!(app.api.get("/me/devices", &token).await.json()["reason"]["code"], "account_closed");
    assert!(events(&app, &id).await.contains(&"account_deleted".to_owned()), "the history stays");

    let key = account_key("market", "1");
    app.hub.restore_account(&key, "deleted by mistake", &JO).await.unwrap();
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["id"], json!(id));
    assert_eq!(platform.synchronized(&with(&body, "ExternalID", id.as_str())).await, id, "the same external id");
    assert!(app.hub.restore_account(&key, "again", &JO).await.is_err());
}

#[testkit::both_databases]
async fn m15_an_open_link_dies_with_its_account(app: TestApp) {
    let platform = Platform::of(&app);
    let answer = platform.synchronize(&account("1", "Sunny Roofs")).await;
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap();
    platform.delete(answer["Result"].as_str().unwrap()).await;
    let page = Browser::new().open(link).await;
    assert_ne!(page.status, 200, "{}", page.body);
}

#[testkit::both_databases]
async fn m20_after_a_deletion_synchronize_begins_anew(app: TestApp) {
    app.sign_up(STRANGER).await;
    let platform = Platform::of(&app);
    let body = account("1", "Sunny Roofs");
    let first = platform.synchronize(&body).await;
    let old = first["Result"].as_str().unwrap().to_owned();
    let link = |answer: &Value| answer["AccountExtraInfo"]["activation_url"].as_str().unwrap().to_owned();
    app.activate(&mut Browser::new(), &link(&first), STRANGER).await;
    platform.delete(&old).await;
    // Whether the platform has forgotten the external id or not.
    let anew = platform.synchronize(&with(&body, "ExternalID", old.as_str())).await;
    assert_eq!(anew["Code"], 0, "{anew}");
    let new = anew["Result"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(platform.synchronized(&body).await, new);
    assert_eq!(platform.exists(&with(&body, "ExternalID", old.as_str())).await["Result"], json!(new));
    let error = app.hub.restore_account(&account_key("market", "1"), "x", &JO).await.unwrap_err();
    assert!(error.to_string().contains("anew"), "{error}");
    // The same person may come back with the same sign-in.
    let page = app.activate(&mut Browser::new(), &link(&anew), STRANGER).await;
    assert!(page.body.contains("Your account is activated"), "{}", page.body);
    let token = app.access_token(STRANGER).await;
    assert_eq!(app.api.get("/me", &token).await.json()["customer"]["id"], json!(new));
}

#[testkit::both_databases]
async fn m16_rules_find_who_is_here_already(app: TestApp) {
    let (platform, other) = (Platform::of(&app), Platform::partner(&app));
    let known = with_option(&account("1", "Acme"), "domain", "https://www.ACME.example/");
    let id = platform.synchronized(&known).await;
    assert_eq!(platform.exists(&account("2", "Other")).await["Code"], 0);
    // Another account of the same marketplace cannot have that customer too.
    let second = with_option(&account("2", "Acme Two"), "domain", "acme.example");
    let taken = platform.exists(&second).await;
    assert_eq!(taken["Code"], 2, "{taken}");
    assert!(taken["Message"].as_str().unwrap().contains("option:domain"), "{taken}");
    assert_eq!(platform.synchronize(&second).await["Code"], -80_011);
    // A customer of the service desk is found by their address, and adopted without being let in by it.
    app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    let mut hers = with(&account("3", "Ada Ltd"), "Email", ADA.email);
    hers["SyncOptions"]["username"] = Value::from("ADA@example.com");
    let found = platform.exists(&hers).await;
    assert_eq!((&found["Code"], &found["Result"]), (&json!(1), &json!(ada)));
    assert_eq!(events(&app, &ada).await.iter().filter(|it| *it == "linked").count(), 3, "Exists links nothing");
    let adopted = platform.synchronize(&hers).await;
    assert_eq!(adopted["Result"], json!(ada));
    assert!(adopted["AccountExtraInfo"].get("activation_url").is_none(), "{adopted}");
    // Deleted there, she is a customer here all the same.
    platform.delete(&ada).await;
    let token = app.access_token(ADA.email).await;
    assert_eq!(app.api.get("/me/devices", &token).await.json()["devices"].as_array().unwrap().len(), 1);
    assert_eq!(other.exists(&account("1", "Acme")).await["Code"], 0, "rules are the instance's own");
    assert_eq!(platform.exists(&with(&known, "ExternalID", id.as_str())).await["Code"], 1);
}

#[testkit::both_databases]
async fn m17_what_exists_told_is_linked_by_the_next_call(app: TestApp) {
    let platform = Platform::of(&app);
    app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    // The platform links by itself and synchronizes later.
    let found = with_option(&account("9", "Ada Ltd"), "username", ADA.email);
    assert_eq!(platform.exists(&found).await["Result"], json!(ada));
    let told = with(&found, "ExternalID", ada.as_str());
    assert_eq!(platform.exists(&told).await["Code"], 1);
    assert_eq!(platform.synchronized(&told).await, ada);
    let other = with(&account("10", "Somebody"), "ExternalID", ada.as_str());
    assert_eq!(platform.synchronize(&other).await["Code"], -90_009);
    assert_eq!(platform.exists(&other).await["Code"], 2);
    let unknown = with(&account("11", "X"), "ExternalID", "0198c0de-0000-7000-8000-000000000001");
    assert_eq!(platform.synchronize(&unknown).await["Code"], -90_008);
    assert_eq!(platform.synchronize(&with(&unknown, "ExternalID", "Ok")).await["Code"], -90_008);
}

#[testkit::both_databases]
async fn m16_h03_several_customers_wait_for_a_decision(app: TestApp) {
    let platform = Platform::of(&app);
    app.activated(ADA).await;
    app.activated(BEN).await;
    let (ada, ben) = (app.customer_of(ADA.requester).await, app.customer_of(BEN.requester).await);
    // Two rules, two customers: the username is Ada's, the account's address Ben's.
    let both = with_option(&with(&account("1", "Both"), "Email", BEN.email), "username", ADA.email);
    for _ in 0..2 {
        let answer = platform.exists(&both).await;
        assert_eq!(answer["Code"], -80_010, "{answer}");
        assert_eq!(platform.synchronize(&both).await["Code"], -80_010);
    }
    let reviews = app.api.get("/reviews", &app.api_key).await.json();
    let open: Vec<_> =
        reviews["items"].as_array().unwrap().iter().filter(|it| it["question"] == "whose_account").collect();
    assert_eq!(open.len(), 1, "asked once: {reviews}");
    let review = open[0]["id"].as_str().unwrap();
    let decision = json!({ "decision": "link", "record": format!("freshservice:requester:{}", BEN.requester) });
    let decided = app.api.post(&format!("/reviews/{review}/decision"), &app.api_key, decision).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
    assert_eq!(platform.exists(&both).await["Result"], json!(ben));
    assert_eq!(platform.synchronized(&both).await, ben);

    let again = with_option(&with(&account("2", "Neither"), "Email", ADA.email), "username", BEN.email);
    assert_eq!(platform.synchronize(&again).await["Code"], -80_010);
    let reviews = app.api.get("/reviews", &app.api_key).await.json();
    let review = reviews["items"].as_array().unwrap().iter().find(|it| it["question"] == "whose_account").unwrap();
    let path = format!("/reviews/{}/decision", review["id"].as_str().unwrap());
    app.api.post(&path, &app.api_key, json!({ "decision": "none_of_these" })).await;
    let own = platform.synchronized(&again).await;
    assert!(own != ada && own != ben, "a customer of its own");
}

#[testkit::both_databases]
async fn m08_resellers_and_their_customers_come_in_any_order(app: TestApp) {
    let platform = Platform::of(&app);
    // Both calls of a first order.
    let reseller = platform.synchronized(&with(&account("77", "Reseller"), "ResellerID", "77")).await;
    let end = with(&with(&account("78", "End"), "ResellerID", "77"), "ResellerExternalID", reseller.as_str());
    let end = platform.synchronized(&end).await;
    let served = app.hub.store.records_held("market", "77").await.unwrap();
    assert_eq!(served.iter().map(|it| it.key.external_id.as_str()).collect::<Vec<_>>(), ["78"]);
    assert!(events(&app, &end).await.contains(&"served_by_reseller".to_owned()));
    assert!(!events(&app, &reseller).await.contains(&"served_by_reseller".to_owned()));
    // The customer first.
    platform.synchronized(&with(&account("88", "End first"), "ResellerID", "87")).await;
    let late = platform.synchronized(&account("87", "Reseller later")).await;
    assert_eq!(app.hub.store.records_held("market", "87").await.unwrap().len(), 1);
    // The two ids of a reseller must mean the same one.
    let odd = with(&with(&account("89", "Odd"), "ResellerID", "77"), "ResellerExternalID", late.as_str());
    assert_eq!(platform.synchronize(&odd).await["Code"], -90_010);
}

#[testkit::both_databases]
async fn m19_m21_our_own_vendor_face_passes_the_check(app: TestApp) {
    for (platform, expected) in [(Platform::of(&app), 38), (Platform::partner(&app), 36)] {
        let target = Target {
            base_url: platform.url.parse().unwrap(),
            application_id: platform.id.clone(),
            api_key: SecretString::from(platform.key.clone()),
            settings: platform.settings.clone(),
            options: BTreeMap::new(),
            timeout: Duration::from_mins(1),
            within: Duration::from_mins(5),
        };
        let report = tessera_check::check(target).await.unwrap();
        assert!(report.passed, "{report}");
        assert!(report.kept >= expected, "{report}");
    }
    let left = app.hub.store.accounts("market", "", 1000).await.unwrap();
    assert!(left.iter().all(|record| record.gone_at.is_some()), "the check cleans up after itself");
}

#[testkit::both_databases]
async fn calls_are_kept_without_secrets_and_bounded(app: TestApp) {
    let platform = Platform::of(&app);
    let mut body = account("1", "Kept");
    body["SyncOptions"]["admin_password"] = Value::from("hunter2-hunter2");
    let answer = platform.synchronize(&body).await;
    let link = answer["AccountExtraInfo"]["activation_url"].as_str().unwrap().to_owned();
    app.advance(Duration::from_millis(2));
    platform.synchronize(&with(&body, "Name", "")).await;
    app.advance(Duration::from_millis(2));
    platform.send(Method::POST, "/API/Accounts/Exists", Some("{".to_owned())).await;
    let calls = app.hub.store.calls("market", None, 10).await.unwrap();
    assert_eq!(calls.iter().map(|call| call.code).collect::<Vec<_>>(), [-90_003, -80_001, 0]);
    for call in &calls {
        assert!(!call.answer.contains(&link) && !call.request.contains("hunter2"), "{call:?}");
    }
    assert_eq!(app.hub.store.calls_about("market", "1", 10).await.unwrap().len(), 2);
    let now = app.hub.env.now();
    app.store.technical().forget_calls("market", now - jiff::SignedDuration::from_hours(1), 2).await.unwrap();
    assert_eq!(app.hub.store.calls("market", None, 10).await.unwrap().len(), 2, "the newest stay");
}
