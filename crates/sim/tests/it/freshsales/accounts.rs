//! Tests of sales accounts, and of the lists that other clients of the CRM read.

use serde_json::{Value, json};

use super::{Crm, ids, options};

#[tokio::test]
async fn lists_and_returns_the_accounts_of_the_contacts() {
    let (crm, _) = Crm::with_world(options()).await;
    let filters = crm.get("/sales_accounts/filters").await.ok()["filters"].clone();
    assert_eq!(
        (&filters[0]["name"], &filters[0]["model_class_name"]),
        (&json!("All Accounts"), &json!("SalesAccount"))
    );
    let all = crm.get(&format!("/sales_accounts/view/{}?per_page=100", filters[0]["id"])).await.ok();
    let accounts = ids(&all["sales_accounts"]);
    assert_eq!(all["meta"], json!({ "total_pages": 1, "total": accounts.len() }));
    assert!(accounts.len() > 5, "{accounts:?}");
    let one = crm.get(&format!("/sales_accounts/{}?include=contacts", accounts[0])).await.ok();
    assert_eq!(one["sales_account"], all["sales_accounts"][0]);
    let contact = one["contacts"][0]["id"].clone();
    let its = crm.get(&format!("/contacts/{contact}?include=sales_accounts")).await.ok();
    assert_eq!(its["contact"]["sales_accounts"][0]["id"], one["sales_account"]["id"], "both know each other");
    let name = one["sales_account"]["name"].as_str().unwrap().replace(' ', "%20");
    let found = crm.get(&format!("/lookup?q={name}&f=name&entities=sales_account")).await.ok();
    assert!(ids(&found["sales_accounts"]["sales_accounts"]).contains(&accounts[0]));
    for path in ["/sales_accounts", "/sales_accounts/view", "/sales_accounts/view/1"] {
        crm.get(path).await.refused(403);
    }
    crm.get("/sales_accounts/1").await.refused(404);
}

#[tokio::test]
async fn lists_that_the_account_does_not_use_are_empty() {
    let crm = Crm::start(options()).await;
    for (path, list) in [
        ("/tasks?filter=open&include=owner&per_page=50&page=1", "tasks"),
        ("/appointments?filter=past", "appointments"),
        ("/sales_activities?per_page=10", "sales_activities"),
        ("/lists", "lists"),
    ] {
        let body = crm.get(path).await.ok();
        assert_eq!((&body[list], &body["meta"]["total_pages"]), (&json!([]), &json!(0)), "{path}");
    }
    for list in [
        "territories",
        "deal_reasons",
        "deal_types",
        "deal_products",
        "deal_payment_statuses",
        "lead_sources",
        "industry_types",
        "business_types",
        "campaigns",
        "sales_activity_types",
        "sales_activity_entity_types",
        "sales_activity_outcomes",
    ] {
        assert_eq!(crm.get(&format!("/selector/{list}")).await.ok(), json!({ list: [] }), "{list}");
    }
    assert_eq!(crm.get("/selector/currencies").await.ok()["currencies"][0]["currency_code"], "ZAR");
    let fields = crm.get("/settings/contacts/fields?include=field_group").await.ok()["fields"].clone();
    assert!(fields.as_array().unwrap().iter().any(|field| field["name"] == "lifecycle_stage_id"));
    assert_eq!(crm.get("/settings/deals/fields").await.ok(), json!({ "fields": [] }));
}

#[tokio::test]
async fn a_list_has_what_it_includes_beside_the_rows_each_once() {
    let (crm, _) = Crm::with_world(options()).await;
    let view = crm.get("/contacts/filters").await.ok()["filters"][2]["id"].clone();
    let include = "owner,contact_status,lifecycle_stage,deals,sales_accounts";
    let body = crm.get(&format!("/contacts/view/{view}?per_page=20&include={include}")).await.ok();
    let rows = body["contacts"].as_array().unwrap();
    for (list, field, count) in [
        ("users", "owner_id", 2),
        ("contact_status", "contact_status_id", 2),
        ("lifecycle_stages", "lifecycle_stage_id", 2),
    ] {
        let beside = ids(&body[list]);
        assert_eq!(beside.len(), count, "{list}");
        assert!(rows.iter().all(|row| beside.contains(&row[field].as_u64().unwrap())), "{list}");
    }
    let mut deals = ids(&body["deals"]);
    deals.dedup();
    assert!(deals.len() == body["deals"].as_array().unwrap().len() && deals.len() > 10, "{deals:?}");
    assert!(rows.iter().any(|row| row["sales_accounts"][0]["name"].is_string()));
    let plain = crm.get(&format!("/contacts/view/{view}?per_page=20")).await.ok();
    let members: Vec<&String> = plain.as_object().unwrap().keys().collect();
    assert_eq!(members, ["contacts", "meta"], "what is not asked for is not there");
    let owners = crm.get(&format!("/contacts/view/{view}?per_page=1&include=owner")).await.ok();
    assert_eq!(owners["users"].as_array().map(Vec::len), Some(1), "only of the rows on the page");
}

