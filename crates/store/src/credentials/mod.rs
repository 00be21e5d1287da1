//! Credentials and sessions: passwords, second factors, passkeys, one-time links.

pub(crate) mod passkeys;
pub(crate) mod reads;
pub(crate) mod rows;
pub(crate) mod sessions;
pub(crate) mod sql;
mod unlinked;
pub(crate) mod write;

pub use passkeys::Ceremony;
pub use rows::{PendingMfa, UnlinkedSignIn};
pub use sessions::{SessionRow, SignInPending};
