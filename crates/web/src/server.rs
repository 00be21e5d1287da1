//! Serving connections, so that a stop loses no request.
//!
//! After [`Lifecycle::close`], connections that the system has already accepted are served, requests under way are answered, and idle
//! connections end. A connection that has sent a part of a request is given [`HALF_SENT`] to send the rest.
//!
//! Clients that send slowly or not at all cost little: the head of a request has to arrive in time, and the number of connections is limited.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, Request, header};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tessera_hub::Hub;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::App;
use crate::connections::{Admitted, Connections};
use crate::extract::client_addr::network_of;

/// How long a client that has sent a part of a request may take for the rest, once the process is ending.
pub(crate) const HALF_SENT: Duration = Duration::from_secs(3);
/// Maximum size of the head of a request.
const MAX_HEAD: usize = 64 * 1024;
/// After an error that is not of one connection (no more file descriptors), accepting pauses.
const PAUSE: Duration = Duration::from_secs(1);
/// The name of the loop in the log.
const ACCEPT: &str = "accept connections";

/// Serves connections until the app's lifecycle closes, and then until they have ended. Dropping it ends what is left at once.
pub async fn serve(app: App, listener: TcpListener) {
    let router = crate::router(app.clone());
    let mut connections = JoinSet::new();
    let open = Connections::new(app.config.connections, app.config.proxies.is_any());
    let begin = |connections: &mut JoinSet<()>, (stream, address): (TcpStream, SocketAddr)| {
        // A connection for which there is no room is closed by dropping its stream.
        if let Some(admitted) = open.admit(network_of(address.ip())) {
            connections.spawn(connection(app.clone(), router.clone(), stream, address, admitted));
        }
    };
    loop {
        tokio::select! {
            () = app.lifecycle.closing() => break,
            accepted = accept(&app.hub, &listener) => {
                begin(&mut connections, accepted);
            }
            Some(_) = connections.join_next() => {}
        }
    }
    for accepted in backlog(listener) {
        begin(&mut connections, accepted);
    }
    while connections.join_next().await.is_some() {}
}

async fn accept(hub: &Hub, listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => {
                hub.log_success(ACCEPT);
                return accepted;
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if hub.note_failure(ACCEPT).is_some() {
                    tracing::error!(%error, "no connection can be accepted");
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The connections that the system has accepted and nobody serves yet: closing the listener would reset them.
fn backlog(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let mut accepted = Vec::new();
    while let Ok((stream, address)) = listener.accept() {
        if stream.set_nonblocking(true).is_ok()
            && let Ok(stream) = TcpStream::from_std(stream)
        {
            accepted.push((stream, address));
        }
    }
    accepted
}

async fn connection(app: App, router: Router, stream: TcpStream, address: SocketAddr, admitted: Admitted) {
    let under_way = Arc::new(watch::Sender::new(0_usize));
    let admitted = Arc::new(admitted);
    let service = service_fn(|request: Request<Incoming>| {
        let request_under_way = UnderWay::begin(&under_way, &admitted);
        let (app, router) = (app.clone(), router.clone());
        async move { Ok::<_, Infallible>(answer(&app, router, request, address, request_under_way).await) }
    });
    let mut http = http1::Builder::new();
    // The time is counted from the end of the answer before, so it limits idle connections too.
    http.timer(TokioTimer::new()).header_read_timeout(app.config.connections.head_within).max_header_size(MAX_HEAD);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // An error is the client's: it broke off, was too slow, or does not speak HTTP.
        _ = connection.as_mut() => return,
        () = app.lifecycle.closing() => {}
        () = admitted.gives_way() => {
            // A request that has just begun is answered.
            connection.as_mut().graceful_shutdown();
            if *under_way.borrow() > 0 {
                let _ = connection.await;
            }
            return;
        }
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection => {}
        () = nothing_under_way(&under_way) => {}
    }
}

async fn answer(
    app: &App,
    router: Router,
    request: Request<Incoming>,
    address: SocketAddr,
    under_way: UnderWay,
) -> Response {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(address));
    let Ok(mut response) = router.oneshot(request).await;
    if app.lifecycle.is_draining() {
        // A client that keeps its connection would send the next request into a connection that is about to end.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response.map(|body| Body::new(Answered { body, _under_way: under_way }))
}

/// Completes when no request has been under way for [`HALF_SENT`]: what a connection still waits for then is the rest of a request.
async fn nothing_under_way(count: &watch::Sender<usize>) {
    let mut count = count.subscribe();
    loop {
        if count.wait_for(|count| *count == 0).await.is_err() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(HALF_SENT) => return,
            _ = count.changed() => {}
        }
    }
}

/// A request from its first byte after the head until its answer is complete.
struct UnderWay {
    count: Arc<watch::Sender<usize>>,
    connection: Arc<Admitted>,
}

impl UnderWay {
    fn begin(count: &Arc<watch::Sender<usize>>, connection: &Arc<Admitted>) -> Self {
        count.send_modify(|count| *count += 1);
        connection.works();
        Self { count: count.clone(), connection: connection.clone() }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.connection.waits();
        self.count.send_modify(|count| *count -= 1);
    }
}

/// The body of an answer, whose end is the end of its request.
struct Answered {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
