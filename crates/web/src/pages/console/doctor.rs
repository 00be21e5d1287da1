//! The health of the hub: every check, and how to fix what is wrong.

use jiff::Timestamp;
use serde::Serialize;

use super::super::Page;
use super::Badge;

/// The doctor's page.
#[derive(Debug, Clone, Serialize)]
pub struct DoctorPage {
    /// POST action for running the checks.
    pub action: String,
    /// The results, once the checks have run.
    pub report: Option<DoctorReport>,
}

impl Page for DoctorPage {
    const TEMPLATE: &'static str = "console/doctor.html";
}

/// The results of the checks.
#[derive(Debug, Clone, Serialize)]
pub struct DoctorReport {
    /// When the checks ran.
    pub at: Timestamp,
    /// The overall result.
    pub verdict: Badge,
    /// The systems, worst first.
    pub systems: Vec<DoctorSystem>,
}

/// The checks of a system.
#[derive(Debug, Clone, Serialize)]
pub struct DoctorSystem {
    /// The system's display name.
    pub label: String,
    /// The checks.
    pub checks: Vec<DoctorCheck>,
}

/// One check.
#[derive(Debug, Clone, Serialize)]
pub struct DoctorCheck {
    /// The name of the check, as in "Credentials".
    pub what: String,
    /// The result.
    pub outcome: Badge,
    /// What the check found.
    pub detail: String,
    /// How to fix it.
    pub remedy: Option<String>,
}
