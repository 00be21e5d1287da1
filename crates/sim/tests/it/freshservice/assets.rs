//! Tests of assets: type fields, filters, holders, trash.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::freshservice::{Options, Plan, type_ids};

use super::{ADA, BEN, Desk, complaint, complaints, desk, desk_with, no_body, numbers};

fn field(name: &str, type_id: u64) -> String {
    format!("{name}_{type_id}")
}

/// A new device, as entered by an agent (`A08`).
fn new_device() -> Value {
    json!({
        "name": "PACE SN-0100",
        "asset_type_id": type_ids::BUNDLE,
        "type_fields": {
            field("product", type_ids::HARDWARE): 21_000_056_801_u64,
            field("vendor", type_ids::HARDWARE): 21_000_033_101_u64,
            field("asset_state", type_ids::HARDWARE): "In Stock",
            field("serial_number", type_ids::HARDWARE): "SN-0100",
            field("inverter_serial_number", type_ids::BUNDLE): "SN-0100",
            field("inverter_vendor", type_ids::BUNDLE): "GoodWe",
        },
    })
}

async fn display_ids(desk: &Desk, path: &str) -> Vec<u64> {
    numbers(&desk.get(path).await["assets"], "display_id")
}

#[tokio::test]
async fn type_fields_carry_the_id_of_the_ancestor_that_defines_them() {
    let desk = desk().await;
    let asset = &desk.get("/assets/1").await["asset"];
    assert_eq!(asset["asset_type_id"], type_ids::BUNDLE);
    let fields = &asset["type_fields"];
    assert_eq!(fields[field("serial_number", type_ids::HARDWARE)], "SN-0001", "A06: hardware serial");
    assert_eq!(fields[field("inverter_serial_number", type_ids::BUNDLE)], "SN-0001", "A06: inverter serial");
    assert_eq!(fields[field("installation_date", type_ids::ENERGY)], Value::Null);
    assert_eq!(fields.get(field("serial_number", type_ids::BUNDLE)), None);
    assert_eq!(fields.get(field("os", type_ids::COMPUTER)), None);
    let product = fields[field("product", type_ids::HARDWARE)].as_u64().unwrap();
    assert_eq!(desk.get(&format!("/products/{product}")).await["product"]["name"], "PACE");
    let vendor = fields[field("vendor", type_ids::HARDWARE)].as_u64().unwrap();
    assert_eq!(desk.get(&format!("/vendors/{vendor}")).await["vendor"]["name"], "Wetility");
}

#[tokio::test]
async fn type_fields_are_grouped_by_ancestor() {
    let desk = desk().await;
    let types = desk.get("/asset_types").await;
    let bundle =
        types["asset_types"].as_array().unwrap().iter().find(|entry| entry["name"] == "Hybrid Inverter Bundle");
    assert_eq!(bundle.unwrap()["parent_asset_type_id"], type_ids::ENERGY);
    let fields = desk.get(&format!("/asset_types/{}/fields", type_ids::BUNDLE)).await;
    let groups = fields["asset_type_fields"].as_array().unwrap();
    let headers: Vec<&str> = groups.iter().map(|group| group["field_header"].as_str().unwrap()).collect();
    assert_eq!(headers, ["Hardware", "Energy Equipment", "Hybrid Inverter Bundle"]);
    let states = groups[0]["fields"].as_array().unwrap().iter().find(|field| field["label"] == "Asset State").unwrap();
    assert_eq!(states["name"], field("asset_state", type_ids::HARDWARE));
    assert_eq!(states["choices"][0], json!(["In Stock"]));
    assert_eq!(desk.ask("/asset_types/1/fields").await.status(), 404);
}

#[tokio::test]
async fn a_list_has_type_fields_only_with_include_and_never_attachments() {
    let desk = desk().await;
    let plain = desk.get("/assets").await;
    assert_eq!(plain["assets"][0].get("type_fields"), None);
    assert_eq!(plain["assets"][0].get("attachments"), None);
    let full = desk.get("/assets?include=type_fields").await;
    assert!(full["assets"][0]["type_fields"].is_object());
    let one = desk.get("/assets/1").await;
    assert_eq!((&one["asset"]["attachments"], &one["asset"]["cloud_files"]), (&json!([]), &json!([])));
    let id = one["asset"]["id"].as_u64().unwrap();
    assert_eq!(desk.ask(&format!("/assets/{id}")).await.status(), 404, "the key is the display id");
}

