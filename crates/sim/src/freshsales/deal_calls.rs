//! Endpoints of a single deal.

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::contact_calls::{attributes, named};
use super::deals::Deal;
use super::errors::Refusal;
use super::parameters::{Id, Parameters};
use super::record::Records;
use super::wire;
use super::{Freshsales, selectors};

/// `GET /deals/{id}`
pub(super) async fn show(State(crm): State<Freshsales>, Id(id): Id, query: Parameters) -> Result<Json<Value>, Refusal> {
    let include = query.include();
    let records = crm.0.records.read();
    let deal = known(&records, id)?;
    let contacts = || deal.contact_ids.iter().filter_map(|id| records.contact(*id));
    let mut answer = Map::new();
    if include.has("owner") {
        answer.insert("users".to_owned(), selectors::owner(deal.owner_id).into_iter().collect());
    }
    if include.has("deal_stage") {
        answer.insert("deal_stages".to_owned(), selectors::stage(deal.stage_id).into_iter().collect());
    }
    if include.has("contacts") {
        let rows = contacts().map(|contact| wire::partial_contact(&records, contact));
        answer.insert("contacts".to_owned(), rows.collect());
    }
    if include.has("sales_account") {
        let accounts = contacts().find(|contact| !contact.sales_accounts.is_empty()).map(wire::accounts);
        answer.insert("sales_accounts".to_owned(), accounts.unwrap_or_else(|| json!([])));
    }
    answer.insert("deal".to_owned(), wire::deal(deal, crm.0.clock.now()));
    answer.insert("meta".to_owned(), Value::Null);
    Ok(Json(Value::Object(answer)))
}

/// `POST /deals`
pub(super) async fn create(State(crm): State<Freshsales>, body: Bytes) -> Result<Json<Value>, Refusal> {
    put(&crm, None, &attributes(&body, "deal")?)
}

/// `PUT /deals/{id}`
pub(super) async fn update(State(crm): State<Freshsales>, Id(id): Id, body: Bytes) -> Result<Json<Value>, Refusal> {
    let given = attributes(&body, "deal")?;
    known(&crm.0.records.read(), id)?;
    put(&crm, Some(id), &given)
}

/// `DELETE /deals/{id}`: moves the deal to the recycle bin.
pub(super) async fn delete(State(crm): State<Freshsales>, Id(id): Id) -> Result<Json<Value>, Refusal> {
    crm.0.change(|account, records| {
        known(records, id)?;
        let now = account.clock.now();
        if let Some(deal) = records.deals.get_mut(&id) {
            (deal.deleted, deal.updated_at) = (true, now);
        }
        Ok(Json(Value::Bool(true)))
    })
}

/// `DELETE /deals/{id}/forget`: deletes the deal permanently.
pub(super) async fn forget(State(crm): State<Freshsales>, Id(id): Id) -> Result<Json<Value>, Refusal> {
    crm.0.change(|_, records| records.deals.remove(&id).map(|_| Json(Value::Bool(true))).ok_or(Refusal::NotInCrm))
}

/// `POST /deals/{id}/clone`: a copy with other values.
pub(super) async fn copy(State(crm): State<Freshsales>, Id(id): Id, body: Bytes) -> Result<Json<Value>, Refusal> {
    let changes = if body.is_empty() { Map::new() } else { attributes(&body, "deal")? };
    crm.0.change(|account, records| {
        let (original, now) = (known(records, id)?.clone(), account.clock.now());
        let mut deal = Deal { created_at: now, ..original };
        deal.id = records.new_deal(now).id;
        deal.set(&changes, now)?;
        let answer = json!({ "deal": wire::deal(&deal, now) });
        records.deals.insert(deal.id, deal);
        Ok(Json(answer))
    })
}

/// The deal, unless it is in the recycle bin.
fn known(records: &Records, id: u64) -> Result<&Deal, Refusal> {
    records.deals.get(&id).filter(|deal| !deal.deleted).ok_or(Refusal::NotInCrm)
}

/// `POST /deals/upsert`
pub(super) async fn upsert(State(crm): State<Freshsales>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let identifier = named(&body, "unique_identifier")?;
    let mut given = named(&body, "deal")?;
    let known = crm.0.records.read().deals.values().filter(|deal| !deal.deleted).find_map(|deal| {
        let same_id = identifier
            .get("id")
            .is_some_and(|id| *id == deal.id || id.as_str().is_some_and(|id| id.parse() == Ok(deal.id)));
        let same_name = identifier.get("name").is_some_and(|name| *name == *deal.name);
        (same_id || same_name).then_some(deal.id)
    });
    if let (None, Some(name)) = (known, identifier.get("name")) {
        given.entry("name").or_insert_with(|| name.clone());
    }
    put(&crm, known, &given)
}

fn put(crm: &Freshsales, id: Option<u64>, given: &Map<String, Value>) -> Result<Json<Value>, Refusal> {
    crm.0.change(|account, records| {
        let now = account.clock.now();
        let known = id.and_then(|id| records.deals.get(&id)).cloned();
        let mut deal = known.unwrap_or_else(|| records.new_deal(now));
        deal.set(given, now)?;
        let answer = json!({ "deal": wire::deal(&deal, now) });
        records.deals.insert(deal.id, deal);
        Ok(Json(answer))
    })
}
