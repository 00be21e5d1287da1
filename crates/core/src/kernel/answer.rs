//! Answers that are kept for requests that may be repeated.

use jiff::Timestamp;

use crate::kernel::plan::FeatureChange;
use crate::kernel::rejection::{Rejection, RejectionKind};

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

/// An `Idempotency-Key` came with another request before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdempotencyError {
    /// Another one.
    #[error("this Idempotency-Key came with another request before; use a fresh key for every new request")]
    OtherRequest,
    /// It is not known whether it was the same.
    #[error("this Idempotency-Key came with a request to an earlier version of the hub; use a fresh key")]
    EarlierVersion,
}

impl Rejection for IdempotencyError {
    fn code(&self) -> &'static str {
        "idempotency_key_reused"
    }

    fn kind(&self) -> RejectionKind {
        RejectionKind::Invalid
    }
}
