//! Deals: attributes and updates.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::errors::Refusal;
use super::selectors::{NEW_STAGE, OWNERS, STAGES};

/// A deal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Deal {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) amount: f64,
    pub(super) stage_id: u64,
    pub(super) owner_id: u64,
    pub(super) contact_ids: Vec<u64>,
    /// A date, `YYYY-MM-DD`.
    pub(super) expected_close: Option<String>,
    /// A date, `YYYY-MM-DD`.
    pub(super) closed_date: Option<String>,
    pub(super) custom_field: Map<String, Value>,
    pub(super) tags: Vec<Value>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) deleted: bool,
}

impl Deal {
    pub(super) fn new(id: u64, now: Timestamp) -> Self {
        Self {
            id,
            name: String::new(),
            amount: 0.0,
            stage_id: NEW_STAGE,
            owner_id: OWNERS[0].0,
            contact_ids: Vec::new(),
            expected_close: None,
            closed_date: None,
            custom_field: Map::new(),
            tags: Vec::new(),
            created_at: now,
            updated_at: now,
            deleted: false,
        }
    }

    /// `Open`, `Closed Won` or `Closed Lost`.
    pub(super) fn forecast(&self) -> &'static str {
        STAGES.iter().find(|stage| stage.id == self.stage_id).map_or("Open", |stage| stage.forecast)
    }

    /// Applies the attributes of a call.
    pub(super) fn set(&mut self, given: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
        if let Some(name) = given.get("name").and_then(Value::as_str) {
            name.clone_into(&mut self.name);
        }
        if self.name.trim().is_empty() {
            return Err(Refusal::invalid("Need to fill this Name"));
        }
        if let Some(amount) = given.get("amount").filter(|amount| !amount.is_null()) {
            self.amount = number(amount).ok_or_else(|| Refusal::invalid("Amount is not a number"))?;
        }
        if let Some(stage) = given.get("deal_stage_id").and_then(Value::as_u64) {
            let known = STAGES.iter().any(|known| known.id == stage);
            self.stage_id = known.then_some(stage).ok_or_else(|| Refusal::invalid("Deal stage is invalid"))?;
        }
        if let Some(ids) = given.get("contacts_added_list").and_then(Value::as_array) {
            self.contact_ids.extend(ids.iter().filter_map(Value::as_u64));
            self.contact_ids.dedup();
        }
        for (target, key) in [(&mut self.expected_close, "expected_close"), (&mut self.closed_date, "closed_date")] {
            if let Some(date) = given.get(key) {
                *target = date.as_str().map(ToOwned::to_owned);
            }
        }
        if let Some(owner) = given.get("owner_id").and_then(Value::as_u64) {
            self.owner_id = owner;
        }
        if let Some(tags) = given.get("tags").and_then(Value::as_array) {
            self.tags.clone_from(tags);
        }
        if let Some(custom) = given.get("custom_field").and_then(Value::as_object) {
            self.custom_field.extend(custom.clone());
        }
        self.updated_at = now;
        Ok(())
    }
}

/// Parses a number, or a string that contains one.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number: &f64| number.is_finite())
}
