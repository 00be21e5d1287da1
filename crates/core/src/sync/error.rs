//! Why a review or a sweep is not decided.

use crate::kernel::ids::SweepId;
use crate::kernel::record::RecordKey;
use crate::kernel::rejection::Rejection;
use crate::sync::sweep::SweepState;

/// Why a review is not decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// Somebody was faster.
    #[error("this question was answered before")]
    Decided,
    /// The question is not about this record.
    #[error("{0} is not one of the candidates")]
    NotACandidate(RecordKey),
    /// The record belongs to another customer.
    #[error("{record} is linked to {customer}; unlink it there first")]
    RecordTaken {
        /// Which.
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

/// Why what a sweep planned is not decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// It applies by itself, or is over.
    #[error(
        "sweep {id} is {}: only what a dry run planned or the brake held can be applied or discarded",
        state.as_str()
    )]
    NothingToDecide {
        /// Which.
        id: SweepId,
        /// Where it stands.
        state: SweepState,
    },
    /// What was chosen was decided meanwhile.
    #[error("what is chosen of sweep {0} does not wait for a decision any more: look at it again")]
    WaitsNoLonger(SweepId),
    /// What was planned rests on what is not true any more.
    #[error(
        "{count} of the records have changed since sweep {id} looked at them, {example} for example. Nothing was applied: leave them \
         out, or discard them and sweep again."
    )]
    RecordsMoved {
        /// Which.
        id: SweepId,
        /// How many records.
        count: usize,
        /// What one of them is called.
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
