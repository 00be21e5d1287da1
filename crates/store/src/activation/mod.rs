//! Activations: from a sign-in through an invitation to a linked record.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;
