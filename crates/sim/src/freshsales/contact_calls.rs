//! Endpoints of a single contact.

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::contacts::{Contact, same_text};
use super::errors::Refusal;
use super::parameters::{Id, Parameters};
use super::record::Records;
use super::wire::{self, Include};
use super::{Account, Freshsales};

/// Maximum number of contacts in a bulk call.
const MAX_BULK_SIZE: usize = 100;

/// `GET /contacts/{id}`
pub(super) async fn show(State(crm): State<Freshsales>, Id(id): Id, query: Parameters) -> Result<Json<Value>, Refusal> {
    let include = query.include();
    let records = crm.0.records.read();
    let contact = records.contact(id).ok_or(Refusal::NotInCrm)?;
    let mut answer = wire::beside_contacts(&records, &[contact], &include);
    answer.insert("contact".to_owned(), wire::contact(&records, contact, &include));
    answer.insert("meta".to_owned(), Value::Null);
    Ok(Json(Value::Object(answer)))
}

/// `POST /contacts`
pub(super) async fn create(State(crm): State<Freshsales>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let given = attributes(&body, "contact")?;
    crm.0.change(|account, records| {
        let contact = account.make(records, &given)?;
        Ok(answer(records, &contact))
    })
}

/// `PUT /contacts/{id}`
pub(super) async fn update(State(crm): State<Freshsales>, Id(id): Id, body: Bytes) -> Result<Json<Value>, Refusal> {
    let given = attributes(&body, "contact")?;
    crm.0.change(|account, records| {
        let contact = account.alter(records, id, &given)?;
        Ok(answer(records, &contact))
    })
}

/// `DELETE /contacts/{id}`: moves the contact to the recycle bin.
pub(super) async fn delete(State(crm): State<Freshsales>, Id(id): Id) -> Result<Json<Value>, Refusal> {
    crm.0.change(|account, records| {
        let contact = records.contacts.get_mut(&id).filter(|contact| !contact.deleted).ok_or(Refusal::NotInCrm)?;
        contact.touch(account.clock.now(), account.lookup_lag);
        contact.deleted = true;
        Ok(Json(Value::Bool(true)))
    })
}

/// `DELETE /contacts/{id}/forget`: deletes the contact permanently.
pub(super) async fn forget(State(crm): State<Freshsales>, Id(id): Id) -> Result<Json<Value>, Refusal> {
    crm.0.change(|_, records| {
        records.contacts.remove(&id).ok_or(Refusal::NotInCrm)?;
        records.deals.values_mut().for_each(|deal| deal.contact_ids.retain(|contact| *contact != id));
        Ok(Json(Value::Bool(true)))
    })
}

/// `POST /contacts/upsert`
pub(super) async fn upsert(State(crm): State<Freshsales>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let identifier = named(&body, "unique_identifier")?;
    let given = named(&body, "contact")?;
    crm.0.change(|account, records| {
        let contact = account.put(records, &identifier, given)?;
        Ok(answer(records, &contact))
    })
}

/// `POST /contacts/bulk_upsert`: applied immediately, although the answer refers to a job.
pub(super) async fn bulk_upsert(
    State(crm): State<Freshsales>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let Some(Value::Array(entries)) = parsed(&body)?.remove("contacts") else {
        return Err(Refusal::invalid("contacts is missing"));
    };
    if entries.len() > MAX_BULK_SIZE {
        return Err(Refusal::invalid(format!("contacts are too many (maximum is {MAX_BULK_SIZE})")));
    }
    crm.0.change(|account, records| {
        for entry in entries {
            let Value::Object(mut identifier) = entry else { continue };
            let Some(Value::Object(given)) = identifier.remove("data") else { continue };
            // An invalid entry does not stop the job. The real system reports it in the job's result.
            if let Err(refusal) = account.put(records, &identifier, given) {
                tracing::debug!(?refusal, "an entry of a bulk upsert was refused");
            }
        }
        let job = records.ids().job();
        let body = json!({ "message": "Your request is being processed", "job_id": job.to_string() });
        Ok((StatusCode::ACCEPTED, Json(body)))
    })
}

/// `POST /contacts/{id}/clone`: a copy with other values, which must include another e-mail address.
pub(super) async fn copy(State(crm): State<Freshsales>, Id(id): Id, body: Bytes) -> Result<Json<Value>, Refusal> {
    let changes = if body.is_empty() { Map::new() } else { attributes(&body, "contact")? };
    crm.0.change(|account, records| {
        let original = records.contact(id).ok_or(Refusal::NotInCrm)?;
        let mut given = original.fields.clone();
        given.insert("email".to_owned(), json!(original.primary_email()));
        given.insert("custom_field".to_owned(), Value::Object(original.custom_field.clone()));
        given.extend(changes);
        let contact = account.make(records, &given)?;
        Ok(answer(records, &contact))
    })
}

