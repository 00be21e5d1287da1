//! Views, the only way to list contacts and deals.

use std::cmp::Ordering;

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Freshsales;
use super::contacts::Contact;
use super::deals::Deal;
use super::errors::Refusal;
use super::parameters::{Name, Parameters};
use super::selectors::OWNERS;
use super::wire;

const FIRST_CONTACT_VIEW: u64 = 31_003_548_173;
const FIRST_DEAL_VIEW: u64 = 31_003_548_201;
const DEFAULT_PER_PAGE: usize = 25;
const MAX_PAGE_SIZE: usize = 100;
/// Period of the "new" and "recently modified" views.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Name of a view, and what it shows.
pub(super) type View<T> = (&'static str, fn(&T, Timestamp) -> bool);

const CONTACT_VIEWS: [View<Contact>; 5] = [
    ("My Contacts", |contact, _| !contact.deleted && contact.number("owner_id") == Some(OWNERS[0].0)),
    ("New Contacts", |contact, now| !contact.deleted && is_recent(contact.created_at, now)),
    ("All Contacts", |contact, _| !contact.deleted),
    ("Recently Modified", |contact, now| !contact.deleted && is_recent(contact.updated_at, now)),
    ("Recycle Bin", |contact, _| contact.deleted),
];

const DEAL_VIEWS: [View<Deal>; 6] = [
    ("My Deals", |deal, _| deal.owner_id == OWNERS[0].0),
    ("New Deals", |deal, now| is_recent(deal.created_at, now)),
    ("Open Deals", |deal, _| deal.forecast() == "Open"),
    ("Won Deals", |deal, _| deal.forecast() == "Closed Won"),
    ("Lost Deals", |deal, _| deal.forecast() == "Closed Lost"),
    ("All Deals", |_, _| true),
];

/// Paging and sorting of a list. Of repeated query parameters, the last one applies. Of a number, only the leading
/// digits are used, because some clients send `per_page=100?page=2`.
#[derive(Debug, Default)]
pub(super) struct Paging {
    page: Option<usize>,
    per_page: Option<usize>,
    sort: Option<String>,
    sort_type: Option<String>,
}

/// A page of rows, with the total number.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<Value>,
    pub(super) total: usize,
    pub(super) pages: usize,
}

/// Lists are only available by view.
pub(super) async fn without_view() -> Refusal {
    Refusal::Forbidden
}

/// `GET /contacts/filters`
pub(super) async fn contact_views(State(crm): State<Freshsales>) -> Json<Value> {
    views(&crm, FIRST_CONTACT_VIEW, "Contact", CONTACT_VIEWS.map(|(name, _)| name))
}

/// `GET /deals/filters`
pub(super) async fn deal_views(State(crm): State<Freshsales>) -> Json<Value> {
    views(&crm, FIRST_DEAL_VIEW, "Deal", DEAL_VIEWS.map(|(name, _)| name))
}

/// `GET /contacts/view/{view}`
pub(super) async fn contacts_of_view(
    State(crm): State<Freshsales>,
    Name(view): Name,
    query: Parameters,
) -> Result<Json<Value>, Refusal> {
    let paging = Paging::of_query(&query);
    let shows = view_of(&CONTACT_VIEWS, FIRST_CONTACT_VIEW, &view)?;
    let include = query.include();
    let (records, now) = (crm.0.records.read(), crm.0.clock.now());
    let found: Vec<&Contact> = records.contacts.values().filter(|contact| shows(contact, now)).collect();
    let page = paging.page_of(&found, |contact| wire::contact(&records, contact, &include));
    let shown: Vec<&Contact> = page.rows.iter().filter_map(|row| records.contacts.get(&row["id"].as_u64()?)).collect();
    let mut answer = wire::beside_contacts(&records, &shown, &include);
    answer.insert("contacts".to_owned(), page.rows.into());
    answer.insert("meta".to_owned(), json!({ "total_pages": page.pages, "total": page.total }));
    Ok(Json(Value::Object(answer)))
}

