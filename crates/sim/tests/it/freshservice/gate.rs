//! Tests of credentials, formats, rate limits and pagination.

use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::freshservice::{Options, Plan};

use super::{ADA, Desk, KEY, complaint, complaints, desk, desk_of, desk_with, numbers, person, world};
use tessera_sim::world::World;

fn header<'a>(response: &'a reqwest::Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().expect("text"))
}

async fn crowd(size: u64) -> Desk {
    let people = (1..=size).map(|id| person(id, &format!("P{id:04}"), "Example", None, &["SN"])).collect();
    desk_of(Options { plan: Plan::Unlimited, ..Options::default() }, &World { people, stock: Vec::new() }).await
}

#[tokio::test]
async fn the_api_key_is_the_user_name_with_any_password() {
    let desk = desk().await;
    for password in ["X", KEY, "", "something:with:colons"] {
        let request = desk.anonymous(Method::GET, "/api/v2/agents/me").basic_auth(KEY, Some(password));
        assert_eq!(request.send().await.unwrap().status(), 200, "{password}");
    }
    for request in [
        desk.anonymous(Method::GET, "/api/v2/agents/me"),
        desk.anonymous(Method::GET, "/api/v2/agents/me").basic_auth("wrong", Some("X")),
        desk.anonymous(Method::GET, "/api/v2/agents/me").bearer_auth(KEY),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        let body: Value = response.json().await.unwrap();
        assert_eq!(
            body,
            json!({ "code": "invalid_credentials", "message": "You have to be logged in to perform this action." })
        );
    }
}

#[tokio::test]
async fn an_unsupported_method_or_format_is_rejected() {
    let desk = desk().await;
    let patched =
        desk.request(Method::PATCH, &format!("/api/v2/requesters/{ADA}")).json(&json!({})).send().await.unwrap();
    assert_eq!(patched.status(), 405);
    let xml = desk.request(Method::GET, "/api/v2/requesters").header("accept", "application/xml").send().await.unwrap();
    assert_eq!(xml.status(), 406);
    for accept in ["*/*", "application/json", "application/json, text/plain, */*"] {
        let answer = desk.request(Method::GET, "/api/v2/requesters").header("accept", accept).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{accept}");
    }
    let form = desk.request(Method::POST, "/api/v2/requesters").form(&[("first_name", "Eve")]).send().await.unwrap();
    assert_eq!(form.status(), 415);
    let broken =
        desk.request(Method::POST, "/api/v2/requesters").header("content-type", "application/json; charset=utf-8");
    let broken = broken.body("{\"first_name\":").send().await.unwrap();
    assert_eq!(broken.status(), 400);
    assert_eq!(broken.json::<Value>().await.unwrap()["code"], "invalid_json");
    let lost = desk.ask("/nothing/here").await;
    assert_eq!(lost.status(), 404);
    assert_eq!(lost.text().await.unwrap(), "", "a 404 has no body");
}

#[tokio::test]
async fn every_answer_has_version_and_rate_limit_headers() {
    let desk = desk_with(Options { plan: Plan::Enterprise, ..Options::default() }).await;
    let shown = desk.ask(&format!("/requesters/{ADA}")).await;
    assert_eq!(header(&shown, "x-freshservice-api-version"), Some("latest=v2; requested=v2"));
    assert_eq!(header(&shown, "x-ratelimit-total"), Some("500"));
    assert_eq!(header(&shown, "x-ratelimit-remaining"), Some("499"));
    assert_eq!(header(&shown, "x-ratelimit-used-currentrequest"), Some("1"));
    assert_eq!(header(&shown, "retry-after"), None);
    let listed = desk.ask("/assets?include=type_fields").await;
    assert_eq!(header(&listed, "x-ratelimit-total"), Some("140"));
    assert_eq!(header(&listed, "x-ratelimit-remaining"), Some("137"));
    assert_eq!(header(&listed, "x-ratelimit-used-currentrequest"), Some("3"), "a list with include costs three");
    let one = desk.ask("/assets/1?include=type_fields").await;
    assert_eq!(header(&one, "x-ratelimit-used-currentrequest"), Some("2"), "a row with include costs two");
}

