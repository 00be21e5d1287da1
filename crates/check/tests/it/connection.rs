//! The check of a connection, which changes nothing at the vendor.

use std::collections::BTreeMap;

use tessera_check::{Outcome, Report};
use tessera_sim::marketplace_vendor::{Fault, Vendor};
use tessera_sim::server::Running;

use crate::target;

async fn checked(vendor: &Vendor) -> Report {
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let running = Running::serve(listener, vendor.router()).unwrap();
    tessera_check::check_connection(target(&running.url()), BTreeMap::new()).await.unwrap()
}

#[tokio::test]
async fn m04_a_check_of_the_connection_creates_nothing_and_says_what_it_left_out() {
    let vendor = Vendor::new([]);
    let report = checked(&vendor).await;
    assert_eq!((vendor.customers(), report.broken_rules()), (0, Vec::new()), "{report}");
    assert!(["T1", "T3", "O1", "O6", "E1", "E2"].iter().all(|id| report.rules(Outcome::Kept).contains(id)), "{report}");
    assert!(["S1", "D1", "R1", "U1"].iter().all(|id| report.rules(Outcome::NotAsked).contains(id)), "{report}");

    let odd = checked(&Vendor::new([Fault::MindsLetterCase])).await;
    assert!(odd.rules(Outcome::Advice).contains(&"T3"), "{odd}");
}
