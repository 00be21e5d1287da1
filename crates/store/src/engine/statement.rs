//! A statement with its values, and what must come of it.

use super::value::Value;
use crate::Conflict;

/// A statement of a batch. A batch is applied whole or not at all.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The text, the same for both databases, with `$1`, `$2`… in order.
    pub sql: &'static str,
    /// The values.
    pub values: Vec<Value>,
    /// What must come of it.
    pub expect: Expect,
}

/// What must come of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Whatever: repeating or finding nothing is fine.
    Any,
    /// Exactly one row changed; if not, or if it collides with another row, the batch is refused with this conflict.
    One(Conflict),
}

impl Statement {
    /// A statement of which nothing is expected.
    pub fn any(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, values, expect: Expect::Any }
    }

    /// A statement that must change exactly one row.
    pub fn one(sql: &'static str, values: Vec<Value>, conflict: Conflict) -> Self {
        Self { sql, values, expect: Expect::One(conflict) }
    }
}

/// A list of values of different types.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
