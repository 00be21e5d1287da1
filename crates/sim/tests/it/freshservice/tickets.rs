//! Tests of tickets and their conversations.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ADA, BEN, complaint, complaints, desk, numbers};

fn ticket(fields: &Value) -> Value {
    let mut ticket =
        json!({ "subject": "No sun", "description": "<p>It is <b>dark</b></p>", "status": 2, "priority": 1 });
    let (all, more) = (ticket.as_object_mut().expect("fields"), fields.as_object().expect("fields"));
    all.extend(more.clone());
    ticket
}

const DAY: u64 = 24 * 60 * 60;

#[tokio::test]
async fn a_ticket_with_an_unknown_email_creates_a_requester() {
    let desk = desk().await;
    let (status, body) = desk.post("/tickets", ticket(&json!({ "email": "ADA@example.com" }))).await;
    assert_eq!((status, &body["ticket"]["requester_id"]), (201, &json!(ADA)));
    assert_eq!(body["ticket"]["description_text"], "It is dark");
    assert_eq!(body["ticket"]["type"], "Incident");
    let (status, body) = desk.post("/tickets", ticket(&json!({ "email": "ada.private@example.net" }))).await;
    assert_eq!(status, 201);
    let newcomer = body["ticket"]["requester_id"].as_u64().unwrap();
    let requester = &desk.get(&format!("/requesters/{newcomer}")).await["requester"];
    assert_eq!(requester["first_name"], "ada.private");
    assert_eq!(requester["primary_email"], "ada.private@example.net");
    let (status, body) = desk.post("/tickets", ticket(&json!({ "phone": "55512", "name": "Cleo" }))).await;
    assert_eq!(status, 201);
    let caller = body["ticket"]["requester_id"].as_u64().unwrap();
    assert_eq!(desk.get(&format!("/requesters/{caller}")).await["requester"]["first_name"], "Cleo");
}

#[tokio::test]
async fn a_ticket_without_required_fields_is_rejected() {
    let desk = desk().await;
    let (status, body) = desk.post("/tickets", json!({ "subject": "No sun", "status": 2, "priority": 1 })).await;
    let missing = [complaint("description", "missing_field"), complaint("email", "missing_field")];
    assert_eq!((status, complaints(&body)), (400, missing.to_vec()));
    let (status, body) = desk.post("/tickets", ticket(&json!({ "requester_id": 1 }))).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("requester_id", "invalid_value")]));
}

#[tokio::test]
async fn a_ticket_list_without_updated_since_shows_30_days() {
    let desk = desk().await;
    assert_eq!(numbers(&desk.get("/tickets").await["tickets"], "id"), [2, 1]);
    desk.pass(31 * DAY);
    desk.post("/tickets", ticket(&json!({ "requester_id": BEN }))).await;
    assert_eq!(numbers(&desk.get("/tickets").await["tickets"], "id"), [3]);
    let since = "/tickets?updated_since=2020-01-01T00:00:00Z";
    assert_eq!(numbers(&desk.get(since).await["tickets"], "id"), [3, 2, 1]);
    assert_eq!(numbers(&desk.get(&format!("{since}&order_type=asc")).await["tickets"], "id"), [1, 2, 3]);
    assert_eq!(numbers(&desk.get(&format!("{since}&requester_id={BEN}")).await["tickets"], "id"), [3, 2]);
    assert_eq!(numbers(&desk.get(&format!("{since}&email=ada@example.com")).await["tickets"], "id"), [1]);
    assert_eq!(desk.ask("/tickets?updated_since=yesterday").await.status(), 400);
}

#[tokio::test]
async fn a_ticket_filter_has_no_time_window_and_no_link() {
    let desk = desk().await;
    desk.pass(31 * DAY);
    let query = format!("/tickets/filter?query=%22requester_id:{BEN}%20AND%20status:2%22");
    let response = desk.ask(&query).await;
    assert_eq!(response.headers().get("link"), None);
    assert_eq!(numbers(&response.json::<Value>().await.unwrap()["tickets"], "id"), [2]);
    assert_eq!(desk.ask("/tickets/filter?query=status:2").await.status(), 400);
    assert_eq!(desk.ask("/tickets/filter?query=%22mood:2%22").await.status(), 400);
}

#[tokio::test]
async fn an_update_replaces_the_linked_assets() {
    let desk = desk().await;
    let (status, _) = desk.put("/tickets/1", json!({ "assets": [{ "display_id": 1 }, { "display_id": 3 }] })).await;
    assert_eq!(status, 200);
    desk.put("/tickets/1", json!({ "assets": [{ "display_id": 2 }] })).await;
    let shown = desk.get("/tickets/1?include=assets,requester,stats").await;
    assert_eq!(numbers(&shown["ticket"]["assets"], "display_id"), [2]);
    assert!(shown["ticket"]["assets"][0]["ci_type_id"].is_u64(), "within a ticket an asset has another shape");
    assert_eq!(shown["ticket"]["requester"]["email"], "ada@example.com");
    assert_eq!(desk.get("/tickets/1").await["ticket"].get("assets"), None);
    let (status, body) = desk.put("/tickets/1", json!({ "assets": [{ "display_id": 99 }] })).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("assets", "invalid_value")]));
    let (_, body) = desk.put("/tickets/1", json!({ "status": 4 })).await;
    assert_eq!(body["ticket"]["status"], 4);
}

#[tokio::test]
async fn notes_are_private_and_replies_are_sent_to_the_requester() {
    let desk = desk().await;
    let (status, note) = desk.post("/tickets/1/notes", json!({ "body": "<p>Called back</p>" })).await;
    assert_eq!((status, &note["conversation"]["private"]), (201, &json!(true)));
    assert_eq!(note["conversation"]["body_text"], "Called back");
    let (status, reply) = desk.post("/tickets/1/reply", json!({ "body": "It is night" })).await;
    assert_eq!((status, &reply["conversation"]["to_emails"]), (201, &json!(["ada@example.com"])));
    desk.pass(60);
    let before = desk.get("/tickets/1").await["ticket"]["updated_at"].clone();
    let customers = json!({ "body": "Still dark", "private": false, "incoming": true, "user_id": ADA });
    let (_, customers) = desk.post("/tickets/1/notes", customers).await;
    assert_eq!(customers["conversation"]["user_id"], ADA);
    assert_ne!(desk.get("/tickets/1").await["ticket"]["updated_at"], before, "what is said on a ticket changes it");
    let all = desk.get("/tickets/1/conversations").await;
    assert_eq!(all["conversations"].as_array().unwrap().len(), 3);
    assert_eq!(desk.post("/tickets/1/notes", json!({})).await.0, 400);
    assert_eq!(desk.post("/tickets/99/notes", json!({ "body": "?" })).await.0, 404);
    assert_eq!(desk.delete("/tickets/1").await, 204);
    assert_eq!(numbers(&desk.get("/tickets").await["tickets"], "id"), [2]);
    assert_eq!(desk.send(Method::GET, "/tickets/1", &Value::Null).await.1["ticket"]["deleted"], true);
}
