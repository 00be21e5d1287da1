//! Changes of the forum.

use jiff::Timestamp;

use crate::forum::{Board, Mute, Post, Report, Topic, Verdict};
use crate::kernel::ids::{BoardId, ForumPostId, PersonId, TopicId};
use crate::kernel::plan::FeatureChange;

/// A change of the forum in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForumChange {
    /// Write a new board.
    CreateBoard(Box<Board>),
    /// Write a board as it shall be; its version must still be the one before.
    UpdateBoard(Box<Board>),
    /// Write a new topic; its board must be open.
    CreateTopic(Box<Topic>),
    /// Write what moderators decide about a topic; its version must still be the one before.
    UpdateTopic(Box<Topic>),
    /// The topic must still be as moderators left it.
    ExpectTopic {
        /// Which topic.
        topic_id: TopicId,
        /// As it was planned for.
        version: i64,
    },
    /// Count a new reply; the topic must be open, and on this board, which must be open too.
    CountReply {
        /// In which topic.
        topic_id: TopicId,
        /// On which board.
        board_id: BoardId,
        /// When.
        at: Timestamp,
    },
    /// Count a reply that is hidden, or shown again.
    Recount {
        /// In which topic.
        topic_id: TopicId,
        /// One more, or one less.
        by: i64,
    },
    /// Write a new post.
    CreatePost(Box<Post>),
    /// Write a post as it shall be; its version must still be the one before.
    UpdatePost(Box<Post>),
    /// Write a report; who has an open one of the same post adds nothing.
    Report(Report),
    /// Close the open reports of a post.
    CloseReports {
        /// Which post.
        post_id: ForumPostId,
        /// When.
        at: Timestamp,
        /// Who decided.
        by: String,
        /// What was decided.
        verdict: Verdict,
    },
    /// Somebody is told of replies.
    Follow {
        /// In which topic.
        topic_id: TopicId,
        /// Who.
        person: PersonId,
        /// Since when.
        at: Timestamp,
    },
    /// Somebody is not told of replies any more.
    Unfollow {
        /// In which topic.
        topic_id: TopicId,
        /// Who.
        person: PersonId,
    },
    /// Somebody may not write for a while; until now: they may again.
    Mute(Mute),
    /// What stands in a topic is found by whoever has this scope: its board, or nobody at all.
    Rescope {
        /// Which topic.
        topic_id: TopicId,
        /// The board; none: it is hidden.
        board_id: Option<BoardId>,
    },
}

impl FeatureChange for ForumChange {}
