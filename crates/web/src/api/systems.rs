//! The outside systems: how they do, when they were last swept, and what somebody has to look at.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use tessera_hub::ports::{Condition, Health};
use tessera_hub::queries::systems::{self, HookDeliveries};
use utoipa::ToSchema;

use super::problems;
use super::sweeps::Sweep;
use crate::auth::caller::Machine;
use crate::extract::api::Json;
use crate::{App, Problem};

/// How the outside systems and the hub's own work stand.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Systems {
    /// The outside systems.
    systems: Vec<System>,
    /// The last sweep of each kind of record.
    sweeps: Vec<Sweep>,
    /// What somebody has to look at, the oldest first.
    alarms: Vec<Alarm>,
    /// How many jobs there are.
    jobs: JobCounts,
    /// What came through the hooks. One that was never used is not among them.
    hooks: Vec<Hook>,
}

/// What came through one hook.
#[derive(Debug, Serialize, ToSchema)]
struct Hook {
    /// The hook, as in its path.
    #[schema(example = "freshservice")]
    hook: String,
    /// How many deliveries were usable.
    good: i64,
    /// When the last usable one came.
    #[schema(required)]
    last_good_at: Option<Timestamp>,
    /// How many were not.
    unusable: i64,
    /// When the last unusable one came.
    #[schema(required)]
    last_unusable_at: Option<Timestamp>,
    /// What was wrong with it.
    #[schema(required)]
    last_unusable_why: Option<String>,
    /// What it looked like, with every value made unreadable.
    #[schema(required)]
    last_unusable_excerpt: Option<String>,
}

impl From<HookDeliveries> for Hook {
    fn from(kept: HookDeliveries) -> Self {
        let HookDeliveries {
            hook,
            good,
            last_good_at,
            unusable,
            last_unusable_at,
            last_unusable_why,
            last_unusable_excerpt,
        } = kept;
        Self { hook, good, last_good_at, unusable, last_unusable_at, last_unusable_why, last_unusable_excerpt }
    }
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

/// Something that somebody has to look at.
#[derive(Debug, Serialize, ToSchema)]
struct Alarm {
    /// The system.
    #[schema(example = "freshservice")]
    system: String,
    /// `sweep_stopped`, `list_too_short` or `changes_held`.
    #[schema(example = "sweep_stopped")]
    code: String,
    /// What it is about, `assets` for example; empty when it is about the system.
    #[schema(example = "assets")]
    about: String,
    /// Since when.
    since: Timestamp,
    /// What happened and what to do, for people.
    detail: String,
}

/// How many jobs there are.
#[derive(Debug, Serialize, ToSchema)]
struct JobCounts {
    /// Due within the hour: until their time, or until a worker is free.
    waiting: i64,
    /// In the hands of workers.
    running: i64,
    /// Given up: somebody has to look.
    failed: i64,
    /// Their e-mail may have been sent: somebody decides.
    in_doubt: i64,
}

impl From<systems::JobCounts> for JobCounts {
    fn from(counts: systems::JobCounts) -> Self {
        let systems::JobCounts { waiting, running, failed, in_doubt } = counts;
        Self { waiting, running, failed, in_doubt }
    }
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

impl From<systems::Alarm> for Alarm {
    fn from(alarm: systems::Alarm) -> Self {
        let systems::Alarm { system, code, about, since, detail } = alarm;
        Self { system, code, about, since, detail }
    }
}

/// How the outside systems do
#[utoipa::path(
    get, path = "/systems", operation_id = "getSystems", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "As the hub sees them", body = Systems), problems::Any),
)]
pub(super) async fn show(State(app): State<App>, _machine: Machine) -> Result<Json<Systems>, Problem> {
    let stands = app.hub.queries().systems_overview().await?;
    Ok(Json(Systems {
        systems: app.hub.health().into_iter().map(System::from).collect(),
        sweeps: stands.sweeps.into_iter().map(Sweep::from).collect(),
        alarms: stands.alarms.into_iter().map(Alarm::from).collect(),
        hooks: stands.hooks.into_iter().map(Hook::from).collect(),
        jobs: stands.jobs.into(),
    }))
}
