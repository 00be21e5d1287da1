//! Statistics of webhook deliveries.

use jiff::Timestamp;
use tessera_core::sync::change::HookChange;

use crate::engine::{Statement, statements};
use crate::kernel::lower::Lower;
use crate::kernel::reads::read_all;
use crate::{Reads, StoreError, values};

statements! {
    HOOK_GOOD =
        "INSERT INTO hook_deliveries (hook, good, last_good_at, unusable)
        VALUES ($1, 1, $2, 0)
        ON CONFLICT (hook) DO UPDATE SET good = hook_deliveries.good + 1, last_good_at = excluded.last_good_at";
    HOOK_UNUSABLE =
        "INSERT INTO hook_deliveries (hook, good, unusable, last_unusable_at, last_unusable_why,
            last_unusable_excerpt)
        VALUES ($1, 0, 1, $2, $3, $4)
        ON CONFLICT (hook) DO UPDATE SET unusable = hook_deliveries.unusable + 1,
            last_unusable_at = excluded.last_unusable_at, last_unusable_why = excluded.last_unusable_why,
            last_unusable_excerpt = excluded.last_unusable_excerpt";
    HOOK_DELIVERIES =
        "SELECT hook, good, last_good_at, unusable, last_unusable_at, last_unusable_why, last_unusable_excerpt
        FROM hook_deliveries
        ORDER BY hook";
}

/// Statistics of one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookDeliveries {
    /// The webhook's name in its path: `freshservice`.
    pub hook: String,
    /// Number of usable deliveries.
    pub good: i64,
    /// Time of the last usable delivery.
    pub last_good_at: Option<Timestamp>,
    /// Number of unusable deliveries.
    pub unusable: i64,
    /// Time of the last unusable delivery.
    pub last_unusable_at: Option<Timestamp>,
    /// The reason why it was unusable.
    pub last_unusable_why: Option<String>,
    /// Excerpt of its body, with all values masked.
    pub last_unusable_excerpt: Option<String>,
}

impl Reads {
    /// The statistics of all webhooks, by name. A webhook without deliveries is missing.
    pub async fn hook_deliveries(&self) -> Result<Vec<HookDeliveries>, StoreError> {
        read_all(self.query(HOOK_DELIVERIES, Vec::new()).await?, |row| {
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

impl Lower for HookChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::NoteDelivery { hook, at, unusable: None } => {
                to.push(Statement::any(HOOK_GOOD, values![hook, *at]));
            }
            Self::NoteDelivery { hook, at, unusable: Some(unusable) } => {
                to.push(Statement::any(HOOK_UNUSABLE, values![hook, *at, &unusable.why, &unusable.excerpt]));
            }
        }
    }
}
