//! Changes of returns.

use crate::kernel::plan::FeatureChange;
use crate::returns::Return;

/// A change of a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnChange {
    /// Insert a new return. None of its units may be on another open return (`P09`).
    Create(Box<Return>),
    /// Update a return. Its stored version must be the previous one, and none of its units may be on another open
    /// return.
    Update(Box<Return>),
}

impl FeatureChange for ReturnChange {}
