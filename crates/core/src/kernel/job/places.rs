//! Places: the number of jobs that a process runs at once, and the reservations for urgent ones.

use super::{Lane, Pool, Scarce, Upstream};
use crate::kernel::ids::JobId;

const LANES: usize = Lane::ALL.len();
const POOLS: usize = Pool::ALL.len();
const SYSTEMS: usize = Upstream::ALL.len();

/// Division of the places of a process.
///
/// A lane has reserved places that no other lane uses. An outside system has a limit, which is lower for less urgent
/// lanes. So an unresponsive system occupies only some of the places until its jobs time out, and a person who waits
/// for it still gets a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    total: usize,
    /// For each lane, the places reserved for it.
    reserved: [usize; LANES],
    /// For each lane, the maximum number of jobs of this and less urgent lanes that depend on one outside system.
    upstream: [usize; LANES],
    /// For each outside system and lane, the maximum number of jobs while its call budget is scarce.
    scarce: [[usize; LANES]; SYSTEMS],
}

const PLENTY: [[usize; LANES]; SYSTEMS] = [[usize::MAX; LANES]; SYSTEMS];

impl Default for Places {
    fn default() -> Self {
        Self { total: 32, reserved: [8, 4, 2], upstream: [10, 6, 3], scarce: PLENTY }
    }
}

/// The number of running jobs of each lane and pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load([[usize; POOLS]; LANES]);

/// The maximum number of jobs of each lane and pool that may be claimed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Room([[usize; POOLS]; LANES]);

/// A job that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Id.
    pub id: JobId,
    /// Lane.
    pub lane: Lane,
    /// Pool.
    pub pool: Pool,
}

impl Places {
    /// Places without reservations. For tests and one-off commands.
    pub const fn unreserved(total: usize) -> Self {
        Self { total, reserved: [0; LANES], upstream: [total; LANES], scarce: PLENTY }
    }

    /// These places while call budgets are scarce.
    #[must_use]
    pub fn while_scarce(mut self, scarce: &Scarce) -> Self {
        for (system, limits) in Upstream::ALL.into_iter().zip(&mut self.scarce) {
            *limits = Lane::ALL.map(|lane| scarce.at_once(system, lane));
        }
        self
    }

    /// The number of jobs of each lane and pool that could start if no others did.
    pub fn room(&self, load: &Load) -> Room {
        let mut room = Room::default();
        for (lane, pool) in combinations() {
            room.0[lane as usize][pool as usize] = self.left(load, lane, pool);
        }
        room
    }

    /// The due jobs that may start. `due` must be sorted by urgency, and the result keeps its order.
    pub fn choose(&self, load: &Load, due: &[Due]) -> Vec<Due> {
        let mut after = *load;
        let mut chosen = Vec::new();
        for job in due {
            if self.left(&after, job.lane, job.pool) > 0 {
                after.add(job.lane, job.pool);
                chosen.push(*job);
            }
        }
        chosen
    }

    /// The number of jobs of a lane and pool that could start if no others did.
    fn left(&self, load: &Load, lane: Lane, pool: Pool) -> usize {
        let others = Lane::ALL.into_iter().filter(|other| *other != lane);
        let kept_free: usize =
            others.map(|other| self.reserved[other as usize].saturating_sub(load.of_lane(other))).sum();
        let free = self.total.saturating_sub(load.total()).saturating_sub(kept_free);
        let limits = Lane::ALL.into_iter().filter(|limit| *limit <= lane);
        let on_systems = limits.flat_map(|limit| {
            pool.systems()
                .iter()
                .map(move |system| self.upstream[limit as usize].saturating_sub(load.on(*system, limit)))
        });
        let while_scarce = pool
            .systems()
            .iter()
            .map(|system| self.scarce[*system as usize][lane as usize].saturating_sub(load.of_lane_on(*system, lane)));
        on_systems.chain(while_scarce).min().map_or(free, |least| free.min(least))
    }
}

impl Load {
    /// Counts a started job.
    pub fn add(&mut self, lane: Lane, pool: Pool) {
        self.0[lane as usize][pool as usize] += 1;
    }

    /// Counts an ended job.
    pub fn remove(&mut self, lane: Lane, pool: Pool) {
        let count = &mut self.0[lane as usize][pool as usize];
        *count = count.saturating_sub(1);
    }

    /// Number of running jobs.
    pub fn total(&self) -> usize {
        self.0.iter().flatten().sum()
    }

    fn of_lane(&self, lane: Lane) -> usize {
        self.0[lane as usize].iter().sum()
    }

    /// Number of running jobs of a lane that depend on a system.
    fn of_lane_on(&self, system: Upstream, lane: Lane) -> usize {
        let counted = Pool::ALL.into_iter().filter(|pool| pool.systems().contains(&system));
        counted.map(|pool| self.0[lane as usize][pool as usize]).sum()
    }

    /// Number of running jobs of this and less urgent lanes that depend on a system.
    fn on(&self, system: Upstream, lane: Lane) -> usize {
        let counted = combinations().filter(|(other, pool)| *other >= lane && pool.systems().contains(&system));
        counted.map(|(lane, pool)| self.0[lane as usize][pool as usize]).sum()
    }
}

impl Room {
    /// The number for a lane and pool.
    pub const fn of(&self, lane: Lane, pool: Pool) -> usize {
        self.0[lane as usize][pool as usize]
    }

    /// Sets the number for a lane and pool to zero.
    pub const fn close(&mut self, lane: Lane, pool: Pool) {
        self.0[lane as usize][pool as usize] = 0;
    }

    /// Whether no job may be claimed.
    pub fn is_empty(&self) -> bool {
        self.0.iter().flatten().all(|count| *count == 0)
    }
}

/// All combinations of lane and pool, most urgent lane first.
fn combinations() -> impl Iterator<Item = (Lane, Pool)> {
    Lane::ALL.into_iter().flat_map(|lane| Pool::ALL.into_iter().map(move |pool| (lane, pool)))
}
