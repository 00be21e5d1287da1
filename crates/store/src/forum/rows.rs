//! Rows of the forum.

use jiff::Timestamp;
use tessera_core::forum::{Board, Hidden, Post, Topic};
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::ids::{ForumPostId, TopicId};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(forum_boards)`, or `columns!(forum_boards "x.")` with a table alias.
macro_rules! columns {
    (forum_boards $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "version", "name", "description", "everybody", "closed", "changed_by", "changed_at")
    };
    (forum_topics $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "version", "board_id", "title", "author_id", "customer_id", "created_at", "last_at", "posts",
            "locked", "pinned", "hidden_at", "hidden_by", "hidden_why")
    };
    (forum_posts $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "version", "topic_id", "body", "author_id", "customer_id", "created_at", "edited_at",
            "hidden_at", "hidden_by", "hidden_why")
    };
}
pub(super) use columns;

/// A topic with its author's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleTopic {
    /// The topic.
    pub topic: Topic,
    /// The author's name. Empty if unknown.
    pub author: String,
}

/// A post with its author's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisiblePost {
    /// The post.
    pub post: Post,
    /// The author's name. Empty if unknown.
    pub author: String,
}

/// An open report with its post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleReport {
    /// The post.
    pub post_id: ForumPostId,
    /// The reporter's reason.
    pub why: String,
    /// Time of the report.
    pub at: Timestamp,
    /// Name of the reporter.
    pub reporter: String,
    /// The post's topic.
    pub topic_id: TopicId,
    /// The topic's title.
    pub title: String,
    /// The post's text.
    pub body: String,
    /// Name of the post's author.
    pub author: String,
}

/// A board, and whether everyone can see it. Any other audience has to be read separately.
pub(super) fn board(row: &Row) -> Result<(Board, bool), Undecodable> {
    let (id, version, name, description) =
        (row.id("id")?, row.get("version")?, row.get("name")?, row.get("description")?);
    let everybody = row.get("everybody")?;
    let audience = if everybody { Audience::Everybody } else { Audience::Places(std::collections::BTreeSet::new()) };
    let (closed, changed_by, changed_at) = (row.get("closed")?, row.get("changed_by")?, row.get("changed_at")?);
    Ok((Board { id, version, name, description, audience, closed, changed_by, changed_at }, everybody))
}

fn hidden(row: &Row) -> Result<Option<Hidden>, Undecodable> {
    let (at, by, why) =
        (row.get::<Option<_>>("hidden_at")?, row.get::<Option<_>>("hidden_by")?, row.get::<Option<_>>("hidden_why")?);
    Ok(at.zip(by).zip(why).map(|((at, by), why)| Hidden { at, by, why }))
}

pub(super) fn topic(row: &Row) -> Result<VisibleTopic, Undecodable> {
    let topic = Topic {
        id: row.id("id")?,
        version: row.get("version")?,
        board_id: row.id("board_id")?,
        title: row.get("title")?,
        author: row.id("author_id")?,
        customer_id: row.id("customer_id")?,
        created_at: row.get("created_at")?,
        last_at: row.get("last_at")?,
        posts: row.get("posts")?,
        locked: row.get("locked")?,
        pinned: row.get("pinned")?,
        hidden: hidden(row)?,
    };
    Ok(VisibleTopic { topic, author: row.get("author_name")? })
}

pub(super) fn post(row: &Row) -> Result<VisiblePost, Undecodable> {
    let post = Post {
        id: row.id("id")?,
        version: row.get("version")?,
        topic_id: row.id("topic_id")?,
        body: row.get("body")?,
        author: row.id("author_id")?,
        customer_id: row.id("customer_id")?,
        created_at: row.get("created_at")?,
        edited_at: row.get("edited_at")?,
        hidden: hidden(row)?,
    };
    Ok(VisiblePost { post, author: row.get("author_name")? })
}

pub(super) fn report(row: &Row) -> Result<VisibleReport, Undecodable> {
    Ok(VisibleReport {
        post_id: row.id("post_id")?,
        why: row.get("why")?,
        at: row.get("at")?,
        reporter: row.get("reporter")?,
        topic_id: row.id("topic_id")?,
        title: row.get("title")?,
        body: row.get("body")?,
        author: row.get("author")?,
    })
}
