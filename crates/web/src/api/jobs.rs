//! Jobs: effects waiting to happen, and those that were given up.

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

/// How a job stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = JobState)]
enum Standing {
    /// Until its time, or until a worker is free.
    Waiting,
    /// In the hands of a worker.
    Running,
    /// Given up: somebody has to look.
    Failed,
    /// Its e-mail may have been sent, and nobody can find out by itself: somebody decides.
    InDoubt,
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
struct Job {
    /// Its id.
    id: Uuid,
    /// What is to be done, for programs.
    #[schema(example = "mail_invitation")]
    kind: &'static str,
    /// What belongs to this kind.
    #[schema(value_type = Object)]
    detail: Value,
    /// How it stands.
    state: Standing,
    /// Not before.
    run_at: Timestamp,
    /// How often it was tried.
    #[schema(example = 1)]
    attempts: i64,
    /// What went wrong last.
    #[schema(required)]
    error: Option<String>,
    /// Since when it is there.
    created_at: Timestamp,
}

/// Jobs in one state.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Jobs {
    /// The most urgent ones first; of those given up, the latest.
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

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// In which state.
    #[param(inline)]
    state: Standing,
    /// The most items, 1 to 200; usually 50.
    limit: Option<u16>,
}

/// Jobs in one state
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
