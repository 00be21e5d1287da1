//! The client of an outside system. All requests of the hub to that system pass through it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tessera_hub::ports::{CallOutcome, Condition, ConnectError, Health, Priority, max_wait, may_wait};

use super::answer::{Answer, date, number, retry_after};
use super::backoff::RetryPolicy;
use super::breaker::Breaker;
use super::budget::{Budget, Charge, Limit};
use super::call::Call;
use super::environment::Environment;
use super::shared::Shared;
use crate::http_client;

/// Timeout for connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Maximum size of an answer. Full pages of the supported systems are far below one MiB.
const MAX_BODY_SIZE: usize = 16 << 20;
/// Wait after a 429 without `Retry-After`.
const UNTOLD_WAIT: SignedDuration = SignedDuration::from_secs(60);
/// Delay before a retry after a failure that gives no time.
const RETRY_LATER: SignedDuration = SignedDuration::from_secs(30);

/// How long after a system has returned an object its 404 for another object is believed without a probe.
const TRUSTED_FOR: SignedDuration = SignedDuration::from_secs(30);

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the connection to {system} cannot be set up: {reason}")]
pub struct SetupError {
    /// The configured name of the system.
    pub system: String,
    /// The problem to correct.
    pub reason: String,
}

/// Configuration of a client.
#[derive(Debug)]
pub struct ClientConfig {
    /// The configured name of the system.
    pub system: String,
    /// The value of the `Authorization` header, if every request has the same.
    pub authorization: Option<SecretString>,
    /// Timeout for silence.
    pub read_timeout: Duration,
    /// The published limits.
    pub limits: Vec<Limit>,
    /// Share of the limits that background work does not use, in percent.
    pub reserve_percent: u8,
    /// Maximum time without a probe during a longer refusal.
    pub longest_block: Duration,
}

#[derive(Debug, Default)]
struct Record {
    calls: u64,
    last_ok_at: Option<Timestamp>,
    last_error_at: Option<Timestamp>,
    last_error: Option<String>,
    /// Time since which its answers are unusable.
    failing_since: Option<Timestamp>,
    clock_skew: Option<SignedDuration>,
    /// When it last returned a requested object, by the steady clock.
    last_found_at: Option<Timestamp>,
}

#[derive(Debug)]
struct Inner {
    config: ClientConfig,
    http: reqwest::Client,
    budget: Budget,
    breaker: Breaker,
    record: Mutex<Record>,
    environment: Environment,
    shared: Option<Shared>,
}

/// A client of an outside system. Clones share everything.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

/// The failure of an attempt.
struct Failure {
    error: ConnectError,
    /// Time before which the system asked not to be called.
    not_before: Option<Timestamp>,
}

impl Client {
    /// Builds a client with timeouts, and without redirects.
    pub fn new(config: ClientConfig, environment: Environment) -> Result<Self, SetupError> {
        let http = http_client::client(|client| {
            client
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(config.read_timeout)
                // A system that sends one byte every few seconds is as bad as a silent one: limit the total time, too.
                .timeout(CONNECT_TIMEOUT + config.read_timeout * 2)
                .user_agent(concat!("tessera/", env!("CARGO_PKG_VERSION")))
        });
        let http = http.map_err(|error| SetupError { system: config.system.clone(), reason: error.to_string() })?;
        let budget = Budget::new(&config.limits, config.reserve_percent);
        let (breaker, shared) = (Breaker::new(), Shared::of(&config.system, &environment));
        let inner = Inner { config, http, budget, breaker, record: Mutex::default(), environment, shared };
        Ok(Self(Arc::new(inner)))
    }

    /// The configured name of the system.
    pub fn system(&self) -> &str {
        &self.0.config.system
    }

    /// Current time by the wall clock.
    pub fn now(&self) -> Timestamp {
        self.0.environment.clock.now()
    }

    /// Current time for waits, periods and ages, by the monotonic clock.
    pub(crate) fn steady_now(&self) -> Timestamp {
        self.0.environment.steady_now()
    }

    /// Converts a steady time to the wall clock.
    fn by_wall(&self, steady: Timestamp) -> Timestamp {
        steady.saturating_add(self.now().duration_since(self.steady_now())).unwrap_or(steady)
    }

    /// Timestamp of a reading that begins now, by the reading clock.
    pub(crate) fn reading(&self) -> Timestamp {
        self.0.environment.readings.stamp()
    }

