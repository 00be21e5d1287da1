//! Tests of the Freshservice client, including the API's peculiarities.

use serde_json::{Value, json};
use tessera_connect::freshservice::{Config, Freshservice};
use tessera_core::kernel::record::{Asset, Attributes, Kind, Observation, Requester};
use tessera_hub::ports::{ConnectError, Order, Priority, ServiceDesk as _, Verdict};

use crate::stand_in::{Reply, Seen, StandIn, start, virtual_time};

const NOW: Priority = Priority::Interactive;

fn connector(desk: &StandIn) -> Freshservice {
    let (_, environment) = virtual_time();
    let config = Config::new("freshservice", desk.url.clone(), "key".to_owned().into(), "Inverter Bundle");
    Freshservice::new(config, environment).unwrap()
}

fn requester(seen: &Observation) -> &Requester {
    let Attributes::Requester(requester) = &seen.attributes else { panic!("{seen:?}") };
    requester
}

fn asset(seen: &Observation) -> &Asset {
    let Attributes::Asset(asset) = &seen.attributes else { panic!("{seen:?}") };
    asset
}

/// Hardware (10) → Inverter Bundle (20). Desk (30) beside them.
fn types() -> Value {
    json!({ "asset_types": [
        { "id": 10, "name": "Hardware", "parent_asset_type_id": null, "visible": true },
        { "id": 20, "name": "Inverter Bundle", "parent_asset_type_id": 10 },
        { "id": "30", "name": "Desk", "parent_asset_type_id": null },
    ] })
}

/// A bundle of requester 777. Serial, state, product and vendor are fields of Hardware; the inverter's fields belong to
/// the bundle.
fn bundle(display_id: u32) -> Value {
    json!({ "id": 21_000_460_190_u64, "display_id": display_id, "name": "PACE 5", "asset_type_id": 20, "asset_tag": "ASSET-4",
        "user_id": 777, "assigned_on": "2026-02-01T08:00:00Z", "updated_at": "2026-02-02T10:00:00+02:00", "new_field": {},
        "type_fields": { "product_10": 5, "vendor_10": "6", "asset_state_10": "In Use", "serial_number_10": "SN-1",
            "inverter_serial_number_20": "INV-9", "inverter_vendor_20": "GoodWe", "salvage": null } })
}

/// Answers that all tests of assets share.
fn catalogue(seen: &Seen) -> Reply {
    match seen.path.as_str() {
        "/api/v2/asset_types" => Reply::json(&types()),
        "/api/v2/products" => Reply::json(&json!({ "products": [{ "id": 5, "name": "PACE" }] })),
        "/api/v2/products/55" => Reply::json(&json!({ "product": { "id": 55, "name": "PACE II" } })),
        "/api/v2/vendors" => Reply::json(&json!({ "vendors": [{ "id": 6, "name": "Sun Wholesale" }] })),
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn a_requester_is_read_with_nulls_and_unknown_fields() {
    let desk = StandIn::start(|_| {
        Reply::json(&json!({ "requester": { "id": 777, "first_name": "Ada", "last_name": null, "vip_user": false,
            "primary_email": "Ada@Example.com", "secondary_emails": ["ada@example.org"], "mobile_phone_number": "800-555-0100",
            "work_phone_number": null, "active": false, "updated_at": "2026-01-01T00:00:00Z" } }))
    })
    .await;
    let seen = connector(&desk).requester("777", NOW).await.unwrap().unwrap();
    assert_eq!(seen.key.to_string(), "freshservice:requester:777");
    assert_eq!(seen.read_at, start());
    assert_eq!(seen.raw["vip_user"], false);
    let requester = requester(&seen);
    assert_eq!(requester.name, "Ada");
    assert_eq!(requester.primary_email.as_deref(), Some("Ada@Example.com"), "kept as entered");
    assert!(!requester.active);
    let asked = &desk.seen()[0];
    assert_eq!(asked.path, "/api/v2/requesters/777");
    assert_eq!(asked.authorization, "Basic a2V5Olg=", "the key as user, anything as password");
}

#[tokio::test]
async fn an_agent_who_was_a_requester_is_still_read() {
    let desk = StandIn::start(|_| {
        Reply::json(
            &json!({ "agent": { "id": "777", "first_name": "Ada", "email": "ada@example.com", "is_agent": true } }),
        )
    })
    .await;
    let seen = connector(&desk).requester("777", NOW).await.unwrap().unwrap();
    assert!(requester(&seen).is_agent);
    assert_eq!(requester(&seen).primary_email.as_deref(), Some("ada@example.com"));
}

#[tokio::test]
async fn an_unknown_requester_is_none_and_a_malformed_id_is_not_requested() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/requesters" => Reply::json(&json!({ "requesters": [] })),
        _ => Reply::status(404),
    })
    .await;
    let connector = connector(&desk);
    assert_eq!(connector.requester("777", NOW).await, Ok(None));
    for id in ["", "..", "777/forget", "777?x", "%2e%2e"] {
        assert_eq!(connector.requester(id, NOW).await, Ok(None));
        assert_eq!(connector.asset(id, NOW).await, Ok(None));
        assert_eq!(connector.assets_of(id, NOW).await, Ok(Vec::new()));
    }
    let asked: Vec<_> = desk.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(asked, ["/api/v2/requesters/777", "/api/v2/requesters"], "whether it answers 404 to everything");
}

