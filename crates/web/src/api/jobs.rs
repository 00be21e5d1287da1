//! Jobs: waiting, running and failed background work; trying failed jobs again; pausing the jobs of a system.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::{Task, Upstream};
use tessera_hub::jobs::JobGroup;
use tessera_hub::queries::jobs::{JobRow, JobState};
use tessera_hub::queries::systems::UpstreamJobs;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::{App, Problem};

/// The state of a job.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = JobState)]
enum Standing {
    /// Waiting for its scheduled time or for a free worker.
    Waiting,
    /// A worker is running it.
    Running,
    /// Given up after repeated failures; needs attention.
    Failed,
    /// Its e-mail may have been sent. This cannot be checked, so staff decide.
    InDoubt,
}

/// An outside system that jobs depend on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = JobSystem)]
enum System {
    /// The service desk.
    ServiceDesk,
    /// The CRM.
    Crm,
    /// The mail server.
    Mail,
    /// The source of invoices.
    Invoices,
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// The job's id.
    id: Uuid,
    /// The type of job.
    #[schema(example = "mail_invitation")]
    kind: &'static str,
    /// Data that depends on `kind`.
    #[schema(value_type = Object)]
    detail: Value,
    /// The job's state.
    state: Standing,
    /// The earliest time at which it runs.
    run_at: Timestamp,
    /// Number of attempts so far.
    #[schema(example = 1)]
    attempts: i64,
    /// The last error.
    #[schema(required)]
    error: Option<String>,
    /// When the job was created.
    created_at: Timestamp,
}

/// Jobs in one state.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jobs {
    /// The jobs, most urgent first; failed jobs latest first.
    items: Vec<Job>,
}

/// The jobs of an outside system.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemJobs {
    /// The system.
    system: System,
    /// Number of jobs that are due.
    #[schema(example = 0)]
    due: i64,
    /// Number of jobs that were given up.
    #[schema(example = 0)]
    failed: i64,
    /// Since when its jobs are paused; `null` if they are not.
    #[schema(required)]
    paused_since: Option<Timestamp>,
    /// Who paused them.
    #[schema(required, example = "staff:jo")]
    paused_by: Option<String>,
}

/// The jobs of all outside systems.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllSystemJobs {
    /// The systems.
    items: Vec<SystemJobs>,
}

/// Which failed jobs are tried again: those of a kind, or those that depend on a system. Name one of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JobGroup)]
pub(super) struct Group {
    /// The type of job.
    #[schema(example = "mail_invitation")]
    kind: Option<String>,
    /// The system.
    system: Option<System>,
}

/// Failed jobs that are being tried again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RetriedJobs {
    /// Their number.
    #[schema(example = 3)]
    jobs: usize,
}

impl From<System> for Upstream {
    fn from(system: System) -> Self {
        match system {
            System::ServiceDesk => Self::ServiceDesk,
            System::Crm => Self::Crm,
            System::Mail => Self::Mail,
            System::Invoices => Self::Invoices,
        }
    }
}

impl From<Upstream> for System {
    fn from(system: Upstream) -> Self {
        match system {
            Upstream::ServiceDesk => Self::ServiceDesk,
            Upstream::Crm => Self::Crm,
            Upstream::Mail => Self::Mail,
            Upstream::Invoices => Self::Invoices,
        }
    }
}

impl From<Vec<JobRow>> for Jobs {
    fn from(rows: Vec<JobRow>) -> Self {
        Self { items: rows.into_iter().map(Job::from).collect() }
    }
}

impl From<Vec<UpstreamJobs>> for AllSystemJobs {
    fn from(systems: Vec<UpstreamJobs>) -> Self {
        let items = systems.into_iter().map(|UpstreamJobs { system, due, failed, paused }| {
            let (paused_since, paused_by) = paused.unzip();
            SystemJobs { system: system.into(), due, failed, paused_since, paused_by }
        });
        Self { items: items.collect() }
    }
}

impl From<Standing> for JobState {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Waiting => Self::Waiting,
            Standing::Running => Self::Running,
            Standing::Failed => Self::Failed,
            Standing::InDoubt => Self::InDoubt,
        }
    }
}

impl From<JobState> for Standing {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Waiting => Self::Waiting,
            JobState::Running => Self::Running,
            JobState::Failed => Self::Failed,
            JobState::InDoubt => Self::InDoubt,
        }
    }
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        let mut detail = serde_json::to_value(&row.task).unwrap_or_default();
        if let Some(fields) = detail.as_object_mut() {
            fields.shift_remove("kind");
        }
        Self {
            id: row.id.0,
            kind: row.task.kind(),
            detail,
            state: row.state.into(),
            run_at: row.run_at,
            attempts: row.attempt,
            error: row.error,
            created_at: row.created_at,
        }
    }
}

