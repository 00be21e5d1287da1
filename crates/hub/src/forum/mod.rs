//! The forum (`P10`): boards, writing, moderation, and notices of replies to followers.

mod boards;
mod moderate;
mod notices;
mod write;

pub use moderate::{Moderating, PostAct, TopicAct};
