//! Search (`H01`).

use reqwest::{Method, StatusCode};
use serde_json::json;
use testkit::{ADA, BEN, Colleague, TestApp};

use super::customer;

async fn read_everything(app: &TestApp) {
    app.hub.request_sweeps().await.unwrap();
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h01_search_finds_by_every_kind_of_term(app: TestApp) {
    let namesake = json!({ "first_name": "Ada", "last_name": "Sample", "primary_email": "ada@example.com.au" });
    app.call_desk(Method::POST, "/requesters", namesake).await;
    app.call_desk(Method::PUT, "/requesters/1002", json!({ "mobile_phone_number": "+27 21 555 0142" })).await;
    read_everything(&app).await;
    app.activated(ADA).await;
    let ada = customer(&app, ADA.requester).await;
    let ada_url = format!("/console/customers/{ada}");
    let identity = app.store.identities(ada).await.unwrap().remove(0).sign_in.identity;
    let mut agnes = Colleague::signed_in(&app).await;

    let id = ada.to_string();
    for term in [
        "ada@example.com",
        " ADA@Example.com ",
        "ada@ex",
        "ada ex",
        "example ADA",
        "1001",
        "5001",
        "freshservice:requester:1001",
        &id,
        &identity.subject,
    ] {
        let found = agnes.search(term).await;
        found.says(&[&ada_url, "Ada Example", "Freshservice", "Freshsales", "idp"]);
        assert_eq!(found.body.matches(&ada_url).count(), 1, "{term}: once");
    }
    agnes.search("ada@example.com").await.lacks(&["Ada Sample"]);
    agnes.search("ada@example.com.").await.lacks(&["Ada Sample"]);
    agnes.search("ada@example.com.a").await.says(&["Ada Sample", "Not invited"]);
    agnes.search("ada").await.says(&["Ada Sample", &ada_url]);
    agnes.search("example sample").await.says(&["Nothing found"]);

    let ben = "/console/records/freshservice/requester/1002";
    for term in ["+27215550142", "0027 (21) 555-0142", "+27 21 555"] {
        agnes.search(term).await.says(&[ben, "Ben Example"]);
    }
    app.link(BEN.requester).await;
    agnes.search("ben example").await.says(&[ben, ">Invited<"]);

    let device = app.store.devices_held("freshservice", BEN.requester).await.unwrap().remove(0);
    let serial = device.serial.unwrap();
    let tag = format!("asset {}", device.external_id);
    for term in [&serial, &serial.to_lowercase().replace('-', " "), &tag, &device.external_id] {
        agnes.search(term).await.says(&[&serial, "Requester 1002, not linked", ben]);
    }
    agnes.search("HIB-A1").await.says(&["HIB-A1", &ada_url, "Ada Example"]);
    agnes.search("HIB-S1").await.says(&["HIB-S1", "nobody"]);

    for term in ["zzz", "999999", "%", "' OR 1=1 --", "<script>alert(1)</script>", &"x".repeat(5000)] {
        let nothing = agnes.search(term).await;
        assert_eq!(nothing.status, StatusCode::OK, "{term}");
        nothing.says(&["Nothing found"]);
    }
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h01_search_finds_a_person_however_name_and_number_are_spelled(app: TestApp) {
    let zoe = json!({
        "first_name": "Zoe\u{308}", "last_name": "van Bu\u{ad}ren", "primary_email": "zoe@example.org",
        "mobile_phone_number": "+44 7700 900123", "work_phone_number": "01632 960017",
    });
    let made = app.call_desk(Method::POST, "/requesters", zoe).await;
    let page = format!("/console/records/freshservice/requester/{}", made["requester"]["id"]);
    read_everything(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    for term in [
        "Zoë",
        "zoe\u{308} van buren",
        "ZOË VAN BU\u{200b}REN",
        "\u{200b}zoe@example.org\u{feff}",
        "07700 900123",
        "+44 (0)7700 900-123",
        "00447700900123",
        "7700 900123",
        "07700 900",
        "+44 1632 960017",
        "+44 (0) 1632 / 960017",
    ] {
        agnes.search(term).await.says(&[&page, "zoe@example.org"]);
    }
    agnes.search("07700 900124").await.lacks(&[&page]);
}

#[testkit::both_databases]
async fn h01_search_results_are_limited_and_marked_as_truncated(app: TestApp) {
    for n in 0..60 {
        let twin = json!({ "first_name": "Twin", "last_name": format!("Number{n}"), "primary_email": format!("twin{n}@example.org") });
        app.call_desk(Method::POST, "/requesters", twin).await;
    }
    read_everything(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let found = agnes.search("twin").await;
    found.says(&["There are more matches than shown"]);
    assert_eq!(found.body.matches("/console/records/freshservice/requester/").count(), 50);
    agnes.search("twin number7").await.lacks(&["There are more matches"]);
}
