//! Tests of connections lost during a commit. The outcome cannot be known, and must be reported as unknown.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{SCHEMA, book, books, on_postgres};
use crate::engine::{ApplyError, Engine, Sql, StoreError};
use crate::values;

/// When the proxy closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Before it forwards the awaited message.
    Before,
    /// After the server has processed it, in place of forwarding the answer.
    After,
}

/// Forwards connections to a server until a client sends the awaited message. Then it closes that connection, once.
struct Proxy {
    address: String,
    armed: Arc<AtomicBool>,
}

impl Proxy {
    async fn start(server: String, waits_for: &'static str, cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let armed = Arc::new(AtomicBool::new(false));
        let arm = armed.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass_on(client, server, waits_for, cut, arm.clone()));
            }
        });
        Self { address, armed }
    }
}

async fn pass_on(mut client: TcpStream, mut server: TcpStream, waits_for: &str, cut: Cut, armed: Arc<AtomicBool>) {
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(count @ 1..) = read else { return };
                let text = String::from_utf8_lossy(&asked[..count]).into_owned();
                let found = text.contains(waits_for) && armed.swap(false, Ordering::SeqCst);
                if found && cut == Cut::Before {
                    return;
                }
                server.write_all(&asked[..count]).await.unwrap();
                if found {
                    // The answer shows that the server is done.
                    let _ = server.read(&mut answered).await;
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(count @ 1..) = read else { return };
                if client.write_all(&answered[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn through(url: &str, waits_for: &'static str, cut: Cut) -> (Engine, Proxy) {
    let (user, rest) = url.split_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::start(server.to_owned(), waits_for, cut).await;
    let engine = Engine::open(&format!("{user}@{}/{name}", proxy.address), SCHEMA).await.unwrap();
    (engine, proxy)
}

#[tokio::test]
async fn h04_a_commit_with_a_lost_response_is_reported_as_unknown() {
    for (cut, there) in [(Cut::Before, vec![1]), (Cut::After, vec![1, 2])] {
        on_postgres(async |url| {
            let (engine, proxy) = through(&url, "COMMIT", cut).await;
            engine.batch(vec![book(1, "Physics")]).await.unwrap();
            proxy.armed.store(true, Ordering::SeqCst);
            let told = engine.batch(vec![book(2, "Chemistry")]).await;
            assert!(matches!(told, Err(ApplyError::Store(StoreError::CommitUnknown(_)))), "{cut:?}: {told:?}");
            assert_eq!(books(&engine).await, there, "{cut:?}");
            engine.batch(vec![book(3, "Biology")]).await.unwrap();
        })
        .await;
    }
}

/// A statement that commits by itself must not be resent, because that could apply it twice.
#[tokio::test]
async fn h04_a_write_statement_with_a_lost_response_is_not_resent() {
    const TAKE: Sql = Sql { name: "TAKE", text: "UPDATE books SET title = title || $1 WHERE id = 1 RETURNING title" };
    const TITLE: Sql = Sql { name: "TITLE", text: "SELECT title FROM books WHERE id = 1" };
    on_postgres(async |url| {
        let (engine, proxy) = through(&url, " again", Cut::After).await;
        engine.batch(vec![book(1, "Physics")]).await.unwrap();
        engine.returning(TAKE, values![" once"]).await.unwrap();
        proxy.armed.store(true, Ordering::SeqCst);
        let told = engine.returning(TAKE, values![" again"]).await;
        assert!(matches!(told, Err(StoreError::CommitUnknown(_))), "{told:?}");
        let title: String = engine.query(TITLE, Vec::new()).await.unwrap()[0].get("title").unwrap();
        assert_eq!(title, "Physics once again");
    })
    .await;
}

/// Before the commit is sent, a lost connection loses nothing: the plan is retried on another one.
#[tokio::test]
async fn h04_a_plan_is_applied_once_when_the_connection_is_lost_before_commit() {
    for cut in [Cut::Before, Cut::After] {
        on_postgres(async |url| {
            let (engine, proxy) = through(&url, "Chemistry", cut).await;
            proxy.armed.store(true, Ordering::SeqCst);
            engine.batch(vec![book(1, "Physics"), book(2, "Chemistry")]).await.unwrap();
            assert!(!proxy.armed.load(Ordering::SeqCst), "the connection was cut");
            assert_eq!(books(&engine).await, [1, 2]);
        })
        .await;
    }
}
