//! Tests of requesters: search, creation, change, deactivation, erasure, merge.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::freshservice::{Options, Plan};

use super::{ADA, BEN, START, complaint, complaints, desk, desk_with, no_body, numbers};

fn unlimited() -> Options {
    Options { plan: Plan::Unlimited, ..Options::default() }
}

#[tokio::test]
async fn a_requester_has_every_field_including_nulls() {
    let desk = desk().await;
    let requester = &desk.get(&format!("/requesters/{ADA}")).await["requester"];
    assert_eq!(requester["id"], ADA);
    assert_eq!(requester["primary_email"], "ada@example.com");
    assert_eq!(requester["secondary_emails"], json!([]));
    assert_eq!(requester["active"], true);
    for null in ["job_title", "work_phone_number", "reporting_manager_id", "location_id", "external_id"] {
        assert_eq!(requester.get(null), Some(&Value::Null), "{null}");
    }
    assert!(requester["mobile_phone_number"].is_string());
    let created = requester["created_at"].as_str().unwrap();
    assert!(created.ends_with('Z') && created.len() == 20, "{created}");
    assert_eq!(desk.ask("/requesters/1").await.status(), 404);
}

#[tokio::test]
async fn a_list_is_sorted_by_first_name_and_includes_deactivated_requesters() {
    let desk = desk().await;
    assert_eq!(numbers(&desk.get("/requesters").await["requesters"], "id"), [ADA, BEN]);
    assert_eq!(desk.delete(&format!("/requesters/{ADA}")).await, 204);
    let found = desk.get("/requesters?email=ADA@example.com").await;
    assert_eq!(found["requesters"][0]["active"], false, "without `active` both kinds are found");
    assert_eq!(numbers(&desk.get("/requesters?active=true").await["requesters"], "id"), [BEN]);
    assert_eq!(numbers(&desk.get("/requesters?active=false").await["requesters"], "id"), [ADA]);
    let phone = found["requesters"][0]["mobile_phone_number"].as_str().unwrap().replace('+', "%2B").replace(' ', "%20");
    assert_eq!(
        numbers(&desk.get(&format!("/requesters?mobile_phone_number={phone}")).await["requesters"], "id"),
        [ADA]
    );
    assert_eq!(desk.get(&format!("/requesters/{ADA}")).await["requester"]["active"], false);
    let (status, back) = desk.put(&format!("/requesters/{ADA}/reactivate"), no_body()).await;
    assert_eq!((status, &back["requester"]["active"]), (200, &json!(true)));
}

#[tokio::test]
async fn a_query_supports_and_or_parentheses_comparison_null_and_prefix() {
    let desk = desk().await;
    assert_eq!(desk.queried("primary_email:'ada@example.com'").await, [ADA]);
    assert_eq!(desk.queried("first_name:'ada' OR first_name:'ben'").await, [BEN, ADA], "newest first");
    assert_eq!(desk.queried("(first_name:'ada' OR first_name:'ben') AND last_name:'sample'").await, [BEN]);
    assert_eq!(desk.queried("~[first_name|last_name]:'exam'").await, [ADA]);
    assert_eq!(desk.queried("~last_name:'sam'").await, [BEN]);
    assert_eq!(desk.queried("job_title:null").await.len(), 2);
    assert_eq!(desk.queried("created_at:>'2020-01-01' AND created_at:<'2099-01-01'").await.len(), 2);
    assert_eq!(desk.queried("created_at:>'2099-01-01'").await, [0_u64; 0]);
}

#[tokio::test]
async fn a_query_that_is_unquoted_too_long_or_has_an_unknown_field_is_rejected() {
    let desk = desk().await;
    let refused = async |query: &str| {
        let (status, body) = desk.send(Method::GET, &format!("/requesters?query={query}"), &Value::Null).await;
        assert_eq!(status, 400, "{query}");
        complaints(&body)
    };
    assert_eq!(refused("first_name:'ada'").await, [complaint("query", "invalid_value")]);
    assert_eq!(refused("%22shoe_size:42%22").await, [complaint("shoe_size", "invalid_value")]);
    assert_eq!(refused("%22first_name:'ada'%20AND%22").await, [complaint("query", "invalid_value")]);
    let long = format!("%22first_name:'{}'%22", "a".repeat(513));
    assert_eq!(refused(&long).await, [complaint("query", "invalid_value")]);
}

