//! What holds for every request, whichever route it takes.

pub(crate) mod body_timeout;
pub(crate) mod guard;
pub(crate) mod rate_limit;
