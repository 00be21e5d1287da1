//! Finds the accounts that cells of a table mean, for all lines at once.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::devices::load::Meant;
use tessera_core::kernel::ids::MarketplaceAccountId;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{HandleKind, Kind};
use tessera_core::marketplace_platform::{AccountState, MarketplaceAccount, SYSTEM};
use tessera_store::StoreError;

use crate::Hub;

impl Hub {
    /// The accounts that ids or e-mail addresses mean. An address means accounts in use only.
    pub(in crate::marketplace_platform) async fn accounts_meant<'a>(
        &self,
        typed: impl Iterator<Item = &'a str>,
    ) -> Result<BTreeMap<&'a str, Meant<MarketplaceAccount>>, StoreError> {
        let typed: BTreeSet<&str> = typed.filter(|typed| !typed.is_empty()).collect();
        let emails: BTreeSet<String> = typed.iter().filter_map(|typed| normalise::email(typed)).collect();
        let wanted: Vec<&str> = emails.iter().map(String::as_str).collect();
        let mut with_email: BTreeMap<String, BTreeSet<MarketplaceAccountId>> = BTreeMap::new();
        for (email, record) in self.reads().records_by_any(HandleKind::PrimaryEmail, &wanted).await? {
            let is_account = record.key.system == SYSTEM && record.key.kind == Kind::Account;
            let id = record.key.external_id.parse::<MarketplaceAccountId>().ok().filter(|_| is_account);
            with_email.entry(email).or_default().extend(id);
        }
        let by_id = |typed: &&str| typed.parse::<MarketplaceAccountId>().ok();
        let ids: BTreeSet<MarketplaceAccountId> =
            with_email.values().flatten().copied().chain(typed.iter().filter_map(by_id)).collect();
        let ids: Vec<MarketplaceAccountId> = ids.into_iter().collect();
        let known = self.reads().marketplace_accounts_listed(&ids).await?;
        let meant = |typed: &str| {
            if let Some(id) = by_id(&typed) {
                return known.get(&id).map_or(Meant::Nothing, |account| Meant::One(account.clone()));
            }
            let ids = normalise::email(typed).and_then(|email| with_email.get(&email)).into_iter().flatten();
            let found = ids.filter_map(|id| known.get(id)).filter(|account| account.state == AccountState::Active);
            let mut found: Vec<&MarketplaceAccount> = found.collect();
            match (found.pop(), found.is_empty()) {
                (None, _) => Meant::Nothing,
                (Some(one), true) => Meant::One(one.clone()),
                (Some(last), false) => {
                    Meant::Several(found.into_iter().chain([last]).map(|account| account.id.to_string()).collect())
                }
            }
        };
        Ok(typed.iter().map(|typed| (*typed, meant(typed))).collect())
    }
}
