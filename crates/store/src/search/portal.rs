//! What the portal's search finds (`P09`): by the beginnings of words, within the scopes a person has.

use jiff::Timestamp;
use tessera_core::kernel::ids::PersonId;
use tessera_core::search;
use tessera_core::search::Source;
use uuid::Uuid;

use super::sql;
use crate::kernel::reads::read_all;
use crate::{Reads, StoreError, Value, values};

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalHit {
    /// What it is.
    pub source: Source,
    /// Which.
    pub id: Uuid,
    /// How it is shown.
    pub title: String,
    /// Its beginning.
    pub excerpt: String,
    /// Where it is, a path of the portal.
    pub path: String,
    /// When it was written.
    pub at: Timestamp,
}

impl Reads {
    /// What a person finds by words that [`search::asked`] made, newest first; of one source, or of all.
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
        // The statement has room for so many words; one that is asked twice sifts nothing more.
        for word in words.iter().chain(std::iter::repeat(first)).take(search::MAX_QUERY_WORDS) {
            // Text compares by bytes, so this is past everything that begins with the word.
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
