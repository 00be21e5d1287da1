//! Tests of every endpoint at once: ids, query parameters, URLs behind a proxy.

use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::freshservice::{self, Plan};

use super::{ADA, Desk, Options, complaint, complaints, desk, desk_with};

const NO_NUMBERS: [&str; 7] = ["o", "-1", "1.5", "0x10", "%20", "1%2F2", "%FF"];

/// A path with `id` for each of its parameters.
fn filled(path: &str, id: &str) -> String {
    let piece = |piece: &str| if piece.starts_with('{') { id.to_owned() } else { piece.to_owned() };
    path.split('/').map(piece).collect::<Vec<_>>().join("/")
}

fn parameter(path: &str) -> Option<&str> {
    path.split('/').find_map(|piece| piece.strip_prefix('{')?.strip_suffix('}'))
}

async fn call(desk: &Desk, method: &Method, path: &str) -> reqwest::Response {
    let request = desk.request(method.clone(), &format!("/api/v2{path}"));
    let request = if *method == Method::GET { request } else { request.json(&json!({})) };
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn an_id_that_is_no_number_is_a_validation_error_on_every_route() {
    let desk = desk().await;
    let mut asked = 0;
    for (method, path) in freshservice::routes() {
        let Some(name) = parameter(path) else { continue };
        for id in NO_NUMBERS {
            let response = call(&desk, &method, &filled(path, id)).await;
            assert_eq!(response.status(), 400, "{method} {path} {id}");
            assert_eq!(response.headers()["content-type"], "application/json", "{method} {path} {id}");
            let body: Value = response.json().await.expect("JSON");
            // What is not even text is not attributed to a parameter.
            let name = if id == "%FF" { "id" } else { name };
            assert_eq!(complaints(&body), [complaint(name, "datatype_mismatch")], "{method} {path} {id}");
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
}

#[tokio::test]
async fn an_id_of_nothing_is_not_found_on_every_route() {
    let desk = desk().await;
    for (method, path) in freshservice::routes().into_iter().filter(|(_, path)| parameter(path).is_some()) {
        for id in ["4", "99999999999999999999999999"] {
            let response = call(&desk, &method, &filled(path, id)).await;
            let (status, kind) = (response.status().as_u16(), response.headers().get("content-type").cloned());
            // A write with an empty body is already invalid.
            let invalid = status == 400 && kind.is_some_and(|kind| kind == "application/json");
            let written = status == 404 || invalid && method != Method::GET;
            assert!(written, "{method} {path} {id}: {status}");
        }
    }
}

#[tokio::test]
async fn an_unknown_query_parameter_is_rejected_on_every_route() {
    let desk = desk().await;
    for (method, path) in freshservice::routes() {
        let response = call(&desk, &method, &format!("{}?shoe_size=44", filled(path, "1"))).await;
        assert_eq!(response.status(), 400, "{method} {path}");
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(complaints(&body), [complaint("shoe_size", "invalid_value")], "{method} {path}");
    }
    assert_eq!(desk.get("/tickets/1").await["ticket"]["deleted"], false, "a rejected call changes nothing");
    let (status, body) = desk.send(Method::GET, "/changes?include=stats&per_page=10", &Value::Null).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("include", "invalid_value")]), "only of tickets");
}

#[tokio::test]
async fn a_value_outside_an_enumeration_is_rejected() {
    let desk = desk().await;
    for query in [
        "/tickets?order_type=sideways",
        "/tickets?filter=mine",
        "/assets?order_by=colour",
        "/assets?order_type=sideways",
        "/agents?state=asleep",
        "/agents?active=perhaps",
        "/requesters?include_agents=perhaps",
    ] {
        let (status, body) = desk.send(Method::GET, query, &Value::Null).await;
        assert_eq!(status, 400, "{query}");
        let message = body["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.starts_with("It should be one of these values: '"), "{query}: {message}");
    }
    let written = [
        ("/assets/1", "impact", json!("tremendous")),
        ("/assets/1", "usage_type", json!("stolen")),
        ("/tickets/1", "priority", json!(99)),
        ("/tickets/1", "priority", json!(0)),
        ("/tickets/1", "status", json!(1)),
        ("/tickets/1", "source", json!(16)),
        ("/tickets/1", "impact", json!(4)),
        ("/tickets/1", "urgency", json!(4)),
    ];
    for (path, field, value) in written {
        let (status, body) = desk.put(path, json!({ field: value })).await;
        assert_eq!((status, complaints(&body)), (400, vec![complaint(field, "invalid_value")]), "{field} {value}");
    }
    let (status, body) = desk.put(&format!("/requesters/{ADA}"), json!({ "time_format": "13h" })).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("time_format", "invalid_value")]));
    let new =
        json!({ "subject": "No sun", "description": "Dark", "email": "ada@example.com", "status": 2, "priority": 99 });
    let (status, body) = desk.post("/tickets", new).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("priority", "invalid_value")]));
    assert_eq!(body["errors"][0]["message"], "It should be one of these values: '1,2,3,4'");
    let (status, body) = desk.put("/tickets/1", json!({ "priority": "4" })).await;
    assert_eq!((status, complaints(&body)), (400, vec![complaint("priority", "datatype_mismatch")]));
    for own in [json!({ "status": 6 }), json!({ "source": 1001 }), json!({ "priority": 4, "impact": 3, "urgency": 3 })]
    {
        assert_eq!(desk.put("/tickets/1", own).await.0, 200, "an account can have statuses and sources of its own");
    }
}

#[tokio::test]
async fn urls_have_the_scheme_that_the_client_used() {
    let desk = desk().await;
    let asked = async |scheme: Option<&str>| {
        let header = |request: reqwest::RequestBuilder| match scheme {
            Some(scheme) => request.header("x-forwarded-proto", scheme),
            None => request,
        };
        let listed = header(desk.request(Method::GET, "/api/v2/assets?per_page=1")).send().await.unwrap();
        let new = json!({ "first_name": "Eve", "work_phone_number": "1" });
        let made = header(desk.request(Method::POST, "/api/v2/requesters")).json(&new).send().await.unwrap();
        let said = header(desk.request(Method::POST, "/api/v2/tickets/1/notes")).json(&json!({ "body": "x" }));
        let said = said.send().await.unwrap();
        let text = |response: &reqwest::Response, name: &str| response.headers()[name].to_str().unwrap().to_owned();
        [text(&listed, "link").trim_start_matches('<').to_owned(), text(&made, "location"), text(&said, "location")]
    };
    for (forwarded, scheme) in
        [(None, "http://"), (Some("https"), "https://"), (Some("HTTPS, http"), "https://"), (Some("gopher"), "http://")]
    {
        for url in asked(forwarded).await {
            assert!(url.starts_with(&format!("{scheme}127.0.0.1:")), "{forwarded:?}: {url}");
        }
    }
}

#[tokio::test]
async fn a_limit_raised_by_add_ons_is_reported() {
    let desk = desk_with(Options { plan: Plan::PerMinute(1_000_000), ..Options::default() }).await;
    let headers = desk.ask("/assets?include=type_fields").await.headers().clone();
    let number = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(number("x-ratelimit-total"), "1000000");
    assert_eq!(number("x-ratelimit-remaining"), "999997");
    assert_eq!(number("x-ratelimit-used-currentrequest"), "3");
    let desk = desk_with(Options { plan: Plan::PerMinute(2), ..Options::default() }).await;
    assert_eq!([desk.ask("/groups").await.status(), desk.ask("/roles").await.status()], [200, 200]);
    let refused = desk.ask("/groups").await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "60"));
}
