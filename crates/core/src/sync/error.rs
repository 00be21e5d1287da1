//! Rejections of decisions on reviews and sweeps.

use crate::kernel::ids::SweepId;
use crate::kernel::record::RecordKey;
use crate::kernel::rejection::Rejection;
use crate::sync::sweep::SweepState;

/// Rejection of a decision on a review.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// Already decided.
    #[error("this question was answered before")]
    Decided,
    /// The record is not one of the candidates.
    #[error("{0} is not one of the candidates")]
    NotACandidate(RecordKey),
    /// The record belongs to another customer.
    #[error("{record} is linked to {customer}; unlink it there first")]
    RecordTaken {
        /// The record.
        record: RecordKey,
        /// The customer's name.
        customer: String,
    },
}

impl Rejection for ReviewError {
    fn code(&self) -> &'static str {
        match self {
            Self::Decided => "review_decided",
            Self::NotACandidate(_) => "not_a_candidate",
            Self::RecordTaken { .. } => "record_taken",
        }
    }
}

/// Rejection of a decision on a sweep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// The sweep needs no decision, or has ended.
    #[error(
        "sweep {id} is {}: only what a dry run planned or the brake held can be applied or discarded",
        state.as_str()
    )]
    NothingToDecide {
        /// The sweep.
        id: SweepId,
        /// Its state.
        state: SweepState,
    },
    /// The selected changes were decided meanwhile.
    #[error("what is chosen of sweep {0} is no longer waiting for a decision: check it again")]
    WaitsNoLonger(SweepId),
    /// Records have changed since the sweep planned their changes.
    #[error(
        "{count} of the records have changed since sweep {id} looked at them, {example} for example. Nothing was applied: leave them \
         out, or discard them and sweep again."
    )]
    RecordsMoved {
        /// The sweep.
        id: SweepId,
        /// Number of changed records.
        count: usize,
        /// Title of one of them.
        example: String,
    },
}

impl Rejection for SweepError {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingToDecide { .. } | Self::WaitsNoLonger(_) => "nothing_to_decide",
            Self::RecordsMoved { .. } => "world_moved",
        }
    }
}
