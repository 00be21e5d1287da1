//! The outside systems: how they do, when they were last read completely, and having that done.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use tessera_connect::Health;
use tessera_connect::discipline::Condition;
use utoipa::ToSchema;

use super::extract::Json;
use super::problems;
use crate::access::Machine;
use crate::{App, Problem};

/// How the outside systems and the hub's own work stand.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Systems {
    /// The outside systems.
    systems: Vec<System>,
    /// The last complete reading of each kind of record.
    sweeps: Vec<Sweep>,
    /// How many jobs there are.
    jobs: JobCounts,
}

/// One outside system.
#[derive(Debug, Serialize, ToSchema)]
struct System {
    /// Its configured name.
    #[schema(example = "freshservice")]
    system: String,
    /// `healthy`; `throttled`: its limits are used up; `open`: it failed repeatedly and is left alone.
    #[schema(example = "healthy")]
    state: &'static str,
    /// When calls are made again; `null` when they are being made.
    #[schema(required)]
    until: Option<Timestamp>,
    /// When it last answered properly.
    #[schema(required)]
    last_ok_at: Option<Timestamp>,
    /// When it last failed.
    #[schema(required)]
    last_error_at: Option<Timestamp>,
    /// How it last failed.
    #[schema(required)]
    last_error: Option<String>,
    /// Requests sent since the hub was started, retries included.
    calls: u64,
    /// Its limits and how much of them is used.
    quotas: Vec<Quota>,
}

/// A limit of an outside system.
#[derive(Debug, Serialize, ToSchema)]
struct Quota {
    /// What it counts.
    #[schema(example = "account")]
    name: &'static str,
    /// Credits per period.
    #[schema(example = 100)]
    limit: u64,
    /// The period, in seconds.
    #[schema(example = 60)]
    per_seconds: u64,
    /// Credits used within the last period.
    #[schema(example = 17)]
    used: u64,
    /// Credits left.
    #[schema(example = 83)]
    remaining: u64,
}

/// A complete reading of one kind of record.
#[derive(Debug, Serialize, ToSchema)]
struct Sweep {
    /// The system.
    #[schema(example = "freshservice")]
    system: String,
    /// `requesters`, `assets` or `contacts`.
    #[schema(example = "assets")]
    kind: String,
    /// When the last one began.
    started_at: Timestamp,
    /// When it ended; `null` while it is under way.
    #[schema(required)]
    finished_at: Option<Timestamp>,
    /// How many records it saw.
    seen: i64,
    /// How many of them had changed.
    changed: i64,
    /// What stopped it.
    #[schema(required)]
    error: Option<String>,
}

/// How many jobs there are.
#[derive(Debug, Serialize, ToSchema)]
struct JobCounts {
    /// Until their time, or until a worker is free.
    waiting: i64,
    /// In the hands of workers.
    running: i64,
    /// Given up: somebody has to look.
    failed: i64,
}

impl From<Health> for System {
    fn from(health: Health) -> Self {
        let (state, until) = match health.condition {
            Condition::Healthy => ("healthy", None),
            Condition::Throttled { until } => ("throttled", Some(until)),
            Condition::Open { until } => ("open", Some(until)),
        };
        let quotas = health.quotas.into_iter().map(|quota| Quota {
            name: quota.name,
            limit: quota.limit,
            per_seconds: quota.per_seconds,
            used: quota.used,
            remaining: quota.remaining,
        });
        Self {
            system: health.system,
            state,
            until,
            last_ok_at: health.last_ok_at,
            last_error_at: health.last_error_at,
            last_error: health.last_error,
            calls: health.calls,
            quotas: quotas.collect(),
        }
    }
}

impl From<tessera_store::Sweep> for Sweep {
    fn from(sweep: tessera_store::Sweep) -> Self {
        let tessera_store::Sweep { system, kind, started_at, finished_at, seen, changed, error } = sweep;
        Self { system, kind, started_at, finished_at, seen, changed, error }
    }
}

/// How the outside systems do
#[utoipa::path(
    get, path = "/systems", operation_id = "getSystems", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "As the hub sees them", body = Systems), problems::Any),
)]
pub(super) async fn show(State(app): State<App>, _machine: Machine) -> Result<Json<Systems>, Problem> {
    let sweeps = app.hub.store.sweeps().await?;
    let jobs = app.hub.store.job_counts().await?;
    Ok(Json(Systems {
        systems: app.hub.health().into_iter().map(System::from).collect(),
        sweeps: sweeps.into_iter().map(Sweep::from).collect(),
        jobs: JobCounts { waiting: jobs.waiting, running: jobs.running, failed: jobs.failed },
    }))
}

/// Read everything again
///
/// All requesters, assets and contacts, in the background and within the systems' limits.
#[utoipa::path(
    post, path = "/sweeps", operation_id = "startSweeps", tag = "Admin", security(("apiKey" = [])),
    responses((status = 202, description = "It will be done"), problems::Any),
)]
pub(super) async fn sweep(State(app): State<App>, _machine: Machine) -> Result<StatusCode, Problem> {
    app.hub.ask_sweeps().await?;
    Ok(StatusCode::ACCEPTED)
}
