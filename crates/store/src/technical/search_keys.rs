//! Search keys that an earlier version wrote: of names and posts in decomposed Unicode, or of telephone numbers with an
//! extension, for example. They are rewritten in
//! the form that is searched now, in small steps after a start. What is stored already in this form is left alone.

use std::collections::BTreeSet;

use tessera_core::kernel::markdown;
use tessera_core::kernel::record::RecordKey;
use tessera_core::kernel::unicode::searchable;
use tessera_core::search::{self, Source};
use uuid::Uuid;

use super::Technical;
use crate::engine::{Row, Sql, Statement, statements};
use crate::kernel::reads::read_all;
use crate::kernel::records::write::put_handles;
use crate::search::sql::{SEARCH_WORD_ADD, SEARCH_WORDS_CLEAR};
use crate::{ApplyError, Conflict, Undecodable, values};

/// Number of rows that a step reads.
const STEP: usize = 500;

/// Number of posts that a step reads.
const POSTS: usize = 100;

/// A page of texts that are searched ($1: id of the row before, $2: number of rows).
macro_rules! texts {
    ($table:literal) => {
        concat!("SELECT id, search FROM ", $table, " WHERE id > $1 ORDER BY id LIMIT $2")
    };
}

/// Only the text that was read is replaced.
macro_rules! replace {
    ($table:literal) => {
        concat!("UPDATE ", $table, " SET search = $1 WHERE id = $2 AND search = $3")
    };
}

statements! {
    REQUEST_TEXTS = texts!("requests");
    REQUEST_TEXT_REPLACE = replace!("requests");
    RETURN_TEXTS = texts!("returns");
    RETURN_TEXT_REPLACE = replace!("returns");
    INVOICE_TEXTS = texts!("invoices");
    INVOICE_TEXT_REPLACE = replace!("invoices");
    /// A page of posts, with what has to be the same when their words are replaced.
    NEWS_TEXTS =
        "SELECT p.id, p.version, p.title, p.body
        FROM news_posts p
        WHERE p.id > $1 ORDER BY p.id LIMIT $2";
    FORUM_TEXTS =
        "SELECT p.id, p.version, t.title, p.body, t.id AS topic_id, t.version AS topic_version
        FROM forum_posts p
        JOIN forum_topics t ON t.id = p.topic_id
        WHERE p.id > $1 ORDER BY p.id LIMIT $2";
    WORDS_OF_POST = "SELECT scope_id, word FROM search_words WHERE source = $1 AND id = $2 ORDER BY scope_id, word";
    NEWS_IS_SAME = "UPDATE news_posts SET version = version WHERE id = $1 AND version = $2";
    FORUM_IS_SAME = "UPDATE forum_posts SET version = version WHERE id = $1 AND version = $2";
    TOPIC_IS_SAME = "UPDATE forum_topics SET version = version WHERE id = $1 AND version = $2";
}

/// The tables with a text that is searched: their page, and how a text is replaced.
const TEXTS: [(Sql, Sql); 3] =
    [(REQUEST_TEXTS, REQUEST_TEXT_REPLACE), (RETURN_TEXTS, RETURN_TEXT_REPLACE), (INVOICE_TEXTS, INVOICE_TEXT_REPLACE)];

/// How far the search keys are rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchKeyPosition(Position);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Position {
    /// After this record; `None`: at the first one.
    Records(Option<RecordKey>),
    /// In this table with a text, after this row.
    Texts(usize, Uuid),
    /// Among these posts, after this one.
    Posts(Source, Uuid),
}

impl Default for SearchKeyPosition {
    fn default() -> Self {
        Self(Position::Records(None))
    }
}

