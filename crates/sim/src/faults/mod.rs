//! Fault injection for tests and demos.
//!
//! [`Faults::wrap`] adds four things to the router of a stand-in:
//!
//! - `POST /_sim/faults` adds a fault, `GET` lists the active ones, `DELETE` clears them;
//! - `GET /_sim/requests` lists the last requests, `DELETE` clears the log;
//! - an optional [`Latency`], so that the stand-in is as slow as the real system;
//! - the faults themselves.
//!
//! A fault has a path and optionally a method. It skips the first `skip` matching requests, and then affects `times` of
//! them (without `times`: all, until it is cleared):
//!
//! ```json
//! {"path": "/api/v2/assets", "method": "GET", "kind": "status", "status": 500, "times": 3, "skip": 6}
//! ```

mod layer;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use crate::clock::Clock;

/// Maximum number of requests in the log.
const REMEMBERED_REQUESTS: usize = 2_000;

/// A fault, as in the body of `POST /_sim/faults`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Path of affected requests: exact, or a prefix if it ends with `*`. Webhook faults ignore it.
    #[serde(default = "any_path")]
    pub path: String,
    /// Method of affected requests, in upper case. `None` for any.
    #[serde(default)]
    pub method: Option<String>,
    /// Effect.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Number of requests to affect. `None`: until cleared.
    #[serde(default)]
    pub times: Option<u64>,
    /// Number of matching requests to skip first.
    #[serde(default)]
    pub skip: u64,
    /// Probability from 0 to 1 that a matching request is affected. `None`: always.
    #[serde(default)]
    pub probability: Option<f64>,
}

/// Effects of faults. The `webhook_*` kinds affect deliveries that the stand-in sends, the others requests that it
/// answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// Answers with a status instead of calling the stand-in.
    Status {
        /// The HTTP status.
        status: u16,
        /// Value of the `Retry-After` header, in seconds.
        #[serde(default)]
        retry_after: Option<u64>,
        /// JSON body. `None`: the real system's body for this status.
        #[serde(default)]
        body: Option<Value>,
    },
    /// Delays the answer.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Truncates the answer.
    Truncate {
        /// What to truncate.
        #[serde(default)]
        cut: Cut,
        /// Number of rows or bytes to keep. `None`: half of them.
        #[serde(default)]
        keep: Option<usize>,
    },
    /// Empties the lists in the answer and removes the link to the next page.
    Empty,
    /// Closes the connection within the answer.
    Disconnect,
    /// Carries the request out and never answers.
    Silent,
    /// Delays the request until the faults are cleared. It is then carried out even if the caller has disconnected.
    Late,
    /// Drops the delivery.
    WebhookDrop,
    /// Sends the delivery twice.
    WebhookDuplicate,
    /// Delays the delivery.
    WebhookDelay {
        /// Milliseconds.
        ms: u64,
    },
    /// Holds the delivery back until after the next one.
    WebhookReorder,
}

/// What [`FaultKind::Truncate`] truncates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// Rows of a list. The answer remains valid JSON with correct headers.
    #[default]
    Rows,
    /// Bytes of the body. The answer is not valid JSON.
    Body,
}

/// A delay of every request: a constant, plus a seeded, uniformly distributed jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// Minimum delay.
    pub base: Duration,
    /// Maximum jitter.
    pub jitter: Duration,
}

impl Latency {
    /// Latency of a hosted service, as seen from another network: 250 to 900 ms.
    pub const HOSTED: Self = Self { base: Duration::from_millis(250), jitter: Duration::from_millis(650) };
}

/// A logged request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRequest {
    /// The method in upper case.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query string as sent, without the question mark; may be empty.
    pub query: String,
    /// The status of the answer.
    pub status: u16,
}

/// Effects of the active faults on a webhook delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookFate {
    /// Number of deliveries: 0, 1 or 2.
    pub copies: u8,
    /// Delay before the delivery.
    pub delay: Duration,
    /// Whether the next delivery is sent first.
    pub overtaken: bool,
}

/// The faults and request log of a stand-in. Clones share both.
#[derive(Debug, Clone)]
pub struct Faults {
    state: Arc<Mutex<State>>,
    /// How often the faults were cleared.
    cleared: watch::Sender<u64>,
    clock: Option<Clock>,
    latency: Option<Latency>,
    error_body: fn(StatusCode) -> Value,
}

#[derive(Debug)]
struct State {
    active: Vec<Active>,
    requests: VecDeque<SeenRequest>,
    random: StdRng,
    skew: SignedDuration,
}

#[derive(Debug, Clone, Serialize)]
struct Active {
    #[serde(flatten)]
    fault: Fault,
    /// Number of matching requests, affected or not.
    seen: u64,
    /// Number of affected requests.
    hits: u64,
}

/// Effects on a request.
#[derive(Debug, Default)]
struct Verdict {
    delay: Duration,
    effect: Option<FaultKind>,
}

