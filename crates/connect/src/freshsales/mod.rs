//! The CRM Freshsales: contacts and deals.

mod check;
mod config;
mod deals;
mod port;
mod rate_limits;
mod reading;
mod selectors;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Attributes, HandleKind, Observation};
use tessera_hub::ports::{ConnectError, Health, Order, Page, Priority};
use tokio::sync::Mutex;
use url::Url;

pub use config::Config;
pub use deals::{Deals, WonDeals};
pub use rate_limits::Plan;
use selectors::Selectors;

use crate::discipline::{Answer, Call, Charge, Client, Environment, SetupError};
use crate::lenient_json as lenient;

/// Rows per page.
const PER_PAGE: u32 = 100;
/// Maximum number of contacts with one address. More indicate a wrong query.
const MAX_CANDIDATES: usize = 25;
/// Objects included with a single contact.
const INCLUDE: &str = "lifecycle_stage,deals";
/// Objects included with a list of contacts. A list does not say which deal belongs to which contact.
const INCLUDE_IN_LIST: &str = "lifecycle_stage";

/// The Freshsales client.
#[derive(Debug)]
pub struct Freshsales {
    client: Client,
    base: Url,
    name: String,
    /// Cached id of the view of all contacts.
    all_contacts: Mutex<Option<String>>,
    selectors: Selectors,
    /// The time zone in which days begin and end.
    time_zone: TimeZone,
}

impl Freshsales {
    /// Creates a client for one account, without calling it.
    pub fn new(config: &Config, environment: Environment) -> Result<Self, SetupError> {
        let client = Client::new(config.client(), environment)?;
        let (base, name) = (config.api_base()?, config.name.clone());
        let (selectors, time_zone) = (Selectors::default(), config.time_zone.clone());
        Ok(Self { client, base, name, all_contacts: Mutex::default(), selectors, time_zone })
    }

    /// The configured name of the system.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Base URL of the API.
    pub fn address(&self) -> &Url {
        &self.base
    }

    /// Health of the connection.
    pub fn health(&self) -> Health {
        self.client.health()
    }

    /// Forecast of the time at which a full pass over this number of contacts would be complete.
    pub fn forecast(&self, priority: Priority, contacts: u64) -> Timestamp {
        self.client.forecast(priority, Charge::ONE, contacts.div_ceil(PER_PAGE.into()))
    }

    /// The contact with this id, with its deals (`A02`). `None` if it does not exist or is in the recycle bin.
    pub async fn contact(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        if !lenient::is_number(id) {
            return Ok(None);
        }
        let query = [("include", INCLUDE.to_owned())];
        let call = self.call(&["contacts", id], &query, "/contacts/{id}", format!("contact {id}"), priority);
        let Some(answer) = self.found(self.client.exchange(&call).await?, priority).await? else { return Ok(None) };
        let mut body = answer.json()?;
        // The deals are kept converted, and limited in number.
        let deals = reading::take_deals(&mut body);
        let unnamed = reading::unnamed_lifecycle_stage(&body);
        let mut seen = reading::contact(&self.name, body, answer.read_at).map_err(|found| answer.unexpected(found))?;
        if seen.key.external_id != id {
            return Err(answer.unexpected(format!("contact {}", seen.key.external_id)));
        }
        if reading::is_deleted(&seen) {
            return Ok(None);
        }
        let deals = deals.as_ref().and_then(Value::as_array).map(Vec::as_slice);
        self.add_names(&mut seen, deals, unnamed, priority).await?;
        Ok(Some(seen))
    }

