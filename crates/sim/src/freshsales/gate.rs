//! Authentication and rate limits per hour and per minute.

use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use jiff::Timestamp;

use super::Freshsales;
use super::errors::Refusal;

const PER_MINUTE: u32 = 400;
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

/// The account's plan, which determines the hourly limit. Every plan allows 400 requests a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// 1,000 requests an hour.
    Free,
    /// 1,000 requests an hour.
    Growth,
    /// 2,000 requests an hour.
    Pro,
    /// 5,000 requests an hour.
    Enterprise,
    /// No limits. Not a plan of the real system; for load tests.
    Unlimited,
}

impl Plan {
    const fn per_hour(self) -> Option<u32> {
        match self {
            Self::Free | Self::Growth => Some(1_000),
            Self::Pro => Some(2_000),
            Self::Enterprise => Some(5_000),
            Self::Unlimited => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Gate {
    expected: String,
    plan: Plan,
    windows: Mutex<[Window; 2]>,
}

/// A window of the rate limit. It starts with its first request.
#[derive(Debug, Clone, Copy)]
struct Window {
    seconds: i64,
    start: Timestamp,
    used: u32,
}

impl Window {
    const fn new(seconds: i64) -> Self {
        Self { seconds, start: Timestamp::MIN, used: 0 }
    }

    fn turn(&mut self, now: Timestamp) {
        if now.as_second() - self.start.as_second() >= self.seconds {
            *self = Self { start: now, used: 0, ..*self };
        }
    }

    fn seconds_left(&self, now: Timestamp) -> u64 {
        let left = self.start.as_second() + self.seconds - now.as_second();
        u64::try_from(left.max(1)).unwrap_or(1)
    }
}

impl Gate {
    pub(super) fn new(api_key: &str, plan: Plan) -> Self {
        let windows = Mutex::new([Window::new(HOUR), Window::new(MINUTE)]);
        Self { expected: format!("Token token={api_key}"), plan, windows }
    }

    fn check(&self, authorization: Option<&[u8]>, now: Timestamp) -> Result<(), Refusal> {
        if authorization != Some(self.expected.as_bytes()) {
            return Err(Refusal::Unauthorized);
        }
        let Some(per_hour) = self.plan.per_hour() else { return Ok(()) };
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        for (window, limit) in windows.iter_mut().zip([per_hour, PER_MINUTE]) {
            window.turn(now);
            if window.used >= limit {
                return Err(Refusal::TooMany(window.seconds_left(now)));
            }
        }
        for window in windows.iter_mut() {
            window.used += 1;
        }
        Ok(())
    }
}

/// Admits or rejects a call.
pub(super) async fn admit(State(crm): State<Freshsales>, request: Request, next: Next) -> Response {
    let authorization = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
    match crm.0.gate.check(authorization, crm.0.clock.now()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}
