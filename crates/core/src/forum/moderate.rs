//! What moderators decide: staff, and people with the role function for it. Every decision has a reason and is on the author's record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::ForumChange;
use super::write::{entry, expect};
use super::{Board, Hidden, Mute, Post, Topic};
use crate::kernel::customer::Customer;
use crate::kernel::ids::PersonId;
use crate::kernel::input::{self, InputError};
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::timeline::Event;
use crate::search::{Index, Source};

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModerationAction<'a> {
    /// A post is not shown any more.
    HidePost(&'a Post),
    /// A post is shown again.
    RestorePost(&'a Post),
    /// What was reported stays: the reports are closed.
    KeepPost(&'a Post),
    /// A topic with everything in it is not shown any more.
    HideTopic,
    /// A topic is shown again.
    RestoreTopic,
    /// Nothing is written in it any more.
    Lock,
    /// It can be written in again.
    Unlock,
    /// It stands above the others.
    Pin,
    /// It does not any more.
    Unpin,
    /// It belongs on another board.
    Move(&'a Board),
}

/// The decision in the record of an author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// A post is not shown any more.
    PostHidden,
    /// A post is shown again.
    PostRestored,
    /// A post stays although it was reported.
    PostKept,
    /// A topic is not shown any more.
    TopicHidden,
    /// A topic is shown again.
    TopicRestored,
    /// A topic was locked.
    TopicLocked,
    /// A topic was unlocked.
    TopicUnlocked,
    /// A topic stands above the others.
    TopicPinned,
    /// A topic does not any more.
    TopicUnpinned,
    /// A topic was moved to another board.
    TopicMoved,
}

impl Moderation {
    /// The decision in words, after the name of what it is about.
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

    /// Whether it is about a single post.
    pub const fn is_of_post(self) -> bool {
        matches!(self, Self::PostHidden | Self::PostRestored | Self::PostKept)
    }
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The post was hidden.
    Hidden,
    /// The post stays.
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

/// Whose record a decision goes to, and why it is taken.
#[derive(Debug, Clone)]
pub struct Moderator<'a> {
    /// For whom the author signs in.
    pub customer: Customer,
    /// The author's name.
    pub name: &'a str,
    /// Why, as typed.
    pub why: &'a str,
}

/// Carries a decision out.
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
    draft.note(&Event::ForumModerated {
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

/// What is hidden already, or shown already, is not counted twice.
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
    // The topic first: whoever replies at this moment has then either been counted before, or plans again.
    draft.push(ForumChange::UpdateTopic(Box::new(after)), "a moderator decided");
    if rescoped {
        draft.push(ForumChange::Rescope { topic_id: topic.id, board_id }, "who reads it finds it");
    }
    moderation
}

/// Keeps somebody from writing until a time; one that has come lets them write again.
pub fn mute(
    moderator: Moderator<'_>,
    person: PersonId,
    until: Timestamp,
    stamp: Stamp<'_>,
) -> Result<Plan, InputError> {
    let why = input::line(moderator.why, input::REASON)?;
    let mut draft = CustomerEdit::of(moderator.customer, stamp);
    let muted_until = Some(until).filter(|until| *until > stamp.now);
    draft.note(&Event::ForumMuted { name: moderator.name.into(), until: muted_until, why: (&why).into() });
    let mute = Mute { person, until, why, by: stamp.actor.to_string(), at: stamp.now };
    draft.push(ForumChange::Mute(mute), "a moderator decided");
    Ok(draft.finish())
}
