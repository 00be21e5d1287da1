//! The forum (`P10`): writing, moderation, and notices of replies to followers.

mod moderate;
mod notices;
mod write;

pub use moderate::{Moderating, PostAct, TopicAct};
