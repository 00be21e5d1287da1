//! Rows of the news.

use jiff::Timestamp;
use tessera_core::kernel::ids::{CustomerId, NewsPostId};
use tessera_core::news::PostState;

use crate::Undecodable;
use crate::engine::Row;

/// A news post, as shown to readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Its id.
    pub id: NewsPostId,
    /// The title.
    pub title: String,
    /// The text, in the supported Markdown subset.
    pub body: String,
    /// Publication state.
    pub state: PostState,
    /// Name of the author. Empty if unknown.
    pub author: String,
    /// Customer of the author.
    pub author_customer: Option<CustomerId>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// Time of the first publication.
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
