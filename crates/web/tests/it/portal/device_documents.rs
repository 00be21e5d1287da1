//! Documents on a device's page.

use testkit::{ADA, BEN, TestApp};

#[testkit::both_databases]
async fn a15_a_device_s_documents_are_those_of_its_product_and_of_every_product(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let device = app.display_id("HIB-A1");
    let page = ada.open(&format!("{}/portal/customer/devices/{device}", app.url)).await;
    let path = format!("/portal/customer/devices/{device}/documents");
    assert!(page.body.contains(&format!("href=\"{path}\"")), "the device leads to its documents: {}", page.body);

    let page = ada.open(&format!("{}{path}", app.url)).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("For your PACE"), "{}", page.body);
    assert!(page.body.contains("Manual &lt;PACE&gt;") && page.body.contains("Warranty"), "{}", page.body);
    assert!(page.body.contains("https://docs.example.com/pace.pdf?v=1&amp;lang=en"), "{}", page.body);
    assert!(!page.body.contains("another product"), "{}", page.body);
}

#[testkit::both_databases]
async fn a15_documents_of_another_customers_device_are_not_found(app: TestApp) {
    let mut ben = app.activated(BEN).await;
    let adas = app.display_id("HIB-A1");
    let page = ben.open(&format!("{}/portal/customer/devices/{adas}/documents", app.url)).await;
    assert_eq!(page.status, 404);
}
