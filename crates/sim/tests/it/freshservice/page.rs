//! Tests of the agents' page.

use reqwest::Method;
use serde_json::Value;

use super::{ADA, Desk, desk};

async fn page(desk: &Desk, path: &str) -> String {
    let response = desk.anonymous(Method::GET, path).send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.expect("text")
}

#[tokio::test]
async fn an_agent_finds_a_requester_and_assigns_assets_on_the_page() {
    let desk = desk().await;
    let list = page(&desk, "/?search=ada").await;
    assert!(list.contains("Ada Example") && !list.contains("Ben Sample"));
    let person = format!("/people/{ADA}");
    assert!(page(&desk, &person).await.contains("Installation of SN-0001"));
    let assigned =
        desk.anonymous(Method::POST, &format!("{person}/assign")).form(&[("display_id", "3")]).send().await.unwrap();
    assert!(assigned.url().path() == person && assigned.text().await.unwrap().contains("The asset is assigned."));
    let asset = &desk.get("/assets/3").await["asset"];
    assert_eq!(asset["user_id"], ADA);
    assert_eq!(asset["type_fields"]["asset_state_21000855201"], "In Use");
    desk.anonymous(Method::POST, &format!("{person}/unassign")).form(&[("display_id", "3")]).send().await.unwrap();
    assert_eq!(desk.get("/assets/3").await["asset"]["user_id"], Value::Null);
    desk.anonymous(Method::POST, &format!("{person}/installed")).send().await.unwrap();
    assert_eq!(desk.get("/tickets/1").await["ticket"]["status"], 4);
    desk.anonymous(Method::POST, &format!("{person}/installed")).send().await.unwrap();
    assert_eq!(desk.get("/tickets/3").await["ticket"]["status"], 4, "a new one, when none was open");
    let nobody = desk.anonymous(Method::GET, "/people/1").send().await.unwrap();
    assert_eq!(nobody.status(), 404);
}
