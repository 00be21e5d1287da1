//! Staff decisions on the customer of an account (`H03`).

use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, RecordKey};
use tessera_core::marketplace::AccountError;
use tessera_core::marketplace::provision::Terms;
use tessera_core::marketplace::settle;
use tessera_core::sync::review::{Decision, Review};

use crate::{Hub, HubError};

impl Hub {
    /// Plans the decision of a review about the customer of an account.
    pub(crate) async fn settle_account(
        &self,
        review: &Review,
        key: &RecordKey,
        decision: &Decision,
        note: Option<&str>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        if let Some(owner) = self.reads().customer_of(key).await? {
            return Err(AccountError::Linked { account: key.external_id.clone(), owner: owner.name }.into());
        }
        let record = self.reads().record(key).await?;
        let Some(Attributes::Account(account)) = record.map(|record| record.attributes) else {
            return Err(HubError::NotFound(format!("{key} was never told by its marketplace")));
        };
        let chosen = match decision {
            Decision::Link { record } => {
                let gone = || AccountError::RecordUnlinked(record.clone());
                Some(self.reads().customer_of(record).await?.ok_or_else(gone)?)
            }
            Decision::NoneOfThese => None,
        };
        let terms = Terms { licence: self.marketplace(&key.system).and_then(|marketplace| marketplace.licence) };
        Ok(settle::decide(review, (key, &account), chosen, decision, note, terms, stamp))
    }
}
