//! Cached domains of departments, which is what Freshservice calls the companies of requesters.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tessera_core::kernel::record::{Attributes, Observation, Requester};
use tessera_hub::ports::{ConnectError, Priority};
use tokio::sync::Mutex;

use super::Freshservice;
use crate::lenient_json;

/// How long the departments are cached.
const FRESH: SignedDuration = SignedDuration::from_hours(6);

#[derive(Debug, Default)]
struct State {
    read_at: Option<Timestamp>,
    domains: HashMap<String, Vec<String>>,
}

/// The domains of each department, by its id.
#[derive(Debug, Default)]
pub(super) struct Departments {
    // Held during a read, so that concurrent lookups cause only one.
    state: Mutex<State>,
}

impl Freshservice {
    /// Adds the domains of their companies to requesters. Most belong to none, which costs no call. If the departments
    /// cannot be read, the requesters are still good, and keep the domains that are known.
    pub(super) async fn add_company_domains(&self, seen: &mut [Observation], priority: Priority) {
        for observation in seen {
            let departments = lenient_json::texts(&observation.raw, "department_ids");
            let left_out = observation.raw.get("department_ids").is_none();
            let Attributes::Requester(requester) = &mut observation.attributes else { continue };
            requester.left_out.company_domains = left_out;
            if !departments.is_empty() {
                self.add_domains_of(requester, &departments, priority).await;
            }
        }
    }

    async fn add_domains_of(&self, requester: &mut Requester, departments: &[String], priority: Priority) {
        match self.domains_of(departments, priority).await {
            Ok(domains) => requester.company_domains = domains,
            Err(error) => {
                tracing::warn!(%error, "the domains of a requester's companies stay as they were");
                requester.left_out.company_domains = true;
            }
        }
    }

    async fn domains_of(&self, departments: &[String], priority: Priority) -> Result<Vec<String>, ConnectError> {
        let mut state = self.departments.state.lock().await;
        let now = self.client.steady_now();
        if state.read_at.is_none_or(|read_at| now.duration_since(read_at) > FRESH) {
            match self.read_departments(priority).await {
                Ok(domains) => *state = State { read_at: Some(now), domains },
                Err(error) if state.read_at.is_some() => {
                    tracing::warn!(%error, "kept the old domains of departments");
                }
                Err(error) => return Err(error),
            }
        }
        let mut domains: Vec<String> =
            departments.iter().filter_map(|id| state.domains.get(id)).flatten().cloned().collect();
        // Their order is irrelevant.
        domains.sort();
        domains.dedup();
        Ok(domains)
    }

    async fn read_departments(&self, priority: Priority) -> Result<HashMap<String, Vec<String>>, ConnectError> {
        let rows = match self.all_rows("departments", "/departments", priority).await {
            Ok(rows) => rows,
            Err(ConnectError::Forbidden { .. }) => {
                tracing::warn!("the API key may not see departments: the domains of companies stay unknown");
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let named = |row: &Value| Some((lenient_json::text(row, "id")?, lenient_json::texts(row, "domains")));
        Ok(rows.iter().filter_map(named).collect())
    }
}
