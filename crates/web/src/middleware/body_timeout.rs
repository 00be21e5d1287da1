//! The time limit for receiving a request's whole body, so that a slow sender cannot keep a connection open for ever.
//! It applies to every interface. The time for processing the request is not limited here.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body::{Frame, SizeHint};

use crate::App;
use crate::server::HALF_SENT;

/// The error with which a body ends after the time limit.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive in time")]
struct Late;

/// A body that ends with an error after the time limit, even if more data keeps arriving.
struct Timed {
    body: Body,
    time: Pin<Box<dyn Future<Output = ()> + Send>>,
    late: Arc<AtomicBool>,
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.time.as_mut().poll(cx).is_ready() {
            self.late.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(axum::Error::new(Late))));
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Limits the time for receiving the body. After it, the client receives 408 and the connection is closed. An interface
/// with its own error format, such as that of the marketplaces, keeps it.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let within = app.config.body_within;
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let late = Arc::new(AtomicBool::new(false));
    let time = Box::pin(time_is_over(app, within));
    let timed = |body| Body::new(Timed { body, time, late: late.clone() });
    let mut response = next.run(request.map(timed)).await;
    if late.load(Ordering::Relaxed) {
        if !response.status().is_success() {
            response = StatusCode::REQUEST_TIMEOUT.into_response();
        }
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Completes when a body has no more time. A process that ends does not wait long for the rest of a request.
async fn time_is_over(app: App, within: Duration) {
    let ending = async {
        app.lifecycle.closing().await;
        tokio::time::sleep(HALF_SENT).await;
    };
    tokio::select! {
        () = tokio::time::sleep(within) => {}
        () = ending => {}
    }
}
