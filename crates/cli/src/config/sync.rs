//! The sections `[sweep]`, `[brake]` and `[missing]`: intervals of the sweeps, and limits on removals.

use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sweep {
    /// Hours between full sweeps. 0: only on request.
    pub full_every_hours: i64,
    /// Minutes between incremental sweeps. 0: only on request.
    pub changes_every_minutes: i64,
    /// Overlap of an incremental sweep with the one before, in minutes.
    pub overlap_minutes: i64,
}

impl Default for Sweep {
    fn default() -> Self {
        Self { full_every_hours: 24, changes_every_minutes: 15, overlap_minutes: 5 }
    }
}

/// Limits on removals from customers. Above them, changes are held for a decision by staff.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Brake {
    pub count: i64,
    pub percent: i64,
    pub floor: i64,
    pub window_minutes: i64,
}

impl Default for Brake {
    fn default() -> Self {
        Self { count: 20, percent: 5, floor: 20, window_minutes: 60 }
    }
}

/// Grace period before a record that is no longer found by id counts as deleted.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Missing {
    /// Minutes until the second lookup.
    pub confirm_after_minutes: i64,
    /// Hours from the first failed lookup until the record counts as deleted.
    pub grace_hours: i64,
}

impl Default for Missing {
    fn default() -> Self {
        Self { confirm_after_minutes: 15, grace_hours: 24 }
    }
}
