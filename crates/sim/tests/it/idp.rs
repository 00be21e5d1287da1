//! Tests of the identity provider, as seen by an application and a browser.

#![expect(clippy::unwrap_used, reason = "what a test relies on and does not get fails the test")]

#[path = "idp/authorize.rs"]
mod authorize;
#[path = "idp/browser.rs"]
mod browser;
#[path = "idp/knobs.rs"]
mod knobs;
#[path = "idp/people.rs"]
mod people;
#[path = "idp/policy.rs"]
mod policy;
#[path = "idp/token.rs"]
mod token;
