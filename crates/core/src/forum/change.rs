//! Forum changes.

use jiff::Timestamp;

use crate::forum::{Board, Mute, Post, Report, Topic, Verdict};
use crate::kernel::ids::{BoardId, ForumPostId, PersonId, TopicId};
use crate::kernel::plan::FeatureChange;

/// A change of the forum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForumChange {
    /// Insert a new board.
    CreateBoard(Box<Board>),
    /// Update a board. Its stored version must be the previous one.
    UpdateBoard(Box<Board>),
    /// Insert a new topic. Its board must be open.
    CreateTopic(Box<Topic>),
    /// Update a topic after moderation. Its stored version must be the previous one.
    UpdateTopic(Box<Topic>),
    /// Guard: a topic must not have been moderated since it was read.
    ExpectTopic {
        /// The topic.
        topic_id: TopicId,
        /// Expected version.
        version: i64,
    },
    /// Count a new reply. The topic must be open and on this board, which must be open too.
    CountReply {
        /// The topic.
        topic_id: TopicId,
        /// The board.
        board_id: BoardId,
        /// Time of the reply.
        at: Timestamp,
    },
    /// Adjust the number of visible posts after a reply was hidden or restored.
    Recount {
        /// The topic.
        topic_id: TopicId,
        /// `1` or `-1`.
        by: i64,
    },
    /// Insert a new post.
    CreatePost(Box<Post>),
    /// Update a post. Its stored version must be the previous one.
    UpdatePost(Box<Post>),
    /// Insert a report, unless the person already has an open report of the post. The post must be visible.
    Report(Report),
    /// Close the open reports of a post.
    CloseReports {
        /// The post.
        post_id: ForumPostId,
        /// Time of the decision.
        at: Timestamp,
        /// Actor who decided.
        by: String,
        /// The decision.
        verdict: Verdict,
    },
    /// Subscribe a person to replies.
    Follow {
        /// The topic.
        topic_id: TopicId,
        /// The person.
        person: PersonId,
        /// Time of subscription.
        at: Timestamp,
    },
    /// Unsubscribe a person from replies.
    Unfollow {
        /// The topic.
        topic_id: TopicId,
        /// The person.
        person: PersonId,
    },
    /// Mute a person, or unmute them if the end time has passed.
    Mute(Mute),
    /// Change the search scope of a topic's posts to its board, or to no one.
    Rescope {
        /// The topic.
        topic_id: TopicId,
        /// The board; `None` if the topic is hidden.
        board_id: Option<BoardId>,
    },
}

impl FeatureChange for ForumChange {}