impl Default for Faults {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Faults {
    /// Creates an instance without faults. `seed` determines jitter and probabilities.
    pub fn new(seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed);
        let state = State { active: Vec::new(), requests: VecDeque::new(), random, skew: SignedDuration::ZERO };
        let cleared = watch::Sender::new(0);
        Self { state: Arc::new(Mutex::new(state)), cleared, clock: None, latency: None, error_body: plain_error }
    }

    /// Uses this clock for the `Date` header of answers.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// Shifts the clock of the `Date` header.
    pub fn skew(&self, by: SignedDuration) {
        self.lock().skew = by;
    }

    /// Value of the `Date` header (RFC 9110 §6.6.1).
    fn date(&self) -> Option<String> {
        let now = self.clock.as_ref()?.now().checked_add(self.lock().skew).ok()?;
        Some(now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
    }

    /// Adds a delay to every request.
    #[must_use]
    pub const fn with_latency(mut self, latency: Option<Latency>) -> Self {
        self.latency = latency;
        self
    }

    /// Uses error bodies in the format of the real system.
    #[must_use]
    pub const fn with_error_body(mut self, error_body: fn(StatusCode) -> Value) -> Self {
        self.error_body = error_body;
        self
    }

    /// Adds a fault.
    pub fn add(&self, fault: Fault) {
        self.lock().active.push(Active { fault, seen: 0, hits: 0 });
    }

    /// Clears all faults.
    pub fn clear(&self) {
        self.lock().active.clear();
        self.cleared.send_modify(|times| *times += 1);
    }

    /// How many requests wait until the faults are cleared.
    pub fn late(&self) -> usize {
        self.cleared.receiver_count()
    }

    /// Waits until the faults are cleared.
    fn cleared(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut cleared = self.cleared.subscribe();
        async move {
            // The sender lives as long as the faults.
            drop(cleared.changed().await);
        }
    }

    /// The last requests, oldest first.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    /// Clears the request log.
    pub fn forget_requests(&self) {
        self.lock().requests.clear();
    }

    /// Determines the effects on the next webhook delivery.
    pub fn webhook_fate(&self) -> WebhookFate {
        let mut fate = WebhookFate { copies: 1, delay: Duration::ZERO, overtaken: false };
        let mut state = self.lock();
        let State { active, random, .. } = &mut *state;
        for entry in active.iter_mut().filter(|entry| entry.fault.kind.concerns_webhooks()) {
            if !entry.strikes(random) {
                continue;
            }
            match entry.fault.kind {
                FaultKind::WebhookDrop => fate.copies = 0,
                FaultKind::WebhookDuplicate => fate.copies = fate.copies.saturating_mul(2),
                FaultKind::WebhookDelay { ms } => fate.delay += Duration::from_millis(ms),
                _ => fate.overtaken = true,
            }
        }
        fate
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn list(&self) -> Vec<Active> {
        self.lock().active.clone()
    }

    fn remember(&self, request: SeenRequest) {
        let requests = &mut self.lock().requests;
        if requests.len() == REMEMBERED_REQUESTS {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    /// Determines the effects on a request. Delays are added; of other effects, the first one applies.
    fn judge(&self, method: &Method, path: &str) -> Verdict {
        let mut verdict = Verdict::default();
        let mut state = self.lock();
        let State { active, random, .. } = &mut *state;
        if let Some(latency) = self.latency {
            verdict.delay = latency.base + latency.jitter.mul_f64(random.random::<f64>());
        }
        for entry in active.iter_mut().filter(|entry| entry.fault.concerns(method, path)) {
            let waits = matches!(entry.fault.kind, FaultKind::Delay { .. });
            if (!waits && verdict.effect.is_some()) || !entry.strikes(random) {
                continue;
            }
            match entry.fault.kind {
                FaultKind::Delay { ms } => verdict.delay += Duration::from_millis(ms),
                ref kind => verdict.effect = Some(kind.clone()),
            }
        }
        verdict
    }
}

impl FaultKind {
    const fn concerns_webhooks(&self) -> bool {
        matches!(self, Self::WebhookDrop | Self::WebhookDuplicate | Self::WebhookDelay { .. } | Self::WebhookReorder)
    }
}

impl Fault {
    fn concerns(&self, method: &Method, path: &str) -> bool {
        let path_fits = match self.path.strip_suffix('*') {
            Some(prefix) => path.starts_with(prefix),
            None => path == self.path,
        };
        !self.kind.concerns_webhooks()
            && path_fits
            && self.method.as_deref().is_none_or(|wanted| wanted == method.as_str())
    }
}

impl Active {
    /// Counts a matching request and returns whether it is affected.
    fn strikes(&mut self, random: &mut StdRng) -> bool {
        self.seen += 1;
        let due = self.seen > self.fault.skip && self.fault.times.is_none_or(|times| self.hits < times);
        let hit = due && self.fault.probability.is_none_or(|chance| random.random_bool(chance.clamp(0.0, 1.0)));
        self.hits += u64::from(hit);
        hit
    }
}

fn any_path() -> String {
    "*".to_owned()
}

fn plain_error(status: StatusCode) -> Value {
    serde_json::json!({ "message": status.canonical_reason().unwrap_or("Error") })
}
