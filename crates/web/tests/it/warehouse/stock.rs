//! The stock, and serial numbers.

use reqwest::Method;
use serde_json::json;
use tessera_sim::freshservice::type_ids;
use testkit::{ADA, TestApp};

use super::{HOME, keeper, place};
use crate::api::device_writes::{id_of, swept};

#[testkit::both_databases]
async fn a07_the_stock_is_listed_by_place_state_and_product(app: TestApp) {
    app.activated(ADA).await;
    let mut kim = keeper(&app).await;
    kim.open("").await.says(&["Nothing in stock"]);
    swept(&app).await;
    let (depot, van) = (place(&app, "Depot").await, place(&app, "Van 3").await);
    let device = id_of(&app, "HIB-S1").await;

    let stock = kim.open("").await;
    stock.says(&["HIB-S1", "In Stock", "unknown", "Depot", "Van 3"]);
    stock.lacks(&["HIB-A1", "HIB-B1"]);
    kim.open("?show=assigned").await.says(&["HIB-A1", "HIB-B1", "Ada Example"]);
    kim.open("?show=assigned").await.lacks(&["HIB-S1", ADA.email]);
    kim.open("?state=in+stock&product=pace").await.says(&["HIB-S1"]);
    kim.open("?product=Toaster").await.says(&["No device fits"]);

    let moved = kim.post(&format!("/devices/{device}/place"), &[("place", &depot.to_string())]).await;
    moved.says(&["It is at Depot now."]);
    kim.open(&format!("?place={depot}")).await.says(&["HIB-S1"]);
    kim.open(&format!("?place={van}")).await.says(&["No device fits"]);
    kim.post(&format!("/devices/{device}/place"), &[("place", &van.to_string())]).await.says(&["It is at Van 3 now."]);
    kim.open(&format!("?place={van}")).await.says(&["HIB-S1"]);

    let table = kim.open("/stock.csv?show=stock").await.body;
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.contains("HIB-S1") && table.contains("Van 3"), "{table}");
}

#[testkit::both_databases]
async fn a07_the_stock_is_paged(app: TestApp) {
    app.add_devices(None, 40);
    swept(&app).await;
    let mut kim = keeper(&app).await;
    let (mut path, mut seen) = (String::new(), 0);
    loop {
        let page = kim.open(&path).await;
        seen += page.body.matches("<li class=\"card device\">").count();
        let next = page.body.split_once(&format!("{HOME}?show=stock&after="));
        let Some((_, next)) = next else { break };
        path = format!("?show=stock&after={}", next.split('"').next().unwrap());
    }
    assert_eq!(seen, 41);
}

#[testkit::both_databases]
async fn a06_a_serial_number_is_looked_up_in_any_spelling(app: TestApp) {
    app.activated(ADA).await;
    swept(&app).await;
    let mut kim = keeper(&app).await;
    let (stock, held) = (id_of(&app, "HIB-S1").await, id_of(&app, "HIB-A1").await);
    for typed in ["HIB-S1", "hibs1", "hib+s+1", "+HIB+-+S1+"] {
        let found = kim.open(&format!("/find?q={typed}")).await;
        assert_eq!(found.path, format!("{HOME}/devices/{stock}"), "{typed}");
        found.says(&["no one: it is in stock", "Issue it to a customer"]);
    }
    let found = kim.open("/find?q=hiba1").await;
    assert_eq!(found.path, format!("{HOME}/devices/{held}"));
    found.says(&["Ada Example", &format!("number {}", ADA.requester), "Take it back into stock"]);
    // What the work does not need is not shown.
    found.lacks(&[ADA.email]);
    kim.open("/find?q=hib-b").await.says(&["HIB-B1", "HIB-B2"]);
    kim.open("/find?q=no+such").await.says(&["No device fits"]);
    assert_eq!(kim.open("/find?q=").await.path, HOME);
    // An asset of another kind is no device here.
    assert_eq!(kim.open("/devices/999999").await.status.as_u16(), 404);
}

#[testkit::both_databases]
async fn a06_devices_whose_serial_numbers_differ_are_listed(app: TestApp) {
    swept(&app).await;
    let mut kim = keeper(&app).await;
    kim.open("?show=differ").await.says(&["All serial numbers match"]);
    let write = async |serial: &str, other: &str| {
        let field = |name: &str| json!({ "type_fields": { format!("{name}_{}", type_ids::BUNDLE): other } });
        let path = format!("/assets/{}", app.display_id(serial));
        app.call_desk(Method::PUT, &path, field("inverter_serial_number")).await;
    };
    // Another spelling is no difference.
    write("HIB-S1", "hib s1").await;
    write("HIB-B1", "GX-7").await;
    swept(&app).await;
    let differ = kim.open("?show=differ").await;
    differ.says(&["HIB-B1", "GX-7", "Differs"]);
    differ.lacks(&["HIB-S1"]);
    let table = kim.open("/stock.csv?show=differ").await.body;
    assert_eq!(table.lines().count(), 2, "{table}");
}
