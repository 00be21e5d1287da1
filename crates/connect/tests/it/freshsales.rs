//! Tests of the Freshsales client, including the API's peculiarities.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tessera_connect::freshsales::{Config, Freshsales, WonDeals};
use tessera_core::kernel::record::{Attributes, Contact, Observation};
use tessera_hub::ports::{ConnectError, InvoiceSource as _, ListedInvoice, Order, Priority};

use crate::stand_in::{Reply, Seen, StandIn, virtual_time};

const NOW: Priority = Priority::Interactive;
const LOOKUP: &str = "/crm/sales/api/lookup";
const FILTERED: &str = "/crm/sales/api/filtered_search/contact";
const SEARCH: &str = "/crm/sales/api/search";

fn connector(crm: &StandIn) -> Freshsales {
    let (_, environment) = virtual_time();
    let base = crm.url.join("/crm/sales/api").unwrap();
    Freshsales::new(&Config::new("freshsales", base, "key".to_owned().into()), environment).unwrap()
}

fn contact(seen: &Observation) -> &Contact {
    let Attributes::Contact(contact) = &seen.attributes else { panic!("{seen:?}") };
    contact
}

fn full(id: u64, primary: &str, others: &[&str]) -> Value {
    let address = |value: &str, is_primary: bool| json!({ "id": 1, "value": value, "is_primary": is_primary });
    let mut emails = vec![address(primary, true)];
    emails.extend(others.iter().map(|other| address(other, false)));
    json!({ "id": id, "first_name": "Jane", "last_name": "Sample", "display_name": "Jane Sample", "email": primary, "emails": emails,
        "mobile_number": "19266529503", "work_number": null, "open_deals_count": 1, "mcr_id": 1_656_220_499_163_897_856_u64,
        "updated_at": "2026-02-01T01:00:00+01:00", "is_deleted": false })
}

fn ids(found: &[Observation]) -> Vec<&str> {
    found.iter().map(|seen| seen.key.external_id.as_str()).collect()
}