/// `GET /contacts/{id}/activities`
pub(super) async fn activities(State(crm): State<Freshsales>, Id(id): Id) -> Result<Json<Value>, Refusal> {
    let records = crm.0.records.read();
    let contact = records.contact(id).ok_or(Refusal::NotInCrm)?;
    let entry = |number: u64, action: &str, at| {
        json!({
            "id": id * 10 + number, "action_type": action, "targetable_type": "Contact", "targetable_id": id,
            "created_at": wire::time(at),
        })
    };
    let mut activities = vec![entry(0, "create", contact.created_at)];
    if contact.updated_at > contact.created_at {
        activities.insert(0, entry(1, "update", contact.updated_at));
    }
    Ok(Json(json!({ "meta": { "total": activities.len() }, "activities": activities })))
}

impl Account {
    pub(super) fn change<T>(&self, change: impl FnOnce(&Self, &mut Records) -> T) -> T {
        self.records.change(|records| change(self, records))
    }

    fn make(&self, records: &mut Records, given: &Map<String, Value>) -> Result<Contact, Refusal> {
        let mut contact = records.new_contact(self.clock.now(), self.lookup_lag);
        contact.set(given, records.ids())?;
        store(records, contact)
    }

    fn alter(&self, records: &mut Records, id: u64, given: &Map<String, Value>) -> Result<Contact, Refusal> {
        let mut contact = records.contact(id).ok_or(Refusal::NotInCrm)?.clone();
        contact.touch(self.clock.now(), self.lookup_lag);
        contact.set(given, records.ids())?;
        store(records, contact)
    }

    /// Updates the contact with this identifier, or creates one.
    fn put(
        &self,
        records: &mut Records,
        identifier: &Map<String, Value>,
        mut given: Map<String, Value>,
    ) -> Result<Contact, Refusal> {
        let (field, wanted) =
            identifier.iter().next().ok_or_else(|| Refusal::invalid("unique_identifier is missing"))?;
        let known =
            records.contacts.values().filter(|contact| !contact.deleted).find(|contact| has(contact, field, wanted));
        if let Some(id) = known.map(|contact| contact.id) {
            return self.alter(records, id, &given);
        }
        let target = if field.starts_with("cf_") {
            let custom = given.entry("custom_field").or_insert_with(|| json!({}));
            custom.as_object_mut().ok_or_else(|| Refusal::invalid("custom_field is not an object"))?
        } else {
            &mut given
        };
        target.entry(field.clone()).or_insert_with(|| wanted.clone());
        self.make(records, &given)
    }
}

/// Stores the contact, unless another one has one of its addresses.
fn store(records: &mut Records, contact: Contact) -> Result<Contact, Refusal> {
    let taken = contact.emails.iter().filter(|email| records.email_taken(&email.value, Some(contact.id)));
    let messages: Vec<String> = taken.map(|email| format!("{} already exists.", email.value)).collect();
    if !messages.is_empty() {
        return Err(Refusal::Invalid(messages));
    }
    records.contacts.insert(contact.id, contact.clone());
    Ok(contact)
}

fn has(contact: &Contact, field: &str, wanted: &Value) -> bool {
    let text = wanted.as_str().map_or_else(|| wanted.to_string(), ToOwned::to_owned);
    match field {
        "emails" | "email" => contact.has_email(&text),
        "id" => contact.id.to_string() == text,
        custom if custom.starts_with("cf_") => contact.custom_field.get(custom) == Some(wanted),
        plain => !text.is_empty() && same_text(contact.text(plain), &text),
    }
}

fn answer(records: &Records, contact: &Contact) -> Json<Value> {
    Json(json!({ "contact": wire::contact(records, contact, &Include::default()) }))
}

/// Parses a body as an object.
pub(super) fn parsed(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Refusal::invalid("The request body is not a JSON object")),
    }
}

/// Parses a body and returns the object under `key`.
pub(super) fn named(body: &[u8], key: &str) -> Result<Map<String, Value>, Refusal> {
    match parsed(body)?.remove(key) {
        Some(Value::Object(fields)) => Ok(fields),
        _ => Err(Refusal::invalid(format!("{key} is missing"))),
    }
}

/// Parses a body with the attributes of a record, under `key` or flat.
pub(super) fn attributes(body: &[u8], key: &str) -> Result<Map<String, Value>, Refusal> {
    let mut fields = parsed(body)?;
    match fields.remove(key) {
        None => Ok(fields),
        Some(Value::Object(fields)) => Ok(fields),
        Some(_) => Err(Refusal::invalid(format!("{key} is not an object"))),
    }
}
