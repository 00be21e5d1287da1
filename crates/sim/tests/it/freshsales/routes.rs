//! Tests of every endpoint at once: ids that are none, and queries.

use http::Method;
use serde_json::json;
use tessera_sim::freshsales;

use super::{BASE, Crm, KEY, options};

#[tokio::test]
async fn an_id_that_is_none_gets_the_crms_error_on_every_route() {
    let crm = Crm::start(options()).await;
    let mut asked = 0;
    for (method, path) in freshsales::routes().into_iter().filter(|(_, path)| path.contains('{')) {
        for id in ["o", "-1", "1.5", "0", "%20", "1%2F2", "%FF", "99999999999999999999999999"] {
            let pieces = path.split('/').map(|piece| if piece.starts_with('{') { id } else { piece });
            let path = pieces.collect::<Vec<_>>().join("/");
            let body = (method != Method::GET).then(|| json!({}));
            let answer = crm.call(method.clone(), &path, body).await;
            // A view that does not exist is one that the key may not see.
            let status = if path.contains("/view/") && id != "%FF" { 403 } else { 404 };
            assert!(!answer.refused(status).is_empty(), "{method} {path}");
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_never_an_error_of_the_server() {
    let crm = Crm::start(options()).await;
    let view = crm.get("/contacts/filters").await.ok()["filters"][2]["id"].clone();
    for path in [
        "/search?q=a&include=contact&per_page=many".to_owned(),
        "/search?q=a&q=b&include=contact&include=deal".to_owned(),
        format!("/contacts/view/{view}?page=x&per_page=%FF&include=owner&include=deals"),
        format!("/contacts/view/{view}?shoe_size=44"),
    ] {
        let request = crm.request(Method::GET, &format!("{BASE}{path}"));
        let response = request.header("Authorization", format!("Token token={KEY}")).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], "application/json", "{path}");
    }
}
