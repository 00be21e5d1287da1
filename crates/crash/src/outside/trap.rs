//! The trap of one hub process: it holds the call at which the process is to be killed, and makes the service desk slow.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use tokio::sync::{oneshot, watch};

use super::point::{Point, System, When};

/// The trap. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Trap(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    armed: Mutex<Option<(Point, oneshot::Sender<()>)>>,
    /// Counts the releases. Whether what was held goes on is beside it.
    released: watch::Sender<(u64, bool)>,
    weather: Option<Mutex<StdRng>>,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fate {
    /// Time until it is carried out.
    pub before: Duration,
    /// Time until it is answered.
    pub after: Duration,
    /// It is answered with 429.
    pub busy: bool,
    /// It is carried out, and its answer is lost.
    pub lost: bool,
}

impl Trap {
    /// With `weather`, outside systems are slow, busy, and lose answers.
    pub fn new(weather: Option<StdRng>) -> Self {
        let (released, _) = watch::channel((0, false));
        Self(Arc::new(Inner { armed: Mutex::default(), released, weather: weather.map(Mutex::new) }))
    }

    /// From now on, the next such call is held. The receiver learns of it.
    pub fn arm(&self, point: Point) -> oneshot::Receiver<()> {
        let (sprung, springs) = oneshot::channel();
        *self.armed() = Some((point, sprung));
        springs
    }

    /// Lets everything go that is held: it goes on, or it is dropped.
    pub fn release(&self, goes_on: bool) {
        *self.armed() = None;
        self.0.released.send_modify(|(count, on)| (*count, *on) = (*count + 1, goes_on));
    }

    /// Holds a call if it is the one. Returns whether it goes on.
    pub async fn pass(&self, system: System, method: &str, path: &str, when: When) -> bool {
        // Before the killer learns of it, so that no release is missed.
        let mut released = self.0.released.subscribe();
        let sprung = {
            let mut armed = self.armed();
            match armed.take() {
                Some((point, sprung)) if point.is(system, method, path, when) => sprung,
                other => {
                    *armed = other;
                    return true;
                }
            }
        };
        if sprung.send(()).is_err() {
            return true;
        }
        // The sender lives as long as the trap.
        released.changed().await.is_ok() && released.borrow().1
    }

    /// What becomes of a call of this system.
    pub fn fate(&self, system: System) -> Fate {
        let Some(weather) = &self.0.weather else { return Fate::default() };
        let mut random = weather.lock().unwrap_or_else(PoisonError::into_inner);
        let mut up_to = |ms| Duration::from_millis(random.random_range(0..ms));
        match system {
            System::Desk | System::Crm | System::Vendor => {
                let (before, after) = (up_to(400), up_to(400));
                let drawn = random.random_range(0..100);
                Fate { before, after, busy: drawn < 3, lost: (3..8).contains(&drawn) }
            }
            System::Mail => Fate { lost: random.random_range(0..100) < 5, ..Fate::default() },
            System::Idp | System::Hub | System::VendorHub => Fate::default(),
        }
    }

    fn armed(&self) -> std::sync::MutexGuard<'_, Option<(Point, oneshot::Sender<()>)>> {
        self.0.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
