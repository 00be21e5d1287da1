//! Changes that the hub gave up because they kept conflicting: they rest on something that is read once and not again.

use std::sync::atomic::{AtomicBool, Ordering};

use tessera_hub::Hub;

/// What a test's hub gave up, and whether the story expects it.
pub(super) struct GivenUp {
    pub hub: Hub,
    pub expected: AtomicBool,
}

impl GivenUp {
    /// Fails the test when changes were given up and the story did not say so, or said so and none was.
    pub fn check(&self) {
        let given_up = self.hub.changes_given_up();
        let expected = self.expected.load(Ordering::Relaxed);
        assert!(
            given_up.is_empty() != expected,
            "changes that kept conflicting; `expect_changes_given_up` was {}called: {given_up:#?}",
            if expected { "" } else { "not " }
        );
    }
}
