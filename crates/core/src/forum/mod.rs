//! The forum (`P10`): boards created by staff and by people with licence STUDIO, with topics and replies written by customers.

mod board;
pub mod change;
pub mod event;
pub mod jobs;
mod moderate;
mod names;
mod write;

use jiff::{SignedDuration, Timestamp};

use crate::kernel::audience::Audience;
use crate::kernel::ids::{BoardId, CustomerId, ForumPostId, PersonId, ReportId, TopicId};

pub use board::{BoardInput, keep_board, put_board};
pub use moderate::{Moderation, ModerationAction, Moderator, Verdict, moderate, mute};
pub use names::{Relation, shown_name};
pub use write::{Author, ForumError, edit, is_editable, is_open, is_reportable, reply, report, start};

/// Path of the forum in the portal.
pub const PATH: &str = "/portal/customer/forum";
/// Period during which authors may edit their own posts.
pub const EDITABLE: SignedDuration = SignedDuration::from_mins(15);
/// Maximum number of posts of one person within [`BURST_WITHIN`].
pub const BURST: usize = 5;
/// Period of the rate limit.
pub const BURST_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// A board, which contains topics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The board's id.
    pub id: BoardId,
    /// Version for optimistic locking.
    pub version: i64,
    /// Name of the board.
    pub name: String,
    /// Description of the topics that belong here.
    pub description: String,
    /// People who can read and write here.
    pub audience: Audience,
    /// Whether writing is disabled.
    pub closed: bool,
    /// Actor of the last change.
    pub changed_by: String,
    /// Time of the last change.
    pub changed_at: Timestamp,
}

/// A forum topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The topic's id.
    pub id: TopicId,
    /// Version, incremented by moderation.
    pub version: i64,
    /// The board.
    pub board_id: BoardId,
    /// The title.
    pub title: String,
    /// The author.
    pub author: PersonId,
    /// The author's customer.
    pub customer_id: CustomerId,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last post.
    pub last_at: Timestamp,
    /// Number of visible posts, including the first one.
    pub posts: i64,
    /// Whether writing is disabled.
    pub locked: bool,
    /// Whether it is listed first.
    pub pinned: bool,
    /// Details if it is hidden.
    pub hidden: Option<Hidden>,
}

/// A forum post: the first post of a topic, or a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The post's id.
    pub id: ForumPostId,
    /// Version for optimistic locking.
    pub version: i64,
    /// The topic.
    pub topic_id: TopicId,
    /// The text, in the Markdown subset.
    pub body: String,
    /// The author.
    pub author: PersonId,
    /// The author's customer.
    pub customer_id: CustomerId,
    /// Time of writing.
    pub created_at: Timestamp,
    /// Time of the author's last edit.
    pub edited_at: Option<Timestamp>,
    /// Details if it is hidden.
    pub hidden: Option<Hidden>,
}

/// Details of hidden content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Time of hiding.
    pub at: Timestamp,
    /// Actor who decided: `staff:jo`, `person:ID`.
    pub by: String,
    /// Reason, as shown to the author.
    pub why: String,
}

/// A report of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The report's id.
    pub id: ReportId,
    /// The post.
    pub post_id: ForumPostId,
    /// The person who reported it.
    pub person: PersonId,
    /// Reason, in the reporter's words.
    pub why: String,
    /// Time of the report.
    pub at: Timestamp,
}

/// A temporary ban from writing in the forum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mute {
    /// The muted person.
    pub person: PersonId,
    /// End of the mute.
    pub until: Timestamp,
    /// Reason, as shown to the person.
    pub why: String,
    /// Actor who decided.
    pub by: String,
    /// Time of the decision.
    pub at: Timestamp,
}

impl Mute {
    /// Whether the mute applies at `now`.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.until > now
    }
}

/// The earliest time at which a person who wrote at these times may write again; `None` if now.
pub fn pace(written: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let mut recent: Vec<_> = written.iter().filter(|at| now.duration_since(**at) < BURST_WITHIN).collect();
    recent.sort_unstable();
    let over = recent.len().checked_sub(BURST)?;
    recent.get(over).map(|oldest| **oldest + BURST_WITHIN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn p10_rate_limit_of_posts_is_never_exceeded(waits in prop::collection::vec(0_i64..400, 1..60)) {
            let mut now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
            let mut written: Vec<Timestamp> = Vec::new();
            for wait in waits {
                now += SignedDuration::from_secs(wait);
                match pace(&written, now) {
                    None => written.push(now),
                    Some(again) => {
                        prop_assert!(again > now && again <= now + BURST_WITHIN);
                        prop_assert_eq!(pace(&written, again), None, "what was promised is kept");
                    }
                }
                let recent = written.iter().filter(|at| now.duration_since(**at) < BURST_WITHIN).count();
                prop_assert!(recent <= BURST);
            }
        }
    }
}