#[tokio::test]
async fn an_answer_with_another_id_is_rejected() {
    let desk = StandIn::start(|_| Reply::json(&json!({ "requester": { "id": 778 } }))).await;
    let error = connector(&desk).requester("777", NOW).await.unwrap_err();
    assert!(error.to_string().contains("object 778"), "{error}");
}

#[tokio::test]
async fn a_merged_requester_is_found_by_the_address_that_moved() {
    let desk = StandIn::start(|seen| match seen.page() {
        1 => Reply::json(&json!({ "requesters": [
            { "id": 1, "primary_email": "other@example.com" },
            { "id": 2, "primary_email": "new@example.com", "secondary_emails": ["ADA+solar@example.com"], "active": true },
        ] }))
        .linked(),
        _ => Reply::json(&json!({ "requesters": [{ "id": 3, "primary_email": "ada+solar@example.com", "active": false }] })),
    })
    .await;
    let found = connector(&desk).requesters_by_email(" Ada+solar@example.com", NOW).await.unwrap();
    let ids: Vec<_> = found.iter().map(|seen| seen.key.external_id.as_str()).collect();
    assert_eq!(ids, ["2", "3"]);
    assert!(desk.seen()[0].query.contains("email=Ada%2Bsolar%40example.com"), "{}", desk.seen()[0].query);
    assert!(desk.seen()[0].param("active").is_none(), "the deactivated are wanted too");
}

#[tokio::test]
async fn plain_lists_follow_the_link_header() {
    let desk = StandIn::start(|seen| {
        let page = Reply::json(&json!({ "requesters": [{ "id": seen.page() }] }));
        if seen.page() == 1 { page.linked() } else { page }
    })
    .await;
    let connector = connector(&desk);
    assert!(connector.requesters_page(1, Priority::Background).await.unwrap().next);
    assert!(!connector.requesters_page(2, Priority::Background).await.unwrap().next);
    assert_eq!(desk.seen()[0].param("per_page").as_deref(), Some("100"));
}

#[tokio::test]
async fn a06_a08_fields_are_read_by_the_id_of_the_type_that_defines_them() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/assets/4" => Reply::json(&json!({ "asset": bundle(4) })),
        _ => catalogue(seen),
    })
    .await;
    let connector = connector(&desk);
    let seen = connector.asset("4", NOW).await.unwrap().unwrap();
    assert_eq!((seen.key.kind, seen.key.external_id.as_str()), (Kind::Asset, "4"), "the display id is the key");
    assert_eq!(seen.updated_at, "2026-02-02T08:00:00Z".parse().ok());
    let expected = Asset {
        asset_id: "21000460190".to_owned(),
        name: "PACE 5".to_owned(),
        asset_tag: Some("ASSET-4".to_owned()),
        asset_type_id: "20".to_owned(),
        asset_type: Some("Inverter Bundle".to_owned()),
        used_by: Some("777".to_owned()),
        assigned_on: "2026-02-01T08:00:00Z".parse().ok(),
        serial: Some("SN-1".to_owned()),
        inverter_serial: Some("INV-9".to_owned()),
        inverter_vendor: Some("GoodWe".to_owned()),
        state: Some("In Use".to_owned()),
        product: Some("PACE".to_owned()),
        vendor: Some("Sun Wholesale".to_owned()),
        trashed: false,
    };
    assert_eq!(asset(&seen), &expected);
    assert_eq!(desk.seen()[0].param("include").as_deref(), Some("type_fields"));
    connector.asset("4", NOW).await.unwrap();
    for path in ["/api/v2/asset_types", "/api/v2/products", "/api/v2/vendors"] {
        assert_eq!(desk.count(path), 1, "{path} is kept in memory");
    }
}

