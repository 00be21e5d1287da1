//! Exists, linking and resellers (`M08`, `M16`, `M17`).

use serde_json::{Value, json};
use testkit::marketplace::{Platform, account, with, with_option};
use testkit::{ADA, Answer, BEN, Colleague, TestApp};

use super::{events, id_of};

#[testkit::both_databases]
async fn m16_exists_matches_an_existing_customer_by_rule(app: TestApp) {
    let (platform, other) = (Platform::of(&app), Platform::partner(&app));
    let known = with_option(&account("1", "Acme"), "domain", "https://www.ACME.example/");
    let id = platform.synchronized(&known).await;
    assert_eq!(platform.exists(&account("2", "Other")).await["Code"], 0);
    // A second account of the same marketplace cannot be linked to that customer.
    let second = with_option(&account("2", "Acme Two"), "domain", "acme.example");
    let taken = platform.exists(&second).await;
    assert_eq!(taken["Code"], 2, "{taken}");
    assert!(taken["Message"].as_str().unwrap().contains("“Domain” (acme.example)"), "{taken}");
    assert_eq!(platform.synchronize(&second).await["Code"], -80_011);
    // An existing customer is found by address and linked, without an activation link.
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
    // After the deletion of the account, she is still a customer.
    platform.delete(&ada).await;
    let token = app.access_token(ADA.email).await;
    assert_eq!(app.api.get("/me/devices", &token).await.json()["devices"].as_array().unwrap().len(), 1);
    assert_eq!(other.exists(&account("1", "Acme")).await["Code"], 0, "rules are the marketplace's own");
    assert_eq!(platform.exists(&with(&known, "ExternalID", id.as_str())).await["Code"], 1);
}

/// Enters a domain for a customer.
async fn enter(app: &TestApp, customer: &str, domain: &str) -> Answer {
    let path = format!("/customers/{customer}/domains");
    app.api.post(&path, &app.api_key, json!({ "domain": domain })).await
}

#[testkit::both_databases]
async fn m16_exists_returns_the_customer_who_has_the_domain(app: TestApp) {
    let platform = Platform::of(&app);
    let mut browser = app.activated(ADA).await;
    app.activated(BEN).await;
    let (ada, ben) = (app.customer_of(ADA.requester).await, app.customer_of(BEN.requester).await);
    let entered = enter(&app, &ada, " https://www.Acme.example/about ").await;
    assert_eq!(entered.status, 201, "{}", entered.body);
    assert_eq!((&entered.json()["domain"], &entered.json()["source"]), (&json!("acme.example"), &json!("staff")));
    enter(&app, &ada, "ACME.example").await.problem(409, "domain_known");
    enter(&app, &ada, "gmail.com").await.problem(422, "domain_public");
    enter(&app, &ada, "acme").await.problem(422, "domain_invalid");

    // The vendor's own example: the account manager has made the account with the domain of a customer.
    let hers = with_option(&account("1", "Acme"), "domain", "acme.example");
    let found = platform.exists(&hers).await;
    assert_eq!((&found["Code"], &found["Result"]), (&json!(1), &json!(ada)), "{found}");
    let people = app.store.people(id_of(&ada)).await.unwrap().len();
    let adopted = platform.synchronize(&hers).await;
    assert_eq!((&adopted["Code"], &adopted["Result"]), (&json!(0), &json!(ada)));
    assert!(adopted["AccountExtraInfo"].get("activation_url").is_none(), "a domain gives nobody access: {adopted}");
    assert_eq!(app.store.people(id_of(&ada)).await.unwrap().len(), people, "nor does it make a person");
    let page = browser.open(&format!("{}/portal/customer", app.url)).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);

    // Two customers have the domain: staff are asked, and nothing is linked.
    assert_eq!(enter(&app, &ben, "two.example").await.status, 201);
    assert_eq!(enter(&app, &ada, "two.example").await.status, 201);
    let both = with_option(&account("2", "Two"), "domain", "two.example");
    let answer = platform.exists(&both).await;
    assert_eq!((&answer["Code"], &answer["Result"]), (&json!(2), &json!("")), "{answer}");
    let reviews = app.api.get("/reviews", &app.api_key).await.json();
    let asked = reviews["items"].as_array().unwrap().iter().find(|it| it["question"] == "whose_account").unwrap();
    assert!(asked["sentence"].as_str().unwrap().contains("“Domain” (two.example)"), "{asked}");
    let path = format!("/customers/{ada}/domains/two.example");
    assert_eq!(app.api.delete(&path, &app.api_key, None).await.status, 204);
    app.api.delete(&path, &app.api_key, None).await.problem(404, "not_found");
    assert_eq!(platform.exists(&both).await["Result"], json!(ben));

    // Anyone can have an address at a public provider.
    platform.synchronized(&with_option(&account("3", "Jo"), "domain", "gmail.com")).await;
    assert_eq!(platform.exists(&with_option(&account("4", "Bo"), "domain", "gmail.com")).await["Code"], 0);
}

