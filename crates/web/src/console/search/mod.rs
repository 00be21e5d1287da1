//! The search of the console.

pub(crate) mod choose;
pub(crate) mod page;
