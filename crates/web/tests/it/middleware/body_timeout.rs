//! Slow clients that send a body byte by byte.

use std::time::{Duration, Instant};

use testkit::TestApp;
use testkit::marketplace::Platform;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

/// The limit in this test. No other request takes this long.
const WITHIN: Duration = Duration::from_secs(2);
/// Time limit of the test, in case a hub without a limit reads forever.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Sends the head of a request and then single bytes. Returns the status line, and whether the connection was closed.
async fn drip(hub: &str, path: &str, headers: &str) -> (String, bool) {
    let address = hub.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 100000\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let dripping = tokio::spawn(async move {
        let mut every = interval(Duration::from_millis(100));
        loop {
            every.tick().await;
            if write.write_all(b" ").await.is_err() {
                return;
            }
        }
    });
    let mut answer = Vec::new();
    let ended = timeout(TIMEOUT, read.read_to_end(&mut answer)).await.is_ok();
    dripping.abort();
    (String::from_utf8_lossy(&answer).into_owned(), ended)
}

#[testkit::both_databases]
async fn h01_a_slow_body_times_out_on_every_interface(app: TestApp) {
    let hub = app.serve_with(|web| web.body_within = WITHIN).await;
    let ours = "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n".to_owned();
    let json = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", app.api_key);
    let [(id, id_value), (key, key_value)] = Platform::of(&app).credentials();
    let market = format!("{id}: {id_value}\r\n{key}: {key_value}\r\nContent-Type: application/json\r\n");
    let faces = [
        ("/console/sign-in", &ours, "408"),
        ("/portal/customer/sign-in", &ours, "408"),
        ("/auth/sign-in", &ours, "40"),
        ("/api/v1/invitations", &json, "408"),
        // Always answers with 200, in the format of the contract.
        ("/API/Accounts/Synchronize", &market, "200"),
    ];
    let began = Instant::now();
    let mut dripping = JoinSet::new();
    for (path, headers, status) in faces {
        let (hub, headers) = (hub.clone(), headers.clone());
        dripping.spawn(async move { (path, status, drip(&hub, path, &headers).await) });
    }
    while let Some(done) = dripping.join_next().await {
        let (path, status, (answer, ended)) = done.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        assert!(ended, "{path}: the connection stays open");
        if path.starts_with("/api/v1") {
            assert!(answer.contains("too_slow") && answer.contains("within 2 s"), "{answer}");
        }
        if path.starts_with("/API") {
            assert!(answer.contains("-90003"), "{answer}");
        }
    }
    assert!(began.elapsed() < TIMEOUT);
}
