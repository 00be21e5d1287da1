//! Activation: from an invitation to a linked record.

mod journey;
mod plan;
mod reasons;
mod reminders;