#[tokio::test]
async fn a06_a_field_may_be_configured_by_its_label() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/assets/4" => {
            let mut bundle = bundle(4);
            bundle["type_fields"] =
                json!({ "serial_number_10": "SN-1", "wr_seriennummer_20": "INV-9", "product_10": 55 });
            Reply::json(&json!({ "asset": bundle }))
        }
        "/api/v2/asset_types/20/fields" => {
            Reply::json(&json!({ "asset_type_fields": [{ "field_header": "Bundle", "fields": [
            { "id": 1, "name": "wr_seriennummer_20", "label": "Serial of the Inverter" }] }] }))
        }
        _ => catalogue(seen),
    })
    .await;
    let (_, environment) = virtual_time();
    let mut config = Config::new("freshservice", desk.url.clone(), "key".to_owned().into(), "20");
    config.fields.inverter_serial = "serial of the inverter".to_owned();
    config.fields.serial = "Serial Number".to_owned();
    let connector = Freshservice::new(config, environment).unwrap();
    let seen = connector.asset("4", NOW).await.unwrap().unwrap();
    assert_eq!(asset(&seen).inverter_serial.as_deref(), Some("INV-9"));
    assert_eq!(asset(&seen).serial.as_deref(), Some("SN-1"));
    assert_eq!(asset(&seen).product.as_deref(), Some("PACE II"), "a product newer than the catalogue is read alone");
    assert_eq!(desk.count("/api/v2/asset_types/20/fields"), 1);
}

#[tokio::test]
async fn a_device_without_type_fields_is_rejected() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/assets/4" => {
            let mut bundle = bundle(4);
            bundle.as_object_mut().unwrap().remove("type_fields");
            Reply::json(&json!({ "asset": bundle }))
        }
        _ => catalogue(seen),
    })
    .await;
    let error = connector(&desk).asset("4", NOW).await.unwrap_err();
    assert!(error.to_string().contains("without type_fields"), "{error}");
}

#[tokio::test]
async fn an_asset_is_read_without_permission_for_vendors() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/assets/4" => Reply::json(&json!({ "asset": bundle(4) })),
        path if path.starts_with("/api/v2/vendors") => Reply::status(403),
        _ => catalogue(seen),
    })
    .await;
    let seen = connector(&desk).asset("4", NOW).await.unwrap().unwrap();
    assert_eq!(asset(&seen).vendor, None);
    assert_eq!(asset(&seen).product.as_deref(), Some("PACE"));
}

#[tokio::test]
async fn a_filter_is_quoted_and_read_until_an_incomplete_page() {
    let desk = StandIn::start(|seen| match (seen.path.as_str(), seen.page()) {
        ("/api/v2/assets", page @ (1 | 2)) => {
            Reply::json(&json!({ "assets": (0..30).map(|row| bundle(page * 100 + row)).collect::<Vec<_>>() }))
        }
        ("/api/v2/assets", 3) => {
            let mut moved = bundle(301);
            moved["user_id"] = json!(778);
            Reply::json(&json!({ "assets": [bundle(300), moved] }))
        }
        _ => catalogue(seen),
    })
    .await;
    let connector = connector(&desk);
    let assets = connector.assets_of("777", NOW).await.unwrap();
    assert_eq!(assets.len(), 61, "the one that belongs to somebody else by now is left out");
    assert_eq!(desk.count("/api/v2/assets"), 3, "no Link header was needed, and no page was read in vain");
    let asked = &desk.seen()[0];
    assert!(asked.query.contains("filter=%22user_id%3A777%22"), "{}", asked.query);
    assert!(asked.query.contains("include=type_fields") && !asked.query.contains("per_page"), "{}", asked.query);
    let used = connector.health().quotas.into_iter().find(|quota| quota.name == "list_assets").unwrap().used;
    assert_eq!(used, 9, "three credits each");
}

#[tokio::test]
async fn a_filter_that_reaches_its_page_limit_is_an_error() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/assets" => Reply::json(&json!({ "assets": (0..30).map(bundle).collect::<Vec<_>>() })),
        _ => catalogue(seen),
    })
    .await;
    let (_, environment) = virtual_time();
    let mut config = Config::new("freshservice", desk.url.clone(), "key".to_owned().into(), "20");
    config.plan = tessera_connect::freshservice::Plan::Enterprise;
    let error = Freshservice::new(config, environment).unwrap().assets_of("777", NOW).await.unwrap_err();
    assert!(error.to_string().contains("1200 assets or more"), "{error}");
    assert!(!error.is_temporary());
    assert_eq!(desk.count("/api/v2/assets"), 40);
}

