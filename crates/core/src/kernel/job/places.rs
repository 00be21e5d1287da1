//! Places: how many jobs one process runs at once, and for whom some of them are kept free.

use super::{Lane, Pool, Upstream};
use crate::kernel::ids::JobId;

const LANES: usize = Lane::ALL.len();
const POOLS: usize = Pool::ALL.len();

/// How the places of a process are divided.
///
/// A lane has reserved places, which no other lane takes. An outside system has a limit, which is lower for less urgent lanes: so a system that
/// is silent holds some of the places until the time limits of its jobs elapse, and a person who waits for it still finds a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    total: usize,
    /// For each lane, the places that other lanes leave alone.
    reserved: [usize; LANES],
    /// For each lane, how many jobs of this and of less urgent lanes may depend on one outside system.
    upstream: [usize; LANES],
}

impl Default for Places {
    fn default() -> Self {
        Self { total: 32, reserved: [8, 4, 2], upstream: [10, 6, 3] }
    }
}

/// What runs: the number of jobs of each lane and pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load([[usize; POOLS]; LANES]);

/// How many jobs of each lane and pool may be claimed at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Room([[usize; POOLS]; LANES]);

/// A job that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Its id.
    pub id: JobId,
    /// Its lane.
    pub lane: Lane,
    /// Its pool.
    pub pool: Pool,
}

impl Places {
    /// Places that are reserved for nobody. For tests and one-off commands.
    pub const fn unreserved(total: usize) -> Self {
        Self { total, reserved: [0; LANES], upstream: [total; LANES] }
    }

    /// How many jobs of each lane and pool could be started if no others were.
    pub fn room(&self, load: &Load) -> Room {
        let mut room = Room::default();
        for (lane, pool) in combinations() {
            let mut after = *load;
            while self.may_start(&after, lane, pool) {
                after.add(lane, pool);
                room.0[lane as usize][pool as usize] += 1;
            }
        }
        room
    }

    /// Those of the due jobs that may be started, in the given order, which is that of their urgency.
    pub fn choose(&self, load: &Load, due: &[Due]) -> Vec<Due> {
        let mut after = *load;
        let mut chosen = Vec::new();
        for job in due {
            if self.may_start(&after, job.lane, job.pool) {
                after.add(job.lane, job.pool);
                chosen.push(*job);
            }
        }
        chosen
    }

    fn may_start(&self, load: &Load, lane: Lane, pool: Pool) -> bool {
        let kept_free = Lane::ALL.into_iter().filter(|other| *other != lane).map(|other| {
            let reserved: usize = self.reserved[other as usize];
            reserved.saturating_sub(load.of_lane(other))
        });
        let free = self.total.saturating_sub(load.total());
        let more_urgent = Lane::ALL.into_iter().filter(|other| *other <= lane);
        free > kept_free.sum()
            && more_urgent.clone().all(|limit| {
                let within = |system: &Upstream| load.on(*system, limit) < self.upstream[limit as usize];
                pool.systems().iter().all(within)
            })
    }
}

impl Load {
    /// One more job runs.
    pub fn add(&mut self, lane: Lane, pool: Pool) {
        self.0[lane as usize][pool as usize] += 1;
    }

    /// One job fewer runs.
    pub fn remove(&mut self, lane: Lane, pool: Pool) {
        let count = &mut self.0[lane as usize][pool as usize];
        *count = count.saturating_sub(1);
    }

    /// How many run.
    pub fn total(&self) -> usize {
        self.0.iter().flatten().sum()
    }

    fn of_lane(&self, lane: Lane) -> usize {
        self.0[lane as usize].iter().sum()
    }

    /// How many jobs of this and of less urgent lanes depend on a system.
    fn on(&self, system: Upstream, lane: Lane) -> usize {
        let counted = combinations().filter(|(other, pool)| *other >= lane && pool.systems().contains(&system));
        counted.map(|(lane, pool)| self.0[lane as usize][pool as usize]).sum()
    }
}

impl Room {
    /// How many of one lane and pool.
    pub const fn of(&self, lane: Lane, pool: Pool) -> usize {
        self.0[lane as usize][pool as usize]
    }

    /// None of this lane and pool for now.
    pub const fn close(&mut self, lane: Lane, pool: Pool) {
        self.0[lane as usize][pool as usize] = 0;
    }

    /// Whether nothing may be claimed.
    pub fn is_empty(&self) -> bool {
        self.0.iter().flatten().all(|count| *count == 0)
    }
}

/// Every lane with every pool, the most urgent lane first.
fn combinations() -> impl Iterator<Item = (Lane, Pool)> {
    Lane::ALL.into_iter().flat_map(|lane| Pool::ALL.into_iter().map(move |pool| (lane, pool)))
}
