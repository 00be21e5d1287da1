//! What every conversation with an outside system keeps to (design §5).

mod answer;
mod backoff;
mod breaker;
mod budget;
mod call;
mod client;
mod environment;
mod error;
mod health;
mod redact;
mod window;

pub use answer::Answer;
pub use backoff::{Jitter, Patience, RandomJitter};
pub use budget::{Budget, Charge, Limit, MAX_BLOCK, Priority, Quota};
pub use call::Call;
pub(crate) use call::address;
pub use client::{Client, ClientConfig, SetupError};
pub use environment::{ClockSleeper, Environment, Sleeper, TokioSleeper};
pub use error::{ConnectError, FieldError};
pub use health::{Condition, Health};
pub(crate) use redact::redact;