#[tokio::test]
async fn the_rate_limit_resets_every_minute() {
    let desk = desk_with(Options { plan: Plan::Starter, ..Options::default() }).await;
    desk.pass(13);
    for _ in 0..13 {
        assert_eq!(desk.ask("/assets?include=type_fields").await.status(), 200);
    }
    let refused = desk.ask("/assets?include=type_fields").await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "retry-after"), Some("47"), "whole seconds until the minute is over");
    assert_eq!(header(&refused, "content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(desk.ask("/assets").await.status(), 200, "one credit is left of 40");
    assert_eq!(desk.ask("/assets").await.status(), 429);
    assert_eq!(desk.ask("/asset_types").await.status(), 200, "other endpoints have what is left of 100");
    desk.pass(47);
    assert_eq!(desk.ask("/assets?include=type_fields").await.status(), 200);
}

#[tokio::test]
async fn invalid_requests_count_against_the_rate_limit() {
    let desk = desk_with(Options { plan: Plan::Starter, ..Options::default() }).await;
    for _ in 0..60 {
        assert_eq!(desk.ask("/vendors?per_page=0").await.status(), 400);
    }
    for _ in 0..40 {
        assert_eq!(desk.ask("/nothing").await.status(), 404);
    }
    assert_eq!(desk.ask("/vendors").await.status(), 429);
}

#[tokio::test]
async fn a_page_of_a_plain_list_links_to_the_next_page() {
    let desk = crowd(65).await;
    let first = desk.ask("/requesters?active=true").await;
    let next = format!("<{}/api/v2/requesters?active=true&page=2>;rel=\"next\"", desk.server.url());
    assert_eq!(header(&first, "link"), Some(next.as_str()));
    assert_eq!(first.json::<Value>().await.unwrap()["requesters"].as_array().unwrap().len(), 30);
    let last = desk.ask("/requesters?page=3").await;
    assert_eq!(header(&last, "link"), None);
    assert_eq!(last.json::<Value>().await.unwrap()["requesters"].as_array().unwrap().len(), 5);
    let beyond = desk.get("/requesters?page=4").await;
    assert_eq!(beyond, json!({ "requesters": [] }));
    let whole = desk.ask("/requesters?per_page=100").await;
    assert_eq!(header(&whole, "link"), None);
    assert_eq!(whole.json::<Value>().await.unwrap()["requesters"].as_array().unwrap().len(), 65);
}

#[tokio::test]
async fn a_page_size_of_zero_or_above_100_is_rejected() {
    let desk = desk().await;
    for query in ["per_page=101", "per_page=0", "per_page=many", "page=0", "page=-1", "page=x"] {
        let (status, body) = desk.send(Method::GET, &format!("/requesters?{query}"), &Value::Null).await;
        let field = query.split('=').next().unwrap();
        assert_eq!((status, complaints(&body)), (400, vec![complaint(field, "invalid_value")]), "{query}");
    }
}

#[tokio::test]
async fn a_filtered_list_has_30_rows_per_page_40_pages_and_no_link() {
    let desk = crowd(65).await;
    let filter = "/assets?filter=%22asset_state%3A'IN%20USE'%22&per_page=100";
    let first = desk.ask(filter).await;
    assert_eq!(header(&first, "link"), None);
    let first: Value = first.json().await.unwrap();
    let ids = numbers(&first["assets"], "display_id");
    assert_eq!(ids, (36..=65).rev().collect::<Vec<_>>(), "newest first, per_page does not apply");
    assert_eq!(desk.get(&format!("{filter}&page=3")).await["assets"].as_array().unwrap().len(), 5);
    assert_eq!(desk.get(&format!("{filter}&page=4")).await["assets"], json!([]));
    assert_eq!(desk.ask(&format!("{filter}&page=40")).await.status(), 200);
    assert_eq!(desk.ask(&format!("{filter}&page=41")).await.status(), 400);
}

#[tokio::test]
async fn the_demo_world_is_loaded_only_once() {
    let desk = desk().await;
    desk.service.load(&world());
    assert_eq!(desk.get("/assets").await["assets"].as_array().unwrap().len(), 3);
}
