//! Tests of timeouts, budget, retries, breaker and health, over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use tessera_connect::Environment;
use tessera_connect::discipline::{Answer, Call, Charge, Client, ClientConfig, Limit, MAX_BLOCK};
use tessera_hub::ports::{Condition, ConnectError, Priority};
use url::Url;

use crate::stand_in::{Reply, StandIn, after, virtual_time};

const LIMIT: Limit = Limit { name: "account", amount: 100, per: Duration::from_mins(1), account_wide: true };

fn client(environment: Environment, read_timeout: Duration) -> Client {
    let (system, limits) = ("desk".to_owned(), vec![LIMIT]);
    Client::new(
        ClientConfig {
            system,
            authorization: None,
            read_timeout,
            limits,
            reserve_percent: 25,
            longest_block: MAX_BLOCK,
        },
        environment,
    )
    .unwrap()
}

async fn ask(client: &Client, url: &Url, priority: Priority) -> Result<Answer, ConnectError> {
    let url = url.join("/things?email=jane%40example.com").unwrap();
    client.exchange(&Call::get(url, "/things", "the things", priority, Charge::ONE)).await
}

const PATIENT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_job_waits_for_retry_after_and_continues() {
    let asked = AtomicUsize::new(0);
    let desk = StandIn::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::status(429).with("retry-after", "30"),
        _ => Reply::json(&json!([])),
    })
    .await;
    let (_, environment) = virtual_time();
    let client = client(environment, PATIENT);
    let answer = ask(&client, &desk.url, Priority::Background).await.unwrap();
    assert_eq!(answer.read_at, after(30));
}

#[tokio::test]
async fn an_interactive_call_fails_with_retry_after_and_blocks_calls_until_then() {
    let desk = StandIn::start(|_| Reply::status(429).with("retry-after", "1521")).await;
    let (clock, environment) = virtual_time();
    let client = client(environment, PATIENT);
    let error = ask(&client, &desk.url, Priority::Interactive).await.unwrap_err();
    assert_eq!(error.retry_at(), Some(after(75)), "a single call finds out");
    assert!(error.is_temporary());
    assert_eq!(client.health().condition, Condition::Throttled { until: after(1521) });
    ask(&client, &desk.url, Priority::Interactive).await.unwrap_err();
    assert_eq!(desk.seen().len(), 1, "the second call was not made");
    ask(&client, &desk.url, Priority::Background).await.unwrap_err();
    assert_eq!(desk.seen().len(), 2, "who can wait finds out, once");
    clock.advance(SignedDuration::from_secs(1521));
    assert_eq!(client.health().condition, Condition::Healthy);
}

#[tokio::test]
async fn a_call_succeeds_when_a_retry_succeeds() {
    let asked = AtomicUsize::new(0);
    let desk = StandIn::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => Reply::status(502),
        _ => Reply::json(&json!({ "ok": true })),
    })
    .await;
    let (_, environment) = virtual_time();
    let answer = ask(&client(environment, PATIENT), &desk.url, Priority::Interactive).await.unwrap();
    assert_eq!(answer.json().unwrap(), json!({ "ok": true }));
    assert_eq!(desk.seen().len(), 3);
}

#[tokio::test]
async fn a_non_repeatable_call_is_not_retried() {
    let desk = StandIn::start(|_| Reply::status(503)).await;
    let (_, environment) = virtual_time();
    let client = client(environment, PATIENT);
    let mut call = Call::get(desk.url.clone(), "/token", "a token", Priority::Interactive, Charge::ONE);
    call.repeatable = false;
    client.exchange(&call).await.unwrap_err();
    assert_eq!(desk.seen().len(), 1);
}

