//! Failure detection: each process decides by its own monotonic clock which other processes are dead. No wall clock
//! times are compared.
//!
//! A worker is a process that runs jobs. It increments its heartbeat in the database. A process that sees a heartbeat
//! unchanged for long enough takes back the jobs of that worker. The worker itself drops its jobs earlier if it cannot
//! write its heartbeat.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::kernel::ids::WorkerId;

/// Interval of a worker's heartbeat.
pub const BEAT_EVERY: Duration = Duration::from_secs(2);
/// Interval of reading the other workers' heartbeats.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Time without a successful heartbeat after which a worker drops its jobs.
pub const LOST_AFTER: Duration = Duration::from_secs(6);
/// Time without a change of its heartbeat after which a worker is dead.
pub const DEAD_AFTER: Duration = Duration::from_secs(8);
/// Maximum interval between two reads. After a longer one, earlier observations are discarded, because this process or
/// the database was stopped.
const MAX_GAP: Duration = Duration::from_secs(3);

/// A process's observations of all heartbeats.
#[derive(Debug, Default)]
pub struct Watch {
    seen: BTreeMap<WorkerId, Seen>,
    /// End of the last read.
    looked_at: Option<Duration>,
}

/// A heartbeat, and the time since which it is unchanged.
#[derive(Debug, Clone, Copy)]
struct Seen {
    beat: i64,
    since: Duration,
}

impl Watch {
    /// Processes heartbeats read between two times of a monotonic clock. Returns the dead workers, with their last
    /// heartbeats. A slow read makes a worker appear younger, never older.
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
