//! Cached names of the account's settings: deal stages, lifecycle stages and currencies.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tessera_core::kernel::money::Currency;
use tessera_core::kernel::record::deal::DealOutcome;
use tessera_hub::ports::{ConnectError, Priority};
use tokio::sync::Mutex;

use super::Freshsales;
use crate::lenient_json as lenient;

/// How long names are cached.
const FRESH: SignedDuration = SignedDuration::from_hours(6);
/// A stage that is not known was perhaps added since; but not more often than this.
const AT_MOST_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// A stage of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stage {
    pub(super) name: String,
    pub(super) outcome: Option<DealOutcome>,
}

/// Names by id.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) deal_stages: HashMap<String, Stage>,
    pub(super) lifecycle_stages: HashMap<String, String>,
    pub(super) currencies: HashMap<String, Currency>,
    /// The account's own currency, which is that of a deal without another one.
    pub(super) base_currency: Option<Currency>,
}

/// The names as last read.
#[derive(Debug, Default)]
pub(super) struct Selectors {
    // Held during a read, so that concurrent lookups cause only one.
    last: Mutex<Option<(Timestamp, Arc<Names>)>>,
}

impl Selectors {
    /// The names. If `knows` says that they lack something, they are read again unless that was done a moment ago.
    pub(super) async fn names(
        &self,
        crm: &Freshsales,
        priority: Priority,
        knows: impl Fn(&Names) -> bool,
    ) -> Result<Arc<Names>, ConnectError> {
        let mut last = self.last.lock().await;
        let now = crm.client.steady_now();
        if let Some((read_at, names)) = &*last {
            let age = now.duration_since(*read_at);
            if age <= AT_MOST_EVERY || (age <= FRESH && knows(names)) {
                return Ok(names.clone());
            }
        }
        let names = Arc::new(crm.read_names(priority).await?);
        *last = Some((now, names.clone()));
        Ok(names)
    }
}

impl Freshsales {
    async fn read_names(&self, priority: Priority) -> Result<Names, ConnectError> {
        let stages = self.selector("deal_stages", "/selector/deal_stages", priority).await?;
        let lifecycle = self.selector("lifecycle_stages", "/selector/lifecycle_stages", priority).await?;
        let currencies = self.selector("currencies", "/selector/currencies", priority).await?;
        let code = |row: &Value| Currency::parse(&lenient::text(row, "currency_code")?);
        let is_base = |row: &&Value| lenient::text(row, "currency_type").as_deref() == Some("1");
        Ok(Names {
            deal_stages: stages.iter().filter_map(|row| Some((lenient::text(row, "id")?, stage(row)?))).collect(),
            lifecycle_stages: lifecycle
                .iter()
                .filter_map(|row| Some((lenient::text(row, "id")?, lenient::text(row, "name")?)))
                .collect(),
            base_currency: currencies.iter().find(is_base).or_else(|| currencies.first()).and_then(code),
            currencies: currencies.iter().filter_map(|row| Some((lenient::text(row, "id")?, code(row)?))).collect(),
        })
    }

    /// A list of the account's settings. Empty if the API key may not see it, or the answer is unusable: names are no
    /// reason to go without a contact.
    async fn selector(
        &self,
        list: &'static str,
        template: &'static str,
        priority: Priority,
    ) -> Result<Vec<Value>, ConnectError> {
        match self.read_selector(list, template, priority).await {
            Err(error) if !error.is_temporary() => {
                tracing::warn!(system = self.name, %error, "the names of {list} stay unknown");
                Ok(Vec::new())
            }
            read => read,
        }
    }

    async fn read_selector(
        &self,
        list: &'static str,
        template: &'static str,
        priority: Priority,
    ) -> Result<Vec<Value>, ConnectError> {
        let call = self.call(&["selector", list], &[], template, format!("the {}", list.replace('_', " ")), priority);
        let answer = self.client.exchange(&call).await?.checked()?;
        let body = answer.json()?;
        let rows = body.get(list).and_then(Value::as_array).cloned();
        rows.ok_or_else(|| answer.unexpected(format!("no list of {list}")))
    }
}

fn stage(row: &Value) -> Option<Stage> {
    let forecast = lenient::text(row, "forecast_type");
    let outcome = forecast.and_then(|forecast| match forecast.to_ascii_lowercase().as_str() {
        "open" => Some(DealOutcome::Open),
        "closed won" => Some(DealOutcome::Won),
        "closed lost" => Some(DealOutcome::Lost),
        _ => None,
    });
    Some(Stage { name: lenient::text(row, "name").or_else(|| lenient::text(row, "value"))?, outcome })
}
