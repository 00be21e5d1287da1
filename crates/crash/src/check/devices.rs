//! Every created device is one asset of the service desk, with the holder that was asked for last.

use super::{Findings, World};
use crate::load::Device;
use crate::outside::requester;

pub(super) async fn check(world: &World<'_>, findings: &mut Findings) -> anyhow::Result<()> {
    for life in world.known.lives.values() {
        if let Some(device) = &life.device {
            created(world, life.n, device, findings).await?;
        }
    }
    Ok(())
}

async fn created(world: &World<'_>, n: u64, device: &Device, findings: &mut Findings) -> anyhow::Result<()> {
    let Device { serial, write, handed } = device;
    let waits = |write: &str| world.open.waits("write_device", "write_id", write);
    let assets = world.outside.assets_with(serial);
    findings.once(assets.len(), waits(write), || format!("device {serial} of customer {n}"));
    let last = handed.as_ref().map_or(write, |(_, write)| write);
    let state = world.client.get(&format!("/device-writes/{last}")).await?;
    findings.holds(state["state"] == "done", waits(last), || format!("the write of device {serial}: {state}"));
    let holder = requester(handed.as_ref().map_or(n, |(to, _)| *to));
    let desk = world.outside.desk.desk();
    for asset in assets.iter().filter_map(|id| desk.assets.get(id)) {
        let has = asset.current().asset.user_id;
        findings.holds(has == Some(holder), waits(last), || format!("{serial} is {has:?}'s instead of {holder}'s"));
    }
    Ok(())
}
