//! How a check of an outside system, or of the hub's own work, came out. A failure comes with its remedy.

use serde::Serialize;

use super::health::Health;

/// Clocks that differ by more than this many seconds spoil time limits and tokens.
pub(crate) const SKEW: i64 = 60;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It could not be tried, because something else stands in the way.
    Unknown,
    /// It works, and someone should look at it.
    Warn,
    /// It does not work.
    Fail,
}

impl Verdict {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its name, stable.
    pub check: &'static str,
    /// Of which system: a configured name, or `mail`, `database`, `hub`.
    pub system: String,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found. Never a secret.
    pub detail: String,
    /// What to do, if it is not as it should be.
    pub remedy: Option<String>,
}

impl Finding {
    fn new(check: &'static str, system: &str, verdict: Verdict, detail: impl Into<String>) -> Self {
        Self { check, system: system.to_owned(), verdict, detail: detail.into(), remedy: None }
    }

    /// As it should be.
    pub fn ok(check: &'static str, system: &str, detail: impl Into<String>) -> Self {
        Self::new(check, system, Verdict::Ok, detail)
    }

    /// It could not be tried.
    pub fn unknown(check: &'static str, system: &str, detail: impl Into<String>) -> Self {
        Self::new(check, system, Verdict::Unknown, detail)
    }

    /// It works, and someone should look at it.
    pub fn warn(check: &'static str, system: &str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..Self::new(check, system, Verdict::Warn, detail) }
    }

    /// It does not work.
    pub fn fail(check: &'static str, system: &str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..Self::new(check, system, Verdict::Fail, detail) }
    }

    /// What the conversation so far says of a system: whether its clock and ours agree, and how much of its limits is left.
    pub fn clock_and_quota(health: &Health) -> Vec<Self> {
        let system = &health.system;
        let mut findings = vec![match health.clock_skew.map(|skew| skew.as_secs()) {
            None => Self::unknown("clock", system, "It does not say what time it is."),
            Some(skew) if skew.abs() <= SKEW => Self::ok("clock", system, "Its clock and ours agree."),
            Some(skew) => Self::fail(
                "clock",
                system,
                format!("Its clock is {} seconds {} ours.", skew.abs(), if skew > 0 { "ahead of" } else { "behind" }),
                "Set this machine’s clock with NTP. If it is right, tell the system’s operator.",
            ),
        }];
        if let Some(quota) = health.quotas.iter().min_by_key(|quota| quota.remaining * 100 / quota.limit.max(1)) {
            let left =
                format!("{} of {} calls per {} seconds are left.", quota.remaining, quota.limit, quota.per_seconds);
            findings.push(if quota.remaining * 10 < quota.limit {
                Self::warn("quota", system, left, "See what else uses the account, or raise its plan.")
            } else {
                Self::ok("quota", system, left)
            });
        }
        findings
    }
}
