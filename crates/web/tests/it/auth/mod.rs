//! Credentials, sign-in and sessions.

pub mod identities;
mod one_time_links;
mod passkeys;
mod password_sign_in;
mod provider_callback;
mod provider_sign_out;
mod registration;
mod second_factor;
mod sessions;
mod strangers;
