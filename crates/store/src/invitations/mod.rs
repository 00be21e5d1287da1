//! Invitations to activate a requester or an account.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;
