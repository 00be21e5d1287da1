//! A customer activates the link to their record, and policies of an identity provider ask about it.

pub(crate) mod activate;
pub(crate) mod b2c;
mod emails;
pub(crate) mod requester_id_link;
