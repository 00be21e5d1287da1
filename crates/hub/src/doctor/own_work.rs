//! Checks of the configuration and of the hub's own jobs.

use jiff::SignedDuration;
use tessera_core::sync::jobs::SweepOf;
use tessera_store::StoreError;

use super::Finding;
use super::identity::is_loopback;
use crate::Hub;

const SYSTEM: &str = "hub";

impl Hub {
    pub(super) async fn check_hub(&self) -> Vec<Finding> {
        let mut findings = vec![self.check_secret_key(), self.check_public_url(), self.check_reach().await];
        let unreadable = |error: StoreError| Finding::unknown("work", SYSTEM, error.to_string());
        findings.extend(self.check_sweeps().await.unwrap_or_else(|error| vec![unreadable(error)]));
        findings.push(self.check_jobs().await.unwrap_or_else(unreadable));
        findings.push(self.check_hook().await.unwrap_or_else(unreadable));
        findings
    }

    fn check_secret_key(&self) -> Finding {
        if self.config.secret_key.is_strong() {
            return Finding::ok("secret_key", SYSTEM, "The secret key is long and varied enough.");
        }
        Finding::fail(
            "secret_key",
            SYSTEM,
            "The secret key looks like an example or a word repeated: it can be guessed, and with it every activation link.",
            "Make one with `openssl rand -hex 32` and put it into TESSERA_SECRET_KEY. Open invitations have to be made again.",
        )
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
        // The alarms of the brake and of stopped sweeps contain their own advice.
        for alarm in self.queries().alarms().await? {
            let remedy = "Look at the sweeps in the console; apply or discard what is held, or mend the cause.";
            findings.push(Finding::fail("alarm", &alarm.system, alarm.detail, remedy));
        }
        Ok(findings)
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

    async fn check_jobs(&self) -> Result<Finding, StoreError> {
        const CHECK: &str = "jobs";
        let counts = self.reads().job_counts(self.env.now()).await?;
        let mut detail =
            format!("{} jobs wait, {} run, {} were given up.", counts.waiting, counts.running, counts.failed);
        if counts.in_doubt > 0 {
            detail.push_str(&format!(" Of {} e-mails it is in doubt whether they were sent.", counts.in_doubt));
        }
        Ok(match counts.failed + counts.in_doubt {
            0 => Finding::ok(CHECK, SYSTEM, detail),
            _ => Finding::warn(
                CHECK,
                SYSTEM,
                detail,
                "Look at them on the systems page, mend the cause, try them again.",
            ),
        })
    }
}
