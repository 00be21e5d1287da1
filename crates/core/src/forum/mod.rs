//! The forum: boards that staff make, topics and replies that customers write (`P10`).

pub mod change;
pub mod jobs;
mod moderate;
mod names;
mod write;

use jiff::{SignedDuration, Timestamp};

use crate::kernel::audience::Audience;
use crate::kernel::ids::{BoardId, CustomerId, ForumPostId, PersonId, ReportId, TopicId};

pub use moderate::{Moderation, ModerationAction, Moderator, Verdict, moderate, mute};
pub use names::{Relation, shown_name};
pub use write::{Author, ForumError, edit, is_editable, is_open, is_reportable, reply, report, start};

/// Where the forum is in the portal.
pub const PATH: &str = "/portal/customer/forum";
/// How long one's own post may be edited.
pub const EDITABLE: SignedDuration = SignedDuration::from_mins(15);
/// So many posts …
pub const BURST: usize = 5;
/// … within this time, from one person.
pub const BURST_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// A board: where topics are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Its id.
    pub id: BoardId,
    /// Counts changes.
    pub version: i64,
    /// The name.
    pub name: String,
    /// What belongs here.
    pub description: String,
    /// Who reads and writes here.
    pub audience: Audience,
    /// Nothing is written here any more.
    pub closed: bool,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id.
    pub id: TopicId,
    /// Counts what moderators change.
    pub version: i64,
    /// On which board.
    pub board_id: BoardId,
    /// The title.
    pub title: String,
    /// Who began it.
    pub author: PersonId,
    /// For whom they signed in.
    pub customer_id: CustomerId,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When something was last written in it.
    pub last_at: Timestamp,
    /// How many posts it has, the first one too, hidden ones not.
    pub posts: i64,
    /// Nothing is written in it any more.
    pub locked: bool,
    /// It stands above the others.
    pub pinned: bool,
    /// Why it is not shown, if so.
    pub hidden: Option<Hidden>,
}

/// A post: a topic's first one, or a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its id.
    pub id: ForumPostId,
    /// Counts changes.
    pub version: i64,
    /// In which topic.
    pub topic_id: TopicId,
    /// The text, in the small Markdown.
    pub body: String,
    /// Who wrote it.
    pub author: PersonId,
    /// For whom they signed in.
    pub customer_id: CustomerId,
    /// When.
    pub created_at: Timestamp,
    /// When the author last changed it.
    pub edited_at: Option<Timestamp>,
    /// Why it is not shown, if so.
    pub hidden: Option<Hidden>,
}

/// Why something is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Since when.
    pub at: Timestamp,
    /// Who decided: `staff:jo`, `person:ID`.
    pub by: String,
    /// Why, as the author reads it too.
    pub why: String,
}

/// That somebody found a post wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Which post.
    pub post_id: ForumPostId,
    /// Who says so.
    pub person: PersonId,
    /// What is wrong, in their words.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// That somebody may not write for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mute {
    /// Who.
    pub person: PersonId,
    /// Until when.
    pub until: Timestamp,
    /// Why, as they read it too.
    pub why: String,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Mute {
    /// Whether it keeps them from writing now.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.until > now
    }
}

/// When somebody who wrote at these times may write again; none: now.
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
        fn p10_nobody_writes_more_than_a_burst_within_its_time(waits in prop::collection::vec(0_i64..400, 1..60)) {
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
