//! What came through the hooks.

use jiff::Timestamp;

use crate::kernel::reads::read_all;
use crate::kernel::sql;
use crate::{Reads, StoreError};

/// What came through one hook so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookDeliveries {
    /// The hook, as in its path: `freshservice`.
    pub hook: String,
    /// How many deliveries were usable.
    pub good: i64,
    /// When the last usable one came.
    pub last_good_at: Option<Timestamp>,
    /// How many were not.
    pub unusable: i64,
    /// When the last unusable one came.
    pub last_unusable_at: Option<Timestamp>,
    /// What was wrong with it.
    pub last_unusable_why: Option<String>,
    /// What it looked like, with every value made unreadable.
    pub last_unusable_excerpt: Option<String>,
}

impl Reads {
    /// What came through the hooks, by their names. A hook that was never used is not among them.
    pub async fn hook_deliveries(&self) -> Result<Vec<HookDeliveries>, StoreError> {
        read_all(self.query(sql::HOOK_DELIVERIES, Vec::new()).await?, |row| {
            Ok(HookDeliveries {
                hook: row.get("hook")?,
                good: row.get("good")?,
                last_good_at: row.get("last_good_at")?,
                unusable: row.get("unusable")?,
                last_unusable_at: row.get("last_unusable_at")?,
                last_unusable_why: row.get("last_unusable_why")?,
                last_unusable_excerpt: row.get("last_unusable_excerpt")?,
            })
        })
    }
}
