//! Statements with their values and expected results.

use super::value::Value;
use crate::Conflict;

/// A statement's text, the same for both databases, with parameters `$1`, `$2`… in order; and its name in errors and
/// traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sql {
    /// Name.
    pub name: &'static str,
    /// SQL text.
    pub text: &'static str,
}

/// A statement of a batch. A batch is applied as a whole or not at all.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Name and text.
    pub sql: Sql,
    /// Values of the parameters.
    pub values: Vec<Value>,
    /// Expected result.
    pub expect: Expect,
}

/// Expected result of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Any number of rows.
    Any,
    /// Exactly one changed row. Otherwise, or if a unique constraint is violated, the batch is rejected with this
    /// conflict.
    One(Conflict),
}

impl Statement {
    /// A statement that may change any number of rows.
    pub fn any(sql: Sql, values: Vec<Value>) -> Self {
        Self { sql, values, expect: Expect::Any }
    }

    /// A statement that must change exactly one row.
    pub fn one(sql: Sql, values: Vec<Value>, conflict: Conflict) -> Self {
        Self { sql, values, expect: Expect::One(conflict) }
    }
}

/// Builds a list of values of different types.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

/// Defines named statements, whose text works on both databases. `ALL` lists every statement of a file, with its
/// location: a test has both databases explain all of them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::engine::Sql =
            $crate::engine::Sql { name: stringify!($name), text: $sql };)*

        #[cfg(test)]
        pub(crate) const ALL: (&str, &[$crate::engine::Sql]) = (file!(), &[$($name),*]);
    };
}
pub(crate) use statements;

/// `$1` to `$25`: the parameters for ids in a list statement, see [`Reads::rows_of`](crate::Reads::rows_of).
macro_rules! room {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
        $24, $25"
    };
}
pub(crate) use room;

/// A comma-separated list of columns, each prefixed with the alias of its table if given.
macro_rules! listed {
    (; $first:literal $(, $next:literal)*) => { concat!($first $(, ", ", $next)*) };
    ($alias:literal; $first:literal $(, $next:literal)*) => { concat!($alias, $first $(, ", ", $alias, $next)*) };
}
pub(crate) use listed;
