//! Changes of activations.

use crate::activation::Activation;
use crate::kernel::plan::FeatureChange;

/// A change of an activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivationChange {
    /// Write a new activation.
    Create(Box<Activation>),
    /// Write how an activation stands; it must still be pending.
    Update(Box<Activation>),
}

impl FeatureChange for ActivationChange {}