#[testkit::both_databases]
async fn m16_domains_come_from_the_company_the_web_site_and_the_address(app: TestApp) {
    let (platform, partner) = (Platform::of(&app), Platform::partner(&app));
    app.put_into_company(ADA.requester, &["Acme.example", "web.de"]);
    app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    let shop =
        with(&with(&account("p1", "Shop"), "WebSite", "https://www.shop.example/"), "Email", "jo@mail.shop.example");
    let shop = partner.synchronized(&with_option(&shop, "tenant", "shop")).await;
    let exists = async |domain: &str| platform.exists(&with_option(&account("1", "Any"), "domain", domain)).await;
    for (domain, customer) in [("acme.example", &ada), ("shop.example", &shop), ("mail.shop.example", &shop)] {
        let found = exists(domain).await;
        assert_eq!((&found["Code"], &found["Result"]), (&json!(1), &json!(customer)), "{domain}: {found}");
    }
    for domain in ["web.de", "other.example", "sub.acme.example"] {
        assert_eq!(exists(domain).await["Code"], 0, "{domain}");
    }
    let known = app.api.get(&format!("/customers/{ada}"), &app.api_key).await.json();
    let record = format!("freshservice:requester:{}", ADA.requester);
    let domain = json!({
        "domain": "acme.example", "source": "requester_company", "record": record, "entered_by": null, "entered_at": null,
    });
    assert_eq!(known["domains"], json!([domain]));
    // A domain of a record is changed in the record's own system.
    app.api
        .delete(&format!("/customers/{ada}/domains/acme.example"), &app.api_key, None)
        .await
        .problem(404, "not_found");
    // Staff see where each comes from, and can remove what was entered.
    let mut agnes = Colleague::signed_in(&app).await;
    let url = format!("/customers/{ada}/domains");
    agnes.post(&url, &[("domain", "ada.example")]).await.says(&["ada.example was entered", "by agnes"]);
    agnes.post(&url, &[("domain", "gmx.de")]).await.says(&["is a public mail provider"]);
    let page = agnes.open(&format!("/customers/{ada}")).await;
    page.says(&["The requester’s company", "Remove ada.example", "Domain ada.example entered"]);
    page.lacks(&["Remove acme.example"]);
    agnes.post(&format!("{url}/ada.example/remove"), &[]).await.says(&["Domain ada.example removed"]);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m16_an_account_found_by_its_domain_never_leads_the_customer(app: TestApp) {
    let platform = Platform::of(&app);
    app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    enter(&app, &ada, "acme.example").await;
    let hers = with_option(&account("1", "Stranger"), "domain", "acme.example");
    assert_eq!(platform.synchronized(&hers).await, ada);
    // Everything else is unlinked, so that only the account is left.
    let customer = app.api.get(&format!("/customers/{ada}"), &app.api_key).await.json();
    for link in customer["links"].as_array().unwrap().iter().filter(|link| link["kind"] != "account") {
        let path = format!("/customers/{ada}/links/{}", link["id"].as_str().unwrap());
        let ended = app.api.delete(&path, &app.api_key, Some(json!({ "reason": "a test" }))).await;
        assert_eq!(ended.status, 204, "{}", ended.body);
    }
    let told = with(&with(&hers, "Name", "Somebody else"), "ExternalID", ada.as_str());
    let answer = platform.synchronize(&told).await;
    assert_eq!(answer["Code"], 0, "{answer}");
    assert!(answer["AccountExtraInfo"].get("activation_url").is_none(), "{answer}");
    let name = app.api.get(&format!("/customers/{ada}"), &app.api_key).await.json()["name"].clone();
    assert_eq!(name, "Ada Example");
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m17_synchronize_links_the_customer_that_exists_returned(app: TestApp) {
    let platform = Platform::of(&app);
    app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    // The platform links the account itself and synchronizes later.
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
async fn m16_h03_several_matching_customers_create_a_review(app: TestApp) {
    let platform = Platform::of(&app);
    app.activated(ADA).await;
    app.activated(BEN).await;
    let (ada, ben) = (app.customer_of(ADA.requester).await, app.customer_of(BEN.requester).await);
    // Two rules match two customers: the username is Ada's, the account's address Ben's.
    let both = with_option(&with(&account("1", "Both"), "Email", BEN.email), "username", ADA.email);
    for _ in 0..2 {
        let answer = platform.exists(&both).await;
        assert_eq!((&answer["Code"], &answer["Result"]), (&json!(2), &json!("")), "{answer}");
        assert!(answer["Message"].as_str().unwrap().contains("More than one of our customers"), "{answer}");
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
async fn m08_resellers_and_their_customers_arrive_in_any_order(app: TestApp) {
    let platform = Platform::of(&app);
    // Both calls of a first order.
    let reseller = platform.synchronized(&with(&account("77", "Reseller"), "ResellerID", "77")).await;
    let end = with(&with(&account("78", "End"), "ResellerID", "77"), "ResellerExternalID", reseller.as_str());
    let end = platform.synchronized(&end).await;
    let served = app.store.records_held("market", "77").await.unwrap();
    assert_eq!(served.iter().map(|it| it.key.external_id.as_str()).collect::<Vec<_>>(), ["78"]);
    assert!(events(&app, &end).await.contains(&"served_by_reseller".to_owned()));
    assert!(!events(&app, &reseller).await.contains(&"served_by_reseller".to_owned()));
    // The customer arrives first.
    platform.synchronized(&with(&account("88", "End first"), "ResellerID", "87")).await;
    let late = platform.synchronized(&account("87", "Reseller later")).await;
    assert_eq!(app.store.records_held("market", "87").await.unwrap().len(), 1);
    // The two ids of a reseller must belong to the same account.
    let odd = with(&with(&account("89", "Odd"), "ResellerID", "77"), "ResellerExternalID", late.as_str());
    assert_eq!(platform.synchronize(&odd).await["Code"], -90_010);
}

#[testkit::both_databases]
async fn m16_a_domain_is_stored_and_removed_under_one_name(app: TestApp) {
    app.activated(ADA).await;
    let path = format!("/customers/{}/domains", app.customer_of(ADA.requester).await);
    let post = async |domain: &str| app.api.post(&path, &app.api_key, json!({ "domain": domain })).await;
    let made = post("www.www.twice.example").await;
    assert_eq!((made.status, made.json()["domain"].as_str()), (201, Some("twice.example")), "{}", made.body);
    post("twice.example").await.problem(409, "domain_known");
    for status in [204, 404] {
        let gone = app.api.delete(&format!("{path}/www.www.twice.example"), &app.api_key, None).await;
        assert_eq!(gone.status, status, "{}", gone.body);
    }
    app.hub.run_pending().await;
}
