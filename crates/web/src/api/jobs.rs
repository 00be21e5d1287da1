//! Jobs: waiting, running and failed background work.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tessera_hub::queries::jobs::{JobRow, JobState};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Query};
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

/// A job.
#[derive(Debug, Serialize, ToSchema)]
struct Job {
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
pub(super) struct Jobs {
    /// The jobs, most urgent first; failed jobs latest first.
    items: Vec<Job>,
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
    Query(Filter { state, limit }): Query<Filter>,
) -> Result<Json<Jobs>, Problem> {
    let rows = app.hub.queries().jobs(state.into(), cursor::page_size(limit)?).await?;
    Ok(Json(Jobs { items: rows.into_iter().map(Job::from).collect() }))
}
