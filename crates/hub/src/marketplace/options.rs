//! The effective options: those of the configuration, unless staff have changed them in the console.

use jiff::Timestamp;
use tessera_core::marketplace::OptionsError;
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::marketplace::{Answer, SyncOption, option};
use tessera_store::{Conflict, StoredOptions};

use super::{IncomingCall, MarketplaceConfig, Reply};
use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// The effective options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionSet {
    /// The options, in order.
    pub options: Vec<SyncOption>,
    /// Number of changes in the console. 0: the configuration applies.
    pub version: i64,
    /// Time and author of the last change in the console.
    pub changed: Option<(Timestamp, String)>,
}

impl OptionSet {
    /// The options stored by staff, else those of the configuration.
    pub(crate) fn in_force(marketplace: &MarketplaceConfig, kept: Option<StoredOptions>) -> Self {
        match kept {
            Some(kept) if !kept.options.is_empty() => {
                Self { options: kept.options, version: kept.version, changed: Some((kept.changed_at, kept.changed_by)) }
            }
            Some(kept) => Self { options: marketplace.options.clone(), version: kept.version, changed: None },
            None => Self { options: marketplace.options.clone(), version: 0, changed: None },
        }
    }
}

impl Hub {
    /// The effective options of a marketplace.
    pub async fn options_of(&self, marketplace: &MarketplaceConfig) -> Result<OptionSet, HubError> {
        Ok(OptionSet::in_force(marketplace, self.reads().option_set(&marketplace.name).await?))
    }

    /// Answers a call for the options (`M01`).
    pub async fn sync_options(&self, call: &IncomingCall<'_>) -> Reply {
        let answered = match self.options_of(call.marketplace).await {
            Ok(set) => self.reply_and_store(call, Answer::Options(set.options)).await,
            Err(error) => Err(error),
        };
        match answered {
            Ok(reply) => reply,
            Err(error) => self.failed(call, error).await,
        }
    }

    /// Replaces the effective options. `None` restores those of the configuration. `version` is the version that was
    /// edited.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the options are invalid, or have been changed concurrently.
    pub async fn change_options(
        &self,
        marketplace: &MarketplaceConfig,
        options: Option<Vec<SyncOption>>,
        version: i64,
        ctx: &Ctx,
    ) -> Result<(), HubError> {
        let options = options.unwrap_or_default();
        option::check(&options).map_err(OptionsError::Invalid)?;
        commit!(self, ctx, |tx| {
            tx.reject_on(Conflict::Options, OptionsError::Changed.into());
            let change = MarketplaceChange::PutOptions {
                marketplace: marketplace.name.clone(),
                options: options.clone(),
                version,
                at: tx.stamp.now,
                by: tx.stamp.actor.to_string(),
            };
            tx.push(change, "staff decided what a marketplace asks its customers");
            Ok(())
        })
    }
}