#[tokio::test]
async fn the_breaker_opens_after_failures_and_closes_after_a_successful_probe() {
    let status = Arc::new(AtomicU16::new(500));
    let told = Arc::clone(&status);
    let desk = StandIn::start(move |_| Reply::status(told.load(Ordering::SeqCst))).await;
    let (clock, environment) = virtual_time();
    let client = client(environment, PATIENT);
    ask(&client, &desk.url, Priority::Interactive).await.unwrap_err();
    ask(&client, &desk.url, Priority::Interactive).await.unwrap_err();
    let calls = desk.seen().len();
    assert_eq!(calls, 5, "three attempts, then two until the breaker opens");
    let error = ask(&client, &desk.url, Priority::Background).await.unwrap_err();
    assert!(matches!(client.health().condition, Condition::Open { .. }), "{error}");
    assert_eq!(desk.seen().len(), calls);
    assert!(client.health().last_error.unwrap().contains("500"));

    status.store(200, Ordering::SeqCst);
    clock.advance(SignedDuration::from_secs(10));
    ask(&client, &desk.url, Priority::Interactive).await.unwrap();
    let health = client.health();
    assert_eq!(health.condition, Condition::Healthy);
    assert!(health.last_ok_at.is_some());
    assert_eq!(health.calls, 6);
}

#[tokio::test]
async fn a_background_call_waits_when_other_programs_use_up_the_budget() {
    let desk = StandIn::start(|_| {
        Reply::json(&json!([])).with("x-ratelimit-total", "100").with("x-ratelimit-remaining", "20")
    })
    .await;
    let (_, environment) = virtual_time();
    let client = client(environment, PATIENT);
    ask(&client, &desk.url, Priority::Background).await.unwrap();
    assert_eq!(client.health().quotas[0].used, 80);
    ask(&client, &desk.url, Priority::Interactive).await.unwrap();
    assert_eq!(client.forecast(Priority::Background, Charge::ONE, 1), after(60));
    let answer = ask(&client, &desk.url, Priority::Background).await.unwrap();
    assert_eq!(answer.read_at, after(60), "the job waited for the others' calls to leave the window");
}

#[tokio::test]
async fn a_timeout_and_a_refused_connection_are_temporary_errors() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}", silent.local_addr().unwrap()).parse().unwrap();
    let (_, environment) = virtual_time();
    let slow = client(environment.clone(), Duration::from_millis(50));
    let error = ask(&slow, &url, Priority::Interactive).await.unwrap_err();
    assert!(error.to_string().contains("no answer within 0.05 seconds"), "{error}");
    drop(silent);
    let error = ask(&client(environment, PATIENT), &url, Priority::Interactive).await.unwrap_err();
    assert!(error.to_string().contains("no connection could be made"), "{error}");
    assert!(error.is_temporary());
}

#[tokio::test]
async fn a_redirect_or_a_non_json_answer_is_an_unexpected_error() {
    let desk = StandIn::start(|_| Reply::status(302).with("location", "https://elsewhere.example.com/")).await;
    let (_, environment) = virtual_time();
    let client = client(environment, PATIENT);
    let error = ask(&client, &desk.url, Priority::Interactive).await.unwrap().checked().unwrap_err();
    assert!(matches!(error, ConnectError::Unexpected { .. }));
    let html = StandIn::start(|_| Reply { body: "<h1>hello</h1>".to_owned(), ..Reply::status(200) }).await;
    let error = ask(&client, &html.url, Priority::Interactive).await.unwrap().json().unwrap_err();
    assert!(error.to_string().contains("not JSON"), "{error}");
}

#[tokio::test]
async fn an_error_names_the_remedy_and_contains_no_email_address() {
    for (status, words) in [(401, "API key"), (403, "permission"), (404, "look it up"), (400, "refused"), (418, "418")]
    {
        let desk = StandIn::start(move |_| Reply {
            body: r#"{"errors":{"message":["jane@example.com already exists."]}}"#.to_owned(),
            ..Reply::status(status)
        })
        .await;
        let (_, environment) = virtual_time();
        let answer = ask(&client(environment, PATIENT), &desk.url, Priority::Interactive).await.unwrap();
        let text = answer.checked().unwrap_err().to_string();
        assert!(text.contains(words) && text.contains("desk") && text.contains("the things"), "{text}");
        assert!(!text.contains("jane"), "{text}");
    }
}

