//! Delete, and its reversal (`M15`, `M20`).

use tessera_core::kernel::customer::Link;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Kind, Observation, RecordKey};
use tessera_core::marketplace::{AccountError, Answer, Code, MarketplaceError, remove};

use super::{MarketplaceConfig, account_key};
use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// A Delete call.
#[derive(Debug, Clone, Default)]
pub struct Deletion {
    /// The customer's id, as given to the marketplace.
    pub external_id: String,
    /// The account's id. Not in the contract, but sent by some platforms.
    pub account_id: String,
    /// Test mode: nothing is applied.
    pub is_test: bool,
}

impl Hub {
    /// Plans a Delete call and its answer. Idempotent: deleting a deleted account succeeds.
    pub(super) async fn plan_delete(
        &self,
        marketplace: &MarketplaceConfig,
        deletion: &Deletion,
        stamp: Stamp<'_>,
    ) -> Result<(Answer, Plan), HubError> {
        if deletion.external_id.is_empty() && deletion.account_id.is_empty() {
            return Ok((Answer::Refused(MarketplaceError::new(Code::IdMissing, "ExternalID")), Plan::default()));
        }
        let mut links = self.links_of_account(marketplace, deletion).await?;
        let Some(at) = links.iter().rposition(|link| link.ended.is_none()) else {
            let note = "Nothing is here under this id; it may have been deleted before.".to_owned();
            let account = links.pop().map(|link| link.record.external_id);
            return Ok((Answer::Deleted { note, account }, Plan::default()));
        };
        let link = links.swap_remove(at);
        let Some(customer) = self.reads().customer(link.customer_id).await? else { return Err(HubError::Busy) };
        let alone = remove::is_alone(&self.reads().links(customer.id).await?, &link.record);
        let plan = remove::delete(&link, customer, alone, stamp);
        let account = Some(link.record.external_id);
        Ok((Answer::Deleted { note: String::new(), account }, plan))
    }

    /// The links of the account in question, including ended ones, oldest first.
    async fn links_of_account(
        &self,
        marketplace: &MarketplaceConfig,
        deletion: &Deletion,
    ) -> Result<Vec<Link>, HubError> {
        if deletion.external_id.is_empty() {
            let key = account_key(&marketplace.name, &deletion.account_id);
            let mut links = self.reads().links_of_record(&key).await?;
            links.reverse();
            return Ok(links);
        }
        let Ok(id) = deletion.external_id.parse::<CustomerId>() else { return Ok(Vec::new()) };
        let mut links = self.reads().links(id).await?;
        links.retain(|link| link.record.system == marketplace.name && link.record.kind == Kind::Account);
        if !deletion.account_id.is_empty() {
            links.retain(|link| link.record.external_id == deletion.account_id);
        }
        Ok(links)
    }

    /// Reverses a deletion: restores the link between customer and account, and the sign-in of its people.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the account is not deleted, [`HubError::Rejected`] if it has been synchronized again
    /// since.
    pub async fn restore_account(&self, key: &RecordKey, why: &str, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            if let Some(newer) = self.reads().customer_of(key).await? {
                return Err(AccountError::SynchronizedAnew(newer.name).into());
            }
            let not_deleted = || HubError::NotFound(format!("account {} was not deleted", key.external_id));
            let record = self.reads().record(key).await?.filter(|it| it.gone_at.is_some()).ok_or_else(not_deleted)?;
            let link = self.reads().links_of_record(key).await?.into_iter().next().ok_or_else(not_deleted)?;
            let customer = self.reads().customer(link.customer_id).await?.ok_or_else(not_deleted)?;
            let account = Observation {
                key: record.key,
                attributes: record.attributes,
                raw: record.raw,
                updated_at: record.updated_at,
                read_at: tx.stamp.reading,
            };
            let plan = remove::restore(&link, customer, account, why, tx.stamp);
            tx.extend(plan);
            Ok(())
        })
    }
}
