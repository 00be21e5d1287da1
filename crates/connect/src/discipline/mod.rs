//! The rules for all calls to outside systems (design §5).

mod answer;
mod backoff;
mod breaker;
mod budget;
mod call;
pub(crate) mod checks;
mod client;
mod environment;
mod redact;
mod shared;
mod window;

pub use answer::Answer;
pub use backoff::{Jitter, RandomJitter, RetryPolicy};
pub(crate) use breaker::Breaker;
pub use budget::{Budget, Charge, Limit, MAX_BLOCK};
pub use call::Call;
pub(crate) use call::address;
pub use client::{Client, ClientConfig, SetupError};
pub use environment::{ClockSleeper, Environment, Sleeper, TokioSleeper};
pub(crate) use redact::redact;