#[tokio::test]
async fn a_query_lags_behind_a_change_and_a_single_read_does_not() {
    let desk = desk_with(Options { index_lag: Duration::from_mins(3), ..unlimited() }).await;
    let (status, _) = desk.put(&format!("/requesters/{ADA}"), json!({ "primary_email": "ada@example.net" })).await;
    assert_eq!(status, 200);
    let (_, made) = desk.post("/requesters", json!({ "first_name": "Eve", "primary_email": "eve@example.com" })).await;
    let eve = made["requester"]["id"].as_u64().unwrap();
    assert_eq!(desk.queried("primary_email:'ada@example.com'").await, [ADA], "the old answer");
    assert_eq!(desk.queried("primary_email:'ada@example.net'").await, [0_u64; 0]);
    assert_eq!(desk.queried("first_name:'Eve'").await, [0_u64; 0]);
    assert_eq!(desk.get(&format!("/requesters/{ADA}")).await["requester"]["primary_email"], "ada@example.net");
    desk.pass(180);
    assert_eq!(desk.queried("primary_email:'ada@example.com'").await, [0_u64; 0]);
    assert_eq!(desk.queried("primary_email:'ada@example.net'").await, [ADA]);
    assert_eq!(desk.queried("first_name:'Eve'").await, [eve]);
}

#[tokio::test]
async fn creating_a_requester_requires_a_first_name_and_an_email_or_phone() {
    let desk = desk().await;
    let (status, body) = desk.post("/requesters", json!({ "last_name": "Nobody" })).await;
    let missing = [complaint("first_name", "missing_field"), complaint("primary_email", "missing_field")];
    assert_eq!((status, complaints(&body)), (400, missing.to_vec()));
    let (status, body) =
        desk.post("/requesters", json!({ "first_name": "Eve", "mobile_phone_number": 62442, "shoe_size": 3 })).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("shoe_size", "invalid_value")]));
    let (status, body) = desk.post("/requesters", json!({ "first_name": "Eve", "mobile_phone_number": 62442 })).await;
    assert_eq!((status, &body["requester"]["mobile_phone_number"]), (201, &json!("62442")));
    let (status, body) =
        desk.post("/requesters", json!({ "first_name": "Eve", "primary_email": "Ada@Example.com" })).await;
    assert_eq!((status, complaints(&body)), (409, vec![complaint("primary_email", "duplicate_value")]));
    let request = desk
        .request(Method::POST, "/api/v2/requesters")
        .json(&json!({ "first_name": "Eve", "primary_email": "eve@example.com" }));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let id = response.json::<Value>().await.unwrap()["requester"]["id"].as_u64().unwrap();
    assert_eq!(location, format!("{}/api/v2/requesters/{id}", desk.server.url()));
}

#[tokio::test]
async fn an_update_without_the_ticket_permission_revokes_it() {
    let desk = desk().await;
    let path = format!("/requesters/{ADA}");
    let right = "can_see_all_tickets_from_associated_departments";
    let (_, body) = desk.put(&path, json!({ right: true })).await;
    assert_eq!(body["requester"][right], true);
    let (_, body) = desk.put(&path, json!({ "job_title": "Engineer" })).await;
    assert_eq!((&body["requester"][right], &body["requester"]["job_title"]), (&json!(false), &json!("Engineer")));
    assert_eq!(body["requester"]["primary_email"], "ada@example.com", "everything else stays");
    let (status, body) = desk.put(&path, json!({ "primary_email": "not an address" })).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("primary_email", "invalid_value")]));
}

