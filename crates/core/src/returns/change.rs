//! Changes of returns.

use crate::kernel::plan::FeatureChange;
use crate::returns::Return;

/// A change of a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnChange {
    /// Write a new return; none of its units may be on another open one (`P09`).
    Create(Box<Return>),
    /// Write a return as it shall be; its version must still be this one, and none of its units on another open one.
    Update(Box<Return>),
}

impl FeatureChange for ReturnChange {}
