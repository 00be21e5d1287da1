//! Customers and the records of outside systems that are theirs or nobody's yet.

pub(crate) mod customer;
pub(crate) mod links;
pub(crate) mod records;
