//! Faults that a test or a demo switches on.
//!
//! Every stand-in is wrapped by [`Faults::wrap`], which puts four things around its router:
//!
//! - `POST /_sim/faults` switches one fault on, `GET` lists those that are on, `DELETE` clears them;
//! - `GET /_sim/requests` shows the last requests, `DELETE` forgets them;
//! - an optional [`Latency`], so that the stand-in answers as slowly as the real system;
//! - the faults themselves.
//!
//! A fault names a path and optionally a method, lets the first `skip` matching requests through and then hits `times` of them
//! (without `times`: all, until it is cleared):
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

/// How many requests `GET /_sim/requests` remembers.
const REMEMBERED_REQUESTS: usize = 2_000;

/// One fault, as `POST /_sim/faults` takes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// The request path it hits: exact, or everything below when it ends in `*`. Webhook faults do not look at it.
    #[serde(default = "any_path")]
    pub path: String,
    /// The method it hits, in upper case. `None`: every method.
    #[serde(default)]
    pub method: Option<String>,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many requests it hits. `None`: until cleared.
    #[serde(default)]
    pub times: Option<u64>,
    /// How many matching requests it lets through before the first hit.
    #[serde(default)]
    pub skip: u64,
    /// The chance from 0 to 1 that it hits a matching request. `None`: always.
    #[serde(default)]
    pub probability: Option<f64>,
}

/// What a fault does. The `webhook_*` kinds concern deliveries that the stand-in sends, the others requests that it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// Answers with this status and never reaches the stand-in.
    Status {
        /// The HTTP status.
        status: u16,
        /// Seconds, for the `Retry-After` header.
        #[serde(default)]
        retry_after: Option<u64>,
        /// The JSON body. `None`: what the stand-in's system answers with this status.
        #[serde(default)]
        body: Option<Value>,
    },
    /// Answers rightly, but later.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Cuts the answer.
    Truncate {
        /// What is cut.
        #[serde(default)]
        cut: Cut,
        /// Rows (or bytes) that stay. `None`: half of them.
        #[serde(default)]
        keep: Option<usize>,
    },
    /// Lists in the answer become empty, and there is no next page.
    Empty,
    /// The connection breaks within the answer.
    Disconnect,
    /// The request is carried out, and no answer comes.
    Silent,
    /// The request waits until the faults are cleared. Then it is carried out, also when its caller has left.
    Late,
    /// The delivery is lost.
    WebhookDrop,
    /// The delivery is made twice.
    WebhookDuplicate,
    /// The delivery is made later.
    WebhookDelay {
        /// Milliseconds.
        ms: u64,
    },
    /// The delivery is held back until the next one was made.
    WebhookReorder,
}

/// What [`FaultKind::Truncate`] cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// Rows of the list: the answer stays valid, the headers too.
    #[default]
    Rows,
    /// Bytes of the body: the answer is no JSON any more.
    Body,
}

/// A fixed delay plus a seeded, evenly spread jitter for every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// The least delay.
    pub base: Duration,
    /// The most that is added to it.
    pub jitter: Duration,
}

impl Latency {
    /// What a caller on another network sees of a hosted service: 250 to 900 ms.
    pub const HOSTED: Self = Self { base: Duration::from_millis(250), jitter: Duration::from_millis(650) };
}

/// One request that a stand-in answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRequest {
    /// The method in upper case.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query as it was sent, without the question mark; empty when there was none.
    pub query: String,
    /// The status of the answer.
    pub status: u16,
}

/// What becomes of one webhook delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookFate {
    /// How often it is delivered: 0, 1 or 2 times.
    pub copies: u8,
    /// How long it waits first.
    pub delay: Duration,
    /// Whether it lets the next delivery overtake it.
    pub overtaken: bool,
}

/// The faults of one stand-in and its memory of requests. Clones share both.
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
    /// Requests that matched, hit or not.
    seen: u64,
    /// Requests that were hit.
    hits: u64,
}

/// What the layer has to do to one request.
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
    /// No faults yet; `seed` fixes what the jitter and the probabilities will draw.
    pub fn new(seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed);
        let state = State { active: Vec::new(), requests: VecDeque::new(), random, skew: SignedDuration::ZERO };
        let cleared = watch::Sender::new(0);
        Self { state: Arc::new(Mutex::new(state)), cleared, clock: None, latency: None, error_body: plain_error }
    }

    /// The same faults with answers that are dated by this clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// The stand-in's clock goes wrong by so much.
    pub fn skew(&self, by: SignedDuration) {
        self.lock().skew = by;
    }

    /// What the `Date` header says (RFC 9110 §6.6.1).
    fn date(&self) -> Option<String> {
        let now = self.clock.as_ref()?.now().checked_add(self.lock().skew).ok()?;
        Some(now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
    }

    /// The same faults with a delay on every request.
    #[must_use]
    pub const fn with_latency(mut self, latency: Option<Latency>) -> Self {
        self.latency = latency;
        self
    }

    /// The same faults, with error bodies in the form of the system that is stood in for.
    #[must_use]
    pub const fn with_error_body(mut self, error_body: fn(StatusCode) -> Value) -> Self {
        self.error_body = error_body;
        self
    }

    /// Switches a fault on.
    pub fn add(&self, fault: Fault) {
        self.lock().active.push(Active { fault, seen: 0, hits: 0 });
    }

    /// Switches every fault off.
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

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.lock().requests.clear();
    }

    /// Decides what becomes of the next webhook delivery.
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

    /// Delays add up; of the other kinds the first one that hits decides.
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
    /// Counts one matching request and says whether it is hit.
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
