//! Search keys that an earlier version wrote: of names in decomposed Unicode, for example. They are rewritten in the form
//! that is searched now, in small steps after a start. What is stored already in this form is left alone.

use tessera_core::kernel::record::RecordKey;
use tessera_core::kernel::unicode::searchable;
use uuid::Uuid;

use super::Technical;
use crate::engine::{Sql, Statement, statements};
use crate::kernel::reads::read_all;
use crate::kernel::records::write::put_handles;
use crate::{ApplyError, values};

/// Number of rows that a step reads.
const STEP: usize = 500;

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
            Position::Records(after) => Some(self.rewrite_names(after.as_ref()).await?),
            Position::Texts(table, after) => match TEXTS.get(*table) {
                Some(texts) => Some(self.rewrite_texts(*table, *texts, *after).await?),
                None => None,
            },
        };
        Ok(next.map(SearchKeyPosition))
    }

    async fn rewrite_names(&self, after: Option<&RecordKey>) -> Result<Position, ApplyError> {
        let records = self.0.records_after(after, STEP).await?;
        let mut statements = Vec::new();
        for record in records.iter().filter(|record| is_old(record.attributes.title())) {
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

    async fn rewrite(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        if statements.is_empty() { Ok(()) } else { self.batch(statements).await }
    }
}

/// Whether an earlier version may have made other search keys of a text.
fn is_old(text: &str) -> bool {
    !text.is_ascii() && searchable(text) != text
}
