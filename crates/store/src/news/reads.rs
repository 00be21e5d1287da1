//! Reads of the news.

use jiff::Timestamp;
use tessera_core::kernel::ids::{NewsPostId, PersonId};
use tessera_core::news::{Post, PostState};
use uuid::Uuid;

use super::rows::{News, news};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

pub(super) const KIND: &str = "news";

impl Reads {
    /// The published posts visible to a person, newest first, after the cursor `before`.
    pub async fn news(
        &self,
        person: PersonId,
        before: Option<(Timestamp, NewsPostId)>,
        limit: usize,
    ) -> Result<Vec<News>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (at, id) = before.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.as_microsecond(), id.0));
        read_all(self.query(sql::NEWS_READ, values![person, at, id, limit]).await?, news)
    }

    /// A published post, if visible to the person.
    pub async fn news_post(&self, person: PersonId, id: NewsPostId) -> Result<Option<News>, StoreError> {
        read_one(self.one(sql::NEWS_POST_READ, values![person, id]).await?, news)
    }

    /// The posts in any state for an editor, latest change first: those visible to the editor, and the editor's own.
    pub async fn news_edited(&self, editor: PersonId, limit: usize) -> Result<Vec<News>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::NEWS_EDITED, values![editor, limit]).await?, news)
    }

    /// One of these posts, for editing.
    pub async fn news_post_edited(&self, editor: PersonId, id: NewsPostId) -> Result<Option<Post>, StoreError> {
        let found = read_one(self.one(sql::NEWS_POST_EDITED, values![editor, id]).await?, |row| {
            let (id, version, title, body) = (row.id("id")?, row.get("version")?, row.get("title")?, row.get("body")?);
            let (state, everybody) = (row.text("state", PostState::parse)?, row.get("everybody")?);
            let post = Post {
                id,
                version,
                title,
                body,
                state,
                audience: tessera_core::kernel::audience::Audience::Everybody,
                author: row.id("author_id")?,
                created_at: row.get("created_at")?,
                updated_at: row.get("updated_at")?,
                published_at: row.get("published_at")?,
            };
            Ok((post, everybody))
        })?;
        let Some((mut post, everybody)) = found else { return Ok(None) };
        post.audience = self.audience(KIND, post.id.0, everybody).await?;
        Ok(Some(post))
    }
}
