//! Linking an account to a customer that the vendor has already (`M16`, `M17`).

use tessera_check::{Existing, Outcome, Report, Target};
use tessera_sim::marketplace_vendor::{Fault, Vendor};
use tessera_sim::server::Running;

use crate::target;

async fn checked(vendor: &Vendor, domain: &str, external_id: Option<String>) -> Report {
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let running = Running::serve(listener, vendor.router()).unwrap();
    let options = [("domain".to_owned(), domain.to_owned())].into();
    let existing = Some(Existing { options, external_id });
    tessera_check::check(Target { existing, ..target(&running.url()) }).await.unwrap()
}

#[tokio::test]
async fn m16_m17_exists_must_find_a_given_customer_by_its_sync_options() {
    let vendor = Vendor::new([]);
    let id = vendor.add_customer("known.example");
    let report = checked(&vendor, "known.example", Some(id)).await;
    assert!(report.passed && report.rules(Outcome::Kept).contains(&"E6"), "{report}");
    assert_eq!(vendor.customers(), 1, "the customer is still there, and no other");

    let report = checked(&vendor, "unknown.example", None).await;
    assert_eq!(report.broken_rules(), ["E5"], "{report}");
    let report = checked(&vendor, "known.example", Some("another".to_owned())).await;
    assert_eq!(report.broken_rules(), ["E5"], "{report}");
    assert_eq!(vendor.customers(), 1);

    let overlooks = Vendor::new([Fault::OverlooksOptions]);
    overlooks.add_customer("known.example");
    let report = checked(&overlooks, "known.example", None).await;
    assert_eq!((report.broken_rules(), overlooks.customers()), (vec!["E5"], 1), "{report}");
}

#[tokio::test]
async fn m16_a_customer_of_another_account_is_never_deleted() {
    let vendor = Vendor::new([]);
    vendor.add_customer("known.example");
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let running = Running::serve(listener, vendor.router()).unwrap();
    // Every test account has the options of that customer.
    let options = [("domain".to_owned(), "known.example".to_owned())].into();
    let report = tessera_check::check(Target { options, ..target(&running.url()) }).await.unwrap();
    assert!(!report.passed && report.broken_rules().contains(&"E1"), "{report}");
    assert_eq!((vendor.customers(), report.left_behind.len()), (1, 0), "{report}");
}
