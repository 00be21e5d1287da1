//! The portal's search: newest first, and said when not everything was searched (`P09`).

use std::collections::BTreeSet;

use tessera_core::kernel::ids::PersonId;
use tessera_core::search::{EVERYBODY, Entry, Index, Source};
use tessera_store::{PortalHits, PortalQuery, Store};
use testkit::Database;
use testkit::store::{at, plan};
use uuid::Uuid;

/// A text of this time, for everyone.
fn entry(seconds: i64, words: &[&str]) -> Index {
    Index::Put(Box::new(Entry {
        source: Source::Forum,
        id: Uuid::now_v7(),
        scopes: vec![EVERYBODY],
        title: seconds.to_string(),
        excerpt: String::new(),
        path: "/portal/customer/forum".to_owned(),
        at: at(seconds),
        words: words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>(),
    }))
}

async fn search(store: &Store, words: &[&str], candidates: usize) -> (Vec<String>, bool) {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let query = PortalQuery { words: &words, source: Some(Source::Forum), limit: 10, candidates };
    let PortalHits { hits, is_cut } = store.search_portal(PersonId(Uuid::now_v7()), query).await.unwrap();
    (hits.into_iter().map(|hit| hit.title).collect(), is_cut)
}

#[testkit::both_databases]
async fn p09_a_search_that_is_cut_has_looked_at_the_newest_and_says_so(Database { store, .. }: Database) {
    let texts = [3, 1, 5, 2, 4].map(|seconds| match seconds {
        1 => entry(seconds, &["battery", "cable"]),
        _ => entry(seconds, &["battery", "batteries"]),
    });
    store.apply(&plan(texts)).await.unwrap();
    let titles = |titles: &[&str]| titles.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(search(&store, &["batter"], 2000).await, (titles(&["5", "4", "3", "2", "1"]), false));
    assert_eq!(search(&store, &["batter"], 3).await, (titles(&["5", "4", "3"]), true));
    assert_eq!(search(&store, &["battery", "cab"], 5).await, (titles(&["1"]), false));
    assert_eq!(search(&store, &["battery", "cab"], 4).await, (titles(&[]), true));
    assert_eq!(search(&store, &["battery", "wire"], 5).await, (titles(&[]), false));
}
