//! Witnesses: places of someone else's that are told what they should be able to confirm later. They are told, and asked nothing.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;

/// A place that keeps a copy of a checkpoint's signed header.
#[async_trait]
pub trait CheckpointWitness: Debug + Send + Sync {
    /// Tells it a JSON document. `sender`: the host that a line of a log names.
    ///
    /// # Errors
    /// When it cannot be reached or does not answer with a success.
    async fn tell(&self, document: &str, sender: &str, at: Timestamp) -> Result<(), WitnessError>;
}

/// A witness was not told.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{witness} was not told: {why}")]
pub struct WitnessError {
    /// Which.
    pub witness: String,
    /// Why not.
    pub why: String,
}
