//! Tests of lookup, search and filtered search, with their peculiarities and their index lag.

use std::time::Duration;

use serde_json::json;
use tessera_sim::freshsales::Options;

use super::{Crm, ids, options};

#[tokio::test]
async fn looks_up_doubly_nested_rows_without_accounts() {
    let (crm, world) = Crm::with_world(options()).await;
    let person = world.people.iter().find(|person| person.contact_ids.len() == 1).unwrap();
    let email = person.email.clone().unwrap().to_uppercase().replace('+', "%2B");
    let body = crm.get(&format!("/lookup?q={email}&f=email&entities=contact")).await.ok();
    assert_eq!(ids(&body["contacts"]["contacts"]), person.contact_ids);
    assert!(body["contacts"]["contacts"][0].get("sales_accounts").is_none());
    let both = crm.get("/lookup?q=nobody%40example.com&f=email&entities=contact,deal,sales_account").await.ok();
    let none = json!({
        "contacts": { "contacts": [] }, "deals": { "deals": [] }, "sales_accounts": { "sales_accounts": [] },
    });
    assert_eq!(both, none);
}

#[tokio::test]
async fn finds_both_contacts_of_one_email() {
    let (crm, world) = Crm::with_world(options()).await;
    let person = world.people.iter().find(|person| person.contact_ids.len() == 2).unwrap();
    let email = person.email.clone().unwrap().replace('+', "%2B");
    assert_eq!(crm.lookup(&email).await, person.contact_ids);
}

#[tokio::test]
async fn decodes_an_unencoded_plus_as_a_space() {
    let crm = Crm::start(options()).await;
    let id = crm.contact("mira+home@example.com").await;
    assert_eq!(crm.lookup("mira%2Bhome@example.com").await, [id]);
    assert!(crm.lookup("mira+home@example.com").await.is_empty());
}

#[tokio::test]
async fn looks_up_by_name_and_by_custom_field() {
    let crm = Crm::start(options()).await;
    let contact = json!({ "first_name": "Mei", "last_name": "Ito", "email": "mei@example.com", "custom_field": { "cf_hub": "42" } });
    let id = crm.post("/contacts", json!({ "contact": contact })).await.ok()["contact"]["id"].clone();
    for query in ["q=mei%20ito&f=name", "q=42&f=cf_hub"] {
        let body = crm.get(&format!("/lookup?{query}&entities=contact")).await.ok();
        assert_eq!(body["contacts"]["contacts"][0]["id"], id, "{query}");
    }
}

#[tokio::test]
async fn rejects_an_incomplete_lookup() {
    let crm = Crm::start(options()).await;
    for query in
        ["f=email&entities=contact", "q=a%40example.com&entities=contact", "q=a%40example.com&f=email&entities=pet"]
    {
        crm.get(&format!("/lookup?{query}")).await.refused(400);
    }
}

#[tokio::test]
async fn a_search_finds_a_change_only_after_the_lag() {
    let lag = Duration::from_secs(20);
    let crm = Crm::start(Options { lookup_lag: lag, ..options() }).await;
    let id = crm.contact("old@example.com").await;
    let path = format!("/contacts/{id}");
    assert_eq!(crm.get(&path).await.ok()["contact"]["id"], id, "the record itself is there at once");
    assert!(crm.lookup("old@example.com").await.is_empty());
    assert_eq!(crm.get("/search?q=old&include=contact").await.ok(), json!([]));
    crm.clock.advance(lag);
    assert_eq!(crm.lookup("old@example.com").await, [id]);

    crm.put(&path, json!({ "contact": { "email": "new@example.com" } })).await.ok();
    assert_eq!(crm.lookup("old@example.com").await, [id], "the index still shows the old address");
    assert!(crm.lookup("new@example.com").await.is_empty());
    crm.clock.advance(lag);
    assert!(crm.lookup("old@example.com").await.is_empty());
    assert_eq!(crm.lookup("new@example.com").await, [id]);

    crm.delete(&path).await.ok();
    assert_eq!(crm.lookup("new@example.com").await, [id], "the index still shows what is gone");
    crm.get(&path).await.refused(404);
    crm.clock.advance(lag);
    assert!(crm.lookup("new@example.com").await.is_empty());
}

