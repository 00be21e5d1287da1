//! Messages of persons with a MESSAGE licence (`P17`): sent by the person's own machine, acknowledged when they are
//! stored, and carried out with the person's rights and places.

pub(super) mod schemas;
pub(super) mod send;
pub(super) mod status;
mod types;

#[cfg(feature = "fuzzing")]
pub(crate) use types::read;
