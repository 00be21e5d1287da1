//! Making checkpoints, on demand and on schedule.

use std::io::{BufWriter, Write};
use std::time::Duration;

use jiff::Timestamp;
use tempfile::NamedTempFile;
use tessera_core::audit::{Finding, Header, Meeting, Record, Recorded, Tally};
use tessera_core::kernel::clock::is_due;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::outage::OutageLine;
use tessera_core::kernel::timeline::{Broken, Head};
use tessera_store::Reads;
use tokio::sync::watch;

use super::verify::next_id;
use super::{AuditError, Checkpoint, Checkpoints, PAGE};
use crate::Hub;
use crate::ports::WitnessError;

/// Interval between checks whether a checkpoint is due.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// The name of this loop in the log.
const MAKE_A_CHECKPOINT: &str = "make a checkpoint";

/// If the first checkpoint has more entries than this, the hub ran without checkpoints, or they are lost.
const FEW_ENTRIES: u64 = 100;

/// The result of making a checkpoint.
#[derive(Debug)]
pub struct Made {
    /// The header of the checkpoint.
    pub header: Header,
    /// The witnesses that could not be reached.
    pub failures: Vec<WitnessError>,
}

impl Checkpoints {
    /// Makes a checkpoint of all timelines, which must extend the last one, and sends it to the witnesses. `None`:
    /// another process made it first.
    ///
    /// # Errors
    /// If the timelines do not extend the last checkpoint, or the database or the directory fails. No checkpoint is
    /// made then.
    pub async fn make(&self, store: &Reads, now: Timestamp) -> Result<Option<Made>, AuditError> {
        let directory = self.directory();
        let last = directory.newest()?;
        let draft = directory.draft()?;
        let counted = self.record(store, last.as_ref(), &draft).await?;
        let header = Header::following(last.as_ref().map(|last| &last.header), now, counted);
        let (to, signed_header, keep) = (directory, header.clone(), self.settings.keep);
        let put = tokio::task::spawn_blocking(move || {
            let signed = to.put(signed_header, &draft)?;
            to.prune(keep).map(|()| signed)
        });
        let signed = put.await.unwrap_or_else(|error| Err(AuditError::Checkpoint(error.to_string())))?;
        let Some(signed) = signed else { return Ok(None) };
        let mut failures = Vec::new();
        for witness in &self.settings.witnesses {
            failures.extend(witness.tell(&signed, &self.host, now).await.err());
        }
        Ok(Some(Made { header, failures }))
    }

    /// Writes one record for each timeline, after verifying that it extends the last checkpoint.
    async fn record(&self, store: &Reads, last: Option<&Checkpoint>, to: &NamedTempFile) -> Result<Tally, AuditError> {
        let cannot = || AuditError::file(to.path().display());
        let known = last.map(|last| last.records(&self.key)).transpose()?;
        let mut known = Meeting::new(last.map_or(0, |last| last.header.number), known.into_iter().flatten());
        let (mut file, mut counted, mut from) =
            (BufWriter::new(to.as_file()), Tally::default(), Some(CustomerId::FIRST));
        while let Some(first) = from {
            let page = store.heads(first, PAGE).await?;
            for (customer, head) in &page {
                let customer = *customer;
                stops(known.gone(Some(customer)))?;
                let head = *head.as_ref().map_err(|error| {
                    let broken = Broken::HeadUnreadable { why: error.to_string() };
                    AuditError::Tampered(Finding::Chain { customer, broken })
                })?;
                if let Some(recorded) = known.recorded(customer) {
                    goes_on(store, customer, head, recorded).await?;
                }
                let record = Record::new(customer, head);
                counted.add(&record);
                writeln!(file, "{}", serde_json::to_string(&record).unwrap_or_default()).map_err(cannot())?;
            }
            from = next_id(&page);
        }
        stops(known.gone(None))?;
        file.flush().map_err(cannot())?;
        Ok(counted)
    }

    /// Whether the next checkpoint is due.
    fn is_due(&self, now: Timestamp) -> Result<bool, AuditError> {
        let last = self.directory().newest()?;
        Ok(last.is_none_or(|last| is_due(last.header.at, self.settings.every, now)))
    }

    async fn make_when_due(&self, store: &Reads, now: Timestamp) -> Result<Option<Made>, AuditError> {
        if self.is_due(now)? { self.make(store, now).await } else { Ok(None) }
    }
}

fn stops(finding: Option<Finding>) -> Result<(), AuditError> {
    finding.map_or(Ok(()), |finding| Err(AuditError::Tampered(finding)))
}

async fn goes_on(store: &Reads, customer: CustomerId, head: Head, recorded: Recorded) -> Result<(), AuditError> {
    let hash = if head.length == recorded.head.length {
        Some(head.hash)
    } else {
        store.timeline_hash(customer, recorded.head.length).await?
    };
    let extended = recorded.is_extended(head.length, hash);
    extended.map_err(|broken| AuditError::Tampered(Finding::Chain { customer, broken }))
}

impl Hub {
    /// Makes checkpoints at the configured interval. A failure is logged as an alarm and retried.
    pub(crate) async fn keep_checkpoints(&self, mut stop: watch::Receiver<bool>) {
        let Some(checkpoints) = self.checkpoints() else { return };
        while !*stop.borrow() {
            match checkpoints.make_when_due(self.reads(), self.env.now()).await {
                Ok(None) => self.log_success(MAKE_A_CHECKPOINT),
                Ok(Some(Made { header, failures })) => {
                    self.log_success(MAKE_A_CHECKPOINT);
                    if header.number == 1 && header.entries > FEW_ENTRIES {
                        tracing::warn!(
                            alarm = "audit",
                            entries = header.entries,
                            "the directory held no checkpoint, so this first one vouches for nothing before it; when there were some, find \
                             them and run `tessera audit verify`"
                        );
                    }
                    tracing::info!(
                        number = header.number,
                        entries = header.entries,
                        "checkpoint of the timelines made"
                    );
                    for error in failures {
                        tracing::warn!(alarm = "audit", number = header.number, %error, "a witness lacks a checkpoint");
                    }
                }
                Err(error) => {
                    if let Some(OutageLine { failures, .. }) = self.note_failure(MAKE_A_CHECKPOINT) {
                        tracing::error!(alarm = "audit", %error, failures, "no checkpoint of the timelines could be made");
                    }
                }
            }
            tokio::select! {
                biased;
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// The checkpoints, if configured.
    pub fn checkpoints(&self) -> Option<Checkpoints> {
        let settings = self.config.audit.clone()?;
        let host = self.config.public_url.host_str().unwrap_or("localhost").to_owned();
        Some(Checkpoints::new(settings, self.config.secret_key.clone(), host))
    }
}
