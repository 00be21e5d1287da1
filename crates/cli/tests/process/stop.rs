//! A stop loses nothing, says so first, and is not held up by clients that are slow.

use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use testkit::Databases;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::company::{ADA, Company, Wait};

/// A client that has connected and sent this.
async fn sent(company: &Company, text: &str) -> TcpStream {
    let address = company.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Everything that the hub still says on a connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A connection that is reset has said nothing more.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

/// Sends requests, one after the other, for as long as the hub says that it is ready. Each must be answered.
async fn as_a_proxy_does(company: &Company) -> usize {
    let mut answered = 0;
    loop {
        let (status, body) = company.ask("/readyz").await;
        if status == 503 {
            assert!(body.contains("draining"), "{body}");
            return answered;
        }
        for _ in 0..5 {
            let (status, body) = company.call(Method::GET, "/sweeps", None).await;
            assert_eq!(status, 200, "{body}");
            answered += 1;
        }
    }
}

async fn is_draining(company: &Company) {
    let mut wait = Wait::until("the hub says that it is ending");
    while company.ask("/readyz").await.0 != 503 {
        wait.a_moment().await;
    }
}

#[testkit::both_databases]
async fn h04_a_stop_answers_every_request_and_one_that_is_still_being_sent(databases: Databases) {
    let database = databases.empty().await;
    let company = Company::on(&database).await;
    company.waits_for_load_balancers();
    let hub = company.serve().await;
    let order = format!("{{\"requester_id\": \"{ADA}\"}}");
    let (begin, end) = order.split_at(7);
    let mut slow = sent(&company, &company.half_sent("/invitations", begin, order.len())).await;
    is_answering(&company).await;
    let stop = async {
        sleep(Duration::from_millis(200)).await;
        hub.terminate();
        Instant::now()
    };
    let (at, a, b, c) =
        tokio::join!(stop, as_a_proxy_does(&company), as_a_proxy_does(&company), as_a_proxy_does(&company));
    assert!(a + b + c > 0);
    assert_eq!(company.ask("/healthz").await, (200, "ok\n".to_owned()), "the port is open for a while");
    sleep(Duration::from_millis(1500).saturating_sub(at.elapsed())).await;
    slow.write_all(end.as_bytes()).await.unwrap();
    let answer = rest(slow).await;
    assert!(answer.starts_with("HTTP/1.1 201") && answer.to_lowercase().contains("connection: close"), "{answer}");
    hub.ended().await;
    assert!(at.elapsed() < Duration::from_secs(5), "{:?}", at.elapsed());
    if let Some(file) = database.strip_prefix("sqlite:") {
        is_one_file(&company, Path::new(file)).await;
    }
}

/// A copy of the file alone is the whole database.
async fn is_one_file(company: &Company, file: &Path) {
    for suffix in ["-wal", "-shm"] {
        assert!(!file.with_file_name(format!("{}{suffix}", file.file_name().unwrap().display())).exists(), "{suffix}");
    }
    let copy = file.with_file_name("copied.db");
    std::fs::copy(file, &copy).unwrap();
    let database = format!("sqlite:{}", copy.display());
    let message = company.run_on(&database, &["audit", "verify", "--no-checkpoint"]).await;
    assert!(message.status.success(), "{}", String::from_utf8_lossy(&message.stdout));
    let why = company.run_on(&database, &["why", ADA]).await;
    let message = String::from_utf8(why.stdout).unwrap();
    assert!(message.contains("invit"), "the invitation is in the copy: {message}");
}

#[testkit::both_databases]
async fn h04_half_sent_requests_do_not_hold_a_stop_for_long(databases: Databases) {
    let company = Company::on(&databases.empty().await).await;
    company.waits_for_load_balancers();
    let hub = company.serve().await;
    let head = sent(&company, "GET /healthz HTTP/1.1\r\nHost: h").await;
    let body = sent(&company, &company.half_sent("/sweeps", "{", 100)).await;
    is_answering(&company).await;
    hub.terminate();
    let at = Instant::now();
    is_draining(&company).await;
    hub.ended().await;
    assert!(at.elapsed() < Duration::from_secs(5), "{:?}", at.elapsed());
    assert!(rest(body).await.starts_with("HTTP/1.1 408"));
    assert_eq!(rest(head).await, "");
}

/// What was sent before has arrived.
async fn is_answering(company: &Company) {
    assert_eq!(company.ask("/healthz").await.0, 200);
}

#[testkit::both_databases]
async fn h04_a_second_signal_ends_a_stop_at_once_and_the_next_start_finds_everything(databases: Databases) {
    let company = Company::on(&databases.empty().await).await;
    company.waits_for_load_balancers();
    let hub = company.serve().await;
    let order = serde_json::json!({ "requester_id": ADA });
    let (status, invited) = company.call(Method::POST, "/invitations", Some(order)).await;
    assert_eq!(status, 201, "{invited}");
    let _half = sent(&company, "GET /healthz HTTP/1.1\r\nHost: h").await;
    is_answering(&company).await;
    hub.terminate();
    is_draining(&company).await;
    hub.terminate();
    let at = Instant::now();
    hub.ended().await;
    assert!(at.elapsed() < Duration::from_secs(1), "{:?}", at.elapsed());
    let hub = company.serve().await;
    let id = invited["id"].as_str().unwrap();
    assert_eq!(company.get(&format!("/invitations/{id}")).await["id"], invited["id"]);
    hub.kill().await;
}