/// Filter of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// The jobs' state.
    #[param(inline)]
    state: Standing,
    /// Only jobs of this type.
    #[param(inline, example = "sweep")]
    kind: Option<String>,
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<u16>,
}

/// List jobs by state
#[utoipa::path(
    get, path = "/jobs", operation_id = "listJobs", tag = "Admin", security(("apiKey" = [])),
    params(Filter),
    responses((status = 200, description = "The jobs", body = Jobs), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(Filter { state, kind, limit }): Query<Filter>,
) -> Result<Json<Jobs>, Problem> {
    let rows = app.hub.queries().jobs(state.into(), kind.as_deref(), cursor::page_size(limit)?).await?;
    Ok(Json(rows.into()))
}

/// The job in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The job's id.
    id: Uuid,
}

/// The system in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct BySystem {
    /// The system.
    #[param(inline)]
    system: System,
}

/// Retry failed jobs
///
/// Tries up to 500 failed jobs again. Of equal jobs it tries one, and none if an equal job is waiting. Jobs in doubt are
/// retried one at a time.
#[utoipa::path(
    post, path = "/jobs/retry", operation_id = "retryJobs", tag = "Admin", security(("apiKey" = [])),
    request_body = Group,
    responses((status = 200, description = "The jobs wait for a worker", body = RetriedJobs), problems::Any, problems::Refused),
)]
pub(super) async fn retry_group(
    State(app): State<App>,
    machine: Machine,
    Json(group): Json<Group>,
) -> Result<Json<RetriedJobs>, Problem> {
    let invalid = |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", detail.to_owned());
    let group = match (group.kind, group.system) {
        (Some(kind), None) if Task::KINDS.contains(&kind.as_str()) => JobGroup::Kind(kind),
        (Some(kind), None) => return Err(invalid(&format!("`kind`: there are no jobs of kind {kind}"))),
        (None, Some(system)) => JobGroup::System(system.into()),
        (None, None) | (Some(_), Some(_)) => return Err(invalid("name either `kind` or `system`")),
    };
    let jobs = app.hub.retry_jobs(&group, &machine.ctx()).await?;
    Ok(Json(RetriedJobs { jobs }))
}

/// Retry a job
///
/// The job has failed for good, or is in doubt. An e-mail in doubt may then be sent twice.
#[utoipa::path(
    post, path = "/jobs/{id}/retry", operation_id = "retryJob", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 204, description = "The job waits for a worker"), problems::Any, problems::NotFound),
)]
pub(super) async fn retry(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    app.hub.retry_job(JobId(id), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Dismiss a job
///
/// The job has failed for good, or is in doubt. It is not tried again, and no longer causes a warning.
#[utoipa::path(
    post, path = "/jobs/{id}/dismiss", operation_id = "dismissJob", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 204, description = "The job is dismissed"), problems::Any, problems::NotFound),
)]
pub(super) async fn dismiss(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    app.hub.dismiss_job(JobId(id), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the systems that jobs depend on
///
/// With the number of their jobs, and whether these are paused.
#[utoipa::path(
    get, path = "/jobs/systems", operation_id = "listJobSystems", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "The systems", body = AllSystemJobs), problems::Any),
)]
pub(super) async fn systems(State(app): State<App>, _machine: Machine) -> Result<Json<AllSystemJobs>, Problem> {
    Ok(Json(app.hub.queries().upstream_jobs().await?.into()))
}

/// Pause the jobs of a system
///
/// They wait until they are resumed. Running jobs finish.
#[utoipa::path(
    post, path = "/jobs/systems/{system}/pause", operation_id = "pauseJobs", tag = "Admin", security(("apiKey" = [])),
    params(BySystem),
    responses((status = 204, description = "The jobs are paused"), problems::Any),
)]
pub(super) async fn pause(
    State(app): State<App>,
    machine: Machine,
    Path(BySystem { system }): Path<BySystem>,
) -> Result<StatusCode, Problem> {
    app.hub.pause_system(system.into(), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Resume the jobs of a system
#[utoipa::path(
    post, path = "/jobs/systems/{system}/resume", operation_id = "resumeJobs", tag = "Admin", security(("apiKey" = [])),
    params(BySystem),
    responses((status = 204, description = "The jobs are resumed"), problems::Any),
)]
pub(super) async fn resume(
    State(app): State<App>,
    machine: Machine,
    Path(BySystem { system }): Path<BySystem>,
) -> Result<StatusCode, Problem> {
    app.hub.resume_system(system.into(), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}