#[tokio::test]
async fn a_page_of_assets_is_sorted_and_limited_to_the_configured_workspace() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/assets" => Reply::json(&json!({ "assets": [bundle(1)] })).linked(),
        _ => catalogue(seen),
    })
    .await;
    let (_, environment) = virtual_time();
    let mut config = Config::new("freshservice", desk.url.join("/api/v2/").unwrap(), "key".to_owned().into(), "20");
    config.workspace_id = Some(0);
    let connector = Freshservice::new(config, environment).unwrap();
    let page = connector.assets_page(3, Order::LatestChange, Priority::Background).await.unwrap();
    assert!(page.next && page.items.len() == 1);
    let query = &desk.seen()[0].query;
    assert_eq!(query, "include=type_fields&order_by=updated_at&order_type=desc&per_page=100&page=3&workspace_id=0");
}

#[tokio::test]
async fn a05_the_device_type_must_exist() {
    let desk = StandIn::start(catalogue).await;
    let ids = connector(&desk).device_type_ids(NOW).await.unwrap();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), ["20"]);
    let (_, environment) = virtual_time();
    let config = Config::new("freshservice", desk.url.clone(), "key".to_owned().into(), "Toaster");
    let error = Freshservice::new(config, environment).unwrap().device_type_ids(NOW).await.unwrap_err();
    assert!(error.to_string().contains("Toaster") && error.to_string().contains("Inverter Bundle"), "{error}");
}

#[tokio::test]
async fn a_wrong_base_url_is_not_an_empty_service_desk() {
    let desk = StandIn::start(|_| Reply::status(404)).await;
    let connector = connector(&desk);
    for error in [
        connector.requesters_by_email("ada@example.com", NOW).await.unwrap_err(),
        connector.assets_of("777", NOW).await.unwrap_err(),
        connector.requesters_page(1, NOW).await.unwrap_err(),
    ] {
        assert!(matches!(error, ConnectError::Unexpected { .. }), "{error}");
    }
    let bare = StandIn::start(|_| Reply::json(&json!({ "something": "else" }))).await;
    assert!(matches!(connector_error(&bare).await, ConnectError::Unexpected { .. }));
}

async fn connector_error(desk: &StandIn) -> ConnectError {
    connector(desk).assets_page(1, Order::Created, NOW).await.unwrap_err()
}

/// The same bundle as in lists: numbers as text or with a zero fraction, times in another zone, members in another
/// order, omitted, or blank where the single object has `null`.
fn bundle_as_a_row(display_id: u32) -> Value {
    json!({ "type_fields": { "inverter_vendor_20": " GoodWe ", "inverter_serial_number_20": "INV-9", "serial_number_10": "SN-1",
            "asset_state_10": "In Use", "vendor_10": 6, "product_10": 5.0, "salvage": "" },
        "user_id": "777", "assigned_on": "2026-02-01T10:00:00.000+02:00", "updated_at": "2026-02-02T08:00:00Z", "trashed": false,
        "name": " PACE 5", "asset_type_id": "20", "asset_tag": "ASSET-4", "display_id": display_id.to_string(),
        "id": "21000460190", "impact": "low" })
}

#[tokio::test]
async fn h04_an_asset_has_the_same_hash_from_a_list_and_from_a_single_read() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/assets/4" => Reply::json(&json!({ "asset": bundle(4) })),
        "/api/v2/assets" => Reply::json(&json!({ "assets": [bundle_as_a_row(4)] })),
        _ => catalogue(seen),
    })
    .await;
    let connector = connector(&desk);
    let alone = connector.asset("4", NOW).await.unwrap().unwrap();
    let page = connector.assets_page(1, Order::Created, NOW).await.unwrap();
    assert_eq!(page.items[0].attributes, alone.attributes);
    assert_eq!((&page.items[0].key, page.items[0].updated_at), (&alone.key, alone.updated_at));
    assert_eq!(page.items[0].content_hash(), alone.content_hash());
}

#[tokio::test]
async fn h02_the_doctor_says_if_departments_may_not_be_read() {
    for (status, verdict) in [(200, Verdict::Ok), (403, Verdict::Warn), (500, Verdict::Unknown)] {
        let desk = StandIn::start(move |seen| match seen.path.as_str() {
            "/api/v2/departments" if status == 200 => Reply::json(&json!({ "departments": [] })),
            "/api/v2/departments" => Reply::status(status),
            "/api/v2/requesters" => Reply::json(&json!({ "requesters": [] })),
            _ => catalogue(seen),
        })
        .await;
        let findings = connector(&desk).check().await;
        let found = findings.iter().find(|finding| finding.check == "read_departments").unwrap();
        assert_eq!(found.verdict, verdict, "{found:?}");
        assert_eq!(found.remedy.is_some(), verdict == Verdict::Warn, "{found:?}");
    }
}
