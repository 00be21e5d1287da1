//! Timelines as people read them: facts come from the core, words are made here.

pub mod customer;
mod page;
pub mod plan;
pub mod staff;

pub(crate) use page::TimelinePage;
