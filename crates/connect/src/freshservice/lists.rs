//! Reading lists: one page, or all pages of a short list.

use serde_json::Value;
use tessera_hub::ports::{ConnectError, Priority};

use super::{Freshservice, MAX_PAGES, PER_PAGE, rows_of};
use crate::discipline::{Answer, Call, Charge};

impl Freshservice {
    /// The rows of one page.
    pub(super) async fn rows(&self, call: &Call, wrapper: &str) -> Result<(Vec<Value>, Answer), ConnectError> {
        let answer = self.client.exchange(call).await?.existing(call)?;
        let rows = rows_of(answer.json()?, wrapper);
        let rows = rows.ok_or_else(|| answer.unexpected(format!("no list of {wrapper}")))?;
        Ok((rows, answer))
    }

    /// The rows of all pages of a short list.
    pub(super) async fn all_rows(
        &self,
        path: &'static str,
        template: &'static str,
        priority: Priority,
    ) -> Result<Vec<Value>, ConnectError> {
        let mut all = Vec::new();
        for page in 1..=MAX_PAGES {
            let query = [("per_page", PER_PAGE.to_string()), ("page", page.to_string())];
            let call = self.call(&[path], &query, template, format!("page {page} of {path}"), priority, Charge::ONE);
            let (rows, answer) = self.rows(&call, path).await?;
            all.extend(rows);
            if !answer.has_next() {
                return Ok(all);
            }
        }
        Err(self.too_long(path))
    }

    /// The error for a list of more than [`MAX_PAGES`] pages. Its beginning must not be taken for the whole.
    pub(super) fn too_long(&self, object: impl Into<String>) -> ConnectError {
        let found = format!("a list of more than {MAX_PAGES} pages");
        ConnectError::Unexpected { system: self.config.name.clone(), object: object.into(), found }
    }
}
