//! Places: the number of jobs that a process runs at once, and the reservations for urgent ones.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

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
    /// The places of jobs that call vendors, which are beside the others.
    vendors: Limit,
    /// How many of them one vendor may take.
    each_vendor: Limit,
}

/// How many calls of vendors a process may have under way at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VendorCalls {
    /// Of all vendors together. Beyond it, each vendor has one place of its own, and one more for a job for which someone
    /// waits: no vendor waits for others alone.
    pub at_once: usize,
    /// Of one vendor.
    pub at_once_per_vendor: usize,
}

impl Default for VendorCalls {
    fn default() -> Self {
        Self { at_once: 24, at_once_per_vendor: 4 }
    }
}

impl VendorCalls {
    /// Number of jobs of one vendor: a few more than calls, so that a call is made as soon as another is answered.
    const fn jobs_per_vendor(self) -> usize {
        self.at_once_per_vendor + self.at_once_per_vendor.div_ceil(4)
    }
}

/// A limit for jobs, and a lower one for those for which nobody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    all: usize,
    unhurried: usize,
}

impl Limit {
    const fn none(all: usize) -> Self {
        Self { all, unhurried: all }
    }

    /// Keeps a quarter of the calls free for jobs that a person is waiting for.
    fn of_calls(calls: usize, jobs: usize) -> Self {
        Self { all: jobs.max(1), unhurried: (calls - calls.div_ceil(4).min(calls)).max(1) }
    }

    /// The number of jobs of a lane that could start beside these.
    fn left(self, lane: Lane, running: &[usize; LANES]) -> usize {
        let all: usize = running.iter().sum();
        let left = self.all.saturating_sub(all);
        if lane == Lane::Interactive {
            return left;
        }
        left.min(self.unhurried.saturating_sub(all - running[Lane::Interactive as usize]))
    }
}

const PLENTY: [[usize; LANES]; SYSTEMS] = [[usize::MAX; LANES]; SYSTEMS];

impl Default for Places {
    fn default() -> Self {
        Self::calling_vendors(VendorCalls::default())
    }
}

/// The number of running jobs of each lane and pool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    counts: [[usize; POOLS]; LANES],
    /// Of each share, by lane.
    shares: BTreeMap<Uuid, [usize; LANES]>,
    /// Shares of which no job starts for now.
    held_back: BTreeSet<Uuid>,
}

/// The maximum number of jobs of each lane and pool that may be claimed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Room {
    counts: [[usize; POOLS]; LANES],
    /// Of one share and lane.
    of_a_share: usize,
}

/// A job that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Id.
    pub id: JobId,
    /// Lane.
    pub lane: Lane,
    /// Pool.
    pub pool: Pool,
    /// Whose share of the places it takes.
    pub share: Option<Uuid>,
}

impl Places {
    /// The places of a process that may call vendors so often at once.
    pub fn calling_vendors(calls: VendorCalls) -> Self {
        Self {
            total: 32,
            reserved: [8, 4, 2],
            upstream: [10, 6, 3],
            scarce: PLENTY,
            vendors: Limit::of_calls(calls.at_once, calls.at_once),
            each_vendor: Limit::of_calls(calls.at_once_per_vendor, calls.jobs_per_vendor()),
        }
    }

    /// Places without reservations. For tests and one-off commands.
    pub const fn unreserved(total: usize) -> Self {
        let vendors = Limit::none(total);
        Self { total, reserved: [0; LANES], upstream: [total; LANES], scarce: PLENTY, vendors, each_vendor: vendors }
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
        let mut room = Room { of_a_share: self.each_vendor.all, ..Room::default() };
        for (lane, pool) in combinations() {
            room.counts[lane as usize][pool as usize] = self.left(load, lane, pool);
        }
        room
    }

    /// The due jobs that may start. `due` must be sorted by urgency, and the result keeps its order.
    pub fn choose(&self, load: &Load, due: &[Due]) -> Vec<Due> {
        let mut after = load.clone();
        let mut chosen = Vec::new();
        for job in due {
            let left = match job.share {
                Some(share) => self.left_of_share(&after, job.lane, share),
                None => self.left(&after, job.lane, job.pool),
            };
            if left > 0 {
                after.add(job.lane, job.pool, job.share);
                chosen.push(*job);
            }
        }
        chosen
    }

