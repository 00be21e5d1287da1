//! Faults that a test or a demo switches on.
