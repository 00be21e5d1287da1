//! Complete readings: everything of one kind, page by page. What did not change costs one lookup; what did goes the way of every
//! observation. Nothing is ever taken away by a reading: that something is missing from a list proves nothing.

use jiff::SignedDuration;
use tessera_connect::{Order, Page, Priority};
use tessera_core::job::{Leased, SweepOf, Task};
use tessera_core::record::Observation;

use crate::{Hub, HubError};

/// How long a worker may be silent while it reads.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

impl Hub {
    /// Asks for complete readings of both systems.
    pub async fn ask_sweeps(&self) -> Result<(), HubError> {
        for what in [SweepOf::Requesters, SweepOf::Contacts, SweepOf::Assets] {
            let job = self.stamped("hub", "job", |stamp| stamp.job(Task::Sweep { what }));
            self.store.enqueue(&job).await?;
        }
        Ok(())
    }

    /// Reads everything of one kind now, whoever waits for it.
    pub async fn sweep(&self, what: SweepOf) -> Result<(), HubError> {
        self.run_sweep(what, None).await
    }

    /// Reads everything of one kind.
    pub(crate) async fn run_sweep(&self, what: SweepOf, job: Option<&Leased>) -> Result<(), HubError> {
        let system = match what {
            SweepOf::Contacts => self.crm.name(),
            SweepOf::Requesters | SweepOf::Assets => self.desk.name(),
        };
        self.store.sweep_begins(system, what.as_str(), self.env.now()).await?;
        let outcome = self.read_pages(what, system, job).await;
        let error = outcome.as_ref().err().map(ToString::to_string);
        self.store.sweep_ends(system, what.as_str(), self.env.now(), error.as_deref()).await?;
        outcome
    }

    async fn read_pages(&self, what: SweepOf, system: &str, job: Option<&Leased>) -> Result<(), HubError> {
        let view = match what {
            SweepOf::Contacts => self.crm.all_contacts_view(Priority::Background).await?,
            SweepOf::Requesters | SweepOf::Assets => String::new(),
        };
        let (mut seen, mut changed) = (0, 0);
        for page in 1.. {
            let Page { items, next } = match what {
                SweepOf::Requesters => self.desk.requesters_page(page, Priority::Background).await?,
                SweepOf::Assets => self.desk.assets_page(page, Order::Created, Priority::Background).await?,
                SweepOf::Contacts => self.crm.contacts_page(&view, page, Order::Created, Priority::Background).await?,
            };
            seen += i64::try_from(items.len()).unwrap_or(0);
            changed += self.observe_page(items, system).await?;
            self.store.sweep_progress(system, what.as_str(), seen, changed).await?;
            if let Some(job) = job {
                self.store.extend_job(job, self.env.now() + LEASE).await?;
            }
            if !next {
                break;
            }
        }
        Ok(())
    }

    async fn observe_page(&self, items: Vec<Observation>, system: &str) -> Result<i64, HubError> {
        let Some(read_at) = items.iter().map(|item| item.read_at).min() else { return Ok(0) };
        let (mut unchanged, mut changed) = (Vec::new(), 0);
        let actor = format!("system:{system}");
        for item in items {
            let known = self.store.record(&item.key).await?;
            if known.is_some_and(|known| known.content_hash == item.content_hash() && known.gone_at.is_none()) {
                unchanged.push(item.key);
                continue;
            }
            changed += 1;
            self.observed(item, &actor, "job").await?;
        }
        self.store.touch_records(&unchanged, read_at).await?;
        Ok(changed)
    }
}
