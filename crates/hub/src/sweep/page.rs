//! One page: what it says is compared with what is known, in one query.

use std::collections::HashMap;

use tessera_core::record::{Observation, RecordKey};
use tessera_store::{HeldChange, KnownRecord, Sweep};

use super::HELD;
use crate::observe::Seen;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Takes in a page, and tells how many of its objects are new or have changed.
    pub(super) async fn take_page(&self, sweep: &mut Sweep, items: Vec<Observation>) -> Result<i64, HubError> {
        let Some(read_at) = items.iter().map(|item| item.read_at).min() else { return Ok(0) };
        let Some(kind) = items.first().map(|item| item.key.kind) else { return Ok(0) };
        let ids: Vec<String> = items.iter().map(|item| item.key.external_id.clone()).collect();
        let known = self.store.known_records(&sweep.system, kind, &ids).await?;
        let known: HashMap<String, KnownRecord> =
            known.into_iter().map(|known| (known.external_id.clone(), known)).collect();
        let actor = format!("system:{}", sweep.system);
        let (mut unchanged, mut changed) = (Vec::new(), 0);
        for item in items {
            let known = known.get(&item.key.external_id);
            if known.is_some_and(|known| known.content_hash == item.content_hash() && !known.gone) {
                unchanged.push(item.key);
                continue;
            }
            changed += 1;
            if sweep.dry {
                self.put_aside(sweep, item, known, &actor).await?;
            } else {
                self.take_or_put_aside(sweep, item, known, &actor).await?;
            }
        }
        if !sweep.dry {
            self.unchanged(sweep, &unchanged, read_at).await?;
        }
        Ok(changed)
    }

    /// What takes something away waits for the end of the sweep; everything else is applied at once.
    async fn take_or_put_aside(
        &self,
        sweep: &mut Sweep,
        item: Observation,
        known: Option<&KnownRecord>,
        actor: &str,
    ) -> Result<(), HubError> {
        let seen = Seen::There(Box::new(item));
        self.commit(ctx, async |tx| {
            let Some(plan) = self.plan_observed(&seen, actor, "job").await? else { return Ok(()) };
            if plan.takes_away() > 0 {
                let Seen::There(item) = seen else { return Ok(()) };
                return self.put_aside(sweep, *item, known, actor).await;
            }
            match self.store().apply(&plan).await {
                Ok(()) => {
                    return self.no_longer_held(&sweep.system, std::slice::from_ref(seen.key()), seen.read_at()).await;
                }
                Err(error) => crate::error::again(error)?,
            }
        })
        .await
    }

    /// Writes down a change that waits, in words that people understand.
    async fn put_aside(
        &self,
        sweep: &mut Sweep,
        observation: Observation,
        known: Option<&KnownRecord>,
        actor: &str,
    ) -> Result<(), HubError> {
        let seen = Seen::There(Box::new(observation));
        let plan = self.plan_observed(&seen, actor, "job").await?;
        let (Some(plan), Seen::There(observation)) = (plan, seen) else { return Ok(()) };
        let (before, after) = self.in_words(&observation).await?;
        let change = HeldChange {
            id: self.env.uuid().into(),
            run: sweep.id,
            title: title(&observation),
            before,
            after,
            takes: plan.takes_away(),
            observation: *observation,
            held_at: self.env.now(),
        };
        sweep.takes_away += change.takes;
        Ok(self.store().hold(&change, known.map(|known| known.content_hash), sweep.dry).await?)
    }

    async fn unchanged(&self, sweep: &Sweep, keys: &[RecordKey], read_at: jiff::Timestamp) -> Result<(), HubError> {
        self.technical().touch_records(keys, read_at).await?;
        self.no_longer_held(&sweep.system, keys, read_at).await
    }

    /// What was read later and takes nothing away needs no decision any more.
    pub(crate) async fn no_longer_held(
        &self,
        system: &str,
        keys: &[RecordKey],
        read_at: jiff::Timestamp,
    ) -> Result<(), HubError> {
        if self.store.alarm(system, HELD, "").await?.is_none() {
            return Ok(());
        }
        self.store().clear_held(keys, read_at).await?;
        self.release_brake(system).await
    }
}

/// What an object is called, also one without a name.
pub(super) fn title(observation: &Observation) -> String {
    match observation.attributes.title() {
        "" => format!("{} {}", observation.key.kind, observation.key.external_id),
        name => name.to_owned(),
    }
}
