//! Everyone sees only their own orders.

use testkit::{ADA, BEN, Browser, TestApp};
use uuid::Uuid;

use super::{bought, buyer, product, shown, stranger, url};
use crate::marketplace_platform::{RunningVendor, connect, later};

#[testkit::both_databases]
async fn p08_m06_orders_of_others_are_answered_like_unknown_ones(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut ada = buyer(&app, ADA).await;
    let order = bought(&app, &mut ada, &backup, &vendor, "ada.example").await;
    let hers = super::id_of(&order);
    let mut ben = buyer(&app, BEN).await;
    let bens = bought(&app, &mut ben, &backup, &vendor, "ben.example").await;
    let mut claire = stranger(&app, "claire", "claire@example.net", true).await;
    let unknown = Uuid::now_v7().to_string();
    let before = shown(&app, &hers).await;
    for (name, other) in [("ben", &mut ben), ("claire", &mut claire)] {
        for page in ["", "/state", "/details"] {
            let asked = other.open(&url(&app, &format!("/orders/{hers}{page}"))).await;
            let nobody = other.open(&url(&app, &format!("/orders/{unknown}{page}"))).await;
            assert_eq!((asked.status, nobody.status), (404, 404), "{name} {page}");
        }
        for form in ["/cancel", "/details"] {
            let sent = other.post(&url(&app, &format!("/orders/{hers}{form}")), &[]).await;
            assert_eq!(sent.status, 404, "{name} {form}");
        }
        let listed = other.open(&url(&app, "/orders")).await;
        assert!(!listed.body.contains(&hers), "{name}: {}", listed.body);
    }
    assert!(ben.open(&bens.url).await.status == 200 && ada.open(&order.url).await.status == 200);
    assert_eq!(shown(&app, &hers).await, before, "nothing of hers has changed");
    let signed_out = Browser::new().open(&order.url).await;
    assert!(signed_out.url.contains("/portal/customer/sign-in"), "{}", signed_out.url);
    app.hub.run_pending().await;
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_a_sign_in_without_a_person_keeps_its_orders(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut claire = stranger(&app, "claire", "claire@example.net", true).await;
    let order = bought(&app, &mut claire, &backup, &vendor, "claire.example").await;
    let mut again = stranger(&app, "claire", "claire@example.net", true).await;
    assert_eq!(again.open(&order.url).await.status, 200, "in another browser");
    let mut namesake = stranger(&app, "claire-2", "claire@example.net", true).await;
    assert_eq!(namesake.open(&order.url).await.status, 404, "the sign-in counts, not its address");
    app.hub.run_pending().await;
    later(&app, 30).await;
}