#[tokio::test]
async fn the_index_is_unchanged_during_two_changes_within_the_lag() {
    let lag = Duration::from_secs(20);
    let crm = Crm::start(Options { lookup_lag: lag, ..options() }).await;
    let id = crm.contact("one@example.com").await;
    crm.clock.advance(lag);
    for email in ["two@example.com", "three@example.com"] {
        crm.put(&format!("/contacts/{id}"), json!({ "contact": { "email": email } })).await.ok();
        crm.clock.advance(Duration::from_secs(5));
    }
    assert_eq!(crm.lookup("one@example.com").await, [id]);
    crm.clock.advance(lag);
    assert_eq!(crm.lookup("three@example.com").await, [id]);
}

#[tokio::test]
async fn rejects_lookups_at_random_when_configured() {
    let crm = Crm::start(Options { lookup_flake: 0.5, ..options() }).await;
    let mut refused = 0;
    for _ in 0..40 {
        let status = crm.get("/lookup?q=a%40example.com&f=email&entities=contact").await.status.as_u16();
        assert!([200, 403].contains(&status));
        refused += u32::from(status == 403);
        crm.get("/search?q=a&include=contact").await.ok();
    }
    assert!((5..35).contains(&refused), "{refused}");
}

#[tokio::test]
async fn a_search_returns_a_flat_list_with_ids_as_strings() {
    let (crm, _) = Crm::with_world(options()).await;
    let rows = crm.get("/search?q=example&include=contact").await.ok();
    assert_eq!(rows.as_array().unwrap().len(), 10, "ten by default");
    assert!(rows[0]["id"].as_str().unwrap().starts_with("310"));
    assert_eq!(rows[0]["type"], "contact");
    assert!(rows[0]["email"].as_str().unwrap().contains("example"));
    assert_eq!(crm.get("/search?q=example&include=contact&per_page=3").await.ok().as_array().unwrap().len(), 3);
    assert_eq!(crm.get("/search?q=zzzzzz&include=contact,deal").await.ok(), json!([]));
    let deals = crm.get("/search?q=Hybrid&include=deal").await.ok();
    assert_eq!(deals[0]["type"], "deal");
    crm.get("/search?include=contact").await.refused(400);
}

#[tokio::test]
async fn filters_by_one_email_or_a_list() {
    let (crm, world) = Crm::with_world(options()).await;
    let people: Vec<_> = world.people.iter().filter(|person| person.contact_ids.len() == 1).take(3).collect();
    let emails: Vec<_> = people.iter().map(|person| person.email.clone().unwrap()).collect();
    let wanted: Vec<u64> = people.iter().flat_map(|person| person.contact_ids.clone()).collect();
    let rule = |value| json!({ "attribute": "contact_email.email", "operator": "is_in", "value": value });
    let one = crm.post("/filtered_search/contact", json!({ "filter_rule": [rule(json!(emails[0]))] })).await.ok();
    assert_eq!(ids(&one["contacts"]), wanted[..1]);
    assert_eq!(one["contacts"][0]["partial"], true);
    assert_eq!(one["contacts"][0]["email"], emails[0]);
    assert_eq!(one["meta"], json!({ "total": 1 }));
    let all = json!({ "filter_rule": [rule(json!(emails))], "page": 1, "per_page": 2, "sort": "created_at", "sort_type": "asc" });
    let page = crm.post("/filtered_search/contact", all.clone()).await.ok();
    assert_eq!((page["contacts"].as_array().unwrap().len(), &page["meta"]["total"]), (2, &json!(3)));
    let second = crm.post("/filtered_search/contact?page=2", all).await.ok();
    assert_eq!(second["contacts"].as_array().unwrap().len(), 1, "the query string wins");
}

#[tokio::test]
async fn rejects_an_unknown_filter() {
    let crm = Crm::start(options()).await;
    for rule in [
        json!({ "attribute": "shoe_size", "operator": "is_in", "value": "44" }),
        json!({ "attribute": "city", "operator": "rhymes_with", "value": "x" }),
        json!({ "attribute": "city", "operator": "is_in" }),
    ] {
        crm.post("/filtered_search/contact", json!({ "filter_rule": [rule] })).await.refused(400);
    }
    crm.post("/filtered_search/contact", json!({})).await.refused(400);
}
