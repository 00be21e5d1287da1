//! Records: the later read wins, and a record is found by what it says now.

use tessera_core::devices::change::DeviceChange;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::record::{Attributes, HandleKind, Observation};
use tessera_store::Store;
use tessera_store::technical::SearchKeyPosition;
use testkit::store::{
    DESK, activated, at, bundle, link, linking, new_customer, plan, requester, requester_key, seeing,
};
use testkit::{Database, run_sql};

fn putting(seen: &Observation) -> Plan {
    plan([RecordChange::Put(Box::new(seen.clone()))])
}

async fn found(store: &Store, kind: HandleKind, value: &str) -> Vec<String> {
    store.records_by(kind, value, 10).await.unwrap().into_iter().map(|record| record.key.external_id).collect()
}

async fn hits(store: &Store, prefix: &str) -> Vec<String> {
    let mut ids: Vec<_> =
        store.search(HandleKind::Name, prefix, 10).await.unwrap().into_iter().map(|hit| hit.key.external_id).collect();
    ids.sort();
    ids
}

#[testkit::both_databases]
async fn h02_a_read_begun_earlier_never_overwrites_a_later_one(Database { store, .. }: Database) {
    let early = requester("777", "Jane Old", "old@example.com", 1);
    let late = requester("777", "Jane New", "new@example.com", 2);
    store.apply(&putting(&late)).await.unwrap();
    store.apply(&putting(&early)).await.expect("it is no conflict, only late");

    let record = store.record(&early.key).await.unwrap().unwrap();
    assert_eq!((record.attributes, record.read_at), (late.attributes, at(2)));
    assert_eq!(found(&store, HandleKind::PrimaryEmail, "new@example.com").await, ["777"]);
    assert_eq!(found(&store, HandleKind::PrimaryEmail, "old@example.com").await, [] as [&str; 0]);

    store.apply(&seeing(&bundle("4", Some("777"), 6))).await.unwrap();
    store.apply(&seeing(&bundle("4", Some("1"), 5))).await.unwrap();
    assert_eq!(store.device(DESK, "4").await.unwrap().unwrap().holder.as_deref(), Some("777"));
}

#[testkit::both_databases]
async fn h02_a_repetition_is_no_change(Database { store, .. }: Database) {
    for read in [1, 2, 3] {
        let name = if read < 3 { "Jane" } else { "Jane Roe" };
        store.apply(&putting(&requester("777", name, "jane@example.com", read))).await.unwrap();
        let record = store.record(&requester_key("777")).await.unwrap().unwrap();
        let changed = if read < 3 { at(1) } else { at(3) };
        assert_eq!((record.first_seen_at, record.changed_at, record.read_at), (at(1), changed, at(read)));
    }
}

#[testkit::both_databases]
async fn a04_a_record_is_found_by_its_current_values(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    store.apply(&linking(&link(jane.id, requester_key("777")))).await.unwrap();
    store.apply(&putting(&requester("777", "Jane Doe", "Old@Example.com", 1))).await.unwrap();
    store.apply(&putting(&requester("778", "Jane Doe", "old@example.com", 1))).await.unwrap();
    assert_eq!(store.customers_by_requester_email("old@example.com").await.unwrap(), [jane.id]);

    store.apply(&putting(&requester("777", "Jane Roe", "new@example.com", 2))).await.unwrap();

    assert_eq!(found(&store, HandleKind::PrimaryEmail, "old@example.com").await, ["778"]);
    assert_eq!(found(&store, HandleKind::PrimaryEmail, "new@example.com").await, ["777"]);
    assert_eq!(hits(&store, "doe").await, ["778"]);
    assert_eq!(hits(&store, "ro").await, ["777"]);
    assert_eq!(store.customers_by_requester_email("old@example.com").await.unwrap(), []);
    assert_eq!(store.customers_by_requester_email("new@example.com").await.unwrap(), [jane.id]);
}

