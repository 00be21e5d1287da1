//! Tests of agents, and of the lists that other clients of the API read.

use serde_json::{Value, json};

use super::{BEN, desk, numbers};

#[tokio::test]
async fn an_agent_has_every_field_including_nulls() {
    let desk = desk().await;
    let own = desk.get("/agents/me").await["agent"].clone();
    let id = own["id"].as_u64().unwrap();
    assert_eq!(desk.get(&format!("/agents/{id}")).await["agent"], own);
    assert_eq!(desk.get("/agents").await["agents"], json!([own]));
    assert_eq!(own["roles"][0]["assignment_scope"], "entire_helpdesk");
    assert_eq!(own["role_ids"], json!([own["roles"][0]["role_id"]]));
    assert_eq!(own["scopes"]["ticket"], "Global Access");
    assert_eq!(own["workspace_ids"], json!([2]));
    assert!(own["last_login_at"].is_string() && own["last_active_at"].is_string());
    for empty in ["observer_of", "member_of_pending_approval", "observer_of_pending_approval"] {
        assert_eq!(own[empty], json!([]), "{empty}");
    }
    for null in ["external_id", "signature", "location_name", "reporting_manager_id"] {
        assert_eq!(own.get(null), Some(&Value::Null), "{null}");
    }
    let role = desk.get(&format!("/roles/{}", own["role_ids"][0])).await;
    assert_eq!(role["role"], desk.get("/roles").await["roles"][0]);
    let group = desk.get(&format!("/groups/{}", own["member_of"][0])).await;
    assert_eq!(numbers(&desk.get("/groups").await["groups"], "id"), [group["group"]["id"].as_u64().unwrap()]);
    assert_eq!(group["group"]["members"], json!([id]), "both say who is a member");
}

#[tokio::test]
async fn agents_are_found_by_email_phone_kind_and_query() {
    let desk = desk().await;
    let (status, made) = desk.put(&format!("/requesters/{BEN}/convert_to_agent"), Value::Null).await;
    assert_eq!((status, &made["agent"]["member_of"]), (200, &json!([])), "a new agent is in no group");
    assert_eq!(made["agent"]["last_login_at"], Value::Null);
    let found = async |query: &str| numbers(&desk.get(&format!("/agents?{query}")).await["agents"], "id");
    let own = desk.get("/agents/me").await["agent"]["id"].as_u64().unwrap();
    let phone = made["agent"]["mobile_phone_number"].as_str().unwrap().replace('+', "%2B").replace(' ', "%20");
    assert_eq!(found("email=BEN@example.org").await, [BEN]);
    assert_eq!(found(&format!("mobile_phone_number={phone}")).await, [BEN]);
    assert_eq!(found("state=occasional").await, [0_u64; 0]);
    assert_eq!(found("state=fulltime&active=true").await.len(), 2);
    assert_eq!(found("query=%22first_name:'Ben'%20OR%20email:'service.desk@example.com'%22").await.len(), 2);
    assert_eq!(found("query=%22first_name:'Service'%22").await, [own]);
    for wrong in ["%22shoe_size:44%22", "first_name:'Ben'"] {
        assert_eq!(desk.ask(&format!("/agents?query={wrong}")).await.status(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn the_requests_of_an_asset_are_its_tickets() {
    let desk = desk().await;
    assert_eq!(desk.get("/assets/1/requests?per_page=100").await, json!({ "requests": [] }));
    desk.put("/tickets/1", json!({ "assets": [{ "display_id": 1 }] })).await;
    let rows = desk.get("/assets/1/requests").await["requests"].clone();
    assert_eq!((&rows[0]["request_id"], &rows[0]["request_status"]), (&json!("INC-1"), &json!("Open")));
    assert_eq!(rows[0]["request_details"], "Installation of SN-0001");
    desk.delete("/tickets/1").await;
    assert_eq!(desk.get("/assets/1/requests").await["requests"], json!([]));
    desk.delete("/assets/1").await;
    assert_eq!(desk.ask("/assets/1/requests").await.status(), 404);
}

#[tokio::test]
async fn the_activities_of_a_ticket_are_listed_latest_first() {
    let desk = desk().await;
    desk.post("/tickets/1/notes", json!({ "body": "Called back" })).await;
    desk.post("/tickets/1/reply", json!({ "body": "It is night" })).await;
    let rows = desk.get("/tickets/1/activities?per_page=100").await["activities"].clone();
    let contents: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["content"].as_str().unwrap()).collect();
    assert_eq!(contents, [" sent a reply", " added a private note", " created the ticket"]);
    assert_eq!(rows[2]["actor"]["name"], "Ada Example");
    assert_eq!(desk.get("/tickets/1/activities?per_page=1&page=3").await["activities"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn lists_that_the_account_does_not_use_are_empty() {
    let desk = desk().await;
    for path in [
        "departments",
        "locations",
        "requester_groups",
        "business_hours",
        "applications",
        "purchase_orders",
        "changes",
        "problems",
        "releases",
    ] {
        assert_eq!(desk.get(&format!("/{path}?per_page=100&page=1")).await, json!({ path: [] }), "{path}");
        assert_eq!(desk.ask(&format!("/{path}?per_page=0")).await.status(), 400, "{path}");
    }
    for (path, list) in [("tickets/1/time_entries", "time_entries"), ("tickets/1/tasks", "tasks")] {
        assert_eq!(desk.get(&format!("/{path}")).await, json!({ list: [] }));
    }
    for list in ["contracts", "components", "applications"] {
        assert_eq!(desk.get(&format!("/assets/1/{list}")).await, json!({ list: [] }));
    }
    let since = "updated_since=2026-01-01T00:00:00Z&workspace_id=2";
    assert_eq!(desk.get(&format!("/changes?{since}")).await, json!({ "changes": [] }));
}

#[tokio::test]
async fn the_ticket_form_names_the_choices_of_each_number() {
    let desk = desk().await;
    let fields = desk.get("/ticket_form_fields").await["ticket_fields"].clone();
    let choices = |name: &str| {
        let field = fields.as_array().unwrap().iter().find(|field| field["name"] == name).unwrap();
        field["choices"].clone()
    };
    assert_eq!(choices("priority")[3], json!({ "id": 4, "value": "Urgent" }));
    assert_eq!(numbers(&choices("status"), "id"), [2, 3, 4, 5]);
    assert_eq!(choices("subject"), json!([]));
    for (field, path) in [("priority", "/tickets/1"), ("urgency", "/tickets/1"), ("source", "/tickets/1")] {
        for number in numbers(&choices(field), "id") {
            assert_eq!(desk.put(path, json!({ field: number })).await.0, 200, "{field} {number}");
        }
    }
}

#[tokio::test]
async fn workspaces_are_listed_with_the_primary_one_first() {
    let desk = desk().await;
    let rows = desk.get("/workspaces").await["workspaces"].clone();
    assert_eq!((numbers(&rows, "id"), &rows[0]["primary"]), (vec![2], &json!(true)));
    assert_eq!(desk.get("/workspaces/2").await["workspace"], rows[0]);
    assert_eq!(desk.ask("/workspaces/9").await.status(), 404);
}
