//! Moderation by staff, and by people with the role function. Every decision needs a reason and is noted on the
//! timeline of the author's customer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::ForumChange;
use super::write::{entry, expect};
use super::{Board, Hidden, Mute, Post, Topic};
use crate::forum::event::ForumEvent;
use crate::kernel::customer::Customer;
use crate::kernel::ids::PersonId;
use crate::kernel::input::{self, InputError};
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::search::{Index, Source};

/// An action of a moderator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModerationAction<'a> {
    /// Hide a post.
    HidePost(&'a Post),
    /// Restore a hidden post.
    RestorePost(&'a Post),
    /// Keep a reported post, and close its reports.
    KeepPost(&'a Post),
    /// Hide a topic with all its posts.
    HideTopic,
    /// Restore a hidden topic.
    RestoreTopic,
    /// Disable writing in the topic.
    Lock,
    /// Enable writing in the topic.
    Unlock,
    /// List the topic first.
    Pin,
    /// Stop listing the topic first.
    Unpin,
    /// Move the topic to another board.
    Move(&'a Board),
}

/// A moderation decision, as noted on the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// A post was hidden.
    PostHidden,
    /// A post was restored.
    PostRestored,
    /// A post was kept after a report.
    PostKept,
    /// A topic was hidden.
    TopicHidden,
    /// A topic was restored.
    TopicRestored,
    /// A topic was locked.
    TopicLocked,
    /// A topic was unlocked.
    TopicUnlocked,
    /// A topic was pinned.
    TopicPinned,
    /// A topic was unpinned.
    TopicUnpinned,
    /// A topic was moved to another board.
    TopicMoved,
}

impl Moderation {
    /// The decision in words, to follow the name of its object.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PostHidden | Self::TopicHidden => "hidden",
            Self::PostRestored | Self::TopicRestored => "shown again",
            Self::PostKept => "kept after a report",
            Self::TopicLocked => "locked",
            Self::TopicUnlocked => "unlocked",
            Self::TopicPinned => "pinned",
            Self::TopicUnpinned => "unpinned",
            Self::TopicMoved => "moved to another board",
        }
    }

    /// Whether the decision is about a single post.
    pub const fn is_of_post(self) -> bool {
        matches!(self, Self::PostHidden | Self::PostRestored | Self::PostKept)
    }
}

/// The decision about a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The post was hidden.
    Hidden,
    /// The post was kept.
    Kept,
}

impl Verdict {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Kept => "kept",
        }
    }
}

/// Context of a moderation decision.
#[derive(Debug, Clone)]
pub struct Moderator<'a> {
    /// The author's customer.
    pub customer: Customer,
    /// The author's name.
    pub name: &'a str,
    /// Reason, as entered.
    pub why: &'a str,
}