#[tokio::test]
async fn reading_a_deleted_contact_returns_none() {
    let crm = StandIn::start(|seen| match seen.path.as_str() {
        "/crm/sales/api/contacts/7" => {
            let mut contact = full(7, "jane@example.com", &["j@example.org"]);
            contact["lifecycle_stage_id"] = json!(3);
            Reply::json(
                &json!({ "contact": contact, "lifecycle_stages": [{ "id": 3, "name": "Customer" }], "meta": null }),
            )
        }
        "/crm/sales/api/contacts/8" => {
            let mut contact = full(8, "gone@example.com", &[]);
            contact["is_deleted"] = json!(true);
            Reply::json(&json!({ "contact": contact }))
        }
        _ => Reply { body: r#"{"errors":{"code":404,"message":["not in the CRM"]}}"#.to_owned(), ..Reply::status(404) },
    })
    .await;
    let connector = connector(&crm);
    let seen = connector.contact("7", NOW).await.unwrap().unwrap();
    assert_eq!(seen.key.to_string(), "freshsales:contact:7");
    assert_eq!(seen.updated_at, "2026-02-01T00:00:00Z".parse().ok(), "offsets are understood");
    assert_eq!(contact(&seen).lifecycle_stage.as_deref(), Some("Customer"));
    assert_eq!(contact(&seen).other_emails, ["j@example.org"]);
    assert_eq!(contact(&seen).open_deals, Some(1));
    assert_eq!(crm.seen()[0].authorization, "Token token=key");
    assert_eq!(connector.contact("8", NOW).await, Ok(None), "the recycle bin does not count");
    assert_eq!(connector.contact("9", NOW).await, Ok(None));
}

#[tokio::test]
async fn a04_a_lookup_matches_only_primary_addresses_in_doubly_nested_answers() {
    let crm = StandIn::start(|seen| match seen.path.as_str() {
        LOOKUP => Reply::json(&json!({ "contacts": { "contacts": [
            full(1, "Jane+Solar@example.com", &[]),
            full(2, "other@example.com", &["jane+solar@example.com"]),
            full(1, "Jane+Solar@example.com", &[]),
            { "id": "3", "email": "jane+solar@example.com", "partial": true },
            { "id": 4, "email": "jane+solar@example.com", "partial": true },
        ] } })),
        "/crm/sales/api/contacts/3" => Reply::json(&json!({ "contact": full(3, "jane+solar@example.com", &[]) })),
        _ => Reply::status(404),
    })
    .await;
    let found = connector(&crm).contacts_by_email("jane+solar@EXAMPLE.com", NOW).await.unwrap();
    assert_eq!(ids(&found), ["1", "3"], "not the secondary address, not the repetition, not the one gone since");
    assert_eq!(contact(&found[1]).name, "Jane Sample", "a partial row is completed");
    let asked = &crm.seen()[0];
    assert_eq!(asked.query, "q=jane%2Bsolar%40EXAMPLE.com&f=email&entities=contact");
}

#[tokio::test]
async fn a_lookup_answer_is_read_at_any_known_nesting() {
    for nested in [
        json!({ "contacts": [full(1, "jane@example.com", &[])] }),
        json!([full(1, "jane@example.com", &[])]),
        json!({ "contacts": { "contacts": [full(1, "jane@example.com", &[])], "meta": {} } }),
    ] {
        let crm = StandIn::start(move |_| Reply::json(&nested)).await;
        let found = connector(&crm).contacts_by_email("jane@example.com", NOW).await.unwrap();
        assert_eq!(ids(&found), ["1"]);
    }
}

fn refusing(refused: &'static [&'static str]) -> impl Fn(&Seen) -> Reply {
    move |seen| match seen.path.as_str() {
        path if refused.contains(&path) => Reply::status(403),
        FILTERED => Reply::json(
            &json!({ "contacts": [{ "partial": true, "id": 5, "email": "jane@example.com" }], "meta": { "total": 1 } }),
        ),
        SEARCH => Reply::json(&json!([
            { "id": "5", "type": "contact", "name": "Jane", "email": "jane@example.com" },
            { "id": "6", "type": "sales_account", "name": "Jane Ltd" },
        ])),
        "/crm/sales/api/contacts/5" => Reply::json(&json!({ "contact": full(5, "jane@example.com", &[]) })),
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn a_rejected_lookup_falls_back_to_the_other_searches() {
    let crm = StandIn::start(refusing(&[LOOKUP])).await;
    assert_eq!(ids(&connector(&crm).contacts_by_email("jane@example.com", NOW).await.unwrap()), ["5"]);
    let filter = crm.seen().into_iter().find(|seen| seen.path == FILTERED).unwrap();
    assert_eq!(filter.method, "POST");
    let rule = &serde_json::from_str::<Value>(&filter.body).unwrap()["filter_rule"][0];
    assert_eq!(rule, &json!({ "attribute": "contact_email.email", "operator": "is_in", "value": "jane@example.com" }));

    let crm = StandIn::start(refusing(&[LOOKUP, FILTERED])).await;
    assert_eq!(ids(&connector(&crm).contacts_by_email("jane@example.com", NOW).await.unwrap()), ["5"]);

    let crm = StandIn::start(refusing(&[LOOKUP, FILTERED, SEARCH])).await;
    let error = connector(&crm).contacts_by_email("jane@example.com", NOW).await.unwrap_err();
    assert!(matches!(error, ConnectError::Forbidden { .. }));
    assert!(!error.to_string().contains("jane"), "{error}");
}

#[tokio::test]
async fn a_wrong_base_url_is_distinguished_from_no_match() {
    let crm = StandIn::start(|_| Reply::json(&json!({ "contacts": { "contacts": [] } }))).await;
    assert_eq!(connector(&crm).contacts_by_email("jane@example.com", NOW).await, Ok(Vec::new()));
    assert_eq!(connector(&crm).contacts_by_email("not an address", NOW).await, Ok(Vec::new()));
    assert_eq!(crm.seen().len(), 1);
    let wrong = StandIn::start(|_| Reply::status(404)).await;
    let error = connector(&wrong).contacts_by_email("jane@example.com", NOW).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unexpected { .. }));
}

#[tokio::test]
async fn all_contacts_are_read_through_their_view() {
    let crm = StandIn::start(|seen| match seen.path.as_str() {
        "/crm/sales/api/contacts/filters" => Reply::json(&json!({ "filters": [
            { "id": 1, "name": "My Contacts", "model_class_name": "Contact" },
            { "id": 31_000_123, "name": "All Contacts", "is_default": true } ] })),
        "/crm/sales/api/contacts/view/31000123" => {
            Reply::json(&json!({ "contacts": [full(u64::from(seen.page()), "jane@example.com", &[])], "meta": { "total_pages": 2, "total": 2 } }))
        }
        _ => Reply::status(403),
    })
    .await;
    let connector = connector(&crm);
    let view = connector.all_contacts_view(NOW).await.unwrap();
    let first = connector.contacts_page(&view, 1, Order::LatestChange, Priority::Background).await.unwrap();
    let second = connector.contacts_page(&view, 2, Order::LatestChange, Priority::Background).await.unwrap();
    assert_eq!((first.next, second.next), (true, false));
    assert_eq!(ids(&second.items), ["2"]);
    assert!(crm.seen()[1].query.contains("sort=updated_at&sort_type=desc"));
}

