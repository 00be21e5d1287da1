//! A gate before an outside system: what is written there is remembered, and one answer can be kept back for ever. Anyone who waits for that
//! answer is killed knowing nothing of what they did.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tokio::sync::Notify;

/// How long to wait for an arrival at the gate.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Clones are the same gate.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    wanted: Mutex<Option<Wanted>>,
    writes: Mutex<Vec<String>>,
    held: Notify,
}

#[derive(Debug)]
struct Wanted {
    method: &'static str,
    path: String,
    skip: usize,
}

impl Gate {
    /// The system behind this gate.
    pub fn before(&self, system: Router) -> Router {
        system.layer(from_fn_with_state(self.clone(), pass))
    }

    /// From now on the answer to such a request, after so many others of the kind, is kept back.
    pub fn hold(&self, method: &'static str, path: &str, skip: usize) {
        let wanted = Wanted { method, path: path.to_owned(), skip };
        *self.0.wanted.lock().unwrap_or_else(PoisonError::into_inner) = Some(wanted);
    }

    /// Waits until an answer is kept back: what was asked for is done.
    pub async fn reached(&self) {
        tokio::time::timeout(TIMEOUT, self.0.held.notified()).await.expect("the request comes to the gate");
    }

    /// What was written, as method, path and status.
    pub fn writes(&self) -> Vec<String> {
        self.0.writes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keeps_back(&self, method: &str, path: &str) -> bool {
        let mut wanted = self.0.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        match wanted.as_mut() {
            Some(it) if it.method == method && path.starts_with(&it.path) && it.skip > 0 => {
                it.skip -= 1;
                false
            }
            Some(it) if it.method == method && path.starts_with(&it.path) => {
                *wanted = None;
                true
            }
            _ => false,
        }
    }
}

async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let keep = gate.keeps_back(&method, &path);
    let response = next.run(request).await;
    if method != "GET" {
        let write = format!("{method} {path} {}", response.status().as_u16());
        gate.0.writes.lock().unwrap_or_else(PoisonError::into_inner).push(write);
    }
    if keep {
        gate.0.held.notify_one();
        std::future::pending::<()>().await;
    }
    response
}
