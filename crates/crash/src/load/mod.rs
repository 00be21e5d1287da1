//! The load: customers, marketplaces and sweeps, through the public interfaces only.

mod activation;
mod devices;
mod ledger;
mod marketplace;
mod requests;
mod storefront;
mod vendors;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::Mode;
use crate::hubs::{Client, Visitor};
use crate::outside::{Outside, email};
use crate::schedule::Schedule;
pub use ledger::{Account, Device, Entries, Ledger, Life, Ordered, Request, Resold};

/// Customers at a time.
const CUSTOMERS: usize = 4;
/// Marketplace accounts at a time.
const ACCOUNTS: usize = 2;
/// Accounts of the operator's own marketplace at a time.
const RESOLD: usize = 2;
/// Customers who buy at a time.
const SHOPPERS: usize = 2;
/// Time between two operations of the same customer.
const BREATH: Duration = Duration::from_millis(40);
/// Time between two sweeps.
const SWEEP_EVERY: Duration = Duration::from_secs(8);
/// The kinds of sweeps, in turn.
const SWEEPS: [&str; 3] = ["assets", "requesters", "contacts"];

/// The one of the thing with this number.
fn in_turn(of: &[String], n: u64) -> &str {
    usize::try_from(n).map_or("", |n| of[n % of.len()].as_str())
}

/// The load. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Load(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    schedule: Schedule,
    client: Arc<Client>,
    outside: Arc<Outside>,
    ledger: Ledger,
    people: u64,
    next_life: AtomicU64,
    next_account: AtomicU64,
    next_resold: AtomicU64,
    stop: watch::Receiver<bool>,
}

impl Load {
    /// Prepares the load of so many customers, which ends when `stop` turns true.
    pub fn new(
        schedule: Schedule,
        client: Arc<Client>,
        outside: Arc<Outside>,
        people: u64,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self(Arc::new(Inner {
            schedule,
            client,
            outside,
            ledger: Ledger::default(),
            people,
            next_life: AtomicU64::new(0),
            next_account: AtomicU64::new(0),
            next_resold: AtomicU64::new(0),
            stop,
        }))
    }

    /// What was acknowledged.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// Runs until it is stopped. Everything that was begun gets its answer.
    pub async fn run(&self) {
        let mut tasks = JoinSet::new();
        for _ in 0..RESOLD {
            let load = self.clone();
            tasks.spawn(async move { load.resold_accounts().await });
        }
        if self.0.schedule.mode == Mode::Vendor {
            for _ in 0..SHOPPERS {
                let load = self.clone();
                tasks.spawn(async move { load.shoppers().await });
            }
        } else {
            self.begin_the_rest(&mut tasks);
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                self.wrong(format!("a part of the load panicked: {error}"));
            }
        }
    }

    fn begin_the_rest(&self, tasks: &mut JoinSet<()>) {
        for _ in 0..CUSTOMERS {
            let load = self.clone();
            tasks.spawn(async move { load.customers().await });
        }
        for _ in 0..ACCOUNTS {
            let load = self.clone();
            tasks.spawn(async move { load.accounts().await });
        }
        let load = self.clone();
        tasks.spawn(async move { load.sweeps().await });
    }

    fn is_stopping(&self) -> bool {
        *self.0.stop.borrow()
    }

    /// A pause between two operations; ends early when the load is stopped.
    async fn pause(&self, time: Duration) {
        let mut stop = self.0.stop.clone();
        let _ = timeout(time, stop.wait_for(|stop| *stop)).await;
    }

    fn wrong(&self, what: String) {
        self.0.ledger.note(|entries| entries.wrong.push(what));
    }

    /// The next customer to begin; none: all have begun, or the load is stopped.
    fn next_customer(&self) -> Option<u64> {
        let n = self.0.next_life.fetch_add(1, Ordering::Relaxed);
        Some(n).filter(|n| *n < self.0.people && !self.is_stopping())
    }

    async fn customers(&self) {
        while let Some(n) = self.next_customer() {
            if let Err(error) = self.live(n).await {
                self.wrong(format!("customer {n}: {error:#}"));
            }
        }
    }

    async fn accounts(&self) {
        while !self.is_stopping() {
            let n = self.0.next_account.fetch_add(1, Ordering::Relaxed);
            if let Err(error) = self.serve_account(n).await {
                self.wrong(format!("account {n}: {error:#}"));
            }
            self.pause(5 * BREATH).await;
        }
    }

    async fn resold_accounts(&self) {
        // Sent twice, it is one: the requests have the same key.
        let vendors = match self.connect_vendors().await {
            Ok(vendors) => vendors,
            Err(error) => return self.wrong(format!("the vendors: {error:#}")),
        };
        while !self.is_stopping() {
            let n = self.0.next_resold.fetch_add(1, Ordering::Relaxed);
            if let Err(error) = self.resell(n, in_turn(&vendors, n)).await {
                self.wrong(format!("resold account {n}: {error:#}"));
            }
            self.pause(5 * BREATH).await;
        }
    }

    async fn sweeps(&self) {
        let mut wait = BREATH * 25;
        for kind in SWEEPS.iter().cycle() {
            self.pause(std::mem::replace(&mut wait, SWEEP_EVERY)).await;
            if self.is_stopping() {
                return;
            }
            if let Err(error) = self.sweep(kind).await {
                self.wrong(format!("sweep of {kind}: {error:#}"));
            }
        }
    }

    async fn sweep(&self, kind: &str) -> anyhow::Result<()> {
        let order = json!({ "kinds": [kind] });
        let (status, body) = self.0.client.api((Method::POST, "/sweeps"), Some(&order), None).await?;
        let id = body["items"][0]["id"].as_str().filter(|_| status == 202);
        let id = id.ok_or_else(|| anyhow::anyhow!("{status} {body}"))?.to_owned();
        self.0.ledger.note(|entries| entries.sweeps.insert(id));
        self.0.ledger.count("sweeps");
        Ok(())
    }

    /// What one customer does, one after the other.
    async fn live(&self, n: u64) -> anyhow::Result<()> {
        let plan = self.0.schedule.life(n);
        let mut visitor = Visitor::new(self.0.client.clone(), n, email(n));
        let link = self.invite(n).await?;
        sleep(BREATH).await;
        if !plan.activates || self.is_stopping() {
            return Ok(());
        }
        self.activate(n, &mut visitor, &link).await?;
        for round in 0..plan.renames {
            if self.is_stopping() {
                return Ok(());
            }
            self.rename(n, round).await?;
            sleep(BREATH).await;
        }
        for (number, request) in plan.requests.iter().enumerate() {
            if self.is_stopping() {
                return Ok(());
            }
            self.request(n, number, *request, &mut visitor).await?;
        }
        if plan.creates && !self.is_stopping() {
            self.device(n, plan.hands).await?;
        }
        Ok(())
    }
}
