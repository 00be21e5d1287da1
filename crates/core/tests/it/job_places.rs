//! How places are divided among jobs (`H04`, `H06`).

use proptest::prelude::*;
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::{Due, Lane, Load, Places, Pool, Upstream, VendorCalls};
use uuid::Uuid;

fn lane() -> impl Strategy<Value = Lane> {
    prop::sample::select(Lane::ALL.to_vec())
}

fn pool() -> impl Strategy<Value = Pool> {
    prop::sample::select(Pool::ALL.to_vec())
}

/// Number of vendors, by turns.
const VENDORS: u128 = 3;

fn jobs(of: Vec<(Lane, Pool)>) -> Vec<Due> {
    let due = (0..).zip(of).map(|(n, (lane, pool))| {
        let share = (pool == Pool::Vendors).then(|| Uuid::from_u128(1 + n % VENDORS));
        Due { id: JobId(Uuid::now_v7()), lane, pool, share }
    });
    let mut due: Vec<_> = due.collect();
    due.sort_by_key(|due| due.lane);
    due
}

/// A job that calls a vendor.
fn call(lane: Lane, vendor: u128) -> Due {
    Due { id: JobId(Uuid::now_v7()), lane, pool: Pool::Vendors, share: Some(Uuid::from_u128(vendor)) }
}

/// What runs after a flood of calls.
fn called(places: &Places, calls: impl Iterator<Item = (Lane, u128)>) -> Load {
    let mut due: Vec<_> = calls.map(|(lane, vendor)| call(lane, vendor)).collect();
    due.sort_by_key(|due| due.lane);
    let mut load = Load::default();
    for due in places.choose(&load, &due) {
        load.add(due.lane, due.pool, due.share);
    }
    load
}

/// What runs after jobs came and went in any order, as far as there were places.
fn load(places: &Places, steps: &[(Lane, Pool, bool)]) -> Load {
    let mut load = Load::default();
    let mut running = Vec::new();
    for (lane, pool, begins) in steps {
        if *begins {
            for due in places.choose(&load, &jobs(vec![(*lane, *pool)])) {
                load.add(due.lane, due.pool, due.share);
                running.push((due.lane, due.pool, due.share));
            }
        } else if let Some((lane, pool, share)) = running.pop() {
            load.remove(lane, pool, share);
        }
    }
    load
}

fn started(places: &Places, mut load: Load, flood: impl Iterator<Item = (Lane, Pool)>) -> Load {
    for due in places.choose(&load, &jobs(flood.collect())) {
        load.add(due.lane, due.pool, due.share);
    }
    load
}

