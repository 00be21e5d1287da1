//! When jobs are tried again, and given up (`H04`).

use jiff::SignedDuration;
use proptest::prelude::*;
use tessera_core::kernel::job::{Lane, Retries};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn waits(retries: Retries, chance: u32) -> Vec<SignedDuration> {
    (1..).map_while(|failures| retries.wait(failures, chance)).take(2000).collect()
}

#[test]
fn h04_waits_double_up_to_hours() {
    let seconds: Vec<_> = waits(Retries::of(Lane::Normal), 0).iter().map(SignedDuration::as_secs).collect();
    assert_eq!(seconds[..6], [2, 4, 8, 16, 32, 64]);
    assert_eq!(seconds.last(), Some(&3600));
}

#[test]
fn h04_a_job_is_tried_for_days_and_then_given_up() {
    for lane in Lane::ALL {
        let total = waits(Retries::of(lane), 0).into_iter().fold(SignedDuration::ZERO, |sum, wait| sum + wait);
        assert!(total > DAY * 2 && total < DAY * 8, "{lane:?}: {total}");
    }
    assert_eq!(waits(Retries::FOR_EVER, 0).len(), 2000, "nobody would ask for it again");
}

proptest! {
    #[test]
    fn h04_jobs_that_failed_together_are_not_tried_together(failures in 1_i64..40, one in any::<u32>(), other in any::<u32>()) {
        let retries = Retries::of(Lane::Normal);
        let longest = retries.wait(failures, 0).unwrap();
        let (first, second) = (retries.wait(failures, one).unwrap(), retries.wait(failures, other).unwrap());
        for wait in [first, second] {
            prop_assert!(wait <= longest && wait >= longest / 4 * 3, "{wait} of {longest}");
        }
        prop_assert!(one % 1024 == other % 1024 || first != second);
    }
}
