//! Which workers are dead, judged by beats and a monotonic clock (`H04`).

use std::time::Duration;

use proptest::prelude::*;
use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::watch::{BEAT_EVERY, DEAD_AFTER, LOOK_EVERY, LOST_AFTER, Watch};
use uuid::Uuid;

const WORKER: WorkerId = WorkerId(Uuid::from_u128(1));

/// Looks every second at beats; gives the second at which the worker is dead.
fn dead_at(beats: impl Iterator<Item = i64>) -> Option<u64> {
    let mut watch = Watch::default();
    (0..).zip(beats).find_map(|(second, beat)| {
        let at = LOOK_EVERY * second;
        (!watch.look(at, at, &[(WORKER, beat)]).is_empty()).then_some(second.into())
    })
}

#[test]
fn h04_a_dead_worker_is_noticed_within_ten_seconds() {
    for last in 0..4 {
        let died = dead_at((0..100).map(|second: i64| second.min(last)));
        let last = u64::try_from(last).unwrap();
        assert!(died.is_some_and(|died| died > last + 7 && died <= last + 10), "{died:?} after {last}");
    }
}

#[test]
fn h04_a_worker_drops_its_jobs_before_others_take_them() {
    assert!(LOST_AFTER + BEAT_EVERY <= DEAD_AFTER);
}

#[test]
fn h04_a_process_that_was_suspended_declares_no_other_dead() {
    let mut watch = Watch::default();
    let look = |watch: &mut Watch, second: u64| {
        let at = Duration::from_secs(second);
        watch.look(at, at, &[(WORKER, 7)])
    };
    assert!(look(&mut watch, 0).is_empty());
    assert!(look(&mut watch, 60).is_empty(), "this process was stopped, or the database was");
    let noticed = (61..80).find(|second| !look(&mut watch, *second).is_empty());
    assert_eq!(noticed, Some(68));
}

#[test]
fn h04_a_slow_read_does_not_make_records_older() {
    let mut watch = Watch::default();
    let seconds = Duration::from_secs;
    assert!(watch.look(seconds(0), seconds(2), &[(WORKER, 1)]).is_empty());
    for second in 3..10 {
        assert!(watch.look(seconds(second), seconds(second), &[(WORKER, 1)]).is_empty(), "{second}");
    }
    assert_eq!(watch.look(seconds(10), seconds(12), &[(WORKER, 1)]), [(WORKER, 1)]);
}

proptest! {
    #[test]
    fn h04_a_worker_that_beats_is_never_dead(pauses in prop::collection::vec(1_usize..8, 1..50)) {
        let beats = pauses.into_iter().enumerate().flat_map(|(beat, seconds)| {
            std::iter::repeat_n(i64::try_from(beat).unwrap_or(0), seconds)
        });
        prop_assert_eq!(dead_at(beats), None);
    }
}
