//! Changes of activations.

use crate::activation::Activation;
use crate::kernel::plan::FeatureChange;

/// A change of an activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivationChange {
    /// Insert a new activation.
    Create(Box<Activation>),
    /// Update a pending activation.
    Update(Box<Activation>),
}

impl FeatureChange for ActivationChange {}
