//! Stored answers to idempotent requests.

use jiff::Timestamp;

use crate::kernel::plan::FeatureChange;
use crate::kernel::rejection::{Rejection, RejectionKind};

/// A change of the stored answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerChange {
    /// Store the answer to an idempotent request. The key must not have an answer yet.
    Keep {
        /// Idempotency key.
        key: String,
        /// SHA-256 of the request.
        request_hash: [u8; 32],
        /// HTTP status of the answer.
        status: u16,
        /// The stored answer, from which a repeated request is answered.
        answer: String,
        /// When the answer was given.
        at: Timestamp,
    },
}

impl FeatureChange for AnswerChange {}

/// Rejection of an `Idempotency-Key` that is already used by another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdempotencyError {
    /// The stored request differs.
    #[error("this Idempotency-Key came with another request before; use a fresh key for every new request")]
    OtherRequest,
    /// The stored answer was written by an earlier version and cannot be decoded.
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
