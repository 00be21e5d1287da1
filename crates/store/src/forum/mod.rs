//! The forum (`P10`): reads by visibility, and changes. Every read for the portal is restricted to a person.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::ListedBoard;
pub use rows::{VisiblePost, VisibleReport, VisibleTopic};
