//! Finding anything from one box.

pub(crate) mod choose;
pub(crate) mod page;