#[tokio::test]
async fn a_rejected_key_is_shown_in_the_health() {
    let desk = StandIn::start(|_| Reply::status(401)).await;
    let (_, environment) = virtual_time();
    let client = client(environment, PATIENT);
    ask(&client, &desk.url, Priority::Interactive).await.unwrap().checked().unwrap_err();
    let health = client.health();
    assert_eq!(health.last_ok_at, None);
    assert!(health.last_error.unwrap().contains("API key"));
}

/// Answers of another server in the system's place, with the text of each error.
fn rubbish() -> [(Reply, &'static str); 4] {
    let page = "<html><head><title>Sign in to\n the proxy of jane@example.com</title></head></html>";
    let html = Reply { body: page.to_owned(), ..Reply::status(200) }.with("content-type", "text/html");
    [
        (
            Reply { body: r#"{"things": [{"id": 1"#.to_owned(), ..Reply::status(200) },
            "20 bytes of no type that are not JSON",
        ),
        (html, "of text/html that are not JSON, a page with the title “Sign in to the proxy of [address]”"),
        (
            Reply::status(302).with("location", "https://login.example.com/?u=jane"),
            "status 302 Found, a redirect to login.example.com",
        ),
        (Reply::status(401), "API key"),
    ]
}

#[tokio::test]
async fn h04_a_system_with_unusable_answers_is_unhealthy_until_a_good_answer() {
    for (reply, said) in rubbish() {
        let well = Arc::new(AtomicBool::new(false));
        let answers_well = well.clone();
        let desk = StandIn::start(move |_| {
            if answers_well.load(Ordering::SeqCst) { Reply::json(&json!({ "things": [] })) } else { reply.clone() }
        })
        .await;
        let (clock, environment) = virtual_time();
        let client = client(environment, PATIENT);
        assert_eq!(client.health().condition, Condition::Healthy);
        ask(&client, &desk.url, Priority::Interactive).await.unwrap();
        let health = client.health();
        assert_eq!((health.condition, health.last_ok_at), (Condition::Failing { since: after(0) }, None), "{said}");
        let error = health.last_error.unwrap();
        assert!(error.contains(said) && !error.contains("jane"), "{error}");
        clock.advance(SignedDuration::from_secs(1));
        ask(&client, &desk.url, Priority::Interactive).await.unwrap();
        assert_eq!(client.health().condition, Condition::Failing { since: after(0) }, "since it began");

        well.store(true, Ordering::SeqCst);
        ask(&client, &desk.url, Priority::Interactive).await.unwrap();
        let health = client.health();
        assert_eq!((health.condition, health.last_ok_at), (Condition::Healthy, Some(after(1))), "{said}");
    }
}

#[tokio::test]
async fn h04_the_breaker_opens_after_repeated_unusable_answers() {
    for (reply, said) in rubbish() {
        let desk = StandIn::start(move |_| reply.clone()).await;
        let (_, environment) = virtual_time();
        let client = client(environment, PATIENT);
        for _ in 0..5 {
            ask(&client, &desk.url, Priority::Interactive).await.unwrap();
        }
        let sixth = ask(&client, &desk.url, Priority::Interactive).await;
        if said == "API key" {
            assert_eq!(sixth.unwrap().status, 401, "a wrong key is no outage: what is to be mended is said each time");
            continue;
        }
        let error = sixth.unwrap_err();
        assert!(error.is_temporary() && error.to_string().contains(said), "{error}");
        assert!(matches!(client.health().condition, Condition::Open { .. }), "{said}");
        assert_eq!(desk.seen().len(), 5, "{said}");
    }
}

#[tokio::test]
async fn h04_unexpected_json_makes_a_system_unhealthy() {
    let desk = StandIn::start(|_| Reply::json(&json!({ "message": "We are moving" }))).await;
    let (_, environment) = virtual_time();
    let client = client(environment, PATIENT);
    let answer = ask(&client, &desk.url, Priority::Interactive).await.unwrap();
    assert_eq!(client.health().condition, Condition::Healthy);
    let error = answer.unexpected("no list of things");
    assert!(error.to_string().contains("no list of things"));
    let health = client.health();
    assert_eq!(health.condition, Condition::Failing { since: after(0) });
    assert!(health.last_error.unwrap().contains("no list of things"));
}