    /// Health of the system.
    pub fn health(&self) -> Health {
        let now = self.steady_now();
        let record = self.record();
        let condition = match (self.0.breaker.open_until(now), self.0.budget.blocked_until(now)) {
            (Some(until), _) => Condition::Open { until: self.by_wall(until) },
            (None, Some(until)) => Condition::Throttled { until: self.by_wall(until) },
            (None, None) => record.failing_since.map_or(Condition::Healthy, |since| Condition::Failing { since }),
        };
        Health {
            system: self.system().to_owned(),
            condition,
            last_ok_at: record.last_ok_at,
            last_error_at: record.last_error_at,
            last_error: record.last_error.clone(),
            calls: record.calls,
            clock_skew: record.clock_skew,
            quotas: self.0.budget.quotas(now),
        }
    }

    /// The time of the last of `calls` such calls.
    pub fn forecast(&self, priority: Priority, charge: Charge, calls: u64) -> Timestamp {
        self.by_wall(self.0.budget.forecast(self.steady_now(), priority, charge, calls))
    }

    /// Sends a request and reads its answer. Retries as the call's priority allows.
    pub async fn exchange(&self, call: &Call) -> Result<Answer, ConnectError> {
        let patience = RetryPolicy::of(call.priority);
        let deadline = add(self.steady_now(), patience.total);
        let mut attempt = 1;
        loop {
            if let Err(error) = self.wait_for_budget(call, deadline).await {
                self.0.environment.meter.held_back(self.system());
                return Err(error);
            }
            let failure = match self.attempt(call).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let wait = add(self.steady_now(), patience.wait(attempt, self.0.environment.jitter.as_ref()));
            let next = failure.not_before.map_or(wait, |not_before| wait.max(not_before));
            if !call.repeatable || attempt >= patience.attempts || !self.may_try_again(&failure, next, deadline) {
                return Err(failure.error);
            }
            self.sleep_until(next).await;
            attempt += 1;
        }
    }

    /// The answer, or `None` if the system does not have the object. A system that answers 404 to everything is broken.
    /// So a 404 is believed only if the system returned another object shortly before, or answers `probe`, a call for
    /// something that always exists.
    pub(crate) async fn found(
        &self,
        answer: Answer,
        probe: impl FnOnce() -> Call + Send,
    ) -> Result<Option<Answer>, ConnectError> {
        let (system, object) = match answer.checked() {
            Ok(answer) => return Ok(Some(answer)),
            Err(ConnectError::NotFound { system, object }) => (system, object),
            Err(error) => return Err(error),
        };
        let last_found_at = self.record().last_found_at;
        if last_found_at.is_some_and(|at| self.steady_now().duration_since(at) < TRUSTED_FOR) {
            return Ok(None);
        }
        match self.exchange(&probe()).await?.checked() {
            Ok(_) => Ok(None),
            Err(ConnectError::NotFound { .. }) => {
                let reason = "it answers 404 to everything, also to what always exists".to_owned();
                self.note_error(&reason);
                let retry_at = self.by_wall(self.steady_now().saturating_add(RETRY_LATER).unwrap_or(Timestamp::MAX));
                Err(ConnectError::Unavailable { system, object, reason, retry_at })
            }
            Err(error) => Err(error),
        }
    }

    async fn wait_for_budget(&self, call: &Call, deadline: Timestamp) -> Result<(), ConnectError> {
        let began = self.steady_now();
        loop {
            let now = self.steady_now();
            if let Some(until) = self.0.breaker.open_until(now) {
                return Err(self.left_alone(call, until));
            }
            match self.take(now, call).await {
                Ok(()) => return Ok(()),
                Err(until) => {
                    let may = may_wait(self.system(), between(now, until), between(began, until));
                    if !may.unwrap_or(until <= deadline) {
                        return Err(self.throttled(call, until));
                    }
                    self.sleep_until(until).await;
                }
            }
        }
    }

    /// Spends the cost of a call, within the limits of this process and those that all processes share.
    async fn take(&self, now: Timestamp, call: &Call) -> Result<(), Timestamp> {
        self.0.budget.take(now, call.priority, call.charge)?;
        let Some(shared) = &self.0.shared else { return Ok(()) };
        let spending = self.0.budget.spending(call.priority, call.charge);
        if spending.is_empty() {
            return Ok(());
        }
        shared.spend(&spending).await.map_err(|wait| {
            self.0.budget.give_back(call.charge);
            add(self.steady_now(), wait)
        })
    }

