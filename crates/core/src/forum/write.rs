//! Actions of customers in the forum: start a topic, reply, edit, report.

use jiff::Timestamp;

use super::change::ForumChange;
use super::{Board, EDITABLE, Mute, PATH, Post, Report, Topic, pace};
use crate::forum::event::ForumAct;
use crate::forum::event::ForumEvent;
use crate::forum::jobs::NotifyFollowers;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{BoardId, ForumPostId, PersonId, TopicId};
use crate::kernel::input::{self, InputError};
use crate::kernel::job::change::JobChange;
use crate::kernel::markdown;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::search::{self, Entry, Index, Source};

/// Maximum length of an excerpt, in characters.
const EXCERPT: usize = 200;

/// The author of a post or report.
#[derive(Debug, Clone)]
pub struct Author<'a> {
    /// The person's id.
    pub person: PersonId,
    /// The person's name.
    pub name: &'a str,
    /// The person's customer.
    pub customer: Customer,
    /// Times of recent posts, as far as the rate limit needs them.
    pub written: &'a [Timestamp],
    /// The person's mute, if any.
    pub mute: Option<&'a Mute>,
}

/// Reason why an action in the forum is rejected, with a remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForumError {
    /// The title is invalid.
    #[error("The title: {0}.")]
    Title(InputError),
    /// The text is invalid.
    #[error("The text: {0}.")]
    Body(InputError),
    /// The reason of a report is invalid.
    #[error("What is wrong with it: {0}.")]
    Why(InputError),
    /// The board is closed.
    #[error("This board is closed: you can read it, but not write in it.")]
    BoardClosed,
    /// The topic is locked.
    #[error("This topic is locked: you can read it, but not write in it.")]
    TopicLocked,
    /// The person is muted.
    #[error("You cannot write in the forum at the moment: {why}")]
    Muted {
        /// End of the mute.
        until: Timestamp,
        /// Reason.
        why: String,
    },
    /// The rate limit is exceeded.
    #[error("That was a lot in a short time. Wait a few minutes, then send it again.")]
    TooFast {
        /// Earliest time of the next post.
        again: Timestamp,
    },
    /// The post is another person's, or can no longer be edited.
    #[error("A post can be edited for 15 minutes, as long as its topic is open. You can add a reply.")]
    NotEditable,
    /// The reason of a moderation decision is invalid.
    #[error("The reason: {0}.")]
    Reason(InputError),
    /// The name of a board is invalid.
    #[error("The name: {0}.")]
    BoardName(InputError),
    /// The description of a board is invalid.
    #[error("The description: {0}.")]
    BoardDescription(InputError),
    /// The audience of a board is empty.
    #[error("Choose everyone, or add at least one place: otherwise nobody would see the board.")]
    BoardForNobody,
    /// The person may not create or change boards.
    #[error("only people with licence STUDIO can create and change boards here")]
    NotBoardKeeper,
    /// Another moderator changed the board in the meantime.
    #[error("someone else has changed this board in the meantime; open it again")]
    BoardChanged,
    /// The person is not a moderator.
    #[error("only moderators can decide here; ask for the role function")]
    NotModerator,
}

impl Rejection for ForumError {
    /// The field concerned, or another code if it is not about a field.
    fn code(&self) -> &'static str {
        match self {
            Self::Title(_) => "title",
            Self::Body(_) => "body",
            Self::Why(_) => "why",
            Self::Reason(_) => "reason",
            Self::BoardName(_) => "name",
            Self::BoardDescription(_) => "description",
            Self::BoardForNobody => "place",
            Self::NotBoardKeeper => "forum_boards",
            Self::BoardChanged => "changed_meanwhile",
            Self::NotModerator => "forum_moderate",
            Self::BoardClosed | Self::TopicLocked | Self::Muted { .. } | Self::TooFast { .. } | Self::NotEditable => {
                "forum"
            }
        }
    }
}

fn may_write(author: &Author<'_>, now: Timestamp) -> Result<(), ForumError> {
    if let Some(mute) = author.mute.filter(|mute| mute.is_in_force(now)) {
        return Err(ForumError::Muted { until: mute.until, why: mute.why.clone() });
    }
    pace(author.written, now).map_or(Ok(()), |again| Err(ForumError::TooFast { again }))
}

/// Starts a topic.
pub fn start(
    author: Author<'_>,
    board: &Board,
    title: &str,
    body: &str,
    stamp: Stamp<'_>,
) -> Result<(TopicId, Plan), ForumError> {
    if board.closed {
        return Err(ForumError::BoardClosed);
    }
    let title = input::line(title, input::TITLE).map_err(ForumError::Title)?;
    let body = input::text(body, input::BODY).map_err(ForumError::Body)?;
    may_write(&author, stamp.now)?;
    let topic = Topic {
        id: stamp.id(),
        version: 1,
        board_id: board.id,
        title,
        author: author.person,
        customer_id: author.customer.id,
        created_at: stamp.now,
        last_at: stamp.now,
        posts: 1,
        locked: false,
        pinned: false,
        hidden: None,
    };
    let id = topic.id;
    let post = fresh(&author, id, body, stamp);
    let mut draft = noted(&author, ForumAct::Started, &topic, &post, stamp);
    draft.push(ForumChange::CreateTopic(Box::new(topic.clone())), "a customer began it");
    follow(&mut draft, id, author.person, stamp);
    written(&mut draft, &topic, post);
    Ok((id, draft.finish()))
}

