//! Marketplaces: the calls of their platforms (`M01`–`M20`). Like any other source, a call is observed, correlated,
//! planned and applied.

mod answer;
mod claim;
mod config;
mod exists;
mod known_account;
mod options;
mod order;
mod remove;
mod settle;
mod synchronize;

pub use answer::Answer;
pub use config::{Application, MarketplaceConfig, Setting};
pub use options::OptionSet;
pub use order::Order;
pub use remove::Deletion;
pub use synchronize::AccountRequest;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::marketplace::{Call, Code, MarketplaceError};
use tessera_store::StoreError;

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// Retention period of calls.
const KEEP_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Maximum number of stored calls of one marketplace.
const KEEP: usize = 5000;

/// Builds the stored call from its answer. It is stored in the transaction that the answer reports on.
pub type Keep<'a> = &'a (dyn Fn(&Answer) -> Call + Send + Sync);

impl Hub {
    /// The marketplace with this configured name.
    pub fn marketplace(&self, name: &str) -> Option<&MarketplaceConfig> {
        self.config.marketplaces.iter().find(|marketplace| marketplace.name == name)
    }

    /// Stores a call that has changed nothing.
    pub async fn keep_call(&self, call: &Call) -> Result<(), HubError> {
        let ctx = Ctx::new(Actor::Marketplace(call.marketplace.clone().into()), Channel::Marketplace);
        commit!(self, &ctx, |tx| {
            tx.push(
                MarketplaceChange::KeepCall(Box::new(call.clone())),
                "staff see what a marketplace asked and was answered",
            );
            Ok(())
        })
    }

    /// Deletes old calls, and keeps only the newest of each marketplace.
    pub async fn forget_calls(&self, now: Timestamp) -> Result<(), HubError> {
        for marketplace in &self.config.marketplaces {
            self.technical().forget_calls(&marketplace.name, now - KEEP_FOR, KEEP).await?;
        }
        Ok(())
    }

    /// The answer to a call whose journey failed.
    async fn failed(&self, error: HubError, keep: Keep<'_>) -> Answer {
        let code = match &error {
            HubError::Busy => Code::Busy,
            HubError::Store(StoreError::CommitUnknown(_)) => Code::Unconfirmed,
            _ => Code::Unavailable,
        };
        tracing::error!(%error, "a marketplace's call could not be answered");
        let answer = Answer::Refused(MarketplaceError::plain(code));
        if let Err(error) = self.keep_call(&keep(&answer)).await {
            tracing::error!(%error, "a marketplace's call could not be written down");
        }
        answer
    }
}

/// The record key of an account.
pub fn account_key(marketplace: &str, account_id: &str) -> RecordKey {
    RecordKey::new(marketplace, Kind::Account, account_id)
}

/// The context of a marketplace.
fn ctx(marketplace: &MarketplaceConfig) -> Ctx {
    Ctx::new(Actor::Marketplace(marketplace.name.clone().into()), Channel::Marketplace)
}
