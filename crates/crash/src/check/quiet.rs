//! Waiting until the hub has nothing left to do, and what it leaves open.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tessera_core::kernel::job::Task;
use tessera_sim::clock::Clock;
use tokio::time::sleep;

use crate::hubs::Client;

/// Looks again, minutes after an activation, for what the CRM did not show yet.
const NOT_AWAITED: &str = "confirm_absence";
/// Maximum length of a list of jobs.
const LIST: u16 = 200;
const GLANCE: Duration = Duration::from_millis(100);

/// The jobs that are left.
#[derive(Debug, Default)]
pub struct Open {
    /// Jobs that wait for a later time, or could not be waited for.
    pub waiting: Vec<Value>,
    /// E-mails in doubt.
    pub in_doubt: Vec<Value>,
    /// Jobs that were given up.
    pub failed: Vec<Value>,
}

impl Open {
    /// Whether a job waits with this value in its details.
    pub fn waits(&self, kind: &str, detail: &str, value: &str) -> bool {
        self.waiting.iter().any(|job| job["kind"] == kind && job["detail"][detail] == value)
    }

    /// How many jobs of a kind wait or are in doubt.
    pub fn count(&self, kind: &str) -> usize {
        self.waiting.iter().chain(&self.in_doubt).filter(|job| job["kind"] == kind).count()
    }
}

/// Waits until nothing is due soon. With patience, what waits for minutes is waited for, too.
pub async fn wait(client: &Client, patient: bool) -> anyhow::Result<Open> {
    let (soon, limit) = if patient { (8 * 60, Duration::from_mins(12)) } else { (3, Duration::from_secs(20)) };
    let soon = SignedDuration::from_secs(soon);
    let began = Instant::now();
    loop {
        let mut waiting = awaited(client, "running").await?;
        waiting.extend(awaited(client, "waiting").await?);
        // A job that began between the two lists is in neither.
        let begun = awaited(client, "running").await?;
        let running = begun.len();
        for job in begun {
            if waiting.iter().all(|known| known["id"] != job["id"]) {
                waiting.push(job);
            }
        }
        let horizon = Clock::system().now() + soon;
        let is_due =
            |job: &Value| job["run_at"].as_str().is_none_or(|at| at.parse().is_ok_and(|at: Timestamp| at < horizon));
        if (running == 0 && !waiting.iter().any(is_due)) || began.elapsed() > limit {
            let (in_doubt, failed) = (jobs(client, "in_doubt").await?, jobs(client, "failed").await?);
            return Ok(Open { waiting, in_doubt, failed });
        }
        sleep(GLANCE).await;
    }
}

/// The jobs in a state that are waited for. They are asked for by kind, because a list ends after 200 jobs, and there are more
/// of those that are not waited for.
async fn awaited(client: &Client, state: &str) -> anyhow::Result<Vec<Value>> {
    let mut found = jobs(client, state).await?;
    if found.len() < usize::from(LIST) {
        found.retain(|job| job["kind"] != NOT_AWAITED);
        return Ok(found);
    }
    found.clear();
    for kind in Task::KINDS.iter().filter(|kind| **kind != NOT_AWAITED) {
        found.extend(listed(client, &format!("state={state}&kind={kind}")).await?);
    }
    Ok(found)
}

async fn jobs(client: &Client, state: &str) -> anyhow::Result<Vec<Value>> {
    listed(client, &format!("state={state}")).await
}

async fn listed(client: &Client, filter: &str) -> anyhow::Result<Vec<Value>> {
    let mut found = client.get(&format!("/jobs?{filter}&limit={LIST}")).await?;
    Ok(found["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
}
