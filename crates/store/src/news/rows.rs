//! Rows of the news.

use jiff::Timestamp;
use tessera_core::kernel::ids::{CustomerId, NewsPostId};
use tessera_core::news::PostState;

use crate::Undecodable;
use crate::engine::Row;

/// A post as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Its id.
    pub id: NewsPostId,
    /// The title.
    pub title: String,
    /// The text, in the small Markdown.
    pub body: String,
    /// Whether it can be read.
    pub state: PostState,
    /// Who began it; empty when that is not known any more.
    pub author: String,
    /// For whom the author signs in.
    pub author_customer: Option<CustomerId>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
}

pub(super) fn news(row: &Row) -> Result<News, Undecodable> {
    Ok(News {
        id: row.id("id")?,
        title: row.get("title")?,
        body: row.get("body")?,
        state: row.text("state", PostState::parse)?,
        author: row.get("author")?,
        author_customer: row.optional_id("author_customer")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        published_at: row.get("published_at")?,
    })
}
