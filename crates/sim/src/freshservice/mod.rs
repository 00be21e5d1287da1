//! A stand-in for the service desk Freshservice: API v2, its workflow automator, and pages for a person in the service
//! desk.
//!
//! Behaviour that the real API does not document, so a choice was made:
//!
//! - an answer of the index contains the whole row in its indexed state;
//! - a trashed asset is not found by its display id;
//! - a requester converted to an agent remains available under `/requesters/{id}`, with `is_agent`;
//! - a reply or note changes the `updated_at` of its ticket, and is an update event for the workflow automator;
//! - a 404 has no body, and filters do not return the total number of rows;
//! - an id in a path that is no number is a validation error;
//! - ticket statuses from 6 and sources from 1001 are the account's own;
//! - [`Options::email_finds_secondary`] and [`Options::merge_moves_assets`].

mod account;
mod agents;
mod answer;
mod asset_lists;
mod assets;
mod call;
mod catalog;
mod conversations;
mod gate;
mod history;
mod id;
mod limits;
mod merge;
mod model;
mod page;
mod query;
mod related;
mod requester_lists;
mod requesters;
mod routes;
mod seed;
mod ticket_lists;
mod tickets;
mod versions;
mod workflow;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLockReadGuard};
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use http::Method;
use jiff::{SignedDuration, Timestamp};

pub use limits::Plan;
pub use model::{
    Agent, Asset, AssetField, AssetRow, AssetType, Assignment, Conversation, Department, Desk, Product, Requester,
    RequesterRow, Ticket, Vendor, VendorAddress,
};
pub use seed::type_ids;
pub use versions::Versioned;
pub use workflow::{Condition, DeliveryReport, Rule};

use crate::clock::Clock;
use crate::endpoint::{self, Endpoint};
use crate::faults::{Faults, Latency};
use crate::persist::Kept;
use crate::world::World;
use limits::{Budget, Charge};
use workflow::Automator;

/// Methods and paths of the API, below `/api/v2`, with parameters in braces.
pub fn routes() -> Vec<(Method, &'static str)> {
    routes::endpoints().iter().map(Endpoint::route).collect()
}

/// Configuration of the stand-in.
#[derive(Debug, Clone)]
pub struct Options {
    /// API key that clients send as user name.
    pub api_key: String,
    /// The plan, which determines the rate limits.
    pub plan: Plan,
    /// Ids of the workspaces, the primary one first.
    pub workspaces: Vec<u64>,
    /// Lag of the filter, search and query endpoints.
    pub index_lag: Duration,
    /// Delay of every request.
    pub latency: Option<Latency>,
    /// File for the state. `None`: in memory only.
    pub data_file: Option<PathBuf>,
    /// Clock.
    pub clock: Clock,
    /// Seed of probabilities.
    pub seed: u64,
    /// Whether `GET /requesters?email=` also searches secondary addresses.
    pub email_finds_secondary: bool,
    /// Whether a merge moves the assets of merged requesters to the surviving one; otherwise they become unassigned.
    pub merge_moves_assets: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            api_key: "demo-service-desk-key".to_owned(),
            plan: Plan::default(),
            workspaces: vec![2],
            index_lag: Duration::ZERO,
            latency: None,
            data_file: None,
            clock: Clock::system(),
            seed: 0,
            email_finds_secondary: true,
            merge_moves_assets: true,
        }
    }
}

/// A stand-in for Freshservice. Clones share the state.
#[derive(Debug, Clone)]
pub struct Freshservice(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    desk: Kept<Desk>,
    budget: Mutex<Budget>,
    faults: Faults,
    automator: Automator,
}

impl Freshservice {
    /// Creates a service desk with the state in the data file, or an empty one.
    pub fn new(options: Options) -> io::Result<Self> {
        let faults = Faults::new(options.seed)
            .with_latency(options.latency)
            .with_error_body(answer::error_body)
            .with_clock(options.clock.clone());
        let desk = Kept::open(options.data_file.clone(), Desk::default)?;
        let automator = Automator::new(faults.clone())?;
        Ok(Self(Arc::new(Inner { options, desk, budget: Mutex::default(), faults, automator })))
    }

    /// Fills the service desk with the demo world if it is empty.
    pub fn load(&self, world: &World) {
        let (now, workspace) = (self.now(), self.primary_workspace());
        self.change(|desk| {
            if desk.asset_types.is_empty() {
                seed::fill(desk, world, now, workspace);
            }
        });
    }

    /// The router: API, pages and `/_sim/`.
    pub fn router(&self) -> Router {
        let api = endpoint::router(routes::endpoints())
            .fallback(|| async { answer::Refusal::NotFound })
            .layer(from_fn_with_state(self.clone(), gate::pass));
        let own = Router::new()
            .route("/", get(page::requesters))
            .route("/people/{id}", get(page::person))
            .route("/people/{id}/assign", post(page::assign))
            .route("/people/{id}/unassign", post(page::unassign))
            .route("/people/{id}/installed", post(page::installed))
            .route("/_sim/workflows", get(workflow::rules).put(workflow::replace_rules))
            .route("/_sim/deliveries", get(workflow::deliveries));
        self.0.faults.wrap(own.nest(call::ROOT, api).with_state(self.clone()))
    }

    /// The faults and the request log.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The state, for reading. Do not hold the guard across an await.
    pub fn desk(&self) -> RwLockReadGuard<'_, Desk> {
        self.0.desk.read()
    }

    /// Changes the state outside the API, without an event for the workflow automator.
    pub fn change<T>(&self, change: impl FnOnce(&mut Desk) -> T) -> T {
        self.0.desk.change(change)
    }

    /// Writes the state to the data file.
    pub fn flush(&self) -> io::Result<()> {
        self.0.desk.flush()
    }

    /// The API key of clients.
    pub fn api_key(&self) -> &str {
        &self.0.options.api_key
    }

    /// Replaces the workflow automator's rules.
    pub fn set_rules(&self, rules: Vec<Rule>) {
        self.change(|desk| desk.rules = rules);
    }

    fn options(&self) -> &Options {
        &self.0.options
    }

    /// The current time in whole seconds, as in Freshservice.
    fn now(&self) -> Timestamp {
        let exact = self.0.options.clock.now();
        Timestamp::from_second(exact.as_second()).unwrap_or(exact)
    }

    fn lag(&self) -> SignedDuration {
        SignedDuration::try_from(self.0.options.index_lag).unwrap_or(SignedDuration::ZERO)
    }

    /// Time up to which the index has all changes.
    fn indexed_until(&self) -> Timestamp {
        self.now() - self.lag()
    }

    fn primary_workspace(&self) -> u64 {
        self.0.options.workspaces.first().copied().unwrap_or(2)
    }

    fn charge(&self, method: &Method, path: &str, query: &str) -> Option<Charge> {
        let mut budget = self.0.budget.lock().unwrap_or_else(PoisonError::into_inner);
        budget.charge(self.0.options.plan, method, path, query, self.now())
    }

    fn automator(&self) -> &Automator {
        &self.0.automator
    }
}
