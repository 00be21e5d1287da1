//! What every interface does with a request.

mod body_timeout;
