//! The forum (`P10`): writing, moderating, and telling followers of replies.

mod moderate;
mod notices;
mod write;

pub use moderate::{Moderating, PostAct, TopicAct};