/// Replies in a topic.
pub fn reply(
    author: Author<'_>,
    topic: &Topic,
    board: &Board,
    body: &str,
    stamp: Stamp<'_>,
) -> Result<(ForumPostId, Plan), ForumError> {
    is_open(topic, board)?;
    let body = input::text(body, input::BODY).map_err(ForumError::Body)?;
    may_write(&author, stamp.now)?;
    let post = fresh(&author, topic.id, body, stamp);
    let id = post.id;
    let mut draft = noted(&author, ForumAct::Replied, topic, &post, stamp);
    let count = ForumChange::CountReply { topic_id: topic.id, board_id: topic.board_id, at: stamp.now };
    draft.push(count, "the topic must still be open");
    follow(&mut draft, topic.id, author.person, stamp);
    written(&mut draft, topic, post);
    let tell = NotifyFollowers { post_id: id, after: None };
    draft.push(JobChange::Enqueue(stamp.job(tell)), "followers of the topic get an e-mail");
    Ok((id, draft.finish()))
}

/// Checks that a visible topic is open for writing.
///
/// # Errors
/// The reason if it is not.
pub const fn is_open(topic: &Topic, board: &Board) -> Result<(), ForumError> {
    match (board.closed, topic.locked) {
        (true, _) => Err(ForumError::BoardClosed),
        (false, true) => Err(ForumError::TopicLocked),
        (false, false) => Ok(()),
    }
}

/// Edits one's own post.
pub fn edit(
    author: Author<'_>,
    topic: &Topic,
    board: &Board,
    before: &Post,
    body: &str,
    stamp: Stamp<'_>,
) -> Result<Plan, ForumError> {
    if !is_editable(before, author.person, topic, board, stamp.now) {
        return Err(ForumError::NotEditable);
    }
    let body = input::text(body, input::BODY).map_err(ForumError::Body)?;
    if let Some(mute) = author.mute.filter(|mute| mute.is_in_force(stamp.now)) {
        return Err(ForumError::Muted { until: mute.until, why: mute.why.clone() });
    }
    let post = Post { body, edited_at: Some(stamp.now), ..before.clone() };
    let mut draft = noted(&author, ForumAct::Edited, topic, &post, stamp);
    expect(&mut draft, topic);
    draft.push(Index::Put(Box::new(entry(topic, &post))), "it is found by what it says now");
    draft.push(ForumChange::UpdatePost(Box::new(post)), "its author changed it");
    Ok(draft.finish())
}

/// Whether this person may edit the post at `now`.
pub fn is_editable(post: &Post, by: PersonId, topic: &Topic, board: &Board, now: Timestamp) -> bool {
    let fresh = now.duration_since(post.created_at) <= EDITABLE;
    post.author == by && fresh && post.hidden.is_none() && !topic.locked && topic.hidden.is_none() && !board.closed
}

/// Whether this person may report the post: it is visible and not their own.
pub fn is_reportable(post: &Post, by: PersonId) -> bool {
    post.author != by && post.hidden.is_none()
}

/// Reports a post to moderators.
pub fn report(
    reporter: Author<'_>,
    topic: &Topic,
    post: &Post,
    why: &str,
    stamp: Stamp<'_>,
) -> Result<Plan, ForumError> {
    let why = input::line(why, input::REASON).map_err(ForumError::Why)?;
    let mut draft = noted(&reporter, ForumAct::Reported, topic, post, stamp);
    let report = Report { id: stamp.id(), post_id: post.id, person: reporter.person, why, at: stamp.now };
    draft.push(ForumChange::Report(report), "a moderator shall look at it");
    Ok(draft.finish())
}

fn fresh(author: &Author<'_>, topic_id: TopicId, body: String, stamp: Stamp<'_>) -> Post {
    Post {
        id: stamp.id(),
        version: 1,
        topic_id,
        body,
        author: author.person,
        customer_id: author.customer.id,
        created_at: stamp.now,
        edited_at: None,
        hidden: None,
    }
}

fn noted<'a>(author: &Author<'_>, act: ForumAct, topic: &Topic, post: &Post, stamp: Stamp<'a>) -> CustomerEdit<'a> {
    let mut draft = CustomerEdit::of(author.customer.clone(), stamp);
    // The rate limit depends on the number of recent posts.
    draft.rest_on_customer();
    draft.note(ForumEvent::ForumWritten {
        act,
        topic_id: topic.id,
        post_id: post.id,
        title: (&topic.title).into(),
        name: author.name.into(),
    });
    draft
}

fn follow(draft: &mut CustomerEdit<'_>, topic_id: TopicId, person: PersonId, stamp: Stamp<'_>) {
    let follow = ForumChange::Follow { topic_id, person, at: stamp.now };
    draft.push(follow, "who writes in a topic wants to know what is answered");
}

fn written(draft: &mut CustomerEdit<'_>, topic: &Topic, post: Post) {
    draft.push(Index::Put(Box::new(entry(topic, &post))), "it is found by what it says");
    draft.push(ForumChange::CreatePost(Box::new(post)), "a customer wrote it");
}

/// Guards that the topic has not been moderated since, because its board and state decide who finds its posts.
pub(super) fn expect(draft: &mut CustomerEdit<'_>, topic: &Topic) {
    let expect = ForumChange::ExpectTopic { topic_id: topic.id, version: topic.version };
    draft.push(expect, "it was planned for this topic as it is");
}

/// The search entry of a post: visible on its board, unless the topic is hidden.
pub(super) fn entry(topic: &Topic, post: &Post) -> Entry {
    let BoardId(board) = topic.board_id;
    let scope = if topic.hidden.is_some() { search::NOBODY } else { board };
    let plain = markdown::plain(&post.body);
    Entry {
        source: Source::Forum,
        id: post.id.0,
        scopes: vec![scope],
        title: topic.title.clone(),
        excerpt: markdown::excerpt(&post.body, EXCERPT),
        path: format!("{PATH}/posts/{}", post.id),
        at: post.created_at,
        words: search::words([topic.title.as_str(), plain.as_str()]),
    }
}
