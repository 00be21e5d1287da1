//! Whether the hub is well: each system from the hub's point of view, its own database, disk, keys and work, each failure with its remedy.
//!
//! Everything is tried by reading; nothing outside is changed and no mail is sent. Every system has its own time limit, and all are asked
//! at once. What to try with an outside system, and the remedies, only its client knows: each port has a `check()`.

mod identity;
mod invoices;
mod mail;
mod own_database;
mod own_work;
mod table;

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::Hub;
pub use crate::ports::{Finding, Verdict};

/// How long the checks of one system may take together.
const CHECK_TIMEOUT: Duration = Duration::from_secs(20);

/// Everything that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When.
    pub at: Timestamp,
    /// Every check, system by system.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The worst of all verdicts.
    pub fn verdict(&self) -> Verdict {
        let known = self.findings.iter().map(|finding| finding.verdict);
        known.max().unwrap_or(Verdict::Unknown)
    }
}

/// The examinations of a hub, which are made one after the other.
#[derive(Debug, Default)]
pub(crate) struct Examinations {
    /// How many were begun.
    begun: AtomicU64,
    /// The last one, with its number.
    last: Mutex<Option<(u64, Report)>>,
}

type Checks<'a> = Pin<Box<dyn Future<Output = Vec<Finding>> + Send + 'a>>;

impl Hub {
    /// Checks everything, all systems at once. Whoever asks while others are asking shares an examination that began after they asked: many
    /// who ask at once do not use up the calls that customers need.
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
        systems.push(("hub".to_owned(), Box::pin(self.check_hub())));
        let order: Vec<String> = systems.iter().map(|(system, _)| system.clone()).collect();
        let checked = systems.into_iter().map(|(system, checks)| in_time(system, checks));
        let mut findings: Vec<Finding> = join_all(checked).await.into_iter().flatten().collect();
        // The hub's own memory says something about other systems too.
        findings.sort_by_key(|finding| order.iter().position(|system| *system == finding.system));
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
