//! After one sweep the hub has what is true outside, and each customer is one.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::marketplace::account_key;

use super::{Check, Checked, LIMIT};
use crate::company::{MARKETPLACE, address};
use crate::outside::ISSUER;
use crate::weather::System;

impl Check<'_> {
    /// Who signed in through an invitation has a customer.
    pub(super) async fn activations(&mut self) -> Checked {
        let requesters: BTreeSet<u64> = self.acknowledged.activations.iter().map(|(requester, _)| *requester).collect();
        for requester in requesters {
            let subject = format!("subject of {}", address(requester));
            let identity = IdentityKey { issuer: ISSUER.to_owned(), subject };
            let of_identity = self.store.customer_of_identity(&identity).await?.map(|customer| customer.id);
            let of_requester = self.store.customer_of(&requester_key(requester)).await?.map(|customer| customer.id);
            if of_requester.is_none() || of_identity != of_requester {
                self.findings.lost.push(format!("the activation of {requester}: {of_identity:?} {of_requester:?}"));
            }
        }
        Ok(())
    }

    /// Each account that was synchronized is its customer's; accounts of one company have one customer.
    pub(super) async fn accounts(&mut self) -> Checked {
        let mut by_domain = BTreeMap::<&str, BTreeSet<CustomerId>>::new();
        for account in &self.acknowledged.accounts {
            let Some((answered, name)) = account.known.as_ref().filter(|_| !account.unsure) else { continue };
            let key = account_key(MARKETPLACE, &account.id);
            let owner = self.store.customer_of(&key).await?.map(|customer| customer.id);
            if owner != Some(*answered) {
                self.findings.lost.push(format!("account {} is {owner:?}, answered {answered}", account.id));
            }
            let stored = self.store.record(&key).await?.map(|record| record.attributes.title().to_owned());
            if stored.as_ref() != Some(name) {
                self.findings.lost.push(format!("account {} is called {stored:?}, not {name}", account.id));
            }
            if !account.was_deleted {
                by_domain.entry(&account.domain).or_default().insert(*answered);
            }
        }
        for (domain, customers) in by_domain.into_iter().filter(|(_, customers)| customers.len() > 1) {
            self.findings.doubled.push(format!("{domain} has several customers: {customers:?}"));
        }
        Ok(())
    }

    /// Each asset is a device with the same name and holder; one in the trash is none.
    pub(super) async fn assets(&mut self) -> Checked {
        let assets: Vec<_> = self.world.truth().desk.assets.iter().map(|(id, row)| (*id, row.clone())).collect();
        for (id, row) in assets {
            let device = self.store.device(System::Desk.name(), &id.to_string()).await?;
            let is = device.map(|device| (device.name, device.holder));
            let should = (!row.trashed).then(|| (row.name, row.holder.map(|holder| holder.to_string())));
            if is != should {
                self.findings.wrong.push(format!("after a sweep device {id} is {is:?}, and should be {should:?}"));
            }
        }
        Ok(())
    }

    /// Requesters and contacts of customers are as they are outside; no requester has two customers.
    pub(super) async fn people(&mut self) -> Checked {
        let (requesters, contacts) = {
            let truth = self.world.truth();
            let requesters = truth.desk.requesters.iter().map(|(id, row)| (requester_key(*id), row.name.clone()));
            let contacts = truth.contacts.iter().map(|(id, (name, _))| {
                (RecordKey::new(System::Crm.name(), Kind::Contact, id.to_string()), name.clone())
            });
            (requesters.collect::<Vec<_>>(), contacts.collect::<Vec<_>>())
        };
        for (key, name) in requesters.into_iter().chain(contacts) {
            let active =
                self.store.links_of_record(&key).await?.into_iter().filter(|link| link.ended.is_none()).count();
            if active > 1 {
                self.findings.doubled.push(format!("{key} is linked {active} times"));
            }
            let stored = self.store.record(&key).await?.map(|record| record.attributes.title().to_owned());
            if active > 0 && stored.as_ref() != Some(&name) {
                self.findings.wrong.push(format!("after a sweep {key} is called {stored:?}, not {name}"));
            }
        }
        self.one_customer_each().await
    }

    async fn one_customer_each(&mut self) -> Checked {
        let customers = self.store.customers(None, LIMIT).await?;
        let mut seen = BTreeMap::<String, CustomerId>::new();
        for customer in customers.iter().filter(|customer| customer.id != CustomerId::OPERATOR) {
            let links = self.store.links(customer.id).await?;
            for link in links.iter().filter(|link| link.ended.is_none()) {
                if let Some(other) = seen.insert(link.record.to_string(), customer.id)
                    && other != customer.id
                {
                    self.findings.doubled.push(format!("{} is two customers", link.record));
                }
            }
        }
        Ok(())
    }

    /// Each invoice has the total that the source says.
    pub(super) async fn invoices(&mut self) -> Checked {
        let invoices = self.world.truth().books.0.clone();
        for invoice in invoices {
            let known = self.store.invoices_from(&invoice.number, 2).await?;
            let totals: Vec<_> = known.iter().map(|known| known.bill.total.number()).collect();
            let should = format!("{}.{:02}", invoice.cents / 100, invoice.cents % 100);
            if totals.len() != 1 || totals[0] != should {
                self.findings.wrong.push(format!("invoice {} is {totals:?}, and should be {should}", invoice.number));
            }
        }
        Ok(())
    }
}

fn requester_key(requester: u64) -> RecordKey {
    RecordKey::new(System::Desk.name(), Kind::Requester, requester.to_string())
}