    /// The number of jobs of a share that could start if no others did. Its first job, and its first for which someone
    /// waits, need no place of the others: first jobs of many vendors can take every place.
    fn left_of_share(&self, load: &Load, lane: Lane, share: Uuid) -> usize {
        if load.held_back.contains(&share) {
            return 0;
        }
        let running = load.shares.get(&share).copied().unwrap_or_default();
        let shared = self.vendors.left(lane, &load.of_pool(Pool::Vendors));
        let is_first = match lane {
            Lane::Interactive => running[lane as usize] == 0,
            Lane::Normal | Lane::Bulk => running.iter().all(|count| *count == 0),
        };
        self.each_vendor.left(lane, &running).min(shared.max(usize::from(is_first)))
    }

    /// The number of jobs of a lane and pool that could start if no others did.
    fn left(&self, load: &Load, lane: Lane, pool: Pool) -> usize {
        if pool == Pool::Vendors {
            return self.vendors.left(lane, &load.of_pool(pool)).max(1);
        }
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
    pub fn add(&mut self, lane: Lane, pool: Pool, share: Option<Uuid>) {
        self.counts[lane as usize][pool as usize] += 1;
        if let Some(share) = share {
            self.shares.entry(share).or_default()[lane as usize] += 1;
        }
    }

    /// Counts an ended job.
    pub fn remove(&mut self, lane: Lane, pool: Pool, share: Option<Uuid>) {
        let count = &mut self.counts[lane as usize][pool as usize];
        *count = count.saturating_sub(1);
        let Some(share) = share else { return };
        if let Some(running) = self.shares.get_mut(&share) {
            running[lane as usize] = running[lane as usize].saturating_sub(1);
            if running.iter().all(|count| *count == 0) {
                self.shares.remove(&share);
            }
        }
    }

    /// Lets no further job of a share start.
    pub fn hold_back(&mut self, share: Uuid) {
        self.held_back.insert(share);
    }

    /// Number of running jobs, besides those that call vendors.
    pub fn total(&self) -> usize {
        Lane::ALL.into_iter().map(|lane| self.of_lane(lane)).sum()
    }

    fn of_lane(&self, lane: Lane) -> usize {
        let counts = &self.counts[lane as usize];
        counts.iter().sum::<usize>() - counts[Pool::Vendors as usize]
    }

    /// Number of running jobs of a pool, by lane.
    fn of_pool(&self, pool: Pool) -> [usize; LANES] {
        Lane::ALL.map(|lane| self.counts[lane as usize][pool as usize])
    }

    /// Number of running jobs of a lane that depend on a system.
    fn of_lane_on(&self, system: Upstream, lane: Lane) -> usize {
        let counted = Pool::ALL.into_iter().filter(|pool| pool.systems().contains(&system));
        counted.map(|pool| self.counts[lane as usize][pool as usize]).sum()
    }

    /// Number of running jobs of this and less urgent lanes that depend on a system.
    fn on(&self, system: Upstream, lane: Lane) -> usize {
        let counted = combinations().filter(|(other, pool)| *other >= lane && pool.systems().contains(&system));
        counted.map(|(lane, pool)| self.counts[lane as usize][pool as usize]).sum()
    }
}

impl Room {
    /// The number for a lane and pool.
    pub const fn of(&self, lane: Lane, pool: Pool) -> usize {
        self.counts[lane as usize][pool as usize]
    }

    /// The number for one share and lane.
    pub const fn of_a_share(&self) -> usize {
        self.of_a_share
    }

    /// Sets the number for a lane and pool to zero.
    pub const fn close(&mut self, lane: Lane, pool: Pool) {
        self.counts[lane as usize][pool as usize] = 0;
    }

    /// Whether no job may be claimed.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().flatten().all(|count| *count == 0)
    }
}

/// All combinations of lane and pool, most urgent lane first.
fn combinations() -> impl Iterator<Item = (Lane, Pool)> {
    Lane::ALL.into_iter().flat_map(|lane| Pool::ALL.into_iter().map(move |pool| (lane, pool)))
}
