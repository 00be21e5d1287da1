//! `[sweep]`, `[brake]` and `[missing]`: how often the outside systems are compared, and how much may be removed.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sweep {
    /// Hours between full sweeps; 0: only when asked.
    pub full_every_hours: i64,
    /// Minutes between sweeps of what changed; 0: only when asked.
    pub changes_every_minutes: i64,
    /// How much further back a sweep of what changed looks, in minutes.
    pub overlap_minutes: i64,
}

impl Default for Sweep {
    fn default() -> Self {
        Self { full_every_hours: 24, changes_every_minutes: 15, overlap_minutes: 5 }
    }
}

/// How much may be taken from customers before somebody has to look.
#[derive(Debug, Deserialize)]
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

/// When something that does not answer by its id any more counts as gone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Missing {
    /// Minutes until the second look.
    pub confirm_after_minutes: i64,
    /// Hours from the first look in vain until it is believed.
    pub grace_hours: i64,
}

impl Default for Missing {
    fn default() -> Self {
        Self { confirm_after_minutes: 15, grace_hours: 24 }
    }
}
