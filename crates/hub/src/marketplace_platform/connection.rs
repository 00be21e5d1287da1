//! What staff try at a vendor while they wait: a test of the connection, a look at changed sync options, and a call that
//! is repeated because it only asks.

use std::time::Duration;

use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerCallId, ServiceManagerId};
use tessera_core::marketplace::{Operation, SyncOption};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::fields::{difference, filled};
use tessera_core::marketplace_platform::service_manager::Endpoints;
use tessera_core::marketplace_platform::wire::{self, NamedReseller};
use tessera_core::marketplace_platform::{PlatformError, ServiceManager, VendorLink};

use super::service_managers::Refreshed;
use super::vendor::{AT_ONCE_WITHIN, CallOf};
use crate::commit::commit;
use crate::ports::{ConnectError, VendorCheck, VendorFindings};
use crate::{Ctx, Hub, HubError, hash};

/// Time limit of an answer in a test of the connection.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Time limit of a test of the connection.
const TEST_WITHIN: Duration = Duration::from_secs(20);

/// What a refresh would change.
#[derive(Debug, Clone)]
pub struct PreviewedRefresh {
    /// The difference.
    pub refreshed: Refreshed,
    /// What identifies the options that the vendor gave, to store just these.
    pub seen: [u8; 32],
}

impl Hub {
    /// Tests the connection with a vendor by calls that change nothing there.
    ///
    /// # Errors
    /// [`HubError::Connect`] if nothing answers.
    pub async fn test_service_manager(&self, id: ServiceManagerId) -> Result<VendorFindings, HubError> {
        let vendor = self.service_manager(id).await?;
        let failed = |reason: String| {
            let (system, object) = (vendor.name.clone(), "the test of the connection".to_owned());
            let retry_at = self.env.now();
            HubError::from(ConnectError::Unavailable { system, object, reason, retry_at })
        };
        let secrets = self.secrets_of(&vendor).map_err(|failure| failed(failure.reason()))?;
        let Endpoints { sync_options, exists, synchronize, delete } = &vendor.settings.endpoints;
        let endpoints = [
            (Operation::SyncOptions, sync_options),
            (Operation::Exists, exists),
            (Operation::Synchronize, synchronize),
            (Operation::Delete, delete),
        ];
        let endpoints = endpoints.into_iter().filter_map(|(operation, url)| Some((operation.as_str(), url.clone()?)));
        let check = VendorCheck {
            base_url: vendor.settings.base_url.clone(),
            endpoints: endpoints.collect(),
            application_id: vendor.settings.application_id.clone(),
            api_key: secrets.api_key.clone(),
            settings: secrets.settings.iter().map(|(id, value)| (id.clone(), value.clone())).collect(),
            timeout: ANSWER_WITHIN,
            within: TEST_WITHIN,
        };
        let found = self.service_managers.check(&check).await;
        let mut found = found.map_err(|reason| failed(secrets.hidden(&reason)))?;
        for rule in &mut found.rules {
            rule.found = rule.found.as_deref().map(|text| secrets.hidden(text));
            let exchange = rule.exchange.as_ref();
            rule.exchange = exchange.map(|(sent, received)| (secrets.hidden(sent), secrets.hidden(received)));
        }
        Ok(found)
    }

    /// What a refresh would change now. Nothing is stored.
    ///
    /// # Errors
    /// [`HubError::Connect`] if the vendor gives no options.
    pub async fn preview_refresh(&self, id: ServiceManagerId) -> Result<PreviewedRefresh, HubError> {
        let vendor = self.service_manager(id).await?;
        let fields = self.options_now(&vendor).await?;
        let found = difference(&vendor.fields, &fields);
        let refreshed = Refreshed {
            added: found.added,
            changed: self.with_values(id, found.changed).await?,
            removed: self.with_values(id, found.removed).await?,
        };
        Ok(PreviewedRefresh { refreshed, seen: seen(&fields) })
    }

    /// Stores the options that a preview showed. Entered values are kept.
    ///
    /// # Errors
    /// [`PlatformError::OptionsChanged`] if the vendor gives others by now.
    pub async fn apply_refresh(&self, id: ServiceManagerId, shown: [u8; 32], ctx: &Ctx) -> Result<(), HubError> {
        let vendor = self.service_manager(id).await?;
        let fields = self.options_now(&vendor).await?;
        if seen(&fields) != shown {
            return Err(PlatformError::OptionsChanged.into());
        }
        let version = vendor.version;
        commit!(self, ctx, |tx| {
            if self.service_manager(id).await?.version != version {
                return Err(PlatformError::SavedMeanwhile.into());
            }
            let put = PlatformChange::PutFields { id, version, fields: fields.clone(), at: tx.stamp.now };
            tx.push(put, "the vendor defines these custom fields");
            Ok(())
        })
    }

    async fn options_now(&self, vendor: &ServiceManager) -> Result<Vec<SyncOption>, HubError> {
        let fields = Box::pin(self.options_of_vendor(vendor, AT_ONCE_WITHIN)).await;
        fields.map_err(|failure| failure.for_staff(vendor, "its sync options", self.env.now()))
    }

    /// Makes a call again that only asks: `SyncOptions`, or Exists for the account as it is now. The history of calls has
    /// the answer, whatever it is.
    ///
    /// # Errors
    /// [`PlatformError::NotRepeatable`] for a call that changes something; [`HubError::Connect`] if no call can be made.
    pub async fn repeat_vendor_call(&self, id: ServiceManagerId, call: ServiceManagerCallId) -> Result<(), HubError> {
        let vendor = self.service_manager(id).await?;
        let call = self.reads().service_manager_call(call).await?.filter(|call| call.service_manager == id);
        let call = call.ok_or_else(|| HubError::NotFound("there is no such call".to_owned()))?;
        match (call.operation, call.account) {
            (Operation::SyncOptions, _) => self.options_now(&vendor).await.map(drop),
            (Operation::Exists, Some(account)) => self.ask_vendor_for(&vendor, account).await,
            _ => Err(PlatformError::NotRepeatable.into()),
        }
    }

    async fn ask_vendor_for(&self, vendor: &ServiceManager, account: MarketplaceAccountId) -> Result<(), HubError> {
        let account = self.marketplace_account(account).await?;
        let link = self.reads().vendor_link(account.id, vendor.id).await?;
        let link = link.unwrap_or_else(|| VendorLink::new(account.id, vendor.id));
        let entered = self.values_at(account.id, vendor.id).await?;
        let options = filled(&vendor.fields, &entered, &account.profile).unwrap_or(entered);
        let own = account.is_reseller.then_some(account.id);
        let mut reseller = None;
        if let Some(id) = account.reseller.or(own).filter(|_| vendor.settings.reseller_support) {
            let link = self.reads().vendor_link(id, vendor.id).await?;
            let external_id = link.as_ref().and_then(VendorLink::active_id).map(ToOwned::to_owned);
            reseller = Some(NamedReseller { id, external_id });
        }
        let body = wire::account(&account, reseller.as_ref(), &link, &options);
        let of = CallOf { account: Some(account.id), operation: None, within: Some(AT_ONCE_WITHIN) };
        let asked = Box::pin(self.call_vendor(vendor, Operation::Exists, &body, of)).await;
        asked.map(drop).map_err(|failure| failure.for_staff(vendor, "the account", self.env.now()))
    }
}

fn seen(fields: &[SyncOption]) -> [u8; 32] {
    hash(&serde_json::to_string(fields).unwrap_or_default())
}
