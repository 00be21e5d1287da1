//! What the hub has acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What was acknowledged to one customer.
#[derive(Debug, Clone, Default)]
pub struct Life {
    /// Which customer.
    pub n: u64,
    /// The invitation's id.
    pub invitation: Option<String>,
    /// The callback led to the page of the activation.
    pub activated: bool,
    /// The names that their device got, reported by webhooks.
    pub name: Option<String>,
    /// Their requests.
    pub requests: Vec<Request>,
    /// The device that was created for them.
    pub device: Option<Device>,
}

/// A service request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The hub's id.
    pub id: String,
    /// The subject, which no other request has.
    pub subject: String,
    /// The comments, each with a text that no other has.
    pub comments: Vec<String>,
    /// It was closed.
    pub closed: bool,
}

/// A device that was created.
#[derive(Debug, Clone, Default)]
pub struct Device {
    /// Its serial number.
    pub serial: String,
    /// The id of the write that creates it.
    pub write: String,
    /// The customer to whom it was given afterwards, with the id of that write.
    pub handed: Option<(u64, String)>,
}

/// An account of the marketplace.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Which account; the two of a pair have the same number.
    pub n: u64,
    /// The name that was sent last; the two of a pair have the same.
    pub name: String,
    /// Its ids: one, or those of the pair that were accepted.
    pub accepted: Vec<String>,
    /// The customer's id.
    pub external_id: String,
    /// It was deleted.
    pub deleted: bool,
}

/// An account of the operator's own marketplace.
#[derive(Debug, Clone, Default)]
pub struct Resold {
    /// Its id.
    pub account: String,
    /// The id of its reseller.
    pub reseller: Option<String>,
    /// The last operation.
    pub operation: String,
    /// It was deleted.
    pub deleted: bool,
}

/// An order of the storefront.
#[derive(Debug, Clone, Default)]
pub struct Ordered {
    /// Its id.
    pub order: String,
    /// The account that placed it.
    pub account: String,
}

/// What was acknowledged.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Entries>);

/// The content of the ledger.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// Customers.
    pub lives: BTreeMap<u64, Life>,
    /// Accounts of the marketplace.
    pub accounts: Vec<Account>,
    /// Accounts of the operator's own marketplace.
    pub resold: Vec<Resold>,
    /// Orders of the storefront.
    pub orders: Vec<Ordered>,
    /// Accounts of buyers that were deleted.
    pub left: BTreeSet<String>,
    /// Sweeps.
    pub sweeps: BTreeSet<String>,
    /// How long activations took, from the callback until the devices were shown.
    pub waits: Vec<Duration>,
    /// How many operations were acknowledged, by kind.
    pub counts: BTreeMap<&'static str, u64>,
    /// Operations that got no answer, or a wrong one.
    pub wrong: Vec<String>,
}

impl Ledger {
    /// Changes the ledger.
    pub fn note<T>(&self, change: impl FnOnce(&mut Entries) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what is known of a customer.
    pub fn life(&self, n: u64, kind: &'static str, change: impl FnOnce(&mut Life)) {
        self.note(|entries| {
            change(entries.lives.entry(n).or_insert_with(|| Life { n, ..Life::default() }));
            *entries.counts.entry(kind).or_default() += 1;
        });
    }

    /// Counts an operation that leaves nothing to check.
    pub fn count(&self, kind: &'static str) {
        self.note(|entries| *entries.counts.entry(kind).or_default() += 1);
    }
}
