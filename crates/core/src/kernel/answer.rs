//! Answers that are kept for requests that may be repeated.

use jiff::Timestamp;

use crate::kernel::plan::FeatureChange;

/// A change of the answers that are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerChange {
    /// Keep the answer to a request that may be repeated; nobody else may have kept one under its key.
    Keep {
        /// By what a repetition is recognised.
        key: String,
        /// SHA-256 of what was asked.
        request_hash: [u8; 32],
        /// The HTTP status of the answer.
        status: u16,
        /// What it takes to answer again.
        answer: String,
        /// When.
        at: Timestamp,
    },
}

impl FeatureChange for AnswerChange {}
