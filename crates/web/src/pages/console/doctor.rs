//! Whether the hub is well: every check with its remedy.

use jiff::Timestamp;
use serde::Serialize;

use super::super::Page;
use super::Badge;

/// The doctor's page.
#[derive(Debug, Clone, Serialize)]
pub struct DoctorPage {
    /// POST here examines everything.
    pub action: String,
    /// What was found, once it was looked at.
    pub report: Option<DoctorReport>,
}

impl Page for DoctorPage {
    const TEMPLATE: &'static str = "console/doctor.html";
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct DoctorReport {
    /// When.
    pub at: Timestamp,
    /// The whole in one word.
    pub verdict: Badge,
    /// The systems, the worst first.
    pub systems: Vec<DoctorSystem>,
}

/// One system's checks.
#[derive(Debug, Clone, Serialize)]
pub struct DoctorSystem {
    /// Its name for people.
    pub label: String,
    /// Its checks.
    pub checks: Vec<DoctorCheck>,
}

/// One check.
#[derive(Debug, Clone, Serialize)]
pub struct DoctorCheck {
    /// What is checked, as in "Credentials".
    pub what: String,
    /// How it came out.
    pub outcome: Badge,
    /// What was found.
    pub detail: String,
    /// What to do.
    pub remedy: Option<String>,
}
