//! Every account of the marketplace has one customer, as it was sent last; a deleted one has none.

use super::{Findings, World};
use crate::hubs::MARKET;
use crate::load::Account;

pub(super) async fn check(world: &World<'_>, findings: &mut Findings) -> anyhow::Result<()> {
    for account in &world.known.accounts {
        one(world, account, findings).await?;
    }
    Ok(())
}

async fn one(world: &World<'_>, account: &Account, findings: &mut Findings) -> anyhow::Result<()> {
    let Account { name, accepted, external_id, deleted, .. } = account;
    findings.once(accepted.len(), false, || format!("accepted accounts of {name}"));
    let customer = world.client.find(&format!("/customers/{external_id}")).await?.unwrap_or_default();
    let links = customer["links"].as_array().into_iter().flatten();
    let linked = links.filter(|link| link["system"] == MARKET && accepted.iter().any(|id| link["external_id"] == *id));
    let linked = linked.count();
    if *deleted {
        findings.holds(linked == 0, false, || format!("the deletion of {name}"));
        return Ok(());
    }
    findings.once(linked, false, || format!("the account of {name}"));
    let has = &customer["name"];
    findings.holds(has == name, false, || format!("the name of {name}: {has}"));
    Ok(())
}
