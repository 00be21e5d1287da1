//! How people prove who they are: passwords, second factors, passkeys, one-time links, and sessions.

pub(crate) mod credentials;
pub(crate) mod passkeys;
pub(crate) mod sessions;
pub(crate) mod unlinked;
