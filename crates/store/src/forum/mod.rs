//! The forum (`P10`): what a person may read of it, and how it changes. Every read from the portal names the person.

mod reads;
mod rows;
pub(crate) mod sql;
mod write;

pub use reads::ListedBoard;
pub use rows::{VisiblePost, VisibleReport, VisibleTopic};