#[tokio::test]
async fn a_filter_needs_double_quotes_and_known_fields() {
    let desk = desk().await;
    assert_eq!(desk.filtered(&format!("user_id:{ADA}")).await, [1]);
    assert_eq!(desk.filtered(&format!("user_id:{ADA} OR user_id:{BEN}")).await, [2, 1]);
    assert_eq!(desk.filtered("asset_state:'IN STOCK'").await, [3], "A07");
    assert_eq!(desk.filtered("serial_number:'sn-0002'").await, [2]);
    assert_eq!(desk.filtered("user_id:null").await, [3]);
    let refused = async |filter: &str| {
        let (status, body) = desk.send(Method::GET, &format!("/assets?filter={filter}"), &Value::Null).await;
        assert_eq!(status, 400, "{filter}");
        body
    };
    let bare = refused(&format!("user_id:{ADA}")).await;
    assert_eq!(complaints(&bare), [complaint("filter", "invalid_value")]);
    assert!(bare["errors"][0]["message"].as_str().unwrap().starts_with("Given query is invalid, expected format"));
    let foreign = refused("%22hello:1%22").await;
    assert_eq!(foreign["errors"][0]["message"], "Unexpected/invalid field in request");
    assert_eq!(complaints(&foreign), [complaint("hello", "invalid_value")]);
}