    /// Admits a call. `true`: it is the probe of a paused system, for all processes.
    async fn admitted(&self, call: &Call) -> Result<bool, Failure> {
        let Some(shared) = &self.0.shared else { return Ok(false) };
        shared.admit().await.map_err(|wait| {
            let until = add(self.steady_now(), wait);
            Failure { error: self.left_alone(call, until), not_before: Some(until) }
        })
    }

    /// Shares a failure: if the circuit breaker of this process is open, all processes pause.
    async fn shared_failure(&self, now: Timestamp, is_probe: bool) {
        let Some(shared) = &self.0.shared else { return };
        match self.0.breaker.open_until(now) {
            Some(until) => shared.pause(until.duration_since(now)).await,
            None if is_probe => shared.pause(RETRY_LATER).await,
            None => {}
        }
    }

    /// Whether a call is tried again at `next`. A job that has the turn waits in its place until the system takes calls
    /// again.
    fn may_try_again(&self, failure: &Failure, next: Timestamp, deadline: Timestamp) -> bool {
        let wait = between(self.steady_now(), next);
        let in_turn = || may_wait(self.system(), wait, wait).unwrap_or(false);
        next <= self.latest(deadline) || matches!(failure.error, ConnectError::Throttled { .. }) && in_turn()
    }

    /// The latest time to wait for. A job that would wait longer than a moment gives its place back.
    fn latest(&self, deadline: Timestamp) -> Timestamp {
        max_wait().map_or(deadline, |wait| deadline.min(add(self.steady_now(), wait)))
    }

