//! Gates before the outside systems, one of each for every hub process: HTTP and SMTP.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::stream::once;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::point::{DOT, System, When};
use super::trap::Trap;

/// Maximum size of a request.
pub(super) const MAX_REQUEST: usize = 16 << 20;
/// How many bytes of a conversation are read at once.
const BUFFER: usize = 16 << 10;
/// The end of a message.
const END: &[u8] = b"\r\n.\r\n";

/// The outside system behind the trap of a hub process.
pub fn http(trap: &Trap, system: System, router: Router) -> Router {
    router.layer(from_fn_with_state((trap.clone(), system), pass))
}

async fn pass(State((trap, system)): State<(Trap, System)>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    if !trap.pass(system, &method, &path, When::Before).await {
        return broken();
    }
    let fate = trap.fate(system);
    if fate.busy {
        return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")]).into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else { return StatusCode::BAD_REQUEST.into_response() };
    // A real server carries out what it received, even if the caller dies meanwhile.
    let carried_out = tokio::spawn(async move {
        sleep(fate.before).await;
        next.run(Request::from_parts(parts, Body::from(body))).await
    });
    let Ok(response) = carried_out.await else { return broken() };
    if !trap.pass(system, &method, &path, When::After).await {
        return broken();
    }
    sleep(fate.after).await;
    if fate.lost { broken() } else { response }
}

/// An answer within which the connection breaks.
pub(super) fn broken() -> Response {
    let broken = once(async { Err::<Vec<u8>, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
    Response::new(Body::from_stream(broken))
}

/// The mail server behind the trap of a hub process. Dropping it ends it.
#[derive(Debug)]
pub struct MailGate(JoinHandle<()>);

impl Drop for MailGate {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Passes SMTP conversations on to the mail server.
pub fn mail(trap: &Trap, listener: TcpListener, server: SocketAddr) -> MailGate {
    let trap = trap.clone();
    MailGate(tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let trap = trap.clone();
            // A conversation that breaks is a fault that the hub has to bear.
            tokio::spawn(async move { converse(client, server, &trap).await });
        }
    }))
}

async fn converse(mut client: TcpStream, server: SocketAddr, trap: &Trap) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut said, mut answered) = (vec![0; BUFFER], vec![0; BUFFER]);
    let mut tail = Vec::new();
    let mut ended = false;
    loop {
        tokio::select! {
            read = client.read(&mut said) => {
                let piece = &said[..read?];
                if piece.is_empty() {
                    return Ok(());
                }
                tail.extend_from_slice(piece);
                tail.drain(..tail.len().saturating_sub(END.len()));
                if tail == END {
                    ended = true;
                    if !trap.pass(System::Mail, DOT, "", When::Before).await {
                        return Ok(());
                    }
                }
                server.write_all(piece).await?;
            }
            read = server.read(&mut answered) => {
                let piece = &answered[..read?];
                if piece.is_empty() {
                    return Ok(());
                }
                if std::mem::take(&mut ended) {
                    let goes_on = trap.pass(System::Mail, DOT, "", When::After).await;
                    if !goes_on || trap.fate(System::Mail).lost {
                        return Ok(());
                    }
                }
                client.write_all(piece).await?;
            }
        }
    }
}