/// Plans a moderation action.
pub fn moderate(
    moderator: Moderator<'_>,
    topic: &Topic,
    act: ModerationAction<'_>,
    stamp: Stamp<'_>,
) -> Result<Plan, InputError> {
    let why = input::line(moderator.why, input::REASON)?;
    let hidden = Hidden { at: stamp.now, by: stamp.actor.to_string(), why: why.clone() };
    let mut draft = CustomerEdit::of(moderator.customer, stamp);
    let moderation = match act {
        ModerationAction::HidePost(post) => {
            expect(&mut draft, topic);
            draft.push(Index::Remove { source: Source::Forum, id: post.id.0 }, "nobody finds it");
            put_post(&mut draft, post, Some(hidden));
            recount(&mut draft, topic, post, -1);
            close(&mut draft, post, Verdict::Hidden, stamp);
            Moderation::PostHidden
        }
        ModerationAction::RestorePost(post) => {
            expect(&mut draft, topic);
            draft.push(Index::Put(Box::new(entry(topic, post))), "it is found again");
            put_post(&mut draft, post, None);
            recount(&mut draft, topic, post, 1);
            Moderation::PostRestored
        }
        ModerationAction::KeepPost(post) => {
            close(&mut draft, post, Verdict::Kept, stamp);
            Moderation::PostKept
        }
        ModerationAction::HideTopic => {
            put_topic(&mut draft, topic, |topic| topic.hidden = Some(hidden), Moderation::TopicHidden)
        }
        ModerationAction::RestoreTopic => {
            put_topic(&mut draft, topic, |topic| topic.hidden = None, Moderation::TopicRestored)
        }
        ModerationAction::Lock => put_topic(&mut draft, topic, |topic| topic.locked = true, Moderation::TopicLocked),
        ModerationAction::Unlock => {
            put_topic(&mut draft, topic, |topic| topic.locked = false, Moderation::TopicUnlocked)
        }
        ModerationAction::Pin => put_topic(&mut draft, topic, |topic| topic.pinned = true, Moderation::TopicPinned),
        ModerationAction::Unpin => {
            put_topic(&mut draft, topic, |topic| topic.pinned = false, Moderation::TopicUnpinned)
        }
        ModerationAction::Move(board) => {
            put_topic(&mut draft, topic, |topic| topic.board_id = board.id, Moderation::TopicMoved)
        }
    };
    draft.note(ForumEvent::ForumModerated {
        moderation,
        topic_id: topic.id,
        title: (&topic.title).into(),
        name: moderator.name.into(),
        why: why.into(),
    });
    Ok(draft.finish())
}

fn put_post(draft: &mut CustomerEdit<'_>, post: &Post, hidden: Option<Hidden>) {
    let post = Post { hidden, ..post.clone() };
    draft.push(ForumChange::UpdatePost(Box::new(post)), "a moderator decided");
}

/// A post that is already in the requested state is not counted again.
fn recount(draft: &mut CustomerEdit<'_>, topic: &Topic, post: &Post, by: i64) {
    if post.hidden.is_some() == (by > 0) {
        draft.push(ForumChange::Recount { topic_id: topic.id, by }, "posts that are shown are counted");
    }
}

fn close(draft: &mut CustomerEdit<'_>, post: &Post, verdict: Verdict, stamp: Stamp<'_>) {
    let close = ForumChange::CloseReports { post_id: post.id, at: stamp.now, by: stamp.actor.to_string(), verdict };
    draft.push(close, "the reports are decided");
}

fn put_topic(
    draft: &mut CustomerEdit<'_>,
    topic: &Topic,
    change: impl FnOnce(&mut Topic),
    moderation: Moderation,
) -> Moderation {
    let mut after = topic.clone();
    change(&mut after);
    let rescoped = after.board_id != topic.board_id || after.hidden.is_some() != topic.hidden.is_some();
    let board_id = Some(after.board_id).filter(|_| after.hidden.is_none());
    // The topic must be updated first: a concurrent reply has then either been counted before, or is planned again.
    draft.push(ForumChange::UpdateTopic(Box::new(after)), "a moderator decided");
    if rescoped {
        draft.push(ForumChange::Rescope { topic_id: topic.id, board_id }, "who reads it finds it");
    }
    moderation
}

/// Mutes a person until a time. A time that has passed unmutes them.
pub fn mute(
    moderator: Moderator<'_>,
    person: PersonId,
    until: Timestamp,
    stamp: Stamp<'_>,
) -> Result<Plan, InputError> {
    let why = input::line(moderator.why, input::REASON)?;
    let mut draft = CustomerEdit::of(moderator.customer, stamp);
    let muted_until = Some(until).filter(|until| *until > stamp.now);
    draft.note(ForumEvent::ForumMuted { name: moderator.name.into(), until: muted_until, why: (&why).into() });
    let mute = Mute { person, until, why, by: stamp.actor.to_string(), at: stamp.now };
    draft.push(ForumChange::Mute(mute), "a moderator decided");
    Ok(draft.finish())
}