impl Technical<'_> {
    /// Rewrites some search keys, and returns where to go on; `None` at the end.
    pub async fn rewrite_search_keys(&self, from: &SearchKeyPosition) -> Result<Option<SearchKeyPosition>, ApplyError> {
        let next = match &from.0 {
            Position::Records(after) => Some(self.rewrite_records(after.as_ref()).await?),
            Position::Texts(table, after) => match TEXTS.get(*table) {
                Some(texts) => Some(self.rewrite_texts(*table, *texts, *after).await?),
                None => Some(Position::Posts(Source::News, Uuid::nil())),
            },
            Position::Posts(source, after) => self.rewrite_posts(*source, *after).await?,
        };
        Ok(next.map(SearchKeyPosition))
    }

    async fn rewrite_records(&self, after: Option<&RecordKey>) -> Result<Position, ApplyError> {
        let records = self.0.records_after(after, STEP).await?;
        let mut statements = Vec::new();
        for record in records.iter().filter(|record| record.attributes.may_have_older_keys()) {
            put_handles(&record.key, &record.attributes, record.read_at, &mut statements);
        }
        self.rewrite(statements).await?;
        Ok(match records.last() {
            Some(last) if records.len() == STEP => Position::Records(Some(last.key.clone())),
            _ => Position::Texts(0, Uuid::nil()),
        })
    }

    async fn rewrite_texts(
        &self,
        table: usize,
        (page, replace): (Sql, Sql),
        after: Uuid,
    ) -> Result<Position, ApplyError> {
        let limit = i64::try_from(STEP).unwrap_or(i64::MAX);
        let rows = self.0.query(page, values![after, limit]).await?;
        let texts = read_all(rows, |row| Ok((row.id::<Uuid>("id")?, row.get::<String>("search")?)))?;
        let old = texts.iter().filter(|(_, text)| is_old(text));
        let statements = old.map(|(id, text)| Statement::any(replace, values![searchable(text), *id, text])).collect();
        self.rewrite(statements).await?;
        Ok(match texts.last() {
            Some((last, _)) if texts.len() == STEP => Position::Texts(table, *last),
            _ => Position::Texts(table + 1, Uuid::nil()),
        })
    }

    /// `None` after the last post.
    async fn rewrite_posts(&self, source: Source, after: Uuid) -> Result<Option<Position>, ApplyError> {
        let page = match source {
            Source::News => NEWS_TEXTS,
            Source::Forum => FORUM_TEXTS,
        };
        let limit = i64::try_from(POSTS).unwrap_or(i64::MAX);
        let rows = self.0.query(page, values![after, limit]).await?;
        let posts = read_all(rows, |row| PostText::read(source, row))?;
        for post in posts.iter().filter(|post| is_old(&post.title) || is_old(&post.body)) {
            match self.rewrite_words(source, post).await {
                // It was changed meanwhile, and has words of this version.
                Err(ApplyError::Conflict(_)) => {}
                rewritten => rewritten?,
            }
        }
        Ok(match (posts.last(), source) {
            (Some(last), _) if posts.len() == POSTS => Some(Position::Posts(source, last.id)),
            (_, Source::News) => Some(Position::Posts(Source::Forum, Uuid::nil())),
            (_, Source::Forum) => None,
        })
    }

    /// Replaces a post's words within each scope in which it can be found.
    async fn rewrite_words(&self, source: Source, post: &PostText) -> Result<(), ApplyError> {
        let rows = self.0.query(WORDS_OF_POST, values![source.as_str(), post.id]).await?;
        let stored = read_all(rows, |row| Ok((row.id::<Uuid>("scope_id")?, row.get::<String>("word")?)))?;
        let words = search::words([post.title.as_str(), markdown::plain(&post.body).as_str()]);
        let scopes: BTreeSet<Uuid> = stored.iter().map(|(scope, _)| *scope).collect();
        let wanted = || scopes.iter().flat_map(|scope| words.iter().map(move |word| (*scope, word)));
        if wanted().eq(stored.iter().map(|(scope, word)| (*scope, word))) {
            return Ok(());
        }
        let same = |sql: Sql, (id, version): (Uuid, i64)| Statement::one(sql, values![id, version], Conflict::Forum);
        // A topic that moves to another board changes the scope of its posts. It is locked first, as by every plan.
        let mut statements: Vec<Statement> = post.topic.map(|topic| same(TOPIC_IS_SAME, topic)).into_iter().collect();
        statements.push(match source {
            Source::News => same(NEWS_IS_SAME, (post.id, post.version)),
            Source::Forum => same(FORUM_IS_SAME, (post.id, post.version)),
        });
        statements.push(Statement::any(SEARCH_WORDS_CLEAR, values![source.as_str(), post.id]));
        let add = |(scope, word): (Uuid, &String)| {
            Statement::any(SEARCH_WORD_ADD, values![scope, word, source.as_str(), post.id])
        };
        statements.extend(wanted().map(add));
        self.batch(statements).await
    }

    async fn rewrite(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        if statements.is_empty() { Ok(()) } else { self.batch(statements).await }
    }
}

/// The text of a post.
struct PostText {
    id: Uuid,
    version: i64,
    title: String,
    body: String,
    /// The topic's id and version.
    topic: Option<(Uuid, i64)>,
}

impl PostText {
    fn read(source: Source, row: &Row) -> Result<Self, Undecodable> {
        let topic = match source {
            Source::News => None,
            Source::Forum => Some((row.id("topic_id")?, row.get("topic_version")?)),
        };
        let (title, body) = (row.get("title")?, row.get("body")?);
        Ok(Self { id: row.id("id")?, version: row.get("version")?, title, body, topic })
    }
}

/// Whether an earlier version may have made other search keys of a text.
fn is_old(text: &str) -> bool {
    !text.is_ascii() && searchable(text) != text
}
