//! The outside systems: their state, their last sweeps, and what needs attention.

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

/// The state of the outside systems and of the hub's background work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Systems {
    /// The outside systems.
    systems: Vec<System>,
    /// The last sweep of each kind of record.
    sweeps: Vec<Sweep>,
    /// What needs attention, oldest first.
    alarms: Vec<Alarm>,
    /// The number of jobs.
    jobs: JobCounts,
    /// The deliveries to the webhooks. A webhook that was never called is left out.
    hooks: Vec<Hook>,
}

/// The deliveries to a webhook.
#[derive(Debug, Serialize, ToSchema)]
struct Hook {
    /// The webhook's name, as in its path.
    #[schema(example = "freshservice")]
    hook: String,
    /// Number of usable deliveries.
    good: i64,
    /// When the last usable delivery arrived.
    #[schema(required)]
    last_good_at: Option<Timestamp>,
    /// Number of unusable deliveries.
    unusable: i64,
    /// When the last unusable delivery arrived.
    #[schema(required)]
    last_unusable_at: Option<Timestamp>,
    /// What was wrong with it.
    #[schema(required)]
    last_unusable_why: Option<String>,
    /// An excerpt of it, with all values masked.
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
    /// The system's configured name.
    #[schema(example = "freshservice")]
    system: String,
    /// `healthy`; `throttled`: its rate limit is used up; `failing`: its last answer could not be used; `open`: it failed
    /// repeatedly and is not called for some time.
    #[schema(example = "healthy")]
    state: &'static str,
    /// When calls resume; `null` if the system is called now.
    #[schema(required)]
    until: Option<Timestamp>,
    /// When it last responded successfully.
    #[schema(required)]
    last_ok_at: Option<Timestamp>,
    /// When it last failed.
    #[schema(required)]
    last_error_at: Option<Timestamp>,
    /// The last failure.
    #[schema(required)]
    last_error: Option<String>,
    /// Number of requests since the hub was started, including retries.
    calls: u64,
    /// Its rate limits and their use.
    quotas: Vec<Quota>,
}

/// A rate limit of an outside system.
#[derive(Debug, Serialize, ToSchema)]
struct Quota {
    /// What the limit applies to.
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

/// Something that needs attention.
#[derive(Debug, Serialize, ToSchema)]
struct Alarm {
    /// The outside system.
    #[schema(example = "freshservice")]
    system: String,
    /// `sweep_stopped`, `list_too_short` or `changes_held`.
    #[schema(example = "sweep_stopped")]
    code: String,
    /// The affected kind of records, for example `assets`; empty if the alarm is about the system.
    #[schema(example = "assets")]
    about: String,
    /// When the alarm began.
    since: Timestamp,
    /// What happened and what to do.
    detail: String,
}

/// The number of jobs.
#[derive(Debug, Serialize, ToSchema)]
struct JobCounts {
    /// Jobs due within the next hour, or waiting for a free worker.
    waiting: i64,
    /// Jobs that a worker is running.
    running: i64,
    /// Jobs given up after repeated failures; they need attention.
    failed: i64,
    /// Their e-mail may have been sent, so staff decide.
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
            Condition::Failing { .. } => ("failing", None),
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

/// Get the state of the outside systems
#[utoipa::path(
    get, path = "/systems", operation_id = "getSystems", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "The outside systems", body = Systems), problems::Any),
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