    /// Adds the deals, and the name of the lifecycle stage if the answer had its id only.
    async fn add_names(
        &self,
        seen: &mut Observation,
        deals: Option<&[Value]>,
        lifecycle_stage: Option<String>,
        priority: Priority,
    ) -> Result<(), ConnectError> {
        let Attributes::Contact(contact) = &mut seen.attributes else { return Ok(()) };
        let rows = deals.unwrap_or_default();
        if !rows.is_empty() || lifecycle_stage.is_some() {
            let stages = reading::stage_ids(rows);
            let knows = |names: &selectors::Names| {
                stages.iter().all(|id| names.deal_stages.contains_key(id))
                    && lifecycle_stage.as_ref().is_none_or(|id| names.lifecycle_stages.contains_key(id))
            };
            let names = self.selectors.names(self, priority, knows).await?;
            contact.deals = reading::deals(rows, &names, &self.time_zone);
            if let Some(stage) = lifecycle_stage.and_then(|id| names.lifecycle_stages.get(&id)) {
                (contact.lifecycle_stage, contact.left_out.lifecycle_stage) = (Some(stage.clone()), false);
            }
        }
        contact.left_out.deals = deals.is_none();
        Ok(())
    }

    /// All contacts with this primary address (`A04`).
    ///
    /// The search index lags: a contact created seconds ago may not be found.
    pub async fn contacts_by_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        let mut found = self.contacts_with_email(email, priority).await?;
        found.retain(|seen| normalise::email(email).is_some_and(|wanted| is_primary(seen, &wanted)));
        Ok(found)
    }

    /// All contacts with this address, primary or other. After a merge, the surviving contact has the other one's
    /// address.
    pub async fn contacts_with_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        let Some(wanted) = normalise::email(email) else { return Ok(Vec::new()) };
        let (rows, answer) = self.candidates(&normalise::clean_address(email), priority).await?;
        if rows.len() > MAX_CANDIDATES {
            return Err(answer.unexpected(format!("{} contacts for one e-mail address", rows.len())));
        }
        let mut found: Vec<Observation> = Vec::new();
        for row in rows {
            let id = lenient::text(&row, "id").ok_or_else(|| answer.unexpected("a contact without an id"))?;
            if found.iter().any(|seen| seen.key.external_id == id) {
                continue;
            }
            let seen = self.completed(row, &id, &answer, priority).await?;
            found.extend(seen.filter(|seen| has_email(seen, &wanted)));
        }
        Ok(found)
    }

    /// Id of the view of all contacts, for [`Freshsales::contacts_page`].
    pub async fn all_contacts_view(&self, priority: Priority) -> Result<String, ConnectError> {
        let call = self.call(&["contacts", "filters"], &[], "/contacts/filters", "the views of contacts", priority);
        let answer = self.client.exchange(&call).await?.existing(&call)?;
        let body = answer.json()?;
        let views = body.get("filters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let all = views
            .iter()
            .find(|view| lenient::text(view, "name").is_some_and(|name| name.eq_ignore_ascii_case("All Contacts")));
        all.and_then(|view| lenient::text(view, "id")).ok_or_else(|| answer.unexpected("no view called `All Contacts`"))
    }

    /// A page (from 1) of a view of contacts.
    pub async fn contacts_page(
        &self,
        view: &str,
        page: u32,
        order: Order,
        priority: Priority,
    ) -> Result<Page, ConnectError> {
        let (by, direction) = match order {
            Order::Created => ("created_at", "asc"),
            Order::LatestChange => ("updated_at", "desc"),
        };
        let query = [
            ("page", page.to_string()),
            ("per_page", PER_PAGE.to_string()),
            ("sort", by.to_owned()),
            ("sort_type", direction.to_owned()),
            ("include", INCLUDE_IN_LIST.to_owned()),
        ];
        let object = format!("page {page} of the contacts");
        let call = self.call(&["contacts", "view", view], &query, "/contacts/view/{id}", object, priority);
        let answer = self.client.exchange(&call).await?.existing(&call)?;
        let body = answer.json()?;
        let rows = reading::rows(&body).ok_or_else(|| answer.unexpected("no list of contacts"))?;
        let meta = |name: &str| body.get("meta").and_then(|meta| meta.get(name)).and_then(Value::as_u64);
        let next = match meta("total_pages") {
            Some(pages) => u64::from(page) < pages,
            None => rows.len() >= PER_PAGE as usize,
        };
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let id = lenient::text(&row, "id").ok_or_else(|| answer.unexpected("a contact without an id"))?;
            let row = reading::with_siblings(row, &body);
            items.extend(self.completed(row, &id, &answer, priority).await?);
        }
        Ok(Page { items, next, total: meta("total") })
    }

    /// Searches contacts by e-mail. Lookup is exact, but sometimes returns 403 without a reason; then two other search
    /// endpoints are tried.
    async fn candidates(&self, email: &str, priority: Priority) -> Result<(Vec<Value>, Answer), ConnectError> {
        let object = "the contacts of an e-mail address";
        let lookup = [("q", email.to_owned()), ("f", "email".to_owned()), ("entities", "contact".to_owned())];
        let search = [("q", email.to_owned()), ("include", "contact".to_owned()), ("per_page", PER_PAGE.to_string())];
        let filter = json!({
            "filter_rule": [{ "attribute": "contact_email.email", "operator": "is_in", "value": email }],
            "page": 1, "per_page": PER_PAGE, "sort": "created_at", "sort_type": "asc",
        });
        let filtered = [("page", "1".to_owned()), ("per_page", PER_PAGE.to_string())];
        let ways = [
            self.call(&["lookup"], &lookup, "/lookup", object, priority),
            self.call(&["filtered_search", "contact"], &filtered, "/filtered_search/contact", object, priority)
                .query(&filter),
            self.call(&["search"], &search, "/search", object, priority),
        ];
        let mut refused = None;
        for call in &ways {
            match self.client.exchange(call).await?.existing(call) {
                Ok(answer) => {
                    let rows =
                        reading::rows(&answer.json()?).ok_or_else(|| answer.unexpected("no list of contacts"))?;
                    return Ok((rows, answer));
                }
                Err(error @ ConnectError::Forbidden { .. }) => {
                    tracing::debug!(
                        system = self.name,
                        path = call.template,
                        "refused: the next way to search is tried"
                    );
                    refused = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        let (system, object) = (self.name.clone(), object.to_owned());
        Err(refused.unwrap_or(ConnectError::Forbidden { system, object }))
    }

    /// Converts a row to a contact. A partial row is read again in full.
    async fn completed(
        &self,
        row: Value,
        id: &str,
        answer: &Answer,
        priority: Priority,
    ) -> Result<Option<Observation>, ConnectError> {
        if reading::is_partial(&row) {
            return self.contact(id, priority).await;
        }
        let seen = reading::contact(&self.name, row, answer.read_at).map_err(|found| answer.unexpected(found))?;
        Ok(Some(seen).filter(|seen| !reading::is_deleted(seen)))
    }

    /// The answer, or `None` for an object that does not exist.
    async fn found(&self, answer: Answer, priority: Priority) -> Result<Option<Answer>, ConnectError> {
        let probe = || self.call(&["contacts", "filters"], &[], "/contacts/filters", "the views of contacts", priority);
        self.client.found(answer, probe).await
    }

    fn call(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        template: &'static str,
        object: impl Into<String>,
        priority: Priority,
    ) -> Call {
        Call::get(crate::discipline::address(&self.base, path, query), template, object, priority, Charge::ONE)
    }
}

fn has_email(seen: &Observation, wanted: &str) -> bool {
    let handles = seen.attributes.handles();
    let mut addresses =
        handles.iter().filter(|handle| matches!(handle.kind, HandleKind::PrimaryEmail | HandleKind::Email));
    addresses.any(|address| address.value == wanted)
}

fn is_primary(seen: &Observation, wanted: &str) -> bool {
    seen.attributes.primary_email().and_then(normalise::email).as_deref() == Some(wanted)
}