#[tokio::test]
async fn a_search_matches_prefixes_and_combines_with_a_filter() {
    let desk = desk().await;
    let search = "/assets?search=%22serial_number:'SN-0'%22";
    assert_eq!(display_ids(&desk, search).await, [3, 2, 1]);
    assert_eq!(display_ids(&desk, &format!("{search}&filter=%22user_id:{BEN}%22")).await, [2]);
    assert_eq!(display_ids(&desk, "/assets?search=%22name:'SN-0001'%22").await, [1], "by a word of the name");
    for wrong in ["serial_number:'SN'", "%22serial_number:SN%22", "%22colour:'red'%22"] {
        assert_eq!(desk.ask(&format!("/assets?search={wrong}")).await.status(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_filter_lags_behind_a_reassignment() {
    let desk =
        desk_with(Options { plan: Plan::Unlimited, index_lag: Duration::from_mins(2), ..Options::default() }).await;
    assert_eq!(desk.put("/assets/1", json!({ "user_id": BEN })).await.0, 200);
    assert_eq!(desk.filtered(&format!("user_id:{ADA}")).await, [1]);
    assert_eq!(desk.filtered(&format!("user_id:{BEN}")).await, [2]);
    assert_eq!(desk.get("/assets/1").await["asset"]["user_id"], BEN);
    assert_eq!(display_ids(&desk, "/assets?order_by=updated_at").await[0], 1, "plain lists do not lag");
    desk.pass(60);
    assert_eq!(desk.put("/assets/1", json!({ "user_id": null })).await.0, 200);
    desk.pass(60);
    assert_eq!(desk.filtered(&format!("user_id:{BEN}")).await, [2, 1], "the index is at the first change");
    desk.pass(60);
    assert_eq!(desk.filtered(&format!("user_id:{BEN}")).await, [2]);
}

#[tokio::test]
async fn assignments_of_an_asset_are_recorded_in_its_history() {
    let desk = desk().await;
    let (status, body) = desk.put("/assets/3", json!({ "user_id": ADA })).await;
    assert_eq!(status, 200, "A09");
    assert_eq!(body["asset"]["user_id"], ADA);
    assert_eq!(body["asset"]["assigned_on"], body["asset"]["updated_at"]);
    desk.pass(60);
    desk.put("/assets/3", json!({ "user_id": BEN })).await;
    desk.pass(60);
    let (_, body) = desk.put("/assets/3", json!({ "user_id": null })).await;
    assert_eq!((&body["asset"]["user_id"], &body["asset"]["assigned_on"]), (&Value::Null, &Value::Null));
    let history = desk.get("/assets/3/assignment-history").await;
    let entries = history["assignment_history"].as_array().unwrap();
    assert_eq!(numbers(&history["assignment_history"], "user_id"), [BEN, ADA]);
    assert_eq!(entries[0]["user_name"], "Ben Sample");
    assert_eq!(entries[1]["unassigned_on"], entries[0]["assigned_on"]);
    assert!(entries[0]["unassigned_on"].is_string());
    let of_ada = desk.get(&format!("/users/{ADA}/assignment-history")).await;
    assert_eq!(of_ada["assignment_history"].as_array().unwrap().len(), 2);
    assert_eq!(desk.ask("/users/1/assignment-history").await.status(), 404);
    let (status, body) = desk.put("/assets/3", json!({ "user_id": 1 })).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("user_id", "invalid_value")]));
}

#[tokio::test]
async fn creating_an_asset_requires_the_fields_of_its_type() {
    let desk = desk().await;
    let request = desk.request(Method::POST, "/api/v2/assets").json(&new_device()).send().await.unwrap();
    assert_eq!(request.status(), 201, "A08");
    assert_eq!(request.headers()["location"].to_str().unwrap(), format!("{}/api/v2/assets/4", desk.server.url()));
    let asset = request.json::<Value>().await.unwrap()["asset"].clone();
    assert_eq!((&asset["display_id"], &asset["user_id"]), (&json!(4), &Value::Null));
    let refused = async |change: fn(&mut Value)| {
        let mut body = new_device();
        change(&mut body);
        let (status, body) = desk.post("/assets", body).await;
        assert_eq!(status, 400);
        complaints(&body)
    };
    let nothing = refused(|body| *body = json!({})).await;
    assert_eq!(nothing, [complaint("name", "missing_field"), complaint("asset_type_id", "missing_field")]);
    let bare = refused(|body| body["type_fields"] = json!({})).await;
    let mandatory = [
        ("product", type_ids::HARDWARE),
        ("asset_state", type_ids::HARDWARE),
        ("inverter_serial_number", type_ids::BUNDLE),
    ];
    assert_eq!(bare, mandatory.map(|(name, id)| complaint(&field(name, id), "missing_field")));
    let own_suffix = refused(|body| body["type_fields"][field("serial_number", type_ids::BUNDLE)] = json!("SN")).await;
    assert_eq!(own_suffix, [complaint(&field("serial_number", type_ids::BUNDLE), "invalid_value")]);
    let state = refused(|body| body["type_fields"][field("asset_state", type_ids::HARDWARE)] = json!("Lost")).await;
    assert_eq!(state, [complaint(&field("asset_state", type_ids::HARDWARE), "invalid_value")]);
    let read_only = refused(|body| body["display_id"] = json!(7)).await;
    assert_eq!(read_only, [complaint("display_id", "readonly_field")]);
}

#[tokio::test]
async fn an_update_keeps_omitted_type_fields() {
    let desk = desk().await;
    let state = field("asset_state", type_ids::HARDWARE);
    let (status, body) = desk.put("/assets/1", json!({ "type_fields": { &state: "Retired" } })).await;
    assert_eq!((status, &body["asset"]["type_fields"][&state]), (200, &json!("Retired")));
    assert_eq!(body["asset"]["type_fields"][field("serial_number", type_ids::HARDWARE)], "SN-0001");
    assert_eq!(body["asset"]["user_id"], ADA);
}

#[tokio::test]
async fn a_trashed_asset_can_be_restored_or_deleted_forever() {
    let desk = desk().await;
    assert_eq!(desk.put("/assets/1/restore", no_body()).await.0, 404, "it is not in the trash");
    assert_eq!(desk.delete("/assets/1").await, 204);
    assert_eq!(desk.ask("/assets/1").await.status(), 404);
    assert_eq!(display_ids(&desk, "/assets").await, [3, 2]);
    assert_eq!(display_ids(&desk, "/assets?trashed=true").await, [1]);
    assert_eq!(desk.put("/assets/1/restore", no_body()).await.0, 204);
    assert_eq!(desk.get("/assets/1").await["asset"]["user_id"], ADA);
    assert_eq!(desk.delete("/assets/1").await, 204);
    assert_eq!(desk.put("/assets/1/delete_forever", no_body()).await.0, 204);
    assert_eq!(display_ids(&desk, "/assets?trashed=true").await, [0_u64; 0]);
}

#[tokio::test]
async fn a_list_without_workspace_id_shows_the_primary_workspace() {
    let desk = desk_with(Options { plan: Plan::Unlimited, workspaces: vec![2, 5], ..Options::default() }).await;
    let (status, body) = desk.put("/assets/1/move_workspace", json!({ "workspace_id": 5 })).await;
    assert_eq!((status, &body["asset"]["workspace_id"]), (200, &json!(5)));
    assert_eq!(display_ids(&desk, "/assets").await, [3, 2]);
    assert_eq!(display_ids(&desk, "/assets?workspace_id=5").await, [1]);
    assert_eq!(display_ids(&desk, "/assets?workspace_id=0").await, [3, 2, 1]);
    assert_eq!(desk.filtered(&format!("user_id:{ADA}")).await, [0_u64; 0]);
    assert_eq!(desk.filtered(&format!("user_id:{ADA} AND workspace_id:5")).await, [1]);
    assert_eq!(desk.put("/assets/1/move_workspace", json!({ "workspace_id": 9 })).await.0, 400);
}

#[tokio::test]
async fn a_list_is_sorted_by_order_by_and_order_type() {
    let desk = desk().await;
    assert_eq!(display_ids(&desk, "/assets?order_by=id&order_type=asc").await, [1, 2, 3]);
    desk.pass(5);
    desk.put("/assets/2", json!({ "description": "on the wall" })).await;
    assert_eq!(display_ids(&desk, "/assets?order_by=updated_at&order_type=desc").await[0], 2);
    assert_eq!(desk.ask("/assets?order_by=colour").await.status(), 400);
}
