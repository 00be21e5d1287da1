//! Which processes died: judged by each of the others, by its own monotonic clock. No wall time is compared.
//!
//! A worker is a process that runs jobs. It counts its beat up in the database. A process that sees a beat stand still for long enough takes back
//! the jobs of that worker. The worker itself drops its jobs earlier than that, when it cannot write its beat.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::kernel::ids::WorkerId;

/// How often a worker counts its beat up.
pub const BEAT_EVERY: Duration = Duration::from_secs(2);
/// How often it looks at the beats of the others.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A worker that could not write its beat for this long drops its jobs.
pub const LOST_AFTER: Duration = Duration::from_secs(6);
/// A worker whose beat stood still for this long is dead.
pub const DEAD_AFTER: Duration = Duration::from_secs(8);
/// After a longer time without a look, what was seen before counts no more: the process itself was stopped, or the database was.
const MAX_GAP: Duration = Duration::from_secs(3);

/// What one process has seen of the beats of all workers.
#[derive(Debug, Default)]
pub struct Watch {
    seen: BTreeMap<WorkerId, Seen>,
    /// When the last look ended.
    looked_at: Option<Duration>,
}

/// A beat, and since when it stands still.
#[derive(Debug, Clone, Copy)]
struct Seen {
    beat: i64,
    since: Duration,
}

impl Watch {
    /// Notes the beats, which were read between two times of a monotonic clock. Returns the workers that are dead, with the beat at which they
    /// stopped. A slow read makes a worker look younger, never older.
    pub fn look(&mut self, began: Duration, ended: Duration, beats: &[(WorkerId, i64)]) -> Vec<(WorkerId, i64)> {
        if self.looked_at.is_none_or(|before| ended.saturating_sub(before) > MAX_GAP) {
            self.seen.clear();
        }
        self.looked_at = Some(ended);
        let before = std::mem::take(&mut self.seen);
        let mut dead = Vec::new();
        for (worker, beat) in beats {
            let known = before.get(worker).filter(|seen| seen.beat == *beat);
            let seen = known.copied().unwrap_or(Seen { beat: *beat, since: ended });
            if began.saturating_sub(seen.since) >= DEAD_AFTER {
                dead.push((*worker, *beat));
            }
            self.seen.insert(*worker, seen);
        }
        dead
    }
}
