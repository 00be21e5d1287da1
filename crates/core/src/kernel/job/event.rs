//! Timeline events of jobs: what staff decided about them.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::Upstream;
use crate::kernel::ids::JobId;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of jobs: what staff decided about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JobEvent {
    /// Staff dismissed a failed job.
    JobDismissed {
        /// The job.
        job_id: JobId,
        /// Kind of job.
        kind: String,
        /// Error of the last attempt.
        error: Personal,
        /// Whether its effect may have happened: then staff settled the doubt.
        #[serde(default)]
        in_doubt: bool,
    },
    /// Staff retried a failed job.
    JobRetried {
        /// The job.
        job_id: JobId,
        /// Kind of job.
        kind: String,
        /// Whether its effect may have happened before.
        #[serde(default)]
        in_doubt: bool,
    },
    /// Staff had jobs tried again that were given up: those of one kind, or of one outside system.
    JobsRetried {
        /// The kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        /// The outside system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        system: Option<Upstream>,
        /// How many.
        jobs: usize,
    },
    /// Staff paused an outside system: its jobs wait.
    SystemPaused {
        /// The outside system.
        system: Upstream,
    },
    /// Staff let the jobs of an outside system go on.
    SystemResumed {
        /// The outside system.
        system: Upstream,
    },
}

impl FeatureEvent for JobEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
