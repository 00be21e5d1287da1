//! What everything in one story shares: the clocks, the log, the weather, and chance.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::SignedDuration;

use crate::clock::Clocks;
use crate::dice::{Dice, Stream};
use crate::journal::Journal;
use crate::weather::Weather;

/// A clock that was set back by no more than this stays so to the end of the story.
const SET_BACK_TO_THE_END: SignedDuration = SignedDuration::from_mins(15);

/// The scene of one story.
#[derive(Debug)]
pub struct Scene {
    /// The seed.
    pub seed: u64,
    /// Time.
    pub clocks: Clocks,
    /// The log.
    pub journal: Journal,
    /// What goes wrong.
    pub weather: Weather,
    /// Calls per minute that the service desk allows; none: any number.
    pub desk_budget: Option<usize>,
    /// By how much the service desk's search lags behind.
    pub search_lag: Duration,
    /// Chance in calls of outside systems.
    pub calls: Dice,
    /// Chance in calls of the database.
    pub disk: Dice,
    /// Chance of clients.
    pub clients: Dice,
    well: AtomicBool,
    broken: Mutex<Vec<String>>,
}

impl Scene {
    /// The scene of a seed, inside the runtime whose time it shows.
    pub fn new(seed: u64, weather: Weather) -> Self {
        Self {
            seed,
            clocks: Clocks::start(),
            journal: Journal::default(),
            weather,
            desk_budget: None,
            search_lag: Duration::ZERO,
            calls: Dice::new(seed, Stream::Calls),
            disk: Dice::new(seed, Stream::Disk),
            clients: Dice::new(seed, Stream::Clients),
            well: AtomicBool::new(false),
            broken: Mutex::default(),
        }
    }

    /// Adds a line to the log.
    pub fn note(&self, what: std::fmt::Arguments<'_>) {
        self.journal.note(self.clocks.elapsed(), what);
    }

    /// From now on nothing goes wrong. A clock that was set back by long is put right: until the time that it had shown comes again, what
    /// is missing outside is not believed to be gone.
    pub fn get_well(&self) {
        self.well.store(true, Ordering::Relaxed);
        if self.clocks.set_back_by() > SET_BACK_TO_THE_END {
            self.clocks.set_hub(self.clocks.set_back_by());
        }
        self.note(format_args!("everything is well"));
    }

    /// Whether nothing goes wrong any more.
    pub fn is_well(&self) -> bool {
        self.well.load(Ordering::Relaxed)
    }

    /// A promise was broken.
    pub fn broken(&self, what: String) {
        self.note(format_args!("BROKEN {what}"));
        self.broken.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(what);
    }

    /// The promises that were broken.
    pub fn all_broken(&self) -> Vec<String> {
        self.broken.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
