//! A stand-in for Freshsales (Freshworks CRM): contacts, deals, lookup, search, views and selectors under
//! `/crm/sales/api` and the legacy path `/api`.
//!
//! Observed oddities of the real system are reproduced: the doubly nested lookup, string ids in search, the lag of
//! both, and 403 for unknown views.
//!
//! Behaviour that is not documented, so a choice was made: an id that is no number is the id of nothing, and unknown
//! query parameters are ignored.

mod accounts;
mod contact_calls;
mod contacts;
mod deal_calls;
mod deals;
mod errors;
mod finding;
mod gate;
mod lists;
mod pages;
mod parameters;
mod record;
mod selectors;
mod unused;
mod wire;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use http::{Method, StatusCode};

use crate::clock::Clock;
use crate::endpoint::{self, Endpoint};
use crate::faults::{Fault, FaultKind, Faults, Latency};
use crate::persist::Kept;
use crate::world::World;

use self::gate::Gate;
pub use self::gate::Plan;
use self::record::Records;

/// Base paths of the API: current and legacy.
const BASES: [&str; 2] = ["/crm/sales/api", "/api"];

/// Methods and paths of the API, below each of its base paths, with parameters in braces.
pub fn routes() -> Vec<(Method, &'static str)> {
    endpoints().iter().map(Endpoint::route).collect()
}

fn endpoints() -> Vec<Endpoint<Freshsales>> {
    vec![
        Endpoint::get("/contacts", lists::without_view),
        Endpoint::post("/contacts", contact_calls::create),
        Endpoint::post("/contacts/upsert", contact_calls::upsert),
        Endpoint::post("/contacts/bulk_upsert", contact_calls::bulk_upsert),
        Endpoint::get("/contacts/filters", lists::contact_views),
        Endpoint::get("/contacts/view", lists::without_view),
        Endpoint::get("/contacts/view/{view}", lists::contacts_of_view),
        Endpoint::get("/contacts/{id}", contact_calls::show),
        Endpoint::put("/contacts/{id}", contact_calls::update),
        Endpoint::delete("/contacts/{id}", contact_calls::delete),
        Endpoint::delete("/contacts/{id}/forget", contact_calls::forget),
        Endpoint::post("/contacts/{id}/clone", contact_calls::copy),
        Endpoint::get("/contacts/{id}/activities", contact_calls::activities),
        Endpoint::get("/deals", lists::without_view),
        Endpoint::post("/deals", deal_calls::create),
        Endpoint::post("/deals/upsert", deal_calls::upsert),
        Endpoint::get("/deals/filters", lists::deal_views),
        Endpoint::get("/deals/view", lists::without_view),
        Endpoint::get("/deals/view/{view}", lists::deals_of_view),
        Endpoint::get("/deals/{id}", deal_calls::show),
        Endpoint::put("/deals/{id}", deal_calls::update),
        Endpoint::delete("/deals/{id}", deal_calls::delete),
        Endpoint::delete("/deals/{id}/forget", deal_calls::forget),
        Endpoint::post("/deals/{id}/clone", deal_calls::copy),
        Endpoint::get("/sales_accounts", lists::without_view),
        Endpoint::get("/sales_accounts/filters", accounts::account_views),
        Endpoint::get("/sales_accounts/view", lists::without_view),
        Endpoint::get("/sales_accounts/view/{view}", accounts::accounts_of_view),
        Endpoint::get("/sales_accounts/{id}", accounts::show),
        Endpoint::get("/lookup", finding::lookup),
        Endpoint::get("/search", finding::search),
        Endpoint::post("/filtered_search/contact", finding::filtered_search),
        Endpoint::get("/selector/{list}", selectors::list),
        Endpoint::get("/selector/deal_pipelines/{id}/deal_stages", selectors::stages_of_pipeline),
        Endpoint::get("/settings/{model}/fields", unused::fields),
        Endpoint::get("/tasks", unused::tasks),
        Endpoint::get("/appointments", unused::appointments),
        Endpoint::get("/sales_activities", unused::sales_activities),
        Endpoint::get("/lists", unused::lists),
    ]
}

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
        let api = endpoint::router(endpoints())
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
