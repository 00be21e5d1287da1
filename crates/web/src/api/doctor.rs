//! The doctor's report as JSON, the same for the API and the command line.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use tessera_hub::doctor;
use utoipa::ToSchema;

use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::Json;
use crate::{App, Problem};

/// The results of all health checks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Doctor {
    /// When the checks ran.
    at: Timestamp,
    /// The worst of all outcomes.
    #[schema(example = "warn")]
    outcome: &'static str,
    /// Every check, grouped by system.
    checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DoctorCheck)]
struct Check {
    /// The check's name.
    #[schema(example = "credentials")]
    name: &'static str,
    /// The checked system: a configured outside system, or `mail`, `database` or `hub`.
    #[schema(example = "freshservice")]
    system: String,
    /// `ok`, `warn`, `fail`, or `unknown` if something else prevented the check.
    #[schema(example = "ok")]
    outcome: &'static str,
    /// What the check found.
    detail: String,
    /// How to fix it; `null` if nothing is wrong.
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

/// Run all health checks
///
/// Checks every outside system as the hub uses it (address, key, permissions, clock, quota, asset type), and the hub's
/// own database, disk and jobs. All checks are read-only; they take a few seconds.
#[utoipa::path(
    get, path = "/doctor", operation_id = "examine", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "Every check, failed or not", body = Doctor), problems::Any),
)]
pub(super) async fn examine(State(app): State<App>, _machine: Machine) -> Result<Json<Doctor>, Problem> {
    Ok(Json(app.hub.doctor().await.into()))
}