    async fn attempt(&self, call: &Call) -> Result<Answer, Failure> {
        let admitted = self.admitted(call).await;
        let is_probe = admitted.inspect_err(|_| self.0.environment.meter.held_back(self.system()))?;
        let permit = self.0.breaker.admit(self.steady_now());
        let permit = permit.map_err(|until| {
            self.0.environment.meter.held_back(self.system());
            Failure { error: self.left_alone(call, until), not_before: Some(until) }
        })?;
        let (began, read_at) = (self.steady_now(), self.0.environment.readings.stamp());
        let sent = self.send(call, read_at).await;
        let now = self.steady_now();
        self.record().calls += 1;
        let answer = match sent {
            Ok(answer) => answer,
            Err(reason) => {
                self.count(CallOutcome::NoAnswer, began, now);
                permit.failed(now);
                self.shared_failure(now, is_probe).await;
                return Err(self.unavailable(call, reason, None));
            }
        };
        let took = now.duration_since(began).as_millis();
        let fault = answer.fault(call);
        let outcome = CallOutcome::of_status(answer.status.as_u16());
        self.count(if fault.is_some() { CallOutcome::Unusable } else { outcome }, began, now);
        tracing::debug!(system = self.system(), method = %call.method, path = call.template, status = answer.status.as_u16(), took, "call");
        if let Some(date) = date(&answer.headers) {
            self.record().clock_skew = Some(date.duration_since(self.now()));
        }
        if let Some(remaining) = number(&answer.headers, "x-ratelimit-remaining") {
            self.0.budget.learn(now, call.charge, number(&answer.headers, "x-ratelimit-total"), remaining);
        }
        let asked_for = retry_after(&answer.headers, now, self.now());
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            permit.answered();
            let until = asked_for.unwrap_or_else(|| now.saturating_add(UNTOLD_WAIT).unwrap_or(Timestamp::MAX));
            let probe_at = self.0.budget.block(now, until, self.0.config.longest_block);
            self.note_error(&format!(
                "it answered 429 and wants to be left alone until {}; one call tries at {}",
                self.by_wall(until),
                self.by_wall(probe_at)
            ));
            if let Some(shared) = &self.0.shared {
                shared.pause(probe_at.duration_since(now)).await;
            }
            let error = self.throttled(call, probe_at);
            return Err(Failure { error, not_before: Some(probe_at) });
        }
        if answer.status.is_server_error() {
            permit.failed(now);
            self.shared_failure(now, is_probe).await;
            return Err(self.unavailable(call, format!("it answered {}", answer.status), asked_for));
        }
        self.0.budget.unblock();
        if let Some(shared) = self.0.shared.as_ref().filter(|_| is_probe && fault.is_none()) {
            shared.resume().await;
        }
        if answer.status.is_success() && fault.is_none() {
            self.record().last_found_at = Some(now);
        }
        match fault {
            // Another server answers in its place, or it is broken: treat it like a system that answers 500.
            Some(found) => {
                permit.failed(now);
                tracing::warn!(system = self.system(), method = %call.method, path = call.template, found, "answer of no use");
                self.note_failing(&format!("it answered {found}"));
                self.shared_failure(now, is_probe).await;
            }
            None if answer.status == StatusCode::UNAUTHORIZED => {
                permit.answered();
                self.note_failing("it does not accept the configured API key or client secret");
            }
            None => {
                permit.answered();
                let mut record = self.record();
                record.last_ok_at = Some(self.now());
                record.failing_since = None;
            }
        }
        Ok(answer)
    }

    async fn send(&self, call: &Call, read_at: Timestamp) -> Result<Answer, String> {
        let mut request = self.0.http.request(call.method.clone(), call.url.clone()).headers(call.headers.clone());
        if let Some(authorization) = &self.0.config.authorization {
            let value = HeaderValue::from_str(authorization.expose_secret());
            let mut value = value.map_err(|_| "its API key holds characters that no header may hold".to_owned())?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        if !call.body.is_empty() {
            request = request.body(call.body.clone());
        }
        let mut response = request.send().await.map_err(|error| self.reason(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.reason(&error))? {
            if body.len() + chunk.len() > MAX_BODY_SIZE {
                return Err(format!("its answer is larger than {} MiB", MAX_BODY_SIZE >> 20));
            }
            body.extend_from_slice(&chunk);
        }
        let (system, object) = (self.system().to_owned(), call.object.clone());
        Ok(Answer { system, object, status, headers, body, read_at, client: Some(self.clone()) })
    }

    fn count(&self, outcome: CallOutcome, began: Timestamp, now: Timestamp) {
        self.0.environment.meter.sent(self.system(), outcome, between(began, now));
    }

    fn reason(&self, error: &reqwest::Error) -> String {
        // The error's own text contains the URL, which may contain a person's e-mail address.
        if error.is_connect() {
            "no connection could be made".to_owned()
        } else if error.is_timeout() {
            format!("no answer within {} seconds", self.0.config.read_timeout.as_secs_f32())
        } else {
            "the connection broke".to_owned()
        }
    }

    fn unavailable(&self, call: &Call, reason: String, not_before: Option<Timestamp>) -> Failure {
        let now = self.steady_now();
        let (system, object) = (self.system().to_owned(), call.object.clone());
        let default = now.saturating_add(RETRY_LATER).unwrap_or(Timestamp::MAX);
        let retry_at = not_before.or_else(|| self.0.breaker.open_until(now)).unwrap_or(default);
        tracing::warn!(system, method = %call.method, path = call.template, reason, "call failed");
        self.note_error(&reason);
        Failure {
            error: ConnectError::Unavailable { system, object, reason, retry_at: self.by_wall(retry_at) },
            not_before,
        }
    }

    fn left_alone(&self, call: &Call, retry_at: Timestamp) -> ConnectError {
        let (system, object) = (self.system().to_owned(), call.object.clone());
        let last = self.record().last_error.clone().unwrap_or_else(|| "it did not answer".to_owned());
        let reason = format!("{last}, several times in a row, so that it is left alone for a while");
        ConnectError::Unavailable { system, object, reason, retry_at: self.by_wall(retry_at) }
    }

    fn throttled(&self, call: &Call, until: Timestamp) -> ConnectError {
        let (system, object) = (self.system().to_owned(), call.object.clone());
        ConnectError::Throttled { system, object, until: self.by_wall(until) }
    }

    fn note_error(&self, reason: &str) {
        let now = self.now();
        let mut record = self.record();
        record.last_error_at = Some(now);
        record.last_error = Some(reason.to_owned());
    }

    /// Records an unusable answer. The system counts as unhealthy until a better one arrives.
    pub(crate) fn note_failing(&self, reason: &str) {
        self.note_error(reason);
        let now = self.now();
        self.record().failing_since.get_or_insert(now);
    }

    async fn sleep_until(&self, until: Timestamp) {
        self.0.environment.sleeper.sleep(between(self.steady_now(), until)).await;
    }

    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn between(from: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(from)).unwrap_or_default()
}

fn add(time: Timestamp, wait: Duration) -> Timestamp {
    time.saturating_add(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
}
