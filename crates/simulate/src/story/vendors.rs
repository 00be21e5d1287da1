//! The marketplace that the hub runs: staff bring accounts to vendors, move them, cancel what is under way, and delete them.

use std::collections::BTreeMap;

use secrecy::SecretString;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerId};
use tessera_core::marketplace_platform::service_manager::ServiceManagerSettings;
use tessera_core::marketplace_platform::{AccountProfile, ServiceManagerDraft};
use tessera_hub::{Ctx, ServiceManagerSecrets};

use super::{Client, Said, machine};

/// Number of vendors.
const VENDORS: u64 = 2;

impl Client {
    /// What becomes of one account. It is the customer of another one at times.
    pub(super) async fn resell(&self, number: u64) {
        let dice = &self.world.scene.clients;
        let Some(vendors) = self.vendors().await else { return };
        let Some(reseller) = self.account(&format!("reseller {}", number % 2), None).await else { return };
        let under = dice.chance(500).then_some(reseller);
        let Some(account) = self.account(&format!("account {number}"), under).await else { return };
        let mut asked = Vec::new();
        for step in 0..3 + dice.below(8) {
            tokio::time::sleep(dice.short(25_000)).await;
            let vendor = dice.pick(&vendors);
            match dice.below(12) {
                0 => self.refresh(vendor).await,
                1 => self.cancel(asked.last().copied()).await,
                2 => self.retry(asked.last().copied()).await,
                3 | 4 => asked.extend(self.remove(account).await),
                5 => self.move_account((account, number, step), dice.chance(500).then_some(reseller)).await,
                6 => asked.extend(self.remove(reseller).await),
                _ => asked.extend(self.bring((account, number, step), vendor).await),
            }
        }
        self.acknowledged().others += asked.len() as u64;
    }

    /// The vendors, which the first story that needs them creates.
    pub(super) async fn vendors(&self) -> Option<Vec<ServiceManagerId>> {
        let mut vendors = Vec::new();
        for n in 0..VENDORS {
            let once = format!("vendor {n}");
            let draft = ServiceManagerDraft {
                name: once.clone(),
                settings: ServiceManagerSettings {
                    base_url: format!("https://vendor-{n}.example.com"),
                    application_id: "hub".to_owned(),
                    reseller_support: true,
                    ..ServiceManagerSettings::default()
                },
            };
            vendors.push(
                self.sure(&once, move |hub, ctx| {
                    let secrets =
                        ServiceManagerSecrets { api_key: SecretString::from("a key"), settings: BTreeMap::new() };
                    let draft = draft.clone();
                    async move { hub.create_service_manager(draft, &secrets, &ctx).await.map(|made| made.id) }
                })
                .await?,
            );
        }
        Some(vendors)
    }

    async fn account(&self, once: &str, reseller: Option<MarketplaceAccountId>) -> Option<MarketplaceAccountId> {
        let profile = profile(once);
        // Another story asks for the same reseller.
        self.sure(once, move |hub, ctx| {
            let profile = profile.clone();
            async move { hub.create_marketplace_account(profile, reseller, &ctx).await.map(|made| made.id) }
        })
        .await
    }

    /// Asks until it is answered, with a key by which a repetition is recognised.
    pub(super) async fn sure<T, F>(
        &self,
        once: &str,
        does: impl Fn(tessera_hub::Hub, Ctx) -> F + Send + Sync + Clone + 'static,
    ) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, tessera_hub::HubError>> + Send + 'static,
    {
        for tries in 0.. {
            let (ctx, does) = (machine(once), does.clone());
            match self.order(once, move |hub| does(hub, ctx)).await {
                Said::Done(done) => return Some(done),
                Said::Nothing if self.again(tries).await => {}
                Said::Refused | Said::Nothing => break,
            }
        }
        None
    }

    async fn bring(
        &self,
        (account, number, step): (MarketplaceAccountId, u64, u64),
        vendor: ServiceManagerId,
    ) -> Option<AccountOperationId> {
        let bulk = self.world.scene.clients.chance(300);
        self.sure(&format!("synchronize {number} {step}"), move |hub, ctx| async move {
            let options = BTreeMap::new();
            if bulk {
                hub.synchronize_account_in_bulk(account, vendor, &options, &ctx).await
            } else {
                hub.synchronize_account(account, vendor, &options, &ctx).await
            }
        })
        .await
    }

    pub(super) async fn remove(&self, account: MarketplaceAccountId) -> Option<AccountOperationId> {
        let order = move |hub: tessera_hub::Hub| async move { hub.delete_account(account, &staff()).await };
        match self.order(&format!("delete {account}"), order).await {
            Said::Done(id) => Some(id),
            Said::Refused | Said::Nothing => None,
        }
    }

    async fn move_account(
        &self,
        (account, number, step): (MarketplaceAccountId, u64, u64),
        reseller: Option<MarketplaceAccountId>,
    ) {
        let profile =
            AccountProfile { name: format!("account {number}, {step}"), ..profile(&format!("account {number}")) };
        let order = move |hub: tessera_hub::Hub| async move {
            hub.change_marketplace_account(account, profile, reseller, &staff()).await
        };
        let _ = self.order(&format!("move {account}"), order).await;
    }

    async fn refresh(&self, vendor: ServiceManagerId) {
        let order = move |hub: tessera_hub::Hub| async move { hub.refresh_service_manager(vendor).await.map(drop) };
        let _ = self.order(&format!("refresh {vendor}"), order).await;
    }

    async fn cancel(&self, operation: Option<AccountOperationId>) {
        let Some(id) = operation else { return };
        let order = move |hub: tessera_hub::Hub| async move { hub.cancel_account_operation(id, &staff()).await };
        let _ = self.order(&format!("cancel {id}"), order).await;
    }

    async fn retry(&self, operation: Option<AccountOperationId>) {
        let Some(id) = operation else { return };
        let order = move |hub: tessera_hub::Hub| async move { hub.retry_account_operation(id, &staff()).await };
        let _ = self.order(&format!("retry {id}"), order).await;
    }
}

pub(super) const fn staff() -> Ctx {
    Ctx::new(Actor::Staff(std::borrow::Cow::Borrowed("jo")), Channel::Console)
}

fn profile(name: &str) -> AccountProfile {
    let email = format!("{}@resold.example.com", name.replace(' ', "-"));
    AccountProfile { name: name.to_owned(), email: Some(email), ..AccountProfile::default() }
}
