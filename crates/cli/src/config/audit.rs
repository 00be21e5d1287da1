//! Checkpoints of the timelines.

use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tessera_connect::audit_witness::Witness;
use tessera_hub::audit::Settings;
use tessera_hub::ports::CheckpointWitness;
use url::Url;

use super::masking::WebhookUrl;

/// The section `[audit]`: checkpoints of the timelines, kept outside the database.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// Directory of the checkpoint files.
    pub directory: PathBuf,
    /// Number of files to keep.
    #[serde(default = "keep")]
    pub keep: NonZeroU16,
    /// Interval between checkpoints.
    #[serde(default = "every")]
    pub every: SignedDuration,
    /// Webhook that gets each checkpoint's signed header by POST.
    pub webhook: Option<WebhookUrl>,
    /// Syslog server that gets it as an RFC 5424 message: `udp://host:514`.
    pub syslog: Option<Url>,
}

fn keep() -> NonZeroU16 {
    NonZeroU16::MIN.saturating_add(29)
}

const fn every() -> SignedDuration {
    SignedDuration::from_hours(1)
}

impl Audit {
    /// The settings of the hub.
    ///
    /// # Errors
    /// If an interval or a URL is invalid.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        if self.every < SignedDuration::from_mins(1) {
            bail!("audit.every must be at least a minute");
        }
        let mut witnesses: Vec<Arc<dyn CheckpointWitness>> = Vec::new();
        if let Some(url) = &self.webhook {
            if !matches!(url.scheme(), "http" | "https") {
                bail!("audit.webhook must begin with https:// (or http:// on a network of your own)");
            }
            witnesses.push(Arc::new(Witness::Webhook(Url::clone(url))));
        }
        if let Some(url) = &self.syslog {
            let witness = Witness::syslog(url).context("audit.syslog must read udp://HOST or udp://HOST:PORT")?;
            witnesses.push(Arc::new(witness));
        }
        let keep = usize::from(self.keep.get());
        Ok(Settings { directory: self.directory.clone(), keep, every: self.every, witnesses })
    }
}
