//! The platform of a marketplace that the operator runs: its accounts, the vendors that it calls, and the operations at
//! them (`M02`–`M20`).
//!
//! An account is a record of the system [`SYSTEM`](tessera_core::marketplace_platform::SYSTEM): it is observed and
//! correlated with the customers of the hub as the record of any other system is.

mod accounts;
mod attempt;
mod connection;
mod delete;
mod imports;
mod lost_answer;
mod notification_editor;
mod notifications;
mod operations;
mod service_managers;
mod shared_customer;
mod synchronize;
mod values;
mod vendor;

pub use accounts::account_hash;
pub use connection::PreviewedRefresh;
pub use notification_editor::NotificationPreview;
pub(crate) use operations::request_operation;
pub(crate) use shared_customer::Move;

pub use service_managers::{FieldWithValues, Refreshed, ServiceManagerSecrets};

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerId};
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::timeline::Event;
use tessera_core::marketplace_platform::account::record_of;
use tessera_core::marketplace_platform::{AccountOperation, MarketplaceAccount, ServiceManager};

use crate::{Ctx, Hub, HubError};

impl Hub {
    pub(crate) async fn marketplace_account(&self, id: MarketplaceAccountId) -> Result<MarketplaceAccount, HubError> {
        let account = self.reads().marketplace_account(id).await?;
        account.ok_or_else(|| HubError::NotFound(format!("there is no marketplace account {id}")))
    }

    pub(crate) async fn service_manager(&self, id: ServiceManagerId) -> Result<ServiceManager, HubError> {
        let service_manager = self.reads().service_manager(id).await?;
        service_manager.ok_or_else(|| HubError::NotFound(format!("there is no service manager {id}")))
    }

    /// An entry on the timeline of the account's customer, or of the operator while nobody has decided whose it is.
    pub(crate) async fn note_on_account(
        &self,
        account: MarketplaceAccountId,
        event: impl Into<Event> + Send,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let customer = match self.reads().customer_of(&record_of(account)).await? {
            Some(customer) => Some(customer),
            None => self.customer_or_operator(None).await?,
        };
        let mut draft = self.draft_of(customer, stamp);
        draft.note(event);
        Ok(draft.finish())
    }
}

/// The context of what an operation does: the actor who asked for it.
fn asked(operation: &AccountOperation) -> Ctx {
    Ctx::new(operation.requested_by.parse().unwrap_or(Actor::Hub), Channel::Job)
}
