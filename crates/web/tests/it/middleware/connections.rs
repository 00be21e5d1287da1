//! Slow clients, and clients that open many connections.

use std::time::Duration;

use tessera_web::{ConnectionLimits, TrustedProxies};
use testkit::{TestApp, client};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Time limit of the tests, in case a connection is never closed.
const TIMEOUT: Duration = Duration::from_mins(1);

async fn connect(hub: &str, first: &str) -> TcpStream {
    let mut stream = TcpStream::connect(hub.trim_start_matches("http://")).await.unwrap();
    stream.write_all(first.as_bytes()).await.unwrap();
    stream
}

/// Waits until the hub closes the connection, and returns what it sent before.
async fn closed(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    // A connection that is closed with unread bytes is reset.
    let _ = timeout(TIMEOUT, stream.read_to_end(&mut read)).await.expect("the connection is closed");
    String::from_utf8(read).unwrap()
}

#[testkit::both_databases]
async fn h01_slow_connections_leave_room_for_others(app: TestApp) {
    let limits = ConnectionLimits { head_within: TIMEOUT * 10, in_all: 16, per_client: 8 };
    for (behind_proxy, most) in [(false, limits.per_client), (true, limits.in_all)] {
        let hub = app
            .serve_with(|web| {
                (web.connections, web.proxies) = (limits, TrustedProxies::hops(usize::from(behind_proxy)));
            })
            .await;
        let mut slow = Vec::new();
        for _ in 0..100 {
            slow.push(connect(&hub, "GET /healthz HTTP/1.1\r\nHost: ").await);
            // Others are served meanwhile.
            if slow.len().is_multiple_of(20) {
                assert_eq!(client().get(format!("{hub}/healthz")).send().await.unwrap().text().await.unwrap(), "ok\n");
            }
        }
        let many = slow.len() - most;
        for stream in &mut slow[..many] {
            assert_eq!(closed(stream).await, "");
        }
        // The latest is still open, and may finish.
        let latest = slow.last_mut().unwrap();
        latest.write_all(b"x\r\nConnection: close\r\n\r\n").await.unwrap();
        assert!(closed(latest).await.starts_with("HTTP/1.1 200"));
    }
}

#[testkit::both_databases]
async fn h01_a_connection_without_a_complete_head_in_time_is_closed(app: TestApp) {
    let limits = ConnectionLimits { head_within: Duration::from_millis(300), ..ConnectionLimits::default() };
    let hub = app.serve_with(|web| web.connections = limits).await;
    let mut silent = connect(&hub, "").await;
    let mut half = connect(&hub, "GET /healthz HTTP/1.1\r\nHost: ").await;
    let mut idle = connect(&hub, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    for stream in [&mut silent, &mut half] {
        assert!(!closed(stream).await.contains("200"));
    }
    let answered = closed(&mut idle).await;
    assert!(answered.starts_with("HTTP/1.1 200") && answered.ends_with("ok\n"), "{answered}");
}
