//! API keys of machines.

use std::sync::Arc;

use tessera_core::staff::StaffError;
use testkit::{CLI, TestHub};

use crate::by_8_at_once;

#[testkit::both_databases]
async fn h04_of_8_machines_that_get_one_api_key_at_once_one_has_it(world: TestHub) {
    let key = Arc::new("tsk_the-same-for-all".to_owned());
    let outcomes = by_8_at_once(|n| {
        let (hub, key) = (world.hub.clone(), key.clone());
        async move { hub.set_api_key(&format!("machine {n}"), &key, &CLI).await }
    });
    let (given, rejected): (Vec<_>, Vec<_>) = outcomes.await.into_iter().partition(Result::is_ok);
    assert_eq!(given.len(), 1);
    for rejected in rejected {
        let rejected = rejected.unwrap_err();
        assert_eq!(rejected.rejection(), Some(&StaffError::KeyTaken), "{rejected}");
    }
    let owner = world.hub.api_key(&key).await.unwrap().unwrap();
    world.hub.set_api_key(&owner.name, &key, &CLI).await.unwrap();
}
