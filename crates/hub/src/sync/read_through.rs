//! Looking at one record in its system right now: somebody is waiting for it.

use tessera_connect::Priority;
use tessera_core::kernel::record::{Kind, RecordKey};

use crate::sync::apply_observation::ReadRecord;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Reads a requester with its assets, an asset, or a contact now, and writes down what it says. A requester made a minute ago is known
    /// afterwards.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when its system has no such record, [`HubError::Connect`] when it does not answer.
    pub async fn read_through(&self, key: &RecordKey, ctx: &Ctx) -> Result<(), HubError> {
        let id = key.external_id.as_str();
        let desk = key.system == self.desk.name();
        match key.kind {
            Kind::Requester if desk => {
                let not_found = || HubError::NotFound(format!("{} has no requester {id}", key.system));
                let requester = self.desk.requester(id, Priority::Interactive).await?.ok_or_else(not_found)?;
                self.observed(requester, ctx).await?;
                for asset in self.read_assets(id, Priority::Interactive).await? {
                    self.observed(asset, ctx).await?;
                }
                Ok(())
            }
            Kind::Contact if key.system == self.crm.name() => {
                let not_found = || HubError::NotFound(format!("{} has no contact {id}", key.system));
                let contact = self.crm.contact(id, Priority::Interactive).await?.ok_or_else(not_found)?;
                self.observed(contact, ctx).await?;
                Ok(())
            }
            Kind::Asset if desk => {
                let seen = self.read(key, Priority::Interactive).await?;
                self.apply_observation(&seen, ctx).await?;
                match seen {
                    ReadRecord::There(_) => Ok(()),
                    ReadRecord::Missing { .. } => Err(HubError::NotFound(format!("{} has no asset {id}", key.system))),
                }
            }
            _ => Err(HubError::NotFound(format!("no system here has {key}"))),
        }
    }
}
