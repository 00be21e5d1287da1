//! The portal's search (`P09`): by prefixes of words, within a person's scopes.

use jiff::Timestamp;
use tessera_core::kernel::ids::PersonId;
use tessera_core::search;
use tessera_core::search::Source;
use uuid::Uuid;

use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, Value, values};

/// A search result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalHit {
    /// The kind of object.
    pub source: Source,
    /// The object's id.
    pub id: Uuid,
    /// Title.
    pub title: String,
    /// Beginning of the text.
    pub excerpt: String,
    /// Path in the portal.
    pub path: String,
    /// Time of writing.
    pub at: Timestamp,
}

/// The results of a search, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalHits {
    /// The results.
    pub hits: Vec<PortalHit>,
    /// Whether older entries with the first word were not compared with the other words, so that results may be missing.
    pub is_cut: bool,
}

/// A search in the portal.
#[derive(Debug, Clone, Copy)]
pub struct PortalQuery<'a> {
    /// The words, as [`search::asked`] makes them.
    pub words: &'a [String],
    /// The kind of object; `None` for all.
    pub source: Option<Source>,
    /// Maximum number of results.
    pub limit: usize,
    /// Maximum number of entries with the first word, the newest, that are compared with the other words.
    pub candidates: usize,
}

impl Reads {
    /// Searches for words within a person's scopes.
    pub async fn search_portal(&self, person: PersonId, query: PortalQuery<'_>) -> Result<PortalHits, StoreError> {
        let PortalQuery { words, source, limit, candidates } = query;
        let Some(first) = words.first() else { return Ok(PortalHits { hits: Vec::new(), is_cut: false }) };
        let source = source.map_or("", Source::as_str);
        let mut values = values![person, search::EVERYBODY];
        // The statement has a fixed number of placeholders. A repeated word does not change the result.
        for word in words.iter().chain(std::iter::repeat(first)).take(search::MAX_QUERY_WORDS) {
            values.extend(prefix(word));
        }
        values.extend([Value::from(source), count(candidates), count(limit)]);
        let hits = read_all(self.query(sql::SEARCH_PORTAL, values).await?, |row| {
            Ok(PortalHit {
                source: row.text("source", Source::parse)?,
                id: row.id("id")?,
                title: row.get("title")?,
                excerpt: row.get("excerpt")?,
                path: row.get("path")?,
                at: row.get("at")?,
            })
        })?;
        let is_cut = hits.len() < limit && self.has_more_candidates(person, first, (source, candidates)).await?;
        Ok(PortalHits { hits, is_cut })
    }

    async fn has_more_candidates(
        &self,
        person: PersonId,
        word: &str,
        (source, candidates): (&str, usize),
    ) -> Result<bool, StoreError> {
        let mut values = values![person, search::EVERYBODY];
        values.extend(prefix(word));
        values.extend([Value::from(source), count(candidates.saturating_add(1))]);
        let row = self.one(sql::SEARCH_PORTAL_CANDIDATES, values).await?;
        let found: Option<i64> = read_one(row, |row| row.get("candidates"))?;
        Ok(found.is_some_and(|found| usize::try_from(found).is_ok_and(|found| found > candidates)))
    }
}

/// The range of words with a prefix. Text compares by bytes, so the end is greater than every word with this prefix.
fn prefix(word: &str) -> [Value; 2] {
    [Value::from(word), Value::from(format!("{word}\u{10FFFF}"))]
}

fn count(number: usize) -> Value {
    Value::from(i64::try_from(number).unwrap_or(i64::MAX))
}
