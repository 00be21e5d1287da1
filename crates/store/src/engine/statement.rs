//! A statement with its values, and what must come of it.

use super::value::Value;
use crate::Conflict;

/// The text of a statement, the same for both databases with `$1`, `$2`… in order, and the name by which errors and traces call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sql {
    /// The name.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
}

/// A statement of a batch. A batch is applied whole or not at all.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The statement.
    pub sql: Sql,
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
    pub fn any(sql: Sql, values: Vec<Value>) -> Self {
        Self { sql, values, expect: Expect::Any }
    }

    /// A statement that must change exactly one row.
    pub fn one(sql: Sql, values: Vec<Value>, conflict: Conflict) -> Self {
        Self { sql, values, expect: Expect::One(conflict) }
    }
}

/// A list of values of different types.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

/// Names statements, which one text serves on both databases. `ALL` is every one of a file, and where that is: a test has both databases
/// explain all of them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::engine::Sql =
            $crate::engine::Sql { name: stringify!($name), text: $sql };)*

        #[cfg(test)]
        pub(crate) const ALL: (&str, &[$crate::engine::Sql]) = (file!(), &[$($name),*]);
    };
}
pub(crate) use statements;

/// `$1` to `$25`: the room that the statement of a list has for ids, see [`Reads::rows_of`](crate::Reads::rows_of).
macro_rules! room {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
        $24, $25"
    };
}
pub(crate) use room;

/// Columns in a row, each behind the alias of its table if it has one.
macro_rules! listed {
    (; $first:literal $(, $next:literal)*) => { concat!($first $(, ", ", $next)*) };
    ($alias:literal; $first:literal $(, $next:literal)*) => { concat!($alias, $first $(, ", ", $alias, $next)*) };
}
pub(crate) use listed;
