//! Marketplaces: what their platforms ask of us (`M01`–`M20`). Each call goes the way of everything else: what it says is observed,
//! correlated, planned and applied.

mod answer;
mod exists;
mod instance;
mod knock;
mod known;
mod options;
mod order;
mod remove;
mod settle;
mod synchronize;

pub use answer::Answer;
pub use instance::{Application, Instance, Setting};
pub use options::OptionSet;
pub(crate) use order::Lanes;
pub use order::Order;
pub use remove::Deletion;
pub use synchronize::AccountRequest;

use jiff::{SignedDuration, Timestamp};
use tessera_core::marketplace::{Call, Code, Refusal};
use tessera_core::record::{Kind, RecordKey};
use tessera_store::StoreError;

use crate::{Hub, HubError};

/// How long a call is kept.
const KEEP_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How many calls of one marketplace are kept.
const KEEP: usize = 5000;

/// Makes of an answer what is kept of the call. The answer is kept in the transaction of what it tells.
pub type Keep<'a> = &'a (dyn Fn(&Answer) -> Call + Send + Sync);

impl Hub {
    /// The marketplace with this configured name.
    pub fn marketplace(&self, name: &str) -> Option<&Instance> {
        self.config.marketplaces.iter().find(|instance| instance.name == name)
    }

    /// Writes down a call that changed nothing.
    pub async fn keep_call(&self, call: &Call) -> Result<(), HubError> {
        Ok(self.store.keep_call(call).await?)
    }

    /// Forgets calls that are old, and of each marketplace all but the newest.
    pub async fn forget_calls(&self, now: Timestamp) -> Result<(), HubError> {
        for instance in &self.config.marketplaces {
            self.store.forget_calls(&instance.name, now - KEEP_FOR, KEEP).await?;
        }
        Ok(())
    }

    /// What is answered when a journey did not come to its end.
    async fn failed(&self, error: HubError, keep: Keep<'_>) -> Answer {
        let code = match &error {
            HubError::Busy => Code::Busy,
            HubError::Store(StoreError::CommitUnknown(_)) => Code::Unconfirmed,
            _ => Code::Unavailable,
        };
        tracing::error!(%error, "a marketplace's call could not be answered");
        let answer = Answer::Refused(Refusal::plain(code));
        if let Err(error) = self.store.keep_call(&keep(&answer)).await {
            tracing::error!(%error, "a marketplace's call could not be written down");
        }
        answer
    }
}

/// The record of an account.
pub fn account_key(instance: &str, account_id: &str) -> RecordKey {
    RecordKey::new(instance, Kind::Account, account_id)
}

/// How a marketplace is named as an actor.
fn actor(instance: &str) -> String {
    format!("marketplace:{instance}")
}

/// Through which door a marketplace comes.
const CHANNEL: &str = "marketplace";
