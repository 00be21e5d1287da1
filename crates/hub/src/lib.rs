//! The journeys: invite, activate, mirror, notify; and the job runner.
