//! A stand-in for Freshsales (Freshworks CRM): contacts, deals, lookup, search, views and selectors under
//! `/crm/sales/api` and the legacy path `/api`.
//!
//! Observed oddities of the real system are reproduced: the doubly nested lookup, string ids in search, the lag of
//! both, and 403 for unknown views.

mod contact_calls;
mod contacts;
mod deal_calls;
mod deals;
mod errors;
mod finding;
mod gate;
mod lists;
mod pages;
mod record;
mod selectors;
mod wire;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use http::StatusCode;

use crate::clock::Clock;
use crate::faults::{Fault, FaultKind, Faults, Latency};
use crate::persist::Kept;
use crate::world::World;

use self::gate::Gate;
pub use self::gate::Plan;
use self::record::Records;

/// Base paths of the API: current and legacy.
const BASES: [&str; 2] = ["/crm/sales/api", "/api"];

/// Configuration of the stand-in.
#[derive(Debug, Clone)]
pub struct Options {
    /// The key that `Authorization: Token token=<key>` must carry.
    pub api_key: String,
    /// The account's plan, which determines its rate limits.
    pub plan: Plan,
    /// Lag of lookup, search and filtered search.
    pub lookup_lag: Duration,
    /// Probability from 0 to 1 that a lookup fails with 403 without a reason, as observed in the real system.
    pub lookup_flake: f64,
    /// Delay of every request.
    pub latency: Option<Latency>,
    /// File for the state. `None`: in memory only.
    pub data_file: Option<PathBuf>,
    /// Clock.
    pub clock: Clock,
    /// Seed of jitter and probabilities.
    pub seed: u64,
}

impl Default for Options {
    /// A Pro account with a lookup lag of 20 seconds, as observed.
    fn default() -> Self {
        Self {
            api_key: "demo-freshsales-key".to_owned(),
            plan: Plan::Pro,
            lookup_lag: Duration::from_secs(20),
            lookup_flake: 0.0,
            latency: None,
            data_file: None,
            clock: Clock::system(),
            seed: 0,
        }
    }
}

/// A stand-in for Freshsales. Clones share the account.
#[derive(Debug, Clone)]
pub struct Freshsales(Arc<Account>);

#[derive(Debug)]
struct Account {
    records: Kept<Records>,
    gate: Gate,
    lookup_lag: Duration,
    clock: Clock,
    faults: Faults,
}

impl Freshsales {
    /// Creates an account with the state in the data file, or an empty one.
    pub fn new(options: Options) -> io::Result<Self> {
        let faults = Faults::new(options.seed)
            .with_latency(options.latency)
            .with_error_body(errors::body)
            .with_clock(options.clock.clone());
        if options.lookup_flake > 0.0 {
            for base in BASES {
                faults.add(Fault {
                    path: format!("{base}/lookup"),
                    method: None,
                    kind: FaultKind::Status { status: StatusCode::FORBIDDEN.as_u16(), retry_after: None, body: None },
                    times: None,
                    skip: 0,
                    probability: Some(options.lookup_flake),
                });
            }
        }
        Ok(Self(Arc::new(Account {
            records: Kept::open(options.data_file, Records::default)?,
            gate: Gate::new(&options.api_key, options.plan),
            lookup_lag: options.lookup_lag,
            clock: options.clock,
            faults,
        })))
    }

    /// Fills the account with the demo world if it is empty.
    pub fn load(&self, world: &World) {
        let now = self.0.clock.now();
        self.0.records.change(|records| {
            if records.is_empty() {
                records.fill(world, now);
            }
        });
    }

    /// Writes the state to the data file.
    pub fn flush(&self) -> std::io::Result<()> {
        self.0.records.flush()
    }

    /// The faults of this stand-in.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The router: API, pages at `/`, and `/_sim/`.
    pub fn router(&self) -> Router {
        let api = Router::new()
            .route("/contacts", get(lists::without_view).post(contact_calls::create))
            .route("/contacts/upsert", post(contact_calls::upsert))
            .route("/contacts/bulk_upsert", post(contact_calls::bulk_upsert))
            .route("/contacts/filters", get(lists::contact_views))
            .route("/contacts/view", get(lists::without_view))
            .route("/contacts/view/{view}", get(lists::contacts_of_view))
            .route("/contacts/{id}", get(contact_calls::show).put(contact_calls::update).delete(contact_calls::delete))
            .route("/contacts/{id}/forget", axum::routing::delete(contact_calls::forget))
            .route("/contacts/{id}/clone", post(contact_calls::copy))
            .route("/contacts/{id}/activities", get(contact_calls::activities))
            .route("/deals", get(lists::without_view).post(deal_calls::create))
            .route("/deals/upsert", post(deal_calls::upsert))
            .route("/deals/filters", get(lists::deal_views))
            .route("/deals/view", get(lists::without_view))
            .route("/deals/view/{view}", get(lists::deals_of_view))
            .route("/deals/{id}", get(deal_calls::show))
            .route("/lookup", get(finding::lookup))
            .route("/search", get(finding::search))
            .route("/filtered_search/contact", post(finding::filtered_search))
            .route("/selector/{list}", get(selectors::list))
            .route("/selector/deal_pipelines/{id}/deal_stages", get(selectors::stages_of_pipeline))
            .fallback(errors::no_such_route)
            .layer(from_fn_with_state(self.clone(), gate::admit))
            .with_state(self.clone());
        let interface = BASES.into_iter().fold(Router::new(), |router, base| router.nest(base, api.clone()));
        let pages = Router::new()
            .route("/", get(pages::contacts))
            .route("/crm/sales/contacts/{id}", get(pages::contact))
            .with_state(self.clone());
        // Faults do not affect the pages, where people check the effects of a fault.
        self.0.faults.wrap(interface).merge(pages)
    }
}
