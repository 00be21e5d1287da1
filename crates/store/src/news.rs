//! The blog (`P10`): what a person may read of it, and what an editor may change.

use jiff::Timestamp;
use tessera_core::kernel::ids::{BlogPostId, CustomerId, PersonId};
use tessera_core::news::{NewsChange, Post, PostState};
use uuid::Uuid;

use crate::engine::{Row, Statement};
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::{audience, sql};
use crate::{Conflict, Reads, StoreError, Undecodable, values};

const KIND: &str = "blog";

/// A post as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Its id.
    pub id: BlogPostId,
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

impl Reads {
    /// The published posts that a person may read, newest first, after the one that came out at `before`.
    pub async fn blog(
        &self,
        person: PersonId,
        before: Option<(Timestamp, BlogPostId)>,
        limit: usize,
    ) -> Result<Vec<News>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (at, id) = before.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.as_microsecond(), id.0));
        read_all(self.query(sql::BLOG_READ, values![person, at, id, limit]).await?, news)
    }

    /// One published post, if the person may read it.
    pub async fn blog_post(&self, person: PersonId, id: BlogPostId) -> Result<Option<News>, StoreError> {
        read_one(self.one(sql::BLOG_POST_READ, values![person, id]).await?, news)
    }

    /// The posts in any state that an editor sees, latest change first: those they may read, and those they wrote.
    pub async fn blog_edited(&self, editor: PersonId, limit: usize) -> Result<Vec<News>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::BLOG_EDITED, values![editor, limit]).await?, news)
    }

    /// One of those posts, to be changed.
    pub async fn blog_post_edited(&self, editor: PersonId, id: BlogPostId) -> Result<Option<Post>, StoreError> {
        let found = read_one(self.one(sql::BLOG_POST_EDITED, values![editor, id]).await?, |row| {
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

fn news(row: &Row) -> Result<News, Undecodable> {
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

pub(crate) fn lower(change: &NewsChange, to: &mut Vec<Statement>) {
    let post = match change {
        NewsChange::Create(post) => {
            let values = values![
                post.id,
                &post.title,
                &post.body,
                post.state.as_str(),
                post.audience.is_everybody(),
                post.author,
                post.created_at,
                post.updated_at,
                post.published_at,
            ];
            to.push(Statement::one(sql::BLOG_CREATE, values, Conflict::Exists));
            post
        }
        NewsChange::Update(post) => {
            let values = values![
                &post.title,
                &post.body,
                post.state.as_str(),
                post.audience.is_everybody(),
                post.updated_at,
                post.published_at,
                post.id,
                post.version,
            ];
            to.push(Statement::one(sql::BLOG_UPDATE, values, Conflict::News));
            post
        }
    };
    audience::put(KIND, post.id.0, &post.audience, to);
}
