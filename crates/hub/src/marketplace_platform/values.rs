//! Values of custom fields, stored without a synchronization.

use std::collections::BTreeMap;

use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerId};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::fields::check_entered;
use tessera_core::marketplace_platform::{AccountState, PlatformError};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Stores values of a vendor's custom fields. A blank one is removed. Required ones may still be missing.
    ///
    /// # Errors
    /// [`PlatformError`] if a value does not fit its field, or the account is deleted.
    pub async fn put_account_values(
        &self,
        id: MarketplaceAccountId,
        service_manager: ServiceManagerId,
        values: &BTreeMap<String, String>,
        ctx: &Ctx,
    ) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let account = self.marketplace_account(id).await?;
            if account.state != AccountState::Active {
                return Err(PlatformError::AccountDeleted.into());
            }
            let vendor = self.service_manager(service_manager).await?;
            check_entered(vendor.known_fields(), values)?;
            let (account, at) = (account.id, tx.stamp.now);
            let put = PlatformChange::PutValues { account, service_manager, values: values.clone(), at };
            tx.push(put, "staff entered them");
            Ok(())
        })
    }
}
