//! The life of one process of the hub. Every call that leaves the hub passes a point at which the process may die.
//!
//! Between two such points nothing can be seen from outside, so a death at any other place is the same as one at the next point.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

/// More points than any story has: the hub repeats something without end.
const TOO_MANY: u64 = 3_000_000;
const NEVER: u64 = u64::MAX;

/// One process, until it dies.
#[derive(Debug)]
pub struct Life {
    /// At how many more points it lives on.
    left: AtomicU64,
    passed: AtomicU64,
    dead: AtomicBool,
    died: Notify,
}

impl Life {
    /// A process that dies after this many points; none: it lives on.
    pub fn new(points: Option<u64>) -> Self {
        let left = AtomicU64::new(points.unwrap_or(NEVER));
        Self { left, passed: AtomicU64::new(0), dead: AtomicBool::new(false), died: Notify::new() }
    }

    /// Passes a point. A dead process never gets any further.
    pub async fn point(&self) {
        if !self.dead.load(Ordering::Relaxed) && !self.burns_down() {
            return;
        }
        std::future::pending::<()>().await;
    }

    fn burns_down(&self) -> bool {
        let passed = self.passed.fetch_add(1, Ordering::Relaxed);
        assert!(passed < TOO_MANY, "the hub repeats something without end");
        let left = self.left.load(Ordering::Relaxed);
        if left == NEVER {
            return false;
        }
        self.left.store(left.saturating_sub(1), Ordering::Relaxed);
        if left > 0 {
            return false;
        }
        self.kill();
        true
    }

    /// It dies now.
    pub fn kill(&self) {
        self.dead.store(true, Ordering::Relaxed);
        self.died.notify_one();
    }

    /// It lives on from now on, unless it is dead.
    pub fn spare(&self) {
        self.left.store(NEVER, Ordering::Relaxed);
    }

    /// Whether it is dead.
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// Waits for its death.
    pub async fn died(&self) {
        self.died.notified().await;
    }
}
