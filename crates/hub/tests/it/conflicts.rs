//! Changes that conflict again and again (`H04`).

use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::persons::PersonDraft;
use tessera_hub::HubError;
use testkit::{ADA, JO, TestHub, run_sql};

use crate::by_8_at_once;

#[testkit::both_databases]
async fn h04_a_change_that_keeps_conflicting_is_given_up_and_the_others_go_on(world: TestHub) {
    world.activated(ADA).await;
    // Held, but no hold has it: the plan's guard refuses what every reading lets pass.
    run_sql(&world.database, "UPDATE records SET held_at = 1 WHERE kind = 'requester' AND external_id = '1001'").await;
    let (hub, key) = (world.hub.clone(), RecordKey::new("freshservice", Kind::Requester, ADA.requester));
    let hopeless = tokio::spawn(async move { hub.read_through(&key, &JO).await });
    let id = world.person_of(ADA.email).await.id;
    let changed = by_8_at_once(|n| {
        let hub = world.hub.clone();
        async move {
            let named = |person: &_| PersonDraft { name: format!("Ada {n}"), ..PersonDraft::from(person) };
            hub.change_person(id, None, named, &JO).await.map(drop)
        }
    });
    assert!(changed.await.iter().all(Result::is_ok));
    assert!(matches!(hopeless.await.unwrap(), Err(HubError::Busy)));
    let given_up: Vec<_> = world.hub.changes_given_up().into_iter().collect();
    let [(place, 1)] = given_up.as_slice() else { panic!("{given_up:?}") };
    assert!(place.contains("apply_observation.rs") && place.contains("the record was read again"), "{place}");
    world.expect_changes_given_up();
    world.hub.run_pending().await;
}
