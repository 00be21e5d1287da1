//! Every order that was acknowledged is there once, and is provisioned: its buyer is one customer of the vendor, or none if the
//! account was deleted.

use std::collections::BTreeMap;

use super::{Findings, World};

pub(super) async fn check(world: &World<'_>, findings: &mut Findings) -> anyhow::Result<()> {
    let mut acknowledged = BTreeMap::<&str, usize>::new();
    for ordered in &world.known.orders {
        *acknowledged.entry(&ordered.account).or_default() += 1;
        let order = world.client.get(&format!("/orders/{}", ordered.order)).await?;
        let operation = order["lines"][0]["operation_id"].as_str().unwrap_or_default();
        let waits = world.open.waits("run_account_operation", "operation_id", operation);
        findings.holds(order["state"] == "active", waits, || format!("the provisioning of order {order}"));
    }
    let mut placed = BTreeMap::<String, usize>::new();
    for order in world.client.list("/orders").await? {
        *placed.entry(order["account_id"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    for (account, expected) in acknowledged {
        let count = placed.remove(account).unwrap_or_default();
        findings.holds(count >= expected, false, || format!("an order of account {account}"));
        findings.once(1 + count.saturating_sub(expected), false, || format!("an order of account {account}"));
        at_vendor(world, account, findings).await?;
    }
    for account in placed.into_keys() {
        findings.doubled.push(format!("an order of account {account}, which nobody placed"));
    }
    Ok(())
}

async fn at_vendor(world: &World<'_>, account: &str, findings: &mut Findings) -> anyhow::Result<()> {
    let there = world.customers_of(account);
    let page = world.client.get(&format!("/marketplace-accounts/{account}")).await?;
    let waits = world.open.count("run_account_operation") > 0;
    if world.known.left.contains(account) {
        let is_gone = there.is_empty() && page["state"] == "deleted";
        findings.holds(is_gone, waits, || format!("the deletion of buyer {account}: {there:?} {page}"));
    } else {
        findings.once(there.len(), waits, || format!("buyer {account} at the vendor"));
        let linked = &page["links"][0]["external_id"];
        let is_linked = there.first().is_some_and(|id| linked == id.as_str());
        findings.holds(is_linked, waits, || format!("the link of buyer {account} with {there:?}: {linked}"));
    }
    Ok(())
}
