//! Tests of the workflow automator: its calls, and delivery faults.

use axum::Router;
use axum::extract::State;
use axum::routing::any;
use http::HeaderMap;
use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::freshservice::Rule;
use tessera_sim::server::Running;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{ADA, BEN, Desk, desk};

type Received = (HeaderMap, String);

/// A receiver of webhook calls on loopback.
struct Receiver {
    server: Running,
    calls: UnboundedReceiver<Received>,
}

async fn receiver() -> Receiver {
    let (sender, calls) = unbounded_channel();
    let take = async |State(sender): State<UnboundedSender<Received>>, headers: HeaderMap, body: String| {
        sender.send((headers, body)).expect("the test listens");
    };
    let router = Router::new().route("/hook", any(take)).with_state(sender);
    let listener = Running::bind("127.0.0.1:0".parse().expect("an address")).await.expect("a port");
    Receiver { server: Running::serve(listener, router).expect("a server"), calls }
}

impl Receiver {
    fn url(&self) -> String {
        format!("{}/hook", self.server.url())
    }

    async fn next(&mut self) -> Received {
        self.calls.recv().await.expect("a call")
    }
}

async fn set_rules(desk: &Desk, rules: Value) {
    let response = desk.anonymous(Method::PUT, "/_sim/workflows").json(&rules).send().await.expect("an answer");
    assert_eq!(response.status(), 204);
}

fn on_asset_change(receiver: &Receiver) -> Value {
    json!([{
        "name": "Used by changed",
        "event": "asset.updated",
        "condition": { "field": "asset.asset_type_name", "equals": "Hybrid Inverter Bundle" },
        "url": receiver.url(),
        "headers": { "Authorization": "Bearer sesame" },
        "body": r#"{"display_id":"{{asset.display_id}}","user":"{{ asset.user_id }}","name":"{{asset.name | upcase}}","serial":"{{asset.serial_number}}"}"#,
    }])
}

#[tokio::test]
async fn an_asset_change_sends_a_webhook_with_placeholders_replaced() {
    let (desk, mut receiver) = (desk().await, receiver().await);
    set_rules(&desk, on_asset_change(&receiver)).await;
    desk.put("/assets/3", json!({ "user_id": ADA })).await;
    let (headers, body) = receiver.next().await;
    assert_eq!(headers["authorization"], "Bearer sesame");
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(body, format!(r#"{{"display_id":"3","user":"{ADA}","name":"PACE SN-0900","serial":"SN-0900"}}"#), "A17");
}

#[tokio::test]
async fn placeholders_are_empty_without_a_user_and_not_escaped_for_json() {
    let (desk, mut receiver) = (desk().await, receiver().await);
    set_rules(&desk, on_asset_change(&receiver)).await;
    desk.put("/assets/1", json!({ "user_id": null })).await;
    assert!(receiver.next().await.1.contains(r#""user":"","#), "an empty \"used by\"");
    desk.put("/assets/1", json!({ "name": "the \"big\" one" })).await;
    let (_, body) = receiver.next().await;
    assert!(body.contains(r#""name":"the "big" one""#) && serde_json::from_str::<Value>(&body).is_err(), "{body}");
}

#[tokio::test]
async fn a_resolved_installation_ticket_requests_an_invitation() {
    let (desk, mut receiver) = (desk().await, receiver().await);
    let headers = [("x-hook-secret".to_owned(), "sesame".to_owned())];
    desk.service.set_rules(vec![Rule::post_installation(&receiver.url(), headers.into())]);
    desk.put("/tickets/1", json!({ "status": 3 })).await;
    desk.put("/tickets/1", json!({ "status": 4 })).await;
    let (headers, body) = receiver.next().await;
    assert_eq!(headers["x-hook-secret"], "sesame");
    assert_eq!(body, format!(r#"{{"requester_id":"{ADA}"}}"#), "A11");
    desk.put("/tickets/1", json!({ "priority": 2 })).await;
    let page = desk.anonymous(Method::POST, &format!("/people/{BEN}/installed")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(receiver.next().await.1, format!(r#"{{"requester_id":"{BEN}"}}"#), "only a change to resolved counts");
}

#[tokio::test]
async fn webhook_faults_drop_duplicate_and_reorder_deliveries() {
    let (desk, mut receiver) = (desk().await, receiver().await);
    let rules =
        json!([{ "name": "all", "event": "asset.updated", "url": receiver.url(), "body": "{{asset.display_id}}" }]);
    set_rules(&desk, rules).await;
    let change = async |display_id: u64| {
        assert_eq!(desk.put(&format!("/assets/{display_id}"), json!({ "description": "x" })).await.0, 200);
    };
    desk.switch_on(json!({ "kind": "webhook_drop", "times": 1 })).await;
    change(1).await;
    change(2).await;
    assert_eq!(receiver.next().await.1, "2", "the first one is lost");
    desk.switch_on(json!({ "kind": "webhook_duplicate", "times": 1 })).await;
    change(3).await;
    assert_eq!((receiver.next().await.1, receiver.next().await.1), ("3".to_owned(), "3".to_owned()));
    desk.switch_on(json!({ "kind": "webhook_reorder", "times": 1 })).await;
    desk.switch_on(json!({ "kind": "webhook_delay", "ms": 5, "times": 1 })).await;
    change(1).await;
    change(2).await;
    let order = [receiver.next().await.1, receiver.next().await.1];
    assert_eq!(order, ["2", "1"], "the second overtakes the first");
    let reports: Value = desk.anonymous(Method::GET, "/_sim/deliveries").send().await.unwrap().json().await.unwrap();
    assert_eq!((&reports[0]["body"], &reports[0]["status"]), (&json!("1"), &Value::Null));
}

#[tokio::test]
async fn a_failed_delivery_is_retried_when_the_rule_has_retries() {
    let (desk, mut receiver) = (desk().await, receiver().await);
    let nobody = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let closed = format!("http://{}/hook", nobody.local_addr().unwrap());
    drop(nobody);
    let rules = json!([
        { "name": "to nobody", "event": "asset.deleted", "url": closed, "retries": [0, 0] },
        { "name": "as form", "event": "requester.updated", "url": receiver.url(), "method": "PUT",
          "content_type": "application/x-www-form-urlencoded", "body": "id={{requester.id}}&email={{requester.email}}" },
    ]);
    set_rules(&desk, rules).await;
    desk.delete("/assets/1").await;
    desk.delete(&format!("/requesters/{BEN}")).await;
    let (headers, body) = receiver.next().await;
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(body, format!("id={BEN}&email=ben@example.org"));
    let rules: Value = desk.anonymous(Method::GET, "/_sim/workflows").send().await.unwrap().json().await.unwrap();
    assert_eq!(rules[0]["retries"], json!([0, 0]));
}
