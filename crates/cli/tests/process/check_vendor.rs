//! `tessera check-vendor` ends with the status that scripts go by.

use std::process::Output;

use tessera_sim::marketplace_vendor::{API_KEY, APPLICATION_ID, Fault, Vendor};
use tessera_sim::server::Running;
use tokio::process::Command;

async fn check(vendor: &Vendor, more: &[&str]) -> (Output, String) {
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let running = Running::serve(listener, vendor.router()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.args(["check-vendor", &running.url(), "--application-id", APPLICATION_ID]).args(more);
    let output = command.env_clear().env("TESSERA_VENDOR_API_KEY", API_KEY).output().await.unwrap();
    let printed = String::from_utf8(output.stdout.clone()).unwrap();
    (output, printed)
}

#[tokio::test]
async fn m21_the_exit_status_is_0_only_for_a_vendor_that_keeps_the_contract() {
    let vendor = Vendor::new([]);
    let id = vendor.add_customer("known.example");
    let (output, printed) = check(&vendor, &["--existing", "domain=known.example", "--existing-id", &id]).await;
    assert_eq!(output.status.code(), Some(0), "{printed}");
    assert!(printed.contains("The vendor keeps the contract."), "{printed}");
    assert_eq!(vendor.customers(), 1);

    let (output, printed) = check(&Vendor::new([Fault::DeletesNothing]), &[]).await;
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("The vendor breaks the contract: D2."), "{printed}");
}

#[tokio::test]
async fn m21_no_verdict_is_exit_status_1() {
    let silent = Vendor::new([Fault::MakesAndFallsSilent]);
    let (output, printed) = check(&silent, &["--within", "1"]).await;
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(
        printed.contains("No verdict: ") && printed.contains("the time limit of 1 second was reached"),
        "{printed}"
    );
    assert_eq!(silent.customers(), 0, "{printed}");
    let (output, printed) = check(&silent, &["--within", "1", "--json"]).await;
    let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((output.status.code(), &report["verdict"]), (Some(1), &"incomplete".into()), "{printed}");
}
