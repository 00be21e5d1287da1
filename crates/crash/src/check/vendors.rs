//! Every account of the operator's marketplace is one customer of its vendor, by the vendor's own list, and linked with it; a
//! deleted one is none.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::{Findings, World};
use crate::hubs::Hubs;
use crate::load::Resold;
use crate::outside::Outside;

pub(super) async fn check(world: &World<'_>, findings: &mut Findings) -> anyhow::Result<()> {
    for resold in &world.known.resold {
        brought(world, resold, findings).await?;
    }
    // Also those whose creation was not acknowledged any more.
    for (account, there) in &world.at_vendors {
        findings.holds(!account.is_empty(), false, || format!("the accounts of customers {there:?} of the vendor"));
        findings.once(there.len(), false, || format!("account {account} at the vendor"));
    }
    let faults = world.outside.vendor_hub_faults.load(Ordering::Relaxed);
    findings.holds(faults == 0, false, || format!("{faults} calls that the vendor answered with 500"));
    Ok(())
}

/// The customers of all vendors, by account. An account is at one vendor.
pub(super) async fn customers(hubs: &Hubs, outside: &Outside) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let accounts = outside.vendor.accounts().into_iter();
    let mut found: BTreeMap<_, _> =
        accounts.map(|account| (account.clone(), outside.vendor.customers_of(&account))).collect();
    if let Some(vendor) = &hubs.vendor {
        for (account, there) in vendor.customers().await? {
            found.entry(account).or_default().extend(there);
        }
    }
    Ok(found)
}

async fn brought(world: &World<'_>, resold: &Resold, findings: &mut Findings) -> anyhow::Result<()> {
    let Resold { account, reseller, operation, deleted } = resold;
    let waits = world.open.waits("run_account_operation", "operation_id", operation);
    let state = world.client.get(&format!("/operations/{operation}")).await?;
    findings.holds(state["state"] == "done", waits, || format!("the operation of account {account}: {state}"));
    let there = world.customers_of(account);
    let page = world.client.get(&format!("/marketplace-accounts/{account}")).await?;
    if *deleted {
        let is_gone = there.is_empty() && page["state"] == "deleted";
        findings.holds(is_gone, waits, || format!("the deletion of account {account}: {there:?} {page}"));
        return Ok(());
    }
    findings.once(there.len(), waits, || format!("account {account} at the vendor"));
    let linked = &page["links"][0]["external_id"];
    let is_linked = there.first().is_some_and(|id| linked == id.as_str());
    findings.holds(is_linked, waits, || format!("the link of account {account} with {there:?}: {linked}"));
    if let Some(reseller) = reseller {
        let times = world.customers_of(reseller).len();
        findings.once(times, waits, || format!("reseller {reseller} at the vendor"));
    }
    Ok(())
}
