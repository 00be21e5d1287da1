//! Activation of the customer's link, and the REST steps of an identity provider's policies.

pub(crate) mod activate;
pub(crate) mod b2c;
mod emails;
pub(crate) mod requester_id_link;