proptest! {
    #[test]
    fn h06_work_that_can_wait_leaves_a_place_for_a_person(
        steps in prop::collection::vec((lane(), pool(), any::<bool>()), 0..80),
        flood in prop::collection::vec((lane(), pool()), 0..200),
        wanted in pool(),
    ) {
        let places = Places::default();
        let steps: Vec<_> = steps.into_iter().filter(|(lane, ..)| *lane != Lane::Interactive).collect();
        let flood = flood.into_iter().filter(|(lane, _)| *lane != Lane::Interactive);
        let full = started(&places, load(&places, &steps), flood);
        prop_assert_eq!(places.choose(&full, &jobs(vec![(Lane::Interactive, wanted)])).len(), 1);
    }

    #[test]
    fn h04_a_flood_of_one_lane_leaves_places_for_the_others(
        of in lane(),
        pools in prop::collection::vec(pool(), 0..200),
    ) {
        let places = Places::default();
        let full = started(&places, Load::default(), pools.into_iter().map(|pool| (of, pool)));
        for other in Lane::ALL.into_iter().filter(|other| *other != of) {
            prop_assert_eq!(places.choose(&full, &jobs(vec![(other, Pool::Own)])).len(), 1, "{:?}", other);
        }
    }

    #[test]
    fn h04_a_silent_system_leaves_places_for_work_on_others(
        silent in prop::sample::select(Upstream::ALL.to_vec()),
        flood in prop::collection::vec((lane(), pool()), 0..300),
        waits in lane(),
        pool in pool(),
    ) {
        let places = Places::default();
        let on_it = flood.into_iter().filter(|(_, pool)| pool.systems() == [silent]);
        let full = started(&places, Load::default(), on_it);
        prop_assume!(!pool.systems().contains(&silent));
        prop_assert_eq!(places.choose(&full, &jobs(vec![(waits, pool)])).len(), 1);
    }

    #[test]
    fn m20_a_vendor_takes_its_share_and_leaves_a_place_for_every_other(
        calls in prop::collection::vec((lane(), 2_u128..60), 0..400),
        waits in lane(),
    ) {
        let places = Places::default();
        let full = called(&places, calls.into_iter());
        prop_assert_eq!(places.choose(&full, &[call(waits, 1)]).len(), 1, "the first call of a vendor");
        prop_assert_eq!(places.choose(&full, &jobs(vec![(waits, Pool::Own)])).len(), 1, "the hub's own work");
    }

    #[test]
    fn m20_who_waits_for_a_vendor_goes_ahead_of_bulk_work(
        calls in prop::collection::vec((prop::sample::select(vec![Lane::Normal, Lane::Bulk]), 1_u128..9), 0..400),
        at_once in 1_usize..40,
        at_once_per_vendor in 1_usize..20,
        vendor in 1_u128..9,
    ) {
        let places = Places::calling_vendors(VendorCalls { at_once, at_once_per_vendor });
        let full = called(&places, calls.into_iter());
        prop_assert_eq!(places.choose(&full, &[call(Lane::Interactive, vendor)]).len(), 1);
    }

    #[test]
    fn h04_what_is_chosen_fits_and_nothing_that_fits_is_left(
        steps in prop::collection::vec((lane(), pool(), any::<bool>()), 0..80),
        due in prop::collection::vec((lane(), pool()), 0..80),
    ) {
        let places = Places::default();
        let before = load(&places, &steps);
        let due = jobs(due);
        let chosen = places.choose(&before, &due);
        let mut after = before.clone();
        for due in &chosen {
            after.add(due.lane, due.pool, due.share);
        }
        prop_assert!(after.total() <= 32);
        let room = places.room(&before);
        for (lane, pool) in Lane::ALL.into_iter().flat_map(|lane| Pool::ALL.map(|pool| (lane, pool))) {
            let mut shares: Vec<_> = chosen.iter().map(|due| due.share).collect();
            shares.dedup();
            for share in shares {
                let of_both = chosen.iter().filter(|due| (due.lane, due.pool, due.share) == (lane, pool, share)).count();
                let room = if share.is_some() { room.of_a_share() } else { room.of(lane, pool) };
                prop_assert!(of_both <= room, "the room is what the database is asked for");
            }
        }
        for left in due.iter().filter(|due| !chosen.contains(due)) {
            prop_assert!(places.choose(&after, &[*left]).is_empty(), "{:?} would have fitted", left);
        }
    }
}

#[test]
fn h04_even_when_every_system_is_silent_the_hubs_own_work_goes_on() {
    let places = Places::default();
    let systems = [Pool::ServiceDesk, Pool::Crm, Pool::ServiceDeskAndCrm, Pool::Mail];
    let can_wait = [Lane::Normal, Lane::Bulk];
    let flood = can_wait.into_iter().flat_map(|lane| systems.into_iter().flat_map(move |pool| [(lane, pool); 40]));
    let full = started(&places, Load::default(), flood.chain([(Lane::Bulk, Pool::Invoices); 40]));
    for lane in Lane::ALL {
        assert_eq!(places.choose(&full, &jobs(vec![(lane, Pool::Own)])).len(), 1, "{lane:?}");
    }
}