#[tokio::test]
async fn writes_take_flat_bodies_and_wrapped_ones() {
    let crm = Crm::start(options()).await;
    let made = crm.post("/contacts", json!({ "first_name": "Mira", "email": "mira@example.com" })).await.ok();
    let id = made["contact"]["id"].as_u64().unwrap();
    assert_eq!(made["contact"]["email"], "mira@example.com");
    let path = format!("/contacts/{id}");
    for (body, city) in
        [(json!({ "city": "Quillmere" }), "Quillmere"), (json!({ "contact": { "city": "Ito" } }), "Ito")]
    {
        assert_eq!(crm.put(&path, body).await.ok()["contact"]["city"], city);
    }
    let copy = crm.post(&format!("{path}/clone"), json!({ "email": "copy@example.com" })).await.ok();
    assert_eq!(
        (&copy["contact"]["email"], &copy["contact"]["first_name"]),
        (&json!("copy@example.com"), &json!("Mira"))
    );
    let deal = crm.post("/deals", json!({ "name": "Bundle", "amount": 10 })).await.ok()["deal"].clone();
    let path = format!("/deals/{}", deal["id"]);
    for (body, amount) in [(json!({ "amount": 20 }), "20.0"), (json!({ "deal": { "amount": "30" } }), "30.0")] {
        assert_eq!(crm.put(&path, body).await.ok()["deal"]["amount"], amount);
    }
    for wrong in [json!(["list"]), json!({ "contact": ["list"] }), json!({ "contact": null })] {
        crm.post("/contacts", wrong).await.refused(400);
    }
    crm.post("/deals", json!({ "deal": "Bundle" })).await.refused(400);
}

#[tokio::test]
async fn a_deal_can_be_changed_copied_deleted_and_forgotten() {
    let crm = Crm::start(options()).await;
    let contact = crm.contact("mira@example.com").await;
    let given = json!({ "deal": { "name": "Bundle", "amount": 10, "contacts_added_list": [contact] } });
    let deal = crm.post("/deals", given).await.ok()["deal"].clone();
    let path = format!("/deals/{}", deal["id"]);
    let stage = crm.get("/selector/deal_stages").await.ok()["deal_stages"][5]["id"].clone();
    let won = crm.put(&path, json!({ "deal": { "deal_stage_id": stage } })).await.ok();
    assert_eq!((&won["deal"]["deal_stage_id"], &won["deal"]["name"]), (&stage, &json!("Bundle")));
    let copy = crm.post(&format!("{path}/clone"), json!({ "name": "Second bundle" })).await.ok()["deal"].clone();
    assert_ne!(copy["id"], deal["id"]);
    assert_eq!(copy["amount"], "10.0");
    let deals = async || {
        let body = crm.get(&format!("/contacts/{contact}?include=deals")).await.ok();
        body["deals"].as_array().unwrap().iter().map(|deal| deal["id"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(deals().await, [deal["id"].clone(), copy["id"].clone()]);
    assert_eq!(crm.delete(&path).await.ok(), json!(true));
    assert_eq!(deals().await, [copy["id"].clone()]);
    for answer in [crm.get(&path).await, crm.put(&path, json!({ "amount": 1 })).await, crm.delete(&path).await] {
        assert!(answer.refused(404)[0].contains("not in the CRM"));
    }
    assert_eq!(crm.delete(&format!("{path}/forget")).await.ok(), json!(true));
    crm.delete(&format!("{path}/forget")).await.refused(404);
}
