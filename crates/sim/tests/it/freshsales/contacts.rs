//! Tests of the calls for a single contact.

use serde_json::json;

use super::{Crm, ids, options};

#[tokio::test]
async fn returns_a_contact_in_the_captured_format() {
    let (crm, world) = Crm::with_world(options()).await;
    let person = world.people.iter().find(|person| person.contact_ids.len() == 1 && person.devices.len() == 2).unwrap();
    let body = crm.get(&format!("/contacts/{}", person.contact_ids[0])).await.ok();
    assert!(body["meta"].is_null());
    let contact = &body["contact"];
    assert_eq!(contact["id"], person.contact_ids[0]);
    assert_eq!(contact["display_name"], person.full_name());
    assert_eq!(contact["email"], person.email.clone().unwrap());
    assert_eq!(contact["emails"][0]["value"], contact["email"]);
    assert_eq!(contact["emails"][0]["is_primary"], true);
    assert_eq!(contact["emails"][0]["_destroy"], false);
    assert_eq!(contact["mobile_number"], person.phone);
    assert_eq!(contact["custom_field"], json!({ "cf_is_active": true }));
    assert_eq!(contact["won_deals_count"], 2);
    assert!(contact["won_deals_amount"].as_str().unwrap().contains('.'), "amounts are strings with a fraction");
    assert_eq!(contact["open_deals_amount"], "0.0");
    assert!(contact["mcr_id"].as_u64().unwrap() > 1 << 53);
    assert!(contact["created_at"].as_str().unwrap().ends_with("+02:00"));
    assert!(contact["links"]["duplicates"].as_str().unwrap().starts_with("/crm/sales/contacts/"));
    assert_eq!(contact["phone_numbers"], json!([]));
    for unset in ["external_id", "work_email", "last_seen", "team_user_ids", "job_title", "first_source"] {
        assert!(contact.as_object().unwrap().contains_key(unset), "{unset} is there");
        assert!(contact[unset].is_null(), "{unset} is null");
    }
    for included in ["sales_accounts", "owner_id", "deals"] {
        assert!(contact.get(included).is_none(), "{included} has to be asked for");
    }
}

#[tokio::test]
async fn returns_the_requested_includes() {
    let (crm, world) = Crm::with_world(options()).await;
    let person = world
        .people
        .iter()
        .enumerate()
        .find(|(number, person)| number % 9 == 4 && person.contact_ids.len() == 1 && person.devices.len() == 1);
    let id = person.unwrap().1.contact_ids[0];
    let include = "owner,sales_accounts,deals,contact_status,lifecycle_stage";
    let body = crm.get(&format!("/contacts/{id}?include={include}")).await.ok();
    assert_eq!(body["contact"]["owner_id"], body["users"][0]["id"]);
    assert_eq!(body["contact"]["contact_status_id"], body["contact_status"][0]["id"]);
    assert_eq!(body["contact"]["lifecycle_stage_id"], body["lifecycle_stages"][0]["id"]);
    assert_eq!(body["lifecycle_stages"][0]["name"], "Customer");
    assert_eq!(body["contact"]["sales_accounts"][0]["partial"], true);
    assert_eq!(body["contact"]["sales_accounts"][0]["is_primary"], true);
    assert_eq!(body["deals"].as_array().unwrap().len(), 1);
    assert!(body["deals"][0]["amount"].is_string());
}

#[tokio::test]
async fn rejects_an_invalid_or_duplicate_email_on_create() {
    let crm = Crm::start(options()).await;
    crm.contact("mira@example.com").await;
    let create = async |contact| crm.post("/contacts", json!({ "contact": contact })).await.refused(400);
    assert_eq!(create(json!({ "email": "MIRA@Example.com" })).await, ["MIRA@Example.com already exists."]);
    assert_eq!(create(json!({ "first_name": "Nobody" })).await, ["Need to fill this Email"]);
    for wrong in ["nobody", "no body@example.com", "nobody@nowhere", "@example.com", "a@b@example.com"] {
        assert_eq!(create(json!({ "email": wrong })).await, [format!("{wrong} is not a valid email")]);
    }
    let long = create(json!({ "first_name": "x".repeat(101), "email": "long@example.com" })).await;
    assert_eq!(long, ["First name is too long (maximum is 100 characters)"]);
    let fits = json!({ "contact": { "first_name": "x".repeat(100), "email": "long@example.com" } });
    crm.post("/contacts", fits).await.ok();
    crm.post("/contacts", json!(["list"])).await.refused(400);
}

