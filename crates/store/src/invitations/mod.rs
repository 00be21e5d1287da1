//! Invitations: who may activate which requester.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;
