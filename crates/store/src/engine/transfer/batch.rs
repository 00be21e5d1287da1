//! Rows are sent some at a time, and counted and compared by a digest that does not depend on their order.

use sha2::{Digest as _, Sha256};

use crate::engine::value::Value;

/// Maximum number of rows that are sent at once.
const ROWS: usize = 500;
/// Approximate size at which rows are sent, in bytes. A row may be larger.
const BYTES: usize = 1 << 20;

/// Collects rows until there are enough of them to be sent.
#[derive(Debug, Default)]
pub(super) struct Batch {
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl Batch {
    /// Adds a row. Returns the rows to send, if there are enough.
    pub(super) fn add(&mut self, row: Vec<Value>) -> Option<Vec<Vec<Value>>> {
        self.bytes += row.iter().map(size).sum::<usize>();
        self.rows.push(row);
        (self.rows.len() >= ROWS || self.bytes >= BYTES).then(|| self.take())
    }

    /// The rows that are left.
    pub(super) fn take(&mut self) -> Vec<Vec<Value>> {
        self.bytes = 0;
        std::mem::take(&mut self.rows)
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null => 1,
        Value::Int(_) => 8,
        Value::Uuid(_) => 16,
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
    }
}

/// The number of rows, and the sum of their hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) rows: u64,
    sum: u128,
}

impl Digest {
    pub(super) fn add(&mut self, rows: &[Vec<Value>]) {
        for row in rows {
            self.rows += 1;
            self.sum = self.sum.wrapping_add(hash(row));
        }
    }
}

/// The hash of a row. An id counts as its bytes, because SQLite stores it so.
fn hash(row: &[Value]) -> u128 {
    let mut hash = Sha256::new();
    let mut part = |kind: u8, bytes: &[u8]| {
        hash.update([kind]);
        hash.update(bytes.len().to_be_bytes());
        hash.update(bytes);
    };
    for value in row {
        match value {
            Value::Null => part(0, &[]),
            Value::Int(number) => part(1, &number.to_be_bytes()),
            Value::Text(text) => part(2, text.as_bytes()),
            Value::Blob(bytes) => part(3, bytes),
            Value::Uuid(id) => part(3, id.as_bytes()),
        }
    }
    hash.finalize().iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn of(rows: &[Vec<Value>]) -> Digest {
        let mut digest = Digest::default();
        digest.add(rows);
        digest
    }

    #[test]
    fn a_digest_depends_on_every_value_and_not_on_the_order_of_rows() {
        let id = Uuid::from_u128(7);
        let one = vec![Value::Uuid(id), Value::Int(1), Value::Null];
        let other = vec![Value::Uuid(Uuid::from_u128(8)), Value::Int(1), Value::Text(String::new())];
        let both = of(&[one.clone(), other.clone()]);
        assert_eq!(both, of(&[other.clone(), one.clone()]));
        assert_eq!(
            of(std::slice::from_ref(&one)),
            of(&[vec![Value::Blob(id.as_bytes().to_vec()), Value::Int(1), Value::Null]])
        );
        assert_ne!(of(&[one.clone(), one.clone()]), both);
        assert_ne!(
            of(std::slice::from_ref(&one)),
            of(&[vec![Value::Uuid(id), Value::Int(1), Value::Text(String::new())]])
        );
        assert_ne!(of(&[one]), of(&[vec![Value::Uuid(id), Value::Int(2), Value::Null]]));
    }

    #[test]
    fn rows_are_sent_by_number_and_by_size() {
        let mut batch = Batch::default();
        let mut sent = (0..ROWS).filter_map(|n| batch.add(vec![Value::Int(i64::try_from(n).unwrap())]));
        assert_eq!((sent.next().map(|rows| rows.len()), sent.next()), (Some(ROWS), None));
        drop(sent);
        assert!(batch.add(vec![Value::Null]).is_none());
        assert_eq!(batch.add(vec![Value::Blob(vec![0; BYTES])]).map(|rows| rows.len()), Some(2));
        assert!(batch.take().is_empty());
    }
}
