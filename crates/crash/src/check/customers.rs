//! Every activated customer is there once, with their links, their devices, and a timeline that is whole.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use serde_json::Value;

use super::{Findings, World};
use crate::load::Life;
use crate::outside::requester;

pub(super) async fn check(world: &World<'_>, findings: &mut Findings) -> anyhow::Result<()> {
    let mut named = BTreeMap::<String, usize>::new();
    for customer in world.client.list("/customers").await? {
        *named.entry(customer["name"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    for (name, count) in named {
        findings.once(count, false, || format!("customer {name}"));
    }
    for life in world.known.lives.values() {
        if let Some(id) = &life.invitation {
            let kept = world.client.find(&format!("/invitations/{id}")).await?;
            findings.holds(kept.is_some(), false, || format!("invitation {id} of customer {}", life.n));
        }
        if life.activated {
            activated(world, life, findings).await?;
        }
    }
    for id in &world.known.sweeps {
        let sweep = world.client.get(&format!("/sweeps/{id}")).await?;
        let waits = world.open.count("sweep") > 0;
        findings.holds(sweep["state"] == "finished", waits, || format!("sweep {id} is {}", sweep["state"]));
    }
    Ok(())
}

async fn activated(world: &World<'_>, life: &Life, findings: &mut Findings) -> anyhow::Result<()> {
    let (n, requester) = (life.n, requester(life.n));
    let found = world.client.get(&format!("/customers?record=freshservice:requester:{requester}")).await?;
    let found = found["items"].as_array().context("no list")?;
    let waits = world.open.count("run_activation") > 0;
    findings.once(found.len(), waits, || format!("the activation of customer {n}"));
    let Some(id) = found.first().and_then(|customer| customer["id"].as_str()) else { return Ok(()) };
    let customer = world.client.get(&format!("/customers/{id}")).await?;
    for kind in ["requester", "contact", "user"] {
        let links = customer["links"].as_array().context("no links")?;
        let count = links.iter().filter(|link| link["kind"] == kind).count();
        findings.once(count, false, || format!("the link of customer {n} to a {kind}"));
    }
    let (shown, there) = (shown(&customer), there(world, requester));
    let waits = ["fetch_record", "write_device", "sweep"].iter().any(|kind| world.open.count(kind) > 0);
    findings.holds(shown == there, waits, || format!("devices of customer {n}: {shown:?} instead of {there:?}"));
    if let Some(name) = &life.name {
        let waits = waits || there.iter().all(|(_, there)| there != name);
        findings.holds(shown.iter().any(|(_, it)| it == name), waits, || format!("the webhook that says {name}"));
    }
    timeline(world, n, id, findings).await
}

/// The devices that the hub shows: id and name.
fn shown(customer: &Value) -> BTreeSet<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let devices = customer["devices"].as_array().into_iter().flatten();
    devices.map(|device| (text(&device["id"]), text(&device["name"]))).collect()
}

/// The devices that the service desk has.
fn there(world: &World<'_>, requester: u64) -> BTreeSet<(String, String)> {
    let desk = world.outside.desk.desk();
    let assets = desk.assets.values().map(|row| &row.current().asset);
    let theirs = assets.filter(|asset| asset.user_id == Some(requester));
    theirs.map(|asset| (asset.display_id.to_string(), asset.name.clone())).collect()
}

/// The timeline is whole, and says nothing twice that happens once.
async fn timeline(world: &World<'_>, n: u64, id: &str, findings: &mut Findings) -> anyhow::Result<()> {
    let page = world.client.get(&format!("/customers/{id}/timeline?limit=200")).await?;
    findings.holds(page["verified"] == true, false, || format!("the timeline of customer {n}: {}", page["broken"]));
    let mut events = BTreeMap::<String, usize>::new();
    for entry in page["items"].as_array().context("no timeline")? {
        *events.entry(format!("{} {}", entry["event"], entry["detail"])).or_default() += 1;
    }
    for (event, count) in events {
        findings.once(count, false, || format!("an event of customer {n}: {event}"));
    }
    Ok(())
}
