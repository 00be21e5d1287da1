//! The check after a run, from outside: through the API, the portal, and what the outside systems have.

mod customers;
mod devices;
mod mails;
mod marketplace;
mod quiet;
mod requests;
mod storefront;
mod vendors;

use std::collections::BTreeMap;

use crate::Options;
use crate::hubs::{Client, Hubs};
use crate::load::{Entries, Ledger};
use crate::outside::Outside;
use quiet::Open;

/// What the check found.
#[derive(Debug, Default)]
pub struct Findings {
    /// What was acknowledged and is not there.
    pub lost: Vec<String>,
    /// What happened more than once.
    pub doubled: Vec<String>,
    /// What was acknowledged and still waits for its time.
    pub waiting: Vec<String>,
    /// E-mails in doubt: nobody can know whether they were sent.
    pub in_doubt: usize,
}

impl Findings {
    /// Notes how often something is there that has to be there once.
    fn once(&mut self, count: usize, waits: bool, what: impl FnOnce() -> String) {
        match count {
            0 if waits => self.waiting.push(what()),
            0 => self.lost.push(what()),
            1 => {}
            _ => self.doubled.push(format!("{} ({count} times)", what())),
        }
    }

    /// Notes something that has to be so.
    fn holds(&mut self, is_so: bool, waits: bool, what: impl FnOnce() -> String) {
        self.once(usize::from(is_so), waits, what);
    }
}

/// What the checks read.
struct World<'a> {
    client: &'a Client,
    outside: &'a Outside,
    known: Entries,
    open: Open,
    /// The customers of all vendors that the hub's marketplace calls, by account.
    at_vendors: BTreeMap<String, Vec<String>>,
}

impl World<'_> {
    /// The customers of the vendors that were made for an account.
    fn customers_of(&self, account: &str) -> &[String] {
        self.at_vendors.get(account).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Waits until the hub is quiet, and checks everything.
pub async fn everything(
    hubs: &Hubs,
    outside: &Outside,
    ledger: &Ledger,
    options: &Options,
) -> anyhow::Result<Findings> {
    let client = &*hubs.client;
    let open = quiet::wait(client, options.patient).await?;
    let at_vendors = vendors::customers(hubs, outside).await?;
    let world = World { client, outside, known: ledger.note(|entries| entries.clone()), open, at_vendors };
    let mut findings = Findings { in_doubt: world.open.in_doubt.len(), ..Findings::default() };
    for job in &world.open.failed {
        findings.lost.push(format!("a job failed for good: {job}"));
    }
    for what in &world.known.wrong {
        findings.lost.push(what.clone());
    }
    customers::check(&world, &mut findings).await?;
    devices::check(&world, &mut findings).await?;
    requests::check(&world, &mut findings);
    mails::check(&world, &mut findings);
    marketplace::check(&world, &mut findings).await?;
    vendors::check(&world, &mut findings).await?;
    storefront::check(&world, &mut findings).await?;
    Ok(findings)
}

/// Stops the hubs, and verifies the timelines.
pub async fn stopped(hubs: &mut Hubs, mut findings: Findings) -> anyhow::Result<Findings> {
    for process in hubs.all() {
        process.stop().await?;
    }
    for process in hubs.processes.iter().take(1).chain(hubs.vendor.as_ref().map(|vendor| &vendor.process)) {
        let verified = process.command(&["audit", "verify", "--no-checkpoint"]).output().await?;
        let said = String::from_utf8_lossy(&verified.stdout).into_owned();
        findings.holds(verified.status.success(), false, || format!("the timelines are broken: {said}"));
    }
    Ok(findings)
}