#[testkit::both_databases]
async fn h04_a_late_read_does_not_restore_a_deleted_record(Database { store, .. }: Database) {
    let late = bundle("4", Some("777"), 2);
    store.apply(&seeing(&bundle("4", Some("777"), 1))).await.unwrap();
    let (system, external_id, read_at) = (DESK.to_owned(), "4".to_owned(), at(3));
    let buried = [
        Change::from(RecordChange::Bury { key: late.key.clone(), at: read_at }),
        DeviceChange::Drop { system, external_id, read_at }.into(),
    ];
    store.apply(&plan(buried)).await.unwrap();
    assert_eq!(store.record(&late.key).await.unwrap().unwrap().gone_at, Some(at(3)));

    store.apply(&seeing(&late)).await.unwrap();

    assert_eq!(store.record(&late.key).await.unwrap().unwrap().gone_at, Some(at(3)));
    assert_eq!(store.device(DESK, "4").await.unwrap(), None);
    assert_eq!(store.records_held(DESK, "777").await.unwrap(), []);
    assert_eq!(found(&store, HandleKind::Serial, "SN4").await, [] as [&str; 0]);

    store.apply(&seeing(&bundle("4", Some("777"), 4))).await.unwrap();
    assert_eq!(store.record(&late.key).await.unwrap().unwrap().gone_at, None, "restored from the trash");
    assert!(store.device(DESK, "4").await.unwrap().is_some());
    assert_eq!(found(&store, HandleKind::Serial, "SN4").await, ["4"]);
}

#[testkit::both_databases]
async fn h04_text_of_any_kind_is_kept(Database { store, .. }: Database) {
    let odd = "O'Brien; DROP TABLE records;-- \" \\ ${x} $1 ?1 日本 👩‍🚀 \u{202e}rtl";
    let mut seen = requester("777", odd, "jane@example.com", 1);
    seen.raw = serde_json::json!({ "note": "nul \u{0} inside", "big": 9_007_199_254_740_993_u64 });
    store.apply(&putting(&seen)).await.unwrap();
    let record = store.record(&seen.key).await.unwrap().unwrap();
    assert_eq!((record.attributes, record.raw), (seen.attributes, seen.raw));

    // PostgreSQL keeps no NUL in text, and no name needs one: it must not keep the rest of the record out.
    store.apply(&putting(&requester("778", "Nul\u{0}Name", "nul@example.com", 1))).await.unwrap();
    assert_eq!(hits(&store, "nul").await, ["778"]);
}

#[testkit::both_databases]
async fn h04_touching_moves_the_reading_on(Database { store, .. }: Database) {
    let customer = activated(&store, "777", "a", vec![bundle("4", Some("777"), 15)]).await;
    let keys = [bundle("4", None, 0).key, requester_key("777"), requester_key("unknown")];
    let mut read = Vec::new();
    for key in &keys {
        let known = store.record(key).await.unwrap();
        read.push((key.clone(), known.map_or([0; 32], |known| known.content_hash)));
    }
    store.technical().touch_records(&read, at(50)).await.unwrap();
    store.technical().touch_records(&read, at(40)).await.unwrap();
    store.technical().touch_records(&[], at(60)).await.unwrap();
    assert_eq!(store.record(&keys[0]).await.unwrap().unwrap().read_at, at(50));
    assert_eq!(store.devices_of(customer.id).await.unwrap()[0].read_at, at(50));
    assert_eq!(store.record(&keys[2]).await.unwrap(), None);
}

#[testkit::both_databases]
async fn h04_a_record_that_another_reading_changed_meanwhile_is_not_touched(Database { store, .. }: Database) {
    let (known, changed) = (bundle("4", Some("777"), 10), bundle("4", Some("778"), 20));
    store.apply(&seeing(&known)).await.unwrap();
    store.apply(&seeing(&changed)).await.unwrap();
    store.technical().touch_records(&[(known.key.clone(), known.content_hash())], at(30)).await.unwrap();
    assert_eq!(store.record(&known.key).await.unwrap().unwrap().read_at, at(20));
    assert_eq!(store.device(DESK, "4").await.unwrap().unwrap().read_at, at(20));
}