#[tokio::test]
async fn forgetting_a_requester_deletes_their_tickets() {
    let desk = desk().await;
    let path = format!("/tickets?requester_id={ADA}");
    assert_eq!(desk.get(&path).await["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(desk.delete(&format!("/requesters/{ADA}/forget")).await, 204);
    assert_eq!(desk.ask(&format!("/requesters/{ADA}")).await.status(), 404);
    assert_eq!(desk.get(&path).await["tickets"], json!([]));
    assert_eq!(desk.get("/assets/1").await["asset"]["user_id"], Value::Null);
    assert_eq!(desk.delete(&format!("/requesters/{ADA}/forget")).await, 404);
}

#[tokio::test]
async fn a_merge_moves_emails_tickets_and_assets_and_retires_the_old_id() {
    let desk = desk().await;
    let (status, body) = desk.put(&format!("/requesters/{ADA}/merge?secondary_requesters={BEN}"), no_body()).await;
    assert_eq!(status, 200);
    assert_eq!(body["requester"]["primary_email"], "ada@example.com");
    assert_eq!(body["requester"]["secondary_emails"], json!(["ben@example.org"]));
    assert_eq!(
        desk.ask(&format!("/requesters/{BEN}")).await.status(),
        404,
        "nothing leads from the old id to the new one"
    );
    assert_eq!(desk.get(&format!("/tickets?requester_id={ADA}")).await["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(desk.get("/assets/2").await["asset"]["user_id"], ADA);
    assert_eq!(numbers(&desk.get("/requesters?email=ben@example.org").await["requesters"], "id"), [ADA]);
    assert_eq!(desk.queried("secondary_emails:'ben@example.org'").await, [ADA]);
}

#[tokio::test]
async fn the_email_verified_first_becomes_primary_on_a_merge() {
    let desk = desk_with(Options { merge_moves_assets: false, email_finds_secondary: false, ..unlimited() }).await;
    desk.service.change(|state| {
        let now = Timestamp::from_second(START).unwrap();
        let ben = state.requesters.get_mut(&BEN).unwrap();
        let mut row = ben.current().clone();
        row.email_verified_at = Some(now);
        ben.replace(row, now, jiff::SignedDuration::ZERO);
    });
    let (_, body) = desk.put(&format!("/requesters/{ADA}/merge?secondary_requesters={BEN}"), no_body()).await;
    assert_eq!(body["requester"]["id"], ADA);
    assert_eq!(body["requester"]["primary_email"], "ben@example.org");
    assert_eq!(body["requester"]["secondary_emails"], json!(["ada@example.com"]));
    assert_eq!(desk.get("/assets/2").await["asset"]["user_id"], Value::Null, "the other way to set the desk up");
    assert_eq!(desk.get("/requesters?email=ada@example.com").await["requesters"], json!([]));
}

#[tokio::test]
async fn an_invalid_merge_is_rejected() {
    let desk = desk().await;
    let merge =
        async |list: &str| desk.put(&format!("/requesters/{ADA}/merge?secondary_requesters={list}"), no_body()).await.0;
    for list in ["1,2,3,4", "abc", "", "777", &ADA.to_string()] {
        assert_eq!(merge(list).await, 400, "{list}");
    }
    let (status, body) = desk.put(&format!("/requesters/{BEN}/convert_to_agent"), no_body()).await;
    assert_eq!((status, &body["agent"]["id"], &body["agent"]["email"]), (200, &json!(BEN), &json!("ben@example.org")));
    assert_eq!(merge(&BEN.to_string()).await, 400, "an agent cannot be merged");
    assert_eq!(numbers(&desk.get("/requesters").await["requesters"], "id"), [ADA]);
    assert_eq!(numbers(&desk.get("/requesters?include_agents=true").await["requesters"], "id"), [ADA, BEN]);
    assert_eq!(desk.get(&format!("/requesters/{BEN}")).await["requester"]["is_agent"], true);
    assert_eq!(numbers(&desk.get("/agents?email=ben@example.org").await["agents"], "id"), [BEN]);
}

#[tokio::test]
async fn requester_fields_are_listed() {
    let desk = desk().await;
    let fields = desk.get("/requester_fields").await;
    assert_eq!(fields["requester_fields"][0]["name"], "first_name");
}
