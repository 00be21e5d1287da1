//! The portal's search (`P09`): by prefixes of words, within a person's scopes.

use jiff::Timestamp;
use tessera_core::kernel::ids::PersonId;
use tessera_core::search;
use tessera_core::search::Source;
use uuid::Uuid;

use super::sql;
use crate::kernel::reads::read_all;
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

impl Reads {
    /// Searches for the words made by [`search::asked`], newest first, in one source or in all.
    pub async fn search_portal(
        &self,
        person: PersonId,
        words: &[String],
        source: Option<Source>,
        limit: usize,
    ) -> Result<Vec<PortalHit>, StoreError> {
        let Some(first) = words.first() else { return Ok(Vec::new()) };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut values = values![person, search::EVERYBODY];
        // The statement has a fixed number of placeholders. A repeated word does not change the result.
        for word in words.iter().chain(std::iter::repeat(first)).take(search::MAX_QUERY_WORDS) {
            // Text compares by bytes, so this is greater than every word with this prefix.
            values.extend([Value::from(word), Value::from(format!("{word}\u{10FFFF}"))]);
        }
        values.extend([Value::from(source.map_or("", Source::as_str)), Value::from(limit)]);
        read_all(self.query(sql::SEARCH_PORTAL, values).await?, |row| {
            Ok(PortalHit {
                source: row.text("source", Source::parse)?,
                id: row.id("id")?,
                title: row.get("title")?,
                excerpt: row.get("excerpt")?,
                path: row.get("path")?,
                at: row.get("at")?,
            })
        })
    }
}
