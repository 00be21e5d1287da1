//! Tests of stored state.

use serde_json::json;
use tessera_sim::freshservice::{Freshservice, Options};
use tessera_sim::persist::Kept;
use tessera_sim::world::World;

#[tokio::test]
async fn changes_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("below").join("state.json");
    let kept: Kept<Vec<u64>> = Kept::open(Some(file.clone()), || vec![1]).unwrap();
    let other = kept.clone();
    other.change(|numbers| numbers.push(2));
    kept.flush().unwrap();
    assert_eq!(serde_json::from_slice::<Vec<u64>>(&std::fs::read(&file).unwrap()).unwrap(), [1, 2]);
    kept.change(|numbers| numbers.push(3));
    drop((kept, other));
    let again: Kept<Vec<u64>> = Kept::open(Some(file.clone()), Vec::new).unwrap();
    assert_eq!(*again.read(), [1, 2, 3], "the last clone wrote what was left");
    let left: Vec<_> = std::fs::read_dir(file.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "no draft stays behind");
}

#[tokio::test]
async fn an_invalid_state_file_is_an_error_and_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    std::fs::write(&file, "[1,").unwrap();
    assert!(Kept::<Vec<u64>>::open(Some(file.clone()), Vec::new).is_err());
    assert_eq!(std::fs::read_to_string(file).unwrap(), "[1,");
}

#[tokio::test]
async fn a_service_desk_restores_its_rows_and_rules() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { data_file: Some(directory.path().join("desk.json")), ..Options::default() };
    let desk = Freshservice::new(options.clone()).unwrap();
    desk.load(&World { people: Vec::new(), stock: vec!["SN-1".to_owned()] });
    let rule = json!({ "name": "n", "event": "asset.updated", "url": "http://127.0.0.1:9/" });
    desk.set_rules(vec![serde_json::from_value(rule).unwrap()]);
    desk.flush().unwrap();
    let again = Freshservice::new(options).unwrap();
    again.load(&World { people: Vec::new(), stock: vec!["SN-2".to_owned()] });
    let state = again.desk();
    assert_eq!(state.assets[&1].current().asset.name, "PACE SN-1");
    assert_eq!((state.assets.len(), state.rules.len()), (1, 1));
}
