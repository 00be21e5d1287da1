//! Marketplaces: the calls of their platforms (`M01`–`M20`). Like any other source, a call is observed, correlated,
//! planned and applied.

mod claim;
mod config;
mod domains;
mod exists;
pub(crate) mod known_account;
mod options;
mod order;
mod remove;
mod settle;
mod synchronize;

pub use config::{Application, MarketplaceConfig, Setting};
pub use options::OptionSet;
pub use order::{IncomingCall, Order, Reply};
pub use remove::Deletion;
pub use synchronize::AccountRequest;

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::record::{Kind, RecordKey};

use crate::{Ctx, Hub, HubError};

/// Maximum number of stored calls of one marketplace.
const KEEP: usize = 5000;

impl Hub {
    /// The marketplace with this configured name.
    pub fn marketplace(&self, name: &str) -> Option<&MarketplaceConfig> {
        self.config.marketplaces.iter().find(|marketplace| marketplace.name == name)
    }

    /// Deletes all but the newest calls of each marketplace.
    pub async fn trim_calls(&self) -> Result<(), HubError> {
        for marketplace in &self.config.marketplaces {
            self.technical().trim_calls(&marketplace.name, KEEP).await?;
        }
        Ok(())
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
