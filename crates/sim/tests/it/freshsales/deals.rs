//! Tests of deals, and of the account's lists.

use serde_json::json;

use super::{Crm, options};

#[tokio::test]
async fn creates_a_deal_and_links_it_with_its_contact() {
    let crm = Crm::start(options()).await;
    let contact = crm.contact("mira@example.com").await;
    let given = json!({ "deal": {
        "name": "Hybrid Inverter Bundle", "amount": "5600", "expected_close": "2026-07-01", "contacts_added_list": [contact],
    } });
    let deal = crm.post("/deals", given).await.ok()["deal"].clone();
    assert_eq!(deal["amount"], "5600.0");
    assert_eq!(deal["base_currency_amount"], "5600.0");
    let include = "contacts,owner,deal_stage,sales_account";
    let body = crm.get(&format!("/deals/{}?include={include}", deal["id"])).await.ok();
    assert!(body["meta"].is_null());
    assert_eq!(body["deal"]["expected_close"], "2026-07-01");
    assert_eq!(body["deal"]["custom_field"], json!({}));
    assert_eq!(body["contacts"][0]["id"], contact);
    assert_eq!(body["deal_stages"][0]["id"], body["deal"]["deal_stage_id"]);
    assert_eq!(body["users"].as_array().unwrap().len(), 1);
    assert_eq!(body["sales_accounts"], json!([]));
    let body = crm.get(&format!("/contacts/{contact}?include=deals")).await.ok();
    assert_eq!(body["deals"][0]["id"], deal["id"]);
    assert_eq!(body["contact"]["open_deals_amount"], "5600.0");
}

#[tokio::test]
async fn upserts_a_deal_by_name() {
    let crm = Crm::start(options()).await;
    let upsert = async |given| {
        let body = json!({ "unique_identifier": { "name": "Bundle 1" }, "deal": given });
        crm.post("/deals/upsert", body).await.ok()["deal"].clone()
    };
    let made = upsert(json!({ "amount": 10 })).await;
    let altered = upsert(json!({ "amount": 20.5 })).await;
    assert_eq!(made["id"], altered["id"]);
    assert_eq!(altered["amount"], "20.5");
}

#[tokio::test]
async fn rejects_an_invalid_deal() {
    let crm = Crm::start(options()).await;
    for deal in [json!({}), json!({ "name": "x", "amount": "much" }), json!({ "name": "x", "deal_stage_id": 1 })] {
        crm.post("/deals", json!({ "deal": deal })).await.refused(400);
    }
    assert!(crm.get("/deals/1").await.refused(404)[0].contains("not in the CRM"));
}

#[tokio::test]
async fn returns_the_lists_of_the_account() {
    let crm = Crm::start(options()).await;
    for (path, key, rows) in [
        ("owners", "users", 2),
        ("deal_stages", "deal_stages", 7),
        ("deal_pipelines", "deal_pipelines", 1),
        ("contact_statuses", "contact_statuses", 9),
        ("lifecycle_stages", "lifecycle_stages", 3),
    ] {
        let body = crm.get(&format!("/selector/{path}")).await.ok();
        assert_eq!(body[key].as_array().unwrap().len(), rows, "{path}");
    }
    let pipeline = crm.get("/selector/deal_pipelines").await.ok()["deal_pipelines"][0].clone();
    let stages = crm.get(&format!("/selector/deal_pipelines/{}/deal_stages", pipeline["id"])).await.ok();
    assert_eq!(stages["deal_stages"], pipeline["deal_stages"]);
    crm.get("/selector/shoe_sizes").await.refused(404);
}