#[testkit::both_databases]
async fn a04_search_goes_by_prefix_in_any_script(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    for (id, name) in [("1", "Österreich Müller"), ("2", "Özil"), ("3", "Zoë"), ("4", "日本 太郎"), ("5", "Mull 100%_")]
    {
        store.apply(&putting(&requester(id, name, &format!("{id}@example.com"), 1))).await.unwrap();
    }
    store.apply(&linking(&link(jane.id, requester_key("3")))).await.unwrap();
    assert_eq!(hits(&store, "ö").await, ["1", "2"]);
    assert_eq!(hits(&store, "öst").await, ["1"]);
    assert_eq!(hits(&store, "mü").await, ["1"]);
    assert_eq!(hits(&store, "mul").await, ["5"]);
    assert_eq!(hits(&store, "日").await, ["4"]);
    assert_eq!(hits(&store, "%").await, [] as [&str; 0], "no character is a wildcard");
    let zoe = store.search(HandleKind::Name, "zo", 10).await.unwrap().remove(0);
    assert_eq!((zoe.customer_id, zoe.attributes.title()), (Some(jane.id), "Zoë"));
    assert_eq!(store.search(HandleKind::PrimaryEmail, "", 3).await.unwrap().len(), 3);
}

#[testkit::both_databases]
async fn h01_search_keys_of_decomposed_names_are_rewritten_in_small_steps(Database { store, url }: Database) {
    const MANY: usize = 520;
    let all = (0..MANY).map(|n| {
        let name = if n % 2 == 0 { "Zoe\u{308} Muster" } else { "Zoë Muster" };
        RecordChange::Put(Box::new(requester(&format!("{n:04}"), name, "zoe@example.com", 5)))
    });
    let mut reading = Plan::default();
    all.for_each(|put| reading.push(put, "it was read"));
    store.apply(&reading).await.unwrap();
    // As an earlier version wrote them: a combining mark was no letter.
    let old = "UPDATE record_handles SET value = 'zoe'
        WHERE handle = 'name' AND value = 'zoë' AND CAST(external_id AS INTEGER) % 2 = 0";
    run_sql(&url, old).await;
    let found = async |word: &str| store.records_by(HandleKind::Name, word, MANY).await.unwrap().len();
    assert_eq!((found("zoë").await, found("zoe").await), (MANY / 2, MANY / 2));

    let (mut position, mut steps) = (Some(SearchKeyPosition::default()), 0);
    while let Some(from) = position {
        position = store.technical().rewrite_search_keys(&from).await.unwrap();
        steps += 1;
    }
    assert_eq!((found("zoë").await, found("zoe").await), (MANY, 0));
    assert!(steps > 2, "{steps} steps");
    // A record that was read again meanwhile keeps its keys.
    store.apply(&putting(&requester("0000", "Ada", "ada@example.com", 9))).await.unwrap();
    store.technical().rewrite_search_keys(&SearchKeyPosition::default()).await.unwrap();
    assert_eq!((found("ada").await, found("zoë").await), (1, MANY - 1));
}

#[testkit::both_databases]
async fn a21_search_keys_of_numbers_that_an_earlier_version_wrote_are_rewritten(Database { store, url }: Database) {
    let mut ada = requester("1", "Ada", "ada@example.com", 5);
    if let Attributes::Requester(ada) = &mut ada.attributes {
        ada.mobile_phone = Some("+44 1632 960000 ext. 7".to_owned());
    }
    store.apply(&putting(&ada)).await.unwrap();
    run_sql(&url, "UPDATE record_handles SET value = '+4416329600007' WHERE value = '+441632960000'").await;
    let found = async |number: &str| store.records_by(HandleKind::Phone, number, 9).await.unwrap().len();
    assert_eq!((found("+441632960000").await, found("+4416329600007").await), (0, 1));
    store.technical().rewrite_search_keys(&SearchKeyPosition::default()).await.unwrap();
    assert_eq!((found("+441632960000").await, found("+4416329600007").await), (1, 0));
}