#[tokio::test]
async fn a_call_counts_against_both_limits_of_the_account() {
    let crm = StandIn::start(|_| Reply::json(&json!({ "contacts": { "contacts": [] } }))).await;
    let connector = connector(&crm);
    connector.contacts_by_email("jane@example.com", NOW).await.unwrap();
    let used: Vec<_> =
        connector.health().quotas.into_iter().map(|quota| (quota.name, quota.limit, quota.used)).collect();
    assert_eq!(used, [("hour", 1000, 1), ("minute", 400, 1)]);
}

#[tokio::test]
async fn p09_won_deals_are_listed_and_read_with_their_contact() {
    let crm = StandIn::start(|seen| match seen.path.as_str() {
        "/crm/sales/api/deals/filters" => Reply::json(&json!({ "filters": [
            { "id": 1, "name": "Open Deals" }, { "id": 2, "name": "Won Deals" },
        ] })),
        "/crm/sales/api/deals/view/2" => Reply::json(&json!({
            "deals": [{ "id": 70 + seen.page(), "name": "Roof" }], "meta": { "total_pages": 2, "total": 2 },
        })),
        "/crm/sales/api/deals/71" => Reply::json(&json!({
            "deal": { "id": 71, "name": "Roof", "amount": "5600.0" }, "contacts": [{ "id": 9 }], "meta": null,
        })),
        _ => Reply::status(404),
    })
    .await;
    let connector = connector(&crm);
    let view = connector.won_deals_view(NOW).await.unwrap();
    let page = connector.deals_page(&view, 1, NOW).await.unwrap();
    assert_eq!((view.as_str(), page.rows.len(), page.next), ("2", 1, true));
    assert!(!connector.deals_page(&view, 2, NOW).await.unwrap().next);
    let deal = connector.deal("71", NOW).await.unwrap().unwrap();
    assert_eq!((deal["contact"].as_str(), &deal["lines"][0]["amount"]), (Some("9"), &json!("5600.0")));
    assert_eq!(connector.deal("72", NOW).await.unwrap(), None);
}

#[tokio::test]
async fn p09_a_deal_that_changed_while_clocks_were_set_back_is_read_again() {
    // Twenty minutes later, although the clock on the wall shows half an hour less.
    let (before, after) = ("2026-10-25T02:50:00+02:00", "2026-10-25T02:10:00+01:00");
    let is_later = Arc::new(AtomicBool::new(false));
    let later = Arc::clone(&is_later);
    let crm = StandIn::start(move |seen| match seen.path.as_str() {
        "/crm/sales/api/deals/filters" => Reply::json(&json!({ "filters": [{ "id": 2, "name": "Won Deals" }] })),
        "/crm/sales/api/deals/view/2" => {
            let changed = if later.load(Ordering::Relaxed) { after } else { before };
            Reply::json(&json!({ "deals": [{ "id": 71, "updated_at": changed }], "meta": { "total_pages": 1 } }))
        }
        "/crm/sales/api/deals/71" => Reply::json(&json!({ "deal": { "id": 71, "name": "Roof" } })),
        _ => Reply::status(404),
    })
    .await;
    let deals = WonDeals::new(Arc::new(connector(&crm)));
    let read = async |etag: Option<&str>| {
        let mut reading = deals.read(etag).await.unwrap().unwrap();
        let rows = reading.next().await.unwrap().unwrap();
        (matches!(rows[..], [ListedInvoice::Full(_)]), reading.etag())
    };
    let (in_full, etag) = read(None).await;
    assert!(in_full);
    let (in_full, same) = read(etag.as_deref()).await;
    assert_eq!((in_full, &same), (false, &etag), "an unchanged deal takes no call");
    is_later.store(true, Ordering::Relaxed);
    let (in_full, newer) = read(etag.as_deref()).await;
    assert!(in_full && newer != etag, "{newer:?}");
}
