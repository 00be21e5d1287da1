//! Forms that were sent: the first request with a form's key is carried out, a repeated one gets its answer.

use jiff::Timestamp;

use super::Technical;
use crate::engine::{Statement, statements};
use crate::kernel::reads::read_one;
use crate::{ApplyError, Conflict, StoreError, values};

statements! {
    FORM_CLAIM = "INSERT INTO form_posts (key, begun_at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    FORM_DONE = "UPDATE form_posts SET done_at = $2, location = $3 WHERE key = $1";
    FORM_RELEASE = "DELETE FROM form_posts WHERE key = $1 AND done_at IS NULL";
    FORM_POST = "SELECT done_at, location FROM form_posts WHERE key = $1";
}

/// A form that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormPost {
    /// When it was carried out; `None` while that is under way, or if the process ended meanwhile.
    pub done_at: Option<Timestamp>,
    /// The page that the answer led to, if it led to one.
    pub location: Option<String>,
}

impl Technical<'_> {
    /// Claims a form for the request that carries it out. `false`: another request has claimed it.
    pub async fn claim_form(&self, key: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
        match self.write(Statement::one(FORM_CLAIM, values![key, now], Conflict::Limit)).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Notes that a form was carried out, and the page that its answer led to.
    pub async fn form_done(&self, key: &[u8; 32], now: Timestamp, location: Option<&str>) -> Result<(), ApplyError> {
        self.write(Statement::any(FORM_DONE, values![key, now, location])).await
    }

    /// Releases a form that was not carried out, so that it can be sent again.
    pub async fn release_form(&self, key: &[u8; 32]) -> Result<(), ApplyError> {
        self.write(Statement::any(FORM_RELEASE, values![key])).await
    }

    /// A form that was sent; `None` if it was not, or was released.
    pub async fn form_post(&self, key: &[u8; 32]) -> Result<Option<FormPost>, StoreError> {
        let row = self.0.one(FORM_POST, values![key]).await?;
        read_one(row, |row| Ok(FormPost { done_at: row.get("done_at")?, location: row.get("location")? }))
    }
}
