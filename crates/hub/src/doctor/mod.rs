//! System health: checks of each outside system, and of the hub's own database, disk, keys and jobs. Each failure has a
//! remedy.
//!
//! The checks only read: they change nothing outside and send no e-mail. The systems are checked concurrently, each
//! with its own time limit. Only a system's client knows what to try and how to fix it, so each port has a `check()`.

mod identity;
mod invoices;
mod mail;
mod own_database;
mod own_work;
mod secret_keys;
mod staff;
mod table;

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::Hub;
pub use crate::ports::{Finding, Verdict};

/// Time limit for all checks of one system.
const CHECK_TIMEOUT: Duration = Duration::from_secs(20);

/// The findings of a run of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Time of the report.
    pub at: Timestamp,
    /// The findings, grouped by system.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The worst verdict of all findings.
    pub fn verdict(&self) -> Verdict {
        let known = self.findings.iter().map(|finding| finding.verdict);
        known.max().unwrap_or(Verdict::Unknown)
    }
}

/// The check runs of a hub, one at a time.
#[derive(Debug, Default)]
pub(crate) struct Examinations {
    /// Number of runs begun.
    begun: AtomicU64,
    /// The latest run, with its number.
    last: Mutex<Option<(u64, Report)>>,
}

type Checks<'a> = Pin<Box<dyn Future<Output = Vec<Finding>> + Send + 'a>>;

impl Hub {
    /// Runs all checks, all systems concurrently. Concurrent callers share a run that began after they called, so that
    /// many calls at once do not use up the call budget that customers need.
    pub async fn doctor(&self) -> Report {
        let examinations = self.examinations();
        let begun_before = examinations.begun.load(Ordering::SeqCst);
        let mut last = examinations.last.lock().await;
        match &*last {
            Some((number, report)) if *number > begun_before => report.clone(),
            _ => {
                let number = examinations.begun.fetch_add(1, Ordering::SeqCst) + 1;
                let report = self.examine().await;
                *last = Some((number, report.clone()));
                report
            }
        }
    }

    /// Settings that name something which an outside system does not have. Of a system that cannot be asked, nothing is
    /// said.
    pub async fn wrong_settings(&self) -> Vec<Finding> {
        tokio::time::timeout(CHECK_TIMEOUT, self.desk.wrong_settings()).await.unwrap_or_default()
    }

    async fn examine(&self) -> Report {
        let mut systems: Vec<(String, Checks<'_>)> =
            vec![(self.desk.name().to_owned(), self.desk.check()), (self.crm.name().to_owned(), self.crm.check())];
        for provider in &self.providers {
            systems.push((provider.name().to_owned(), Box::pin(identity::check(&**provider))));
        }
        if let Some(source) = &self.invoices {
            systems.push((source.name().to_owned(), Box::pin(self.check_invoices(source))));
        }
        systems.push(("mail".to_owned(), Box::pin(mail::check(&*self.mailer))));
        systems.push(("database".to_owned(), Box::pin(self.check_database())));
        let order: Vec<String> = systems.iter().map(|(system, _)| system.clone()).collect();
        let checked = systems.into_iter().map(|(system, checks)| in_time(system, checks));
        let mut findings: Vec<Finding> = join_all(checked).await.into_iter().flatten().collect();
        // Last, because the clock is compared with the times in the answers of the outside systems.
        findings.extend(in_time("hub".to_owned(), Box::pin(self.check_hub())).await);
        // The hub's own memory also yields findings on other systems.
        findings
            .sort_by_key(|finding| order.iter().position(|system| *system == finding.system).unwrap_or(order.len()));
        Report { at: self.env.now(), findings }
    }
}

async fn in_time(system: String, checks: Checks<'_>) -> Vec<Finding> {
    match tokio::time::timeout(CHECK_TIMEOUT, checks).await {
        Ok(findings) => findings,
        Err(_) => vec![Finding::fail(
            "address",
            &system,
            format!("The checks did not end within {} seconds.", CHECK_TIMEOUT.as_secs()),
            "See whether the system is slow or a firewall swallows the connection.",
        )],
    }
}
