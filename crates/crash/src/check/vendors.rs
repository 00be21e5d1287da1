//! Every account of the operator's marketplace is one customer of the vendor, by the vendor's own list, and linked with it; a
//! deleted one is none.

use super::{Findings, World};
use crate::load::Resold;

pub(super) async fn check(world: &World<'_>, findings: &mut Findings) -> anyhow::Result<()> {
    for resold in &world.known.resold {
        brought(world, resold, findings).await?;
    }
    // Also those whose creation was not acknowledged any more.
    for account in world.outside.vendor.accounts() {
        let times = world.outside.vendor.customers_of(&account).len();
        findings.once(times, false, || format!("account {account} at the vendor"));
    }
    Ok(())
}

async fn brought(world: &World<'_>, resold: &Resold, findings: &mut Findings) -> anyhow::Result<()> {
    let Resold { account, reseller, operation, deleted } = resold;
    let waits = world.open.waits("run_account_operation", "operation_id", operation);
    let state = world.client.get(&format!("/operations/{operation}")).await?;
    findings.holds(state["state"] == "done", waits, || format!("the operation of account {account}: {state}"));
    let there = world.outside.vendor.customers_of(account);
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
        let times = world.outside.vendor.customers_of(reseller).len();
        findings.once(times, waits, || format!("reseller {reseller} at the vendor"));
    }
    Ok(())
}
