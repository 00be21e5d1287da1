//! Stored answers of idempotent requests.

use jiff::Timestamp;
use tessera_core::kernel::answer::AnswerChange;

use crate::engine::{Statement, statements};
use crate::kernel::lower::Lower;
use crate::kernel::reads::read_one;
use crate::{Conflict, Reads, StoreError, values};

statements! {
    IDEMPOTENCY_KEEP =
        "INSERT INTO idempotency_keys (key, request_hash, status, answer, created_at) VALUES ($1, $2, $3, $4, $5)";
    IDEMPOTENCY = "SELECT request_hash, status, answer FROM idempotency_keys WHERE key = $1";
}

impl Reads {
    /// The stored answer of a request: hash of the request, status and body.
    pub async fn kept_answer(&self, key: &str) -> Result<Option<([u8; 32], u16, String)>, StoreError> {
        read_one(self.one(IDEMPOTENCY, values![key]).await?, |row| {
            let status = u16::try_from(row.get::<i64>("status")?).unwrap_or(500);
            Ok((row.get("request_hash")?, status, row.get("answer")?))
        })
    }
}

fn keep_answer(key: &str, request_hash: &[u8; 32], status: u16, answer: &str, at: Timestamp) -> Statement {
    let values = values![key, request_hash, i64::from(status), answer, at];
    Statement::one(IDEMPOTENCY_KEEP, values, Conflict::Exists)
}

impl Lower for AnswerChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Keep { key, request_hash, status, answer, at } => {
                to.push(keep_answer(key, request_hash, *status, answer, *at));
            }
        }
    }
}
