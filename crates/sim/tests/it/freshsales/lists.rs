//! Tests of views of contacts and deals.

use serde_json::{Value, json};

use super::{Crm, ids, options};

async fn view(crm: &Crm, kind: &str, name: &str) -> String {
    let filters = crm.get(&format!("/{kind}/filters")).await.ok()["filters"].clone();
    let view = filters.as_array().unwrap().iter().find(|view| view["name"] == name).cloned().unwrap();
    format!("/{kind}/view/{}", view["id"])
}

#[tokio::test]
async fn pages_through_all_contacts_without_a_gap() {
    let (crm, world) = Crm::with_world(options()).await;
    let all = view(&crm, "contacts", "All Contacts").await;
    let expected: Vec<u64> = world.people.iter().flat_map(|person| person.contact_ids.clone()).collect();
    let mut seen = Vec::new();
    for page in 1..=10 {
        let body = crm.get(&format!("{all}?page={page}&per_page=50")).await.ok();
        assert_eq!(body["meta"], json!({ "total_pages": expected.len().div_ceil(50), "total": expected.len() }));
        if body["contacts"] == json!([]) {
            break;
        }
        seen.extend(ids(&body["contacts"]));
    }
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn limits_the_page_size_and_returns_empty_pages_out_of_range() {
    let (crm, _) = Crm::with_world(options()).await;
    let all = view(&crm, "contacts", "All Contacts").await;
    let rows = async |query: &str| crm.get(&format!("{all}?{query}")).await.ok()["contacts"].as_array().unwrap().len();
    assert_eq!(rows("").await, 25);
    assert_eq!(rows("per_page=1000").await, 100);
    assert_eq!(rows("per_page=0").await, 0);
    assert_eq!(rows("page=1000").await, 0);
    assert_eq!(rows("per_page=10?page=2&per_page=7").await, 7, "as a known client writes it");
    assert_eq!(rows("per_page=10?page=2").await, 10);
}

#[tokio::test]
async fn sorts_numbers_numerically_and_text_alphabetically() {
    let (crm, _) = Crm::with_world(options()).await;
    let all = view(&crm, "contacts", "All Contacts").await;
    let column = async |sort: &str, order: &str| -> Vec<Value> {
        let body = crm.get(&format!("{all}?per_page=100&sort={sort}&sort_type={order}")).await.ok();
        body["contacts"].as_array().unwrap().iter().map(|row| row[sort].clone()).collect()
    };
    let amounts: Vec<f64> = numbers(&column("won_deals_amount", "desc").await);
    assert!(amounts.is_sorted_by(|one, other| one >= other), "{amounts:?}");
    let ids = column("id", "desc").await;
    assert!(ids.is_sorted_by(|one, other| one.as_u64() > other.as_u64()));
    let created: Vec<String> = column("created_at", "asc").await.iter().map(ToString::to_string).collect();
    assert!(created.is_sorted());
}

fn numbers(values: &[Value]) -> Vec<f64> {
    values.iter().map(|value| value.as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn answers_403_for_an_unknown_view() {
    let crm = Crm::start(options()).await;
    for path in ["/contacts", "/contacts/view", "/contacts/view/1", "/contacts/view/words", "/deals", "/deals/view/1"] {
        assert_eq!(crm.get(path).await.refused(403), ["You are not authorized to perform this action."], "{path}");
    }
}

#[tokio::test]
async fn lists_views_in_the_format_of_the_outside_system() {
    let crm = Crm::start(options()).await;
    let body = crm.get("/contacts/filters").await.ok();
    let filter = &body["filters"][2];
    assert_eq!(filter["name"], "All Contacts");
    assert_eq!(filter["model_class_name"], "Contact");
    assert_eq!(filter["is_default"], true);
    assert_eq!(body["meta"], json!({}));
}

#[tokio::test]
async fn recent_views_show_recent_contacts() {
    let crm = Crm::start(options()).await;
    let id = crm.contact("mira@example.com").await;
    for name in ["New Contacts", "Recently Modified", "My Contacts"] {
        let path = view(&crm, "contacts", name).await;
        let expected: &[u64] = if name == "My Contacts" { &[] } else { &[id] };
        assert_eq!(ids(&crm.get(&path).await.ok()["contacts"]), expected, "{name}");
    }
    crm.clock.advance(std::time::Duration::from_hours(8 * 24));
    let path = view(&crm, "contacts", "Recently Modified").await;
    assert_eq!(crm.get(&path).await.ok()["contacts"], json!([]));
}

#[tokio::test]
async fn separates_open_from_won_deals() {
    let (crm, _) = Crm::with_world(options()).await;
    let mut counts = Vec::new();
    for name in ["Open Deals", "Won Deals", "Lost Deals", "All Deals"] {
        let path = view(&crm, "deals", name).await;
        counts.push(crm.get(&path).await.ok()["meta"]["total"].as_u64().unwrap());
    }
    assert!(counts[0] > 0 && counts[1] > counts[0] && counts[2] == 0, "{counts:?}");
    assert_eq!(counts[0] + counts[1], counts[3]);
}
