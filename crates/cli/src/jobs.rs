//! `tessera jobs`: lists background jobs, retries and dismisses failed ones, and pauses the jobs of an outside system.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use crate::{CLI, Configured};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::{Task, Upstream};
use tessera_hub::jobs::JobGroup;
use tessera_hub::queries::jobs::{JobRow, JobState};
use tessera_hub::queries::systems::UpstreamJobs;
use tessera_hub::{Hub, HubError};
use tessera_web::api::jobs::{AllSystemJobs, Jobs};

use crate::admin::with_hub;

/// What `tessera jobs` does.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// List jobs, by default those that failed for good.
    List {
        #[command(flatten)]
        configured: Configured,
        /// State of the jobs.
        #[arg(long, value_enum, default_value_t = State::Failed)]
        state: State,
        /// Maximum number of jobs.
        #[arg(long, value_name = "NUMBER", default_value_t = 50)]
        limit: u16,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Retry failed jobs: one by its id, or all of a kind or of an outside system (up to 500 at once). The running hub
    /// does them.
    Retry {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        which: Which,
    },
    /// Dismiss a job that failed for good or is in doubt: it is not retried, and no longer causes a warning.
    Dismiss {
        #[command(flatten)]
        configured: Configured,
        /// Id of the job.
        id: JobId,
    },
    /// List the outside systems that jobs depend on, with the number of their jobs and whether these are paused.
    Systems {
        #[command(flatten)]
        configured: Configured,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Pause the jobs of an outside system. They wait until you resume them; running jobs finish.
    Pause {
        #[command(flatten)]
        configured: Configured,
        /// Outside system: `service_desk`, crm, mail or invoices.
        #[arg(value_parser = system)]
        system: Upstream,
    },
    /// Resume the jobs of an outside system.
    Resume {
        #[command(flatten)]
        configured: Configured,
        /// Outside system: `service_desk`, crm, mail or invoices.
        #[arg(value_parser = system)]
        system: Upstream,
    },
}

impl Action {
    fn config(&self) -> PathBuf {
        match self {
            Self::List { configured, .. }
            | Self::Retry { configured, .. }
            | Self::Dismiss { configured, .. }
            | Self::Systems { configured, .. }
            | Self::Pause { configured, .. }
            | Self::Resume { configured, .. } => configured.config.clone(),
        }
    }
}

/// The jobs to retry.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// Id of the job.
    id: Option<JobId>,
    /// All jobs of this kind, as `tessera jobs list` names it.
    #[arg(long, value_parser = kind)]
    kind: Option<String>,
    /// All jobs that depend on this outside system: `service_desk`, crm, mail or invoices.
    #[arg(long, value_parser = system)]
    system: Option<Upstream>,
}

/// The state of the listed jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum State {
    /// Failed for good.
    Failed,
    /// The e-mail may have been sent.
    InDoubt,
    /// Waiting for their time or a worker.
    Waiting,
    /// Running.
    Running,
}

impl From<State> for JobState {
    fn from(state: State) -> Self {
        match state {
            State::Failed => Self::Failed,
            State::InDoubt => Self::InDoubt,
            State::Waiting => Self::Waiting,
            State::Running => Self::Running,
        }
    }
}

fn kind(name: &str) -> Result<String, String> {
    if Task::KINDS.contains(&name) { Ok(name.to_owned()) } else { Err(format!("there are no jobs of kind {name}")) }
}

fn system(name: &str) -> Result<Upstream, String> {
    Upstream::parse(name).ok_or_else(|| "expected service_desk, crm, mail or invoices".to_owned())
}

/// Runs the command. Ends with status 2 if the named job was not given up.
pub async fn run(action: Action) -> anyhow::Result<ExitCode> {
    match with_hub(&action.config(), async |hub| Ok(carry_out(hub, action).await)).await? {
        Ok(answer) => {
            print!("{answer}");
            Ok(ExitCode::SUCCESS)
        }
        Err(error @ (HubError::NotFound(_) | HubError::Rejected(_))) => {
            eprintln!("tessera: {error}");
            Ok(ExitCode::from(2))
        }
        Err(error) => Err(error.into()),
    }
}

/// Carries an action out, and says what came of it.
async fn carry_out(hub: &Hub, action: Action) -> Result<String, HubError> {
    Ok(match action {
        Action::List { state, limit, json, .. } => {
            let rows = hub.queries().jobs(state.into(), None, usize::from(limit)).await?;
            if json { as_json(&Jobs::from(rows)) } else { listed(&rows) }
        }
        Action::Retry { which: Which { id: Some(id), .. }, .. } => {
            hub.retry_job(id, &CLI).await?;
            "The job is being retried.\n".to_owned()
        }
        Action::Retry { which: Which { kind: Some(kind), .. }, .. } => {
            retried(hub.retry_jobs(&JobGroup::Kind(kind), &CLI).await?)
        }
        Action::Retry { which: Which { system, .. }, .. } => match system {
            Some(system) => retried(hub.retry_jobs(&JobGroup::System(system), &CLI).await?),
            None => retried(0),
        },
        Action::Dismiss { id, .. } => {
            hub.dismiss_job(id, &CLI).await?;
            "The job was dismissed.\n".to_owned()
        }
        Action::Systems { json, .. } => {
            let systems = hub.queries().upstream_jobs().await?;
            if json { as_json(&AllSystemJobs::from(systems)) } else { all_systems(&systems) }
        }
        Action::Pause { system, .. } => {
            hub.pause_system(system, &CLI).await?;
            format!("The jobs of {} are paused.\n", system.as_str())
        }
        Action::Resume { system, .. } => {
            hub.resume_system(system, &CLI).await?;
            format!("The jobs of {} are running again.\n", system.as_str())
        }
    })
}

fn as_json(answer: &impl serde::Serialize) -> String {
    // Plain data that was just built can be serialised.
    serde_json::to_string_pretty(answer).unwrap_or_default() + "\n"
}

fn retried(jobs: usize) -> String {
    match jobs {
        0 => "There are no failed jobs to retry.\n".to_owned(),
        1 => "1 job is being retried.\n".to_owned(),
        jobs => format!("{jobs} jobs are being retried.\n"),
    }
}

fn listed(rows: &[JobRow]) -> String {
    if rows.is_empty() {
        return "There are no such jobs.\n".to_owned();
    }
    let mut text = String::new();
    for job in rows {
        let at = job.finished_at.unwrap_or(job.run_at);
        let _ = writeln!(text, "{}  {}  {at:.0}  attempt {}", job.id, job.task.kind(), job.attempt);
        if let Some(error) = &job.error {
            let _ = writeln!(text, "    {error}");
        }
    }
    text
}

fn all_systems(systems: &[UpstreamJobs]) -> String {
    let mut text = String::new();
    for UpstreamJobs { system, due, failed, paused } in systems {
        let _ = write!(text, "{}: {due} due, {failed} failed", system.as_str());
        if let Some((since, by)) = paused {
            let _ = write!(text, "; paused since {since:.0} by {by}");
        }
        text.push('\n');
    }
    text
}