/// `GET /deals/view/{view}`
pub(super) async fn deals_of_view(
    State(crm): State<Freshsales>,
    Name(view): Name,
    query: Parameters,
) -> Result<Json<Value>, Refusal> {
    let paging = Paging::of_query(&query);
    let shows = view_of(&DEAL_VIEWS, FIRST_DEAL_VIEW, &view)?;
    let (records, now) = (crm.0.records.read(), crm.0.clock.now());
    let found: Vec<&Deal> = records.deals.values().filter(|deal| !deal.deleted && shows(deal, now)).collect();
    let page = paging.page_of(&found, |deal| wire::deal(deal, now));
    Ok(Json(json!({ "deals": page.rows, "meta": { "total_pages": page.pages, "total": page.total } })))
}

impl Paging {
    /// Parses paging and sorting from a query string.
    pub(super) fn of_query(query: &Parameters) -> Self {
        Self::read(|word| query.get(word).map(ToOwned::to_owned))
    }

    /// Parses paging and sorting from a body.
    pub(super) fn of_body(body: &Value) -> Self {
        Self::read(|word| match &body[word] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        })
    }

    fn read(word: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            page: word("page").map(|text| leading_number(&text)),
            per_page: word("per_page").map(|text| leading_number(&text)),
            sort: word("sort"),
            sort_type: word("sort_type"),
        }
    }

    /// Fills unset values from `others`.
    pub(super) fn or(self, others: Self) -> Self {
        Self {
            page: self.page.or(others.page),
            per_page: self.per_page.or(others.per_page),
            sort: self.sort.or(others.sort),
            sort_type: self.sort_type.or(others.sort_type),
        }
    }

    /// Sorts the rows and returns the requested page. A page beyond the last one, or of size 0, is empty and not an
    /// error.
    pub(super) fn page_of<T>(&self, found: &[T], row: impl Fn(&T) -> Value) -> Page {
        let per_page = self.per_page.unwrap_or(DEFAULT_PER_PAGE).min(MAX_PAGE_SIZE);
        let (total, first) = (found.len(), self.page.unwrap_or(1).max(1) - 1);
        let pages = if per_page == 0 { 0 } else { total.div_ceil(per_page) };
        let skip = first.saturating_mul(per_page);
        let rows = match self.sort.as_deref() {
            // The records are already sorted by id.
            None | Some("id") if !self.descending() => found.iter().skip(skip).take(per_page).map(row).collect(),
            key => {
                let key = key.unwrap_or("id");
                let mut rows: Vec<Value> = found.iter().map(row).collect();
                rows.sort_by(|one, other| compare(&one[key], &other[key]));
                if self.descending() {
                    rows.reverse();
                }
                rows.into_iter().skip(skip).take(per_page).collect()
            }
        };
        Page { rows, total, pages }
    }

    fn descending(&self) -> bool {
        self.sort_type.as_deref().is_some_and(|order| order.eq_ignore_ascii_case("desc"))
    }
}

/// The digits at the beginning of a text, because some clients send `per_page=100?page=2`.
pub(super) fn leading_number(text: &str) -> usize {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    text[..digits].parse().unwrap_or(0)
}

/// What a view shows.
pub(super) fn view_of<T>(
    views: &'static [View<T>],
    first_id: u64,
    id: &str,
) -> Result<fn(&T, Timestamp) -> bool, Refusal> {
    let position = id.parse::<u64>().ok().and_then(|id| id.checked_sub(first_id));
    let view = position.and_then(|position| views.get(usize::try_from(position).ok()?));
    view.map(|(_, shows)| *shows).ok_or(Refusal::Forbidden)
}

/// The views of a kind of record.
pub(super) fn views<const N: usize>(crm: &Freshsales, first_id: u64, model: &str, names: [&str; N]) -> Json<Value> {
    let now = wire::time(crm.0.clock.now());
    let rows: Value = (first_id..)
        .zip(names)
        .map(|(id, name)| {
            json!({
                "id": id, "name": name, "model_class_name": model, "user_id": 0, "is_default": true, "updated_at": now,
                "user_name": null, "current_user_permissions": [],
            })
        })
        .collect();
    Json(json!({ "filters": rows, "meta": {} }))
}

/// Whether the "new" and "recently modified" views show a time.
pub(super) fn is_recent(time: Timestamp, now: Timestamp) -> bool {
    now.duration_since(time) <= RECENT
}

/// Compares numbers by value, even if they are strings, and everything else as text.
fn compare(one: &Value, other: &Value) -> Ordering {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.as_str().unwrap_or_default().to_lowercase().cmp(&other.as_str().unwrap_or_default().to_lowercase()),
    }
}
