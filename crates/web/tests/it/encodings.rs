//! Bodies in every encoding that programs send, at every interface for programs.

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use testkit::marketplace::{Platform, account};
use testkit::{ADA, B2C_KEY, HOOK_SECRET, TestApp, client};

/// A name with letters that each encoding writes in another way.
const NAME: &str = "Dächer & Öfen";

/// A text as some programs send it: what their content type says behind the media type, and the bytes.
fn sent(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let units = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
    let (little, big) = (units(u16::to_le_bytes), units(u16::to_be_bytes));
    let latin = text.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    vec![
        ("", text.as_bytes().to_vec()),
        ("", ["\u{feff}".as_bytes(), text.as_bytes()].concat()),
        ("; charset=UTF-8", text.as_bytes().to_vec()),
        ("", [&[0xFF, 0xFE][..], little.as_slice()].concat()),
        ("; charset=utf-16", little),
        (";charset=\"UTF-16BE\"", big),
        ("; charset=ISO-8859-1", latin),
    ]
}

/// The interfaces, each with a request to it without a body.
fn interfaces(app: &TestApp) -> Vec<(&'static str, RequestBuilder)> {
    let post = |path: &str| client().post(format!("{}{path}", app.url));
    let [id, key] = Platform::of(app).credentials();
    vec![
        ("places", post("/api/v1/places").bearer_auth(&app.api_key)),
        ("sweeps", post("/api/v1/sweeps").bearer_auth(&app.api_key)),
        ("hook", post("/hooks/freshservice").bearer_auth(HOOK_SECRET)),
        ("invite", post("/hooks/freshservice/invite").bearer_auth(HOOK_SECRET)),
        ("marketplace", post("/API/Accounts/Synchronize").header(id.0, id.1).header(key.0, key.1)),
        ("policy", post("/b2c/claims").header("x-api-key", B2C_KEY)),
    ]
}

fn body(interface: &str, subject: &str, turn: usize) -> String {
    let body = match interface {
        "places" => json!({ "name": format!("{NAME} {turn}") }),
        "sweeps" => json!({ "dry_run": true, "kinds": ["assets"] }),
        "hook" => json!({ "name": NAME, "display_id": 4 }),
        "invite" => json!({ "name": NAME, "requester_id": ADA.requester }),
        "marketplace" => account(&(turn + 1).to_string(), NAME),
        _ => json!({ "objectId": subject, "displayName": NAME }),
    };
    body.to_string()
}

async fn answered(request: RequestBuilder, content_type: String, body: Vec<u8>) -> (u16, Value) {
    let answer = request.header("content-type", content_type).body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

#[testkit::both_databases]
async fn h01_a_body_is_read_in_the_encoding_that_it_names(app: TestApp) {
    let subject = app.idp.accounts().into_iter().find(|account| account.email == ADA.email).unwrap().sub;
    for turn in 0..sent("").len() {
        for (interface, request) in interfaces(&app) {
            let (said, bytes) = sent(&body(interface, &subject, turn)).remove(turn);
            let (status, answer) = answered(request, format!("application/json{said}"), bytes).await;
            let accepted = match interface {
                "places" => status == 201 && answer["name"] == format!("{NAME} {turn}"),
                "sweeps" | "hook" | "invite" => status == 202,
                "marketplace" => answer["Code"] == 0,
                _ => status == 200,
            };
            assert!(accepted, "{interface}{said}: {status} {answer}");
        }
    }
    let customers = app.store.customers(None, 100).await.unwrap();
    assert!(customers.iter().all(|customer| customer.name == NAME), "{customers:?}");
    assert_eq!(customers.len(), sent("").len());
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h01_a_body_in_an_unknown_encoding_is_refused_with_its_name(app: TestApp) {
    for (interface, request) in interfaces(&app) {
        let body = body(interface, "nobody", 0).into_bytes();
        let (status, answer) = answered(request, "application/json; charset=utf-32".to_owned(), body).await;
        let expected = match interface {
            "marketplace" => answer["Code"] == -90_003,
            "policy" => status == 400 && answer["code"] == "unsupported_charset",
            _ => status == 415 && answer["code"] == "unsupported_charset",
        };
        assert!(expected && answer.to_string().contains("utf-32"), "{interface}: {status} {answer}");
    }
    let hooks = app.api.get("/systems", &app.api_key).await.json()["hooks"].clone();
    let hooks = hooks.as_array().unwrap();
    assert!(hooks.len() == 2 && hooks.iter().all(|hook| hook["unusable"] == 1), "staff see them: {hooks:?}");
    assert_eq!(app.store.customers(None, 100).await.unwrap().len(), 0);
}