#[tokio::test]
async fn an_update_changes_only_the_named_fields() {
    let crm = Crm::start(options()).await;
    let id = crm.contact("mira@example.com").await;
    crm.contact("other@example.com").await;
    let path = format!("/contacts/{id}");
    crm.put(&path, json!({ "contact": { "city": "Quillmere", "custom_field": { "cf_a": 1 } } })).await.ok();
    crm.put(&path, json!({ "contact": { "last_name": "Rossi", "custom_field": { "cf_b": "x" } } })).await.ok();
    let contact = crm.get(&path).await.ok()["contact"].clone();
    assert_eq!(contact["display_name"], "Ana Rossi");
    assert_eq!(contact["city"], "Quillmere");
    assert_eq!(contact["custom_field"], json!({ "cf_a": 1, "cf_b": "x" }));
    let taken = crm.put(&path, json!({ "contact": { "email": "Other@example.com" } })).await.refused(400);
    assert_eq!(taken, ["Other@example.com already exists."]);
    assert_eq!(crm.get(&path).await.ok()["contact"]["email"], "mira@example.com", "a refused update changes nothing");
    crm.put(&path, json!({ "contact": { "email": "mira.rossi@example.com" } })).await.ok();
    crm.put(&path, json!({ "contact": { "emails": [{ "value": "second@example.com", "is_primary": false }] } }))
        .await
        .ok();
    let contact = crm.get(&path).await.ok()["contact"].clone();
    assert_eq!(contact["email"], "mira.rossi@example.com");
    assert_eq!(contact["emails"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn deletes_to_the_recycle_bin_or_permanently() {
    let crm = Crm::start(options()).await;
    let id = crm.contact("mira@example.com").await;
    let path = format!("/contacts/{id}");
    assert_eq!(crm.delete(&path).await.ok(), json!(true));
    for answer in [crm.get(&path).await, crm.delete(&path).await, crm.put(&path, json!({ "contact": {} })).await] {
        assert!(answer.refused(404)[0].contains("not in the CRM"));
    }
    let bin = view_id(&crm, "Recycle Bin").await;
    assert_eq!(ids(&crm.get(&format!("/contacts/view/{bin}")).await.ok()["contacts"]), [id]);
    crm.contact("mira@example.com").await;
    assert_eq!(crm.delete(&format!("{path}/forget")).await.ok(), json!(true));
    assert_eq!(crm.get(&format!("/contacts/view/{bin}")).await.ok()["contacts"], json!([]));
    crm.delete(&format!("{path}/forget")).await.refused(404);
}

#[tokio::test]
async fn upserts_by_email_or_custom_field() {
    let crm = Crm::start(options()).await;
    let upsert = async |identifier, contact| {
        let body = json!({ "unique_identifier": identifier, "contact": contact });
        crm.post("/contacts/upsert", body).await.ok()["contact"].clone()
    };
    let made = upsert(json!({ "emails": "mira@example.com" }), json!({ "first_name": "Mira" })).await;
    assert_eq!(made["email"], "mira@example.com");
    let altered = upsert(json!({ "emails": "Mira@Example.com" }), json!({ "last_name": "Ito" })).await;
    assert_eq!(altered["id"], made["id"]);
    assert_eq!(altered["display_name"], "Mira Ito");
    let custom = upsert(json!({ "cf_hub": "42" }), json!({ "email": "two@example.com" })).await;
    let again = upsert(json!({ "cf_hub": "42" }), json!({ "city": "Quillmere" })).await;
    assert_eq!(again["id"], custom["id"]);
    assert_eq!(again["custom_field"]["cf_hub"], "42");
    crm.post("/contacts/upsert", json!({ "contact": {} })).await.refused(400);
}

#[tokio::test]
async fn a_bulk_upsert_skips_invalid_entries() {
    let crm = Crm::start(options()).await;
    let body = json!({ "contacts": [
        { "emails": "one@example.com", "data": { "first_name": "One" } },
        { "emails": "bad", "data": { "first_name": "Bad" } },
        { "emails": "two@example.com", "data": { "first_name": "Two" } },
    ] });
    let answer = crm.post("/contacts/bulk_upsert", body).await;
    assert_eq!(answer.status.as_u16(), 202);
    assert!(answer.body["job_id"].is_string());
    assert_eq!(crm.lookup("one@example.com").await.len(), 1);
    assert_eq!(crm.lookup("two@example.com").await.len(), 1);
    let many = vec![json!({ "emails": "x@example.com", "data": {} }); 101];
    crm.post("/contacts/bulk_upsert", json!({ "contacts": many })).await.refused(400);
}

#[tokio::test]
async fn cloning_requires_another_email() {
    let crm = Crm::start(options()).await;
    let id = crm.contact("mira@example.com").await;
    let path = format!("/contacts/{id}/clone");
    assert_eq!(crm.post(&path, json!({})).await.refused(400), ["mira@example.com already exists."]);
    let copy = crm.post(&path, json!({ "contact": { "email": "copy@example.com" } })).await.ok();
    assert_eq!(copy["contact"]["first_name"], "Ana");
    assert_ne!(copy["contact"]["id"], id);
}

#[tokio::test]
async fn lists_the_activities_of_a_contact() {
    let crm = Crm::start(options()).await;
    let id = crm.contact("mira@example.com").await;
    crm.clock.advance(std::time::Duration::from_secs(1));
    crm.put(&format!("/contacts/{id}"), json!({ "contact": { "city": "Quillmere" } })).await.ok();
    let body = crm.get(&format!("/contacts/{id}/activities")).await.ok();
    let actions: Vec<_> =
        body["activities"].as_array().unwrap().iter().map(|entry| entry["action_type"].clone()).collect();
    assert_eq!(actions, ["update", "create"]);
    crm.get("/contacts/1/activities").await.refused(404);
}

async fn view_id(crm: &Crm, name: &str) -> u64 {
    let filters = crm.get("/contacts/filters").await.ok()["filters"].clone();
    let view = filters.as_array().unwrap().iter().find(|view| view["name"] == name).cloned();
    view.unwrap()["id"].as_u64().unwrap()
}
