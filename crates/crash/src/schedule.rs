//! What happens in a run, as pure functions of the seed and a number: what the customer `n` does, what the marketplace does with its account
//! `n`, and the disruption `n`. How far a run gets depends on the machine; what it does on the way does not.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::Mode;
use crate::outside::point::{Point, System};

/// The schedule of a run.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The seed.
    pub seed: u64,
    /// The mode.
    pub mode: Mode,
    /// Whether disruptions may leave effects that are unclear for minutes.
    pub patient: bool,
}

/// What a customer does after the invitation.
#[derive(Debug)]
pub struct LifePlan {
    /// They use the link.
    pub activates: bool,
    /// A device is created for them.
    pub creates: bool,
    /// The created device is given to another customer.
    pub hands: bool,
    /// Changes of their device in the service desk, each reported by a webhook.
    pub renames: usize,
    /// Their service requests.
    pub requests: Vec<RequestPlan>,
}

/// A service request.
#[derive(Debug, Clone, Copy)]
pub struct RequestPlan {
    /// Number of comments.
    pub comments: usize,
    /// Whether it is closed at the end.
    pub closes: bool,
}

/// What a marketplace does with an account.
#[derive(Debug, Clone, Copy)]
pub struct AccountPlan {
    /// Another account of the same e-mail domain is synchronized at the same time.
    pub pair: bool,
    /// It is synchronized again, with another name.
    pub updates: bool,
    /// It is deleted at the end.
    pub deletes: bool,
}

/// What becomes of an account of the operator's own marketplace.
#[derive(Debug, Clone, Copy)]
pub struct ResalePlan {
    /// It is the customer of another account.
    pub has_reseller: bool,
    /// It is synchronized again.
    pub updates: bool,
    /// It is deleted at the end.
    pub deletes: bool,
}

/// What a customer does who buys in the storefront.
#[derive(Debug, Clone, Copy)]
pub struct PurchasePlan {
    /// They buy a second time.
    pub again: bool,
    /// Staff delete their account at the end.
    pub deletes: bool,
}

/// Who dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// The hub, or its database.
    Hub,
    /// The vendor: its answer, or the call to it, is lost.
    Vendor,
    /// The process of the vendor that is one of its own.
    VendorHub,
}

/// A kill, or a stop in the mode `rolling`.
#[derive(Debug, Clone, Copy)]
pub struct Disruption {
    /// Which hub process.
    pub process: usize,
    /// How long after the last one.
    pub after: Duration,
    /// At which call; `None`: at once.
    pub at: Option<Point>,
    /// Who dies.
    pub victim: Victim,
    /// How long a vendor that is killed works on the call before.
    pub works: Duration,
    /// How long until it is started again.
    pub down: Duration,
}

impl Schedule {
    /// The random numbers of one thing.
    pub fn random(&self, of: &str, n: u64) -> StdRng {
        let name = of.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
        StdRng::seed_from_u64(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (name << 40) ^ n)
    }

    /// What customer `n` does.
    pub fn life(&self, n: u64) -> LifePlan {
        let mut random = self.random("life", n);
        let creates = random.random_bool(0.5);
        LifePlan {
            activates: random.random_bool(0.85),
            creates,
            hands: creates && random.random_bool(0.6),
            renames: random.random_range(0..3),
            requests: (0..random.random_range(0..3))
                .map(|_| RequestPlan { comments: random.random_range(0..4), closes: random.random_bool(0.3) })
                .collect(),
        }
    }

    /// What the marketplace does with account `n`.
    pub fn account(&self, n: u64) -> AccountPlan {
        let mut random = self.random("account", n);
        let pair = random.random_bool(0.3);
        AccountPlan { pair, updates: random.random_bool(0.5), deletes: !pair && random.random_bool(0.3) }
    }

    /// What becomes of account `n` of the operator's own marketplace.
    pub fn resale(&self, n: u64) -> ResalePlan {
        let mut random = self.random("resale", n);
        let deletes = if self.mode == Mode::Vendor { 0.9 } else { 0.4 };
        ResalePlan {
            has_reseller: random.random_bool(0.2),
            updates: random.random_bool(0.4),
            deletes: random.random_bool(deletes),
        }
    }

    /// What customer `n` does who buys.
    pub fn purchase(&self, n: u64) -> PurchasePlan {
        let mut random = self.random("purchase", n);
        PurchasePlan { again: random.random_bool(0.4), deletes: random.random_bool(0.6) }
    }

    /// Disruption `n`.
    pub fn disruption(&self, n: u64) -> Disruption {
        let mut random = self.random("disruption", n);
        let points = Point::all(self.mode, self.patient);
        let (after, down) = match self.mode {
            Mode::Two => (1_500..3_500, 50..500),
            Mode::Database => (800..2_000, 50..300),
            Mode::Rolling => (800..1_500, 0..50),
            Mode::Sqlite | Mode::Postgres | Mode::Slow => (300..1_500, 0..100),
            Mode::Vendor => (100..500, 0..100),
        };
        let named = self.mode != Mode::Rolling && random.random_bool(0.6);
        let (at, victim) = match self.mode {
            Mode::Vendor => {
                let turns = turns(&points);
                let turn = turns[usize::try_from(n).unwrap_or(0) % turns.len()];
                (Some(turn.0), turn.1)
            }
            _ => (named.then(|| points[random.random_range(0..points.len())]), Victim::Hub),
        };
        Disruption {
            process: usize::try_from(n).unwrap_or(0) % self.mode.processes(),
            after: Duration::from_millis(random.random_range(after)),
            at,
            victim,
            down: Duration::from_millis(random.random_range(down)),
            works: Duration::from_micros(random.random_range(0..15_000)),
        }
    }
}

/// Each point in turn, with each of those who may die there, so that a short run meets all.
fn turns(points: &[Point]) -> Vec<(Point, Victim)> {
    let of = |system: System| points.iter().copied().filter(move |point| point.system == system);
    let hub = of(System::Vendor).chain(of(System::Hub)).map(|point| (point, Victim::Hub));
    let lost = of(System::Vendor).map(|point| (point, Victim::Vendor));
    let killed = of(System::VendorHub).map(|point| (point, Victim::VendorHub));
    let lists = [hub.collect::<Vec<_>>(), lost.collect(), killed.collect()];
    let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
    (0..longest).flat_map(|n| lists.iter().filter_map(move |list| list.get(n).copied())).collect()
}
