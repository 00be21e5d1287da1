//! Checks of the configuration and of the hub's own jobs.

use jiff::SignedDuration;
use tessera_core::sync::jobs::SweepOf;
use tessera_store::{PoolCounts, StoreError};

use super::Finding;
use super::identity::is_loopback;
use crate::Hub;
use crate::clock_watch::CLOCK;
use crate::ports::check::SKEW;

const SYSTEM: &str = "hub";
/// A job that is due for longer than this should run.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// A row that should have been deleted for longer than this shows that none are.
const LATE_DELETION: SignedDuration = SignedDuration::from_hours(24);
/// How long a job that was given up is a warning.
const WARN_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

impl Hub {
    pub(super) async fn check_hub(&self) -> Vec<Finding> {
        let clock = self.check_clock().await;
        let mut findings = vec![self.check_public_url(), clock, self.check_reach().await];
        let unreadable = |error: StoreError| Finding::unknown("work", SYSTEM, error.to_string());
        findings.extend(self.check_sweeps().await.unwrap_or_else(|error| vec![unreadable(error)]));
        findings.push(self.check_jobs().await.unwrap_or_else(unreadable));
        findings.push(self.check_hook().await.unwrap_or_else(unreadable));
        findings.push(self.check_held_back_mail().await);
        findings.push(self.check_retention().await.unwrap_or_else(unreadable));
        findings.push(self.check_secret_keys().await);
        findings.extend(self.check_local_staff().await);
        findings
    }

    /// Whether this machine's clock jumped, and whether it agrees with the clocks of the outside systems.
    async fn check_clock(&self) -> Finding {
        const CHECK: &str = "clock";
        let remedy = "Synchronize this machine’s clock with NTP, and find out what changed it.";
        let jump = self.clock_watch().lock().await.last_jump(self.env.monotonic());
        if let Some(detail) = self.clock_trouble(jump) {
            return Finding::fail(CHECK, SYSTEM, detail, remedy);
        }
        let skews = [self.desk.health(), self.crm.health()].into_iter().filter_map(|health| health.clock_skew);
        let seconds: Vec<i64> = skews.map(|skew| skew.as_secs()).collect();
        let far = |seconds: &i64| seconds.abs() > SKEW;
        match seconds.as_slice() {
            [] => Finding::unknown(CHECK, SYSTEM, "No outside system has sent its time yet."),
            [first, ..] if seconds.iter().all(far) => {
                let direction = if *first > 0 { "behind" } else { "ahead of" };
                let detail =
                    format!("This machine’s clock is {} seconds {direction} the outside systems’.", first.abs());
                Finding::fail(CHECK, SYSTEM, detail, remedy)
            }
            _ => Finding::ok(CHECK, SYSTEM, "The clock has not jumped, and agrees with an outside system."),
        }
    }

    fn check_public_url(&self) -> Finding {
        let url = &self.config.public_url;
        if url.scheme() == "https" {
            return Finding::ok("public_url", SYSTEM, format!("Customers come to {url}."));
        }
        let remedy = "Put a proxy that speaks TLS in front, and its https address into server.public_url.";
        if is_loopback(url) {
            let detail = format!("{url} is this machine only: right for trying, not for customers.");
            return Finding::warn("public_url", SYSTEM, detail, remedy);
        }
        Finding::fail("public_url", SYSTEM, format!("{url} is not encrypted."), remedy)
    }

    /// Whether the public address leads to a hub.
    async fn check_reach(&self) -> Finding {
        const CHECK: &str = "reachable";
        let address = self.config.url("/healthz");
        let remedy = "Start the hub with `tessera serve`; check the proxy, the certificate, and that this machine may reach its own \
                      public address.";
        let Ok(url) = address.parse() else {
            return Finding::fail(CHECK, SYSTEM, format!("{address} is no address."), "Correct server.public_url.");
        };
        match self.reach.answers(url).await {
            Ok(200) => Finding::ok(CHECK, SYSTEM, format!("{address} answers.")),
            Ok(status) => Finding::warn(CHECK, SYSTEM, format!("{address} answers with status {status}."), remedy),
            Err(error) => Finding::warn(CHECK, SYSTEM, error.to_string(), remedy),
        }
    }

