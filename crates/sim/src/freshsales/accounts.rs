//! Sales accounts: the companies and households of the contacts.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Freshsales;
use super::contacts::Contact;
use super::errors::Refusal;
use super::lists::{Paging, View, is_recent, view_of, views};
use super::parameters::{Id, Name, Parameters};
use super::record::Records;
use super::wire;

const FIRST_VIEW: u64 = 31_003_548_221;

const VIEWS: [View<Account>; 3] = [
    ("All Accounts", |_, _| true),
    ("New Accounts", |account, now| is_recent(account.created_at, now)),
    ("Recently Modified", |account, now| is_recent(account.updated_at, now)),
];

/// A sales account, as old as its oldest contact.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) contacts: Vec<u64>,
}

/// The sales accounts by id.
pub(super) fn all(records: &Records) -> BTreeMap<u64, Account> {
    let mut accounts: BTreeMap<u64, Account> = BTreeMap::new();
    for contact in records.contacts.values().filter(|contact| !contact.deleted) {
        for of_contact in &contact.sales_accounts {
            let account = accounts.entry(of_contact.id).or_insert_with(|| Account {
                id: of_contact.id,
                name: of_contact.name.clone(),
                created_at: contact.created_at,
                updated_at: contact.updated_at,
                contacts: Vec::new(),
            });
            account.created_at = account.created_at.min(contact.created_at);
            account.updated_at = account.updated_at.max(contact.updated_at);
            account.contacts.push(contact.id);
        }
    }
    accounts
}

/// `GET /sales_accounts/filters`
pub(super) async fn account_views(State(crm): State<Freshsales>) -> Json<Value> {
    views(&crm, FIRST_VIEW, "SalesAccount", VIEWS.map(|(name, _)| name))
}

/// `GET /sales_accounts/view/{view}`
pub(super) async fn accounts_of_view(
    State(crm): State<Freshsales>,
    Name(view): Name,
    query: Parameters,
) -> Result<Json<Value>, Refusal> {
    let shows = view_of(&VIEWS, FIRST_VIEW, &view)?;
    let (records, now) = (crm.0.records.read(), crm.0.clock.now());
    let accounts = all(&records);
    let found: Vec<&Account> = accounts.values().filter(|account| shows(account, now)).collect();
    let page = Paging::of_query(&query).page_of(&found, |account| json_of(&records, account));
    Ok(Json(json!({ "sales_accounts": page.rows, "meta": { "total_pages": page.pages, "total": page.total } })))
}

/// `GET /sales_accounts/{id}`
pub(super) async fn show(State(crm): State<Freshsales>, Id(id): Id, query: Parameters) -> Result<Json<Value>, Refusal> {
    let records = crm.0.records.read();
    let account = all(&records).remove(&id).ok_or(Refusal::NotInCrm)?;
    let mut answer = Map::new();
    if query.include().has("contacts") {
        let rows = contacts(&records, &account).map(|contact| wire::partial_contact(&records, contact));
        answer.insert("contacts".to_owned(), rows.collect());
    }
    answer.insert("sales_account".to_owned(), json_of(&records, &account));
    answer.insert("meta".to_owned(), Value::Null);
    Ok(Json(Value::Object(answer)))
}

/// A complete sales account.
pub(super) fn json_of(records: &Records, account: &Account) -> Value {
    let deals = || account.contacts.iter().flat_map(|contact| records.deals_of(*contact));
    let sum = |forecast: &str| {
        let amounts = deals().filter(|deal| deal.forecast() == forecast).map(|deal| deal.amount);
        wire::amount(amounts.fold(0.0, |sum, amount| sum + amount))
    };
    let count = |forecast: &str| deals().filter(|deal| deal.forecast() == forecast).count();
    json!({
        "id": account.id, "name": account.name, "phone": null, "website": null, "address": null, "city": null,
        "state": null, "zipcode": null, "country": null, "number_of_employees": null, "annual_revenue": null,
        "industry_type_id": null, "business_type_id": null, "territory_id": null, "parent_sales_account_id": null,
        "owner_id": null, "avatar": null, "facebook": null, "twitter": null, "linkedin": null, "recent_note": null,
        "last_contacted": null, "last_contacted_mode": null, "last_assigned_at": null, "team_user_ids": null,
        "open_deals_amount": sum("Open"), "open_deals_count": count("Open"), "won_deals_amount": sum("Closed Won"),
        "won_deals_count": count("Closed Won"), "links": {}, "custom_field": {}, "tags": [], "is_deleted": false,
        "created_at": wire::time(account.created_at), "updated_at": wire::time(account.updated_at),
    })
}

fn contacts<'a>(records: &'a Records, account: &'a Account) -> impl Iterator<Item = &'a Contact> {
    account.contacts.iter().filter_map(|id| records.contact(*id))
}
