//! Accounts of the marketplace, and their customers in the hub.

use serde_json::json;
use testkit::{ADA, TestApp};

use super::{account, create, put, shown};

#[testkit::both_databases]
async fn m07_an_account_is_linked_to_its_customer_by_the_same_correlation_as_every_record(app: TestApp) {
    app.activated(ADA).await;
    let ada = app.customer_of(ADA.requester).await;
    let known = create(&app, account("Ada Example", ADA.email)).await;
    assert_eq!(shown(&app, &known).await["customer_id"], ada, "the customer with this address");

    let new = create(&app, account("Acme", "acme@example.com")).await;
    let customer = shown(&app, &new).await["customer_id"].as_str().unwrap().to_owned();
    let path = format!("/customers?record=marketplace_account:account:{new}");
    assert_eq!(app.api.get(&path, &app.api_key).await.json()["items"][0]["id"], customer, "a record like any other");

    // A second account with the same address: nobody but staff knows whether it is the same customer.
    let second = create(&app, account("Acme again", "acme@example.com")).await;
    assert_eq!(shown(&app, &second).await["customer_id"], json!(null));
    let reviews = app.api.get("/reviews", &app.api_key).await.json();
    let review = reviews["items"][0]["id"].as_str().unwrap();
    let decision = json!({ "decision": "none_of_these" });
    let decided = app.api.post(&format!("/reviews/{review}/decision"), &app.api_key, decision).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
    let other = shown(&app, &second).await["customer_id"].as_str().unwrap().to_owned();
    assert_ne!(other, customer);

    let renamed = put(&app, &format!("/marketplace-accounts/{new}"), &account("Acme Ltd", "acme@example.com")).await;
    assert_eq!(renamed.json()["name"], "Acme Ltd");
    let customer = app.api.get(&format!("/customers/{customer}"), &app.api_key).await.json();
    assert_eq!(customer["name"], "Acme Ltd", "its customer follows");
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m07_concurrent_accounts_of_one_address_make_one_customer(app: TestApp) {
    let before = app.store.customers(None, 1000).await.unwrap().len();
    let race = |number: usize| {
        let body = account(&format!("Acme {number}"), "acme@example.com");
        app.api.post("/marketplace-accounts", &app.api_key, body)
    };
    let racing = tokio::join!(race(1), race(2), race(3), race(4), race(5), race(6));
    let made = [racing.0, racing.1, racing.2, racing.3, racing.4, racing.5].map(|made| made.json());
    let linked = made.iter().filter(|made| made["customer_id"].is_string()).count();
    assert_eq!(linked, 1, "one customer, and a question for each of the others: {made:?}");
    assert_eq!(app.store.customers(None, 1000).await.unwrap().len(), before + 1);

    // The same request, sent again because its answer was lost.
    let again = async || {
        let send = app.api.send(reqwest::Method::POST, "/marketplace-accounts", |request| {
            let request = request.bearer_auth(&app.api_key).header("idempotency-key", "acme-1");
            request.json(&account("Other", "other@example.com"))
        });
        send.await.json()["id"].clone()
    };
    assert_eq!(again().await, again().await);
}

#[testkit::both_databases]
async fn m08_accounts_are_a_tree_without_circles(app: TestApp) {
    let of = |name: &str, reseller: Option<&str>| {
        let mut body = account(name, &format!("{name}@example.com"));
        body["reseller_id"] = json!(reseller);
        body
    };
    let top = create(&app, of("top", None)).await;
    let middle = create(&app, of("middle", Some(&top))).await;
    let end = create(&app, of("end", Some(&middle))).await;
    let kinds = [shown(&app, &top).await, shown(&app, &middle).await, shown(&app, &end).await];
    let kinds: Vec<_> = kinds.iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["reseller", "reseller", "customer_of_reseller"]);
    let list = app.api.get(&format!("/marketplace-accounts?reseller_id={top}"), &app.api_key).await.json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["id"]), (1, &json!(middle)));

    let move_to = async |id: &str, name: &str, reseller: &str| {
        put(&app, &format!("/marketplace-accounts/{id}"), &of(name, Some(reseller))).await
    };
    move_to(&top, "top", &end).await.problem(409, "reseller_cycle");
    move_to(&top, "top", &top).await.problem(409, "reseller_cycle");
    assert_eq!(move_to(&end, "end", &top).await.json()["reseller_id"], top);
    // Two moves at once that would close a circle together.
    let other = create(&app, of("other", None)).await;
    let (one, two) = tokio::join!(move_to(&other, "other", &middle), move_to(&middle, "middle", &other));
    let statuses = [one.status, two.status];
    assert!(statuses.contains(&200) && statuses.contains(&409), "{statuses:?}");

    let nobody = "01890000-0000-7000-8000-000000000000";
    let unknown = app.api.post("/marketplace-accounts", &app.api_key, of("lost", Some(nobody))).await;
    assert!(unknown.problem(422, "invalid_value").contains("reseller_id"));
    app.api
        .delete(&format!("/marketplace-accounts/{top}"), &app.api_key, None)
        .await
        .problem(409, "account_has_customers");
}