    /// Whether each list was read completely within the expected time.
    async fn check_sweeps(&self) -> Result<Vec<Finding>, StoreError> {
        const CHECK: &str = "sweep";
        let (now, every) = (self.env.now(), self.config.sweep.full_every);
        let mut findings = Vec::new();
        for what in [SweepOf::Requesters, SweepOf::Assets, SweepOf::Contacts] {
            let name = what.as_str();
            let system = self.listing(what).name();
            let remedy = "Read everything: `tessera sweep`, or the button on the systems page.";
            findings.push(match self.reads().last_good_sweep(system, name, false).await? {
                None => Finding::warn(CHECK, system, format!("The {name} were never read completely."), remedy),
                Some(sweep) => {
                    let age = now.duration_since(sweep.started_at);
                    let detail = format!("The {name} were last compared {} hours ago.", age.as_hours());
                    let late = every > SignedDuration::ZERO && age > every * 3 + SignedDuration::from_hours(1);
                    if late { Finding::warn(CHECK, system, detail, remedy) } else { Finding::ok(CHECK, system, detail) }
                }
            });
        }
        // The alarms of the brake and of stopped sweeps contain their own advice. The clock has its own check.
        for alarm in self.queries().alarms().await?.into_iter().filter(|alarm| alarm.code != CLOCK) {
            let remedy = "Look at the sweeps in the console; apply or discard what is held, or mend the cause.";
            findings.push(Finding::fail("alarm", &alarm.system, alarm.detail, remedy));
        }
        Ok(findings)
    }

    /// How long rows are kept, and whether they are deleted then.
    async fn check_retention(&self) -> Result<Finding, StoreError> {
        const CHECK: &str = "retention";
        let keep = &self.config.retention;
        let overdue = self.reads().overdue_deletions(self.env.now() - LATE_DELETION, keep).await?;
        if !overdue.is_empty() {
            let detail = format!("Should have been deleted more than a day ago: {}.", overdue.join(", "));
            let remedy =
                "Start the hub with `tessera serve`, which deletes them. If it runs, its log says why it could not.";
            return Ok(Finding::warn(CHECK, SYSTEM, detail, remedy));
        }
        let days = keep.listed().map(|(kind, period)| format!("{kind} {}", period.as_hours() / 24)).join(", ");
        Ok(Finding::ok(CHECK, SYSTEM, format!("Rows are deleted in time. They are kept, in days: {days}.")))
    }

    /// Whether the service desk's workflows have called recently.
    async fn check_hook(&self) -> Result<Finding, StoreError> {
        const CHECK: &str = "hook";
        let (system, hooks) = (self.desk.name(), self.reads().hook_deliveries().await?);
        let heard = hooks.iter().filter_map(|hook| hook.last_good_at).max();
        let unusable = hooks.iter().find(|hook| hook.last_unusable_at > hook.last_good_at);
        let remedy =
            "Check the workflow in the service desk: its address, its header with hooks.secret, and its content.";
        Ok(match (unusable, heard) {
            (Some(hook), _) => {
                let why = hook.last_unusable_why.as_deref().unwrap_or("no cause was recorded");
                Finding::warn(CHECK, system, format!("The last call of its workflows was of no use: {why}"), remedy)
            }
            (None, None) => Finding::unknown(
                CHECK,
                system,
                "No workflow of it has called yet. Sweeps find changes too, only later.",
            ),
            (None, Some(at)) => {
                let days = self.env.now().duration_since(at).as_hours() / 24;
                let detail = format!("Its workflows called {days} days ago.");
                if days < 7 { Finding::ok(CHECK, system, detail) } else { Finding::warn(CHECK, system, detail, remedy) }
            }
        })
    }

    /// Whether jobs are run, and whether all of them succeed. What failed long ago warns nobody any more; the systems page still has it.
    async fn check_jobs(&self) -> Result<Finding, StoreError> {
        const CHECK: &str = "jobs";
        let now = self.env.now();
        let counts = self.reads().job_counts(now).await?;
        let paused: Vec<_> = self.reads().paused_systems().await?.into_iter().map(|paused| paused.system).collect();
        let pools = self.reads().jobs_by_pool(now - LATE_AFTER, now - WARN_FOR).await?;
        let waits = |counts: &&PoolCounts| !counts.pool.systems().iter().any(|system| paused.contains(system));
        let late: i64 = pools.iter().filter(waits).map(|counts| counts.due).sum();
        let failed: i64 = pools.iter().map(|counts| counts.failed).sum();
        let detail = format!("{} jobs wait, {} run, {} were given up.", counts.waiting, counts.running, counts.failed);
        if late > 0 && counts.running == 0 {
            let detail = format!("{late} jobs are due, but none is running.");
            let remedy =
                "Start `tessera serve`, which runs jobs. If it runs, look for errors of the database in its log.";
            return Ok(Finding::fail(CHECK, SYSTEM, detail, remedy));
        }
        if counts.in_doubt > 0 {
            let detail = format!("{detail} It is in doubt whether {} e-mails were sent.", counts.in_doubt);
            let remedy = "Find out on the systems page, and send them again or settle them.";
            return Ok(Finding::warn(CHECK, SYSTEM, detail, remedy));
        }
        if failed > 0 {
            let remedy = "Look at them on the systems page, mend the cause, try them again.";
            return Ok(Finding::warn(CHECK, SYSTEM, detail, remedy));
        }
        if let Some(system) = paused.first() {
            let detail = format!("{detail} The jobs of {} wait because it was paused.", system.as_str());
            return Ok(Finding::warn(CHECK, SYSTEM, detail, "Resume it on the systems page."));
        }
        Ok(Finding::ok(CHECK, SYSTEM, detail))
    }
}
