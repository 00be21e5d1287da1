//! Whether the hub is well, as JSON: the same for the API and the command line.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use tessera_hub::doctor;
use utoipa::ToSchema;

use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::Json;
use crate::{App, Problem};

/// Everything that was checked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Doctor {
    /// When.
    at: Timestamp,
    /// The worst of all outcomes.
    #[schema(example = "warn")]
    outcome: &'static str,
    /// Every check, system by system.
    checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DoctorCheck)]
struct Check {
    /// The check's name.
    #[schema(example = "credentials")]
    name: &'static str,
    /// A configured system, or `mail`, `database`, `hub`.
    #[schema(example = "freshservice")]
    system: String,
    /// `ok`, `warn`, `fail`, or `unknown`: something else stands in the way.
    #[schema(example = "ok")]
    outcome: &'static str,
    /// What was found.
    detail: String,
    /// What to do; `null` when all is well.
    #[schema(required)]
    remedy: Option<String>,
}

impl From<doctor::Report> for Doctor {
    fn from(report: doctor::Report) -> Self {
        let outcome = report.verdict().as_str();
        let checks = report.findings.into_iter().map(|finding| Check {
            name: finding.check,
            system: finding.system,
            outcome: finding.verdict.as_str(),
            detail: finding.detail,
            remedy: finding.remedy,
        });
        Self { at: report.at, outcome, checks: checks.collect() }
    }
}

/// Is the hub well?
///
/// Every system from the hub's point of view: address, key, permissions, clock, quota, asset type; and the hub's own database, disk and work.
/// Everything is tried by reading; it takes a few seconds.
#[utoipa::path(
    get, path = "/doctor", operation_id = "examine", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "Every check, failed or not", body = Doctor), problems::Any),
)]
pub(super) async fn examine(State(app): State<App>, _machine: Machine) -> Result<Json<Doctor>, Problem> {
    Ok(Json(app.hub.doctor().await.into()))
}
