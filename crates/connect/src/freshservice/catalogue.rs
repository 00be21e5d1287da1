//! Cached names of products and vendors.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tessera_core::devices::asset_form::Choice;
use tessera_hub::ports::{ConnectError, Priority};
use tokio::sync::Mutex;

use super::writing::number;
use super::{Freshservice, reading};
use crate::discipline::Charge;
use crate::lenient_json;

/// How long names are cached.
const FRESH: SignedDuration = SignedDuration::from_hours(6);

#[derive(Debug, Default)]
struct State {
    read_at: Option<Timestamp>,
    /// `None` for an id that was looked up and not found.
    names: HashMap<String, Option<String>>,
}

/// Names by id.
#[derive(Debug)]
pub(super) struct Catalogue {
    path: &'static str,
    // Held during a read, so that concurrent lookups cause only one.
    state: Mutex<State>,
}

impl Catalogue {
    pub(super) fn new(path: &'static str) -> Self {
        Self { path, state: Mutex::default() }
    }

    /// The name of an object. `None` if there is no such object, or the API key may not read it.
    pub(super) async fn name(
        &self,
        id: &str,
        desk: &Freshservice,
        priority: Priority,
    ) -> Result<Option<String>, ConnectError> {
        let mut state = self.state.lock().await;
        let now = desk.client.steady_now();
        if state.read_at.is_none_or(|read_at| now.duration_since(read_at) > FRESH) {
            match self.read_all(desk, priority).await {
                Ok(names) => *state = State { read_at: Some(now), names },
                // Outdated names are better than none.
                Err(error) if state.read_at.is_some() => tracing::warn!(%error, "kept the old names of {}", self.path),
                Err(error) => return Err(error),
            }
        }
        if let Some(name) = state.names.get(id) {
            return Ok(name.clone());
        }
        let name = self.read_one(id, desk, priority).await?;
        state.names.insert(id.to_owned(), name.clone());
        Ok(name)
    }

    /// All objects as choices, sorted by name.
    pub(super) async fn choices(&self, desk: &Freshservice, priority: Priority) -> Result<Vec<Choice>, ConnectError> {
        let names = self.read_all(desk, priority).await?;
        let mut choices: Vec<Choice> =
            names.into_iter().filter_map(|(id, label)| Some(Choice { label: label?, value: number(&id) })).collect();
        choices.sort_by(|one, other| one.label.cmp(&other.label));
        Ok(choices)
    }

    async fn read_all(
        &self,
        desk: &Freshservice,
        priority: Priority,
    ) -> Result<HashMap<String, Option<String>>, ConnectError> {
        let template = if self.path == "products" { "/products" } else { "/vendors" };
        match desk.all_rows(self.path, template, priority).await {
            Ok(rows) => Ok(rows
                .iter()
                .filter_map(|row| Some((lenient_json::text(row, "id")?, lenient_json::text(row, "name"))))
                .collect()),
            Err(ConnectError::Forbidden { .. }) => {
                tracing::warn!("the API key may not see {}: their names stay unknown", self.path);
                Ok(HashMap::new())
            }
            Err(error) => Err(error),
        }
    }

    async fn read_one(
        &self,
        id: &str,
        desk: &Freshservice,
        priority: Priority,
    ) -> Result<Option<String>, ConnectError> {
        if !lenient_json::is_number(id) {
            return Ok(None);
        }
        let (template, object) =
            if self.path == "products" { ("/products/{id}", "product") } else { ("/vendors/{id}", "vendor") };
        let call = desk.call(&[self.path, id], &[], template, format!("{object} {id}"), priority, Charge::ONE);
        match desk.client.exchange(&call).await?.checked() {
            Ok(answer) => {
                let one: Value = reading::unwrapped(answer.json()?, &[object]);
                Ok(lenient_json::text(&one, "name"))
            }
            Err(ConnectError::NotFound { .. } | ConnectError::Forbidden { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
