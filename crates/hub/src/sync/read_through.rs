//! Reads one record from its system immediately, for a waiting user.

use tessera_core::kernel::record::{Kind, RecordKey};

use crate::ports::Priority;
use crate::sync::apply_observation::ReadRecord;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Reads a requester with its assets, an asset, or a contact, and applies it. So a requester created a minute ago
    /// is known afterwards.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the system has no such record, [`HubError::Connect`] if the system does not answer.
    pub async fn read_through(&self, key: &RecordKey, ctx: &Ctx) -> Result<(), HubError> {
        let id = key.external_id.as_str();
        match Some(key.kind).filter(|_| self.can_read(key)) {
            Some(Kind::Requester) => {
                let not_found = || HubError::NotFound(format!("{} has no requester {id}", key.system));
                let requester = self.desk.requester(id, Priority::Interactive).await?.ok_or_else(not_found)?;
                self.observed(requester, ctx).await?;
                for asset in self.read_assets(id, Priority::Interactive).await? {
                    self.observed(asset, ctx).await?;
                }
                Ok(())
            }
            Some(Kind::Contact) => {
                let not_found = || HubError::NotFound(format!("{} has no contact {id}", key.system));
                let contact = self.crm.contact(id, Priority::Interactive).await?.ok_or_else(not_found)?;
                self.observed(contact, ctx).await?;
                Ok(())
            }
            Some(Kind::Asset) => {
                let seen = self.read(key, Priority::Interactive).await?;
                self.apply_observation(&seen, ctx).await?;
                match seen {
                    ReadRecord::There(_) => Ok(()),
                    ReadRecord::Missing { .. } => Err(HubError::NotFound(format!("{} has no asset {id}", key.system))),
                }
            }
            Some(Kind::User | Kind::Account) | None => Err(HubError::NotFound(format!("no system here has {key}"))),
        }
    }
}
