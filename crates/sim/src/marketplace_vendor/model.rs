//! Customers of the vendor, and the effects of faults on them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::Vendor;
use super::fault::Fault;

/// Delay between lookup and creation in a vendor with a race condition.
const THINKING: Duration = Duration::from_millis(30);

/// An error answer.
#[derive(Debug)]
pub struct Refused {
    /// Error code.
    pub code: i64,
    /// Error message.
    pub message: String,
}

impl Refused {
    fn new(code: i64, message: &str) -> Self {
        Self { code, message: message.to_owned() }
    }
}

/// The customers created.
#[derive(Debug, Default)]
pub struct Customers {
    /// External ids by account id.
    ids: BTreeMap<String, String>,
    made: u64,
}

impl Customers {
    /// Number of customers.
    pub fn count(&self) -> usize {
        self.ids.len()
    }

    fn make(&mut self, account: &str, one_for_all: bool) -> String {
        self.made += 1;
        let id = if one_for_all { "customer".to_owned() } else { format!("customer-{}", self.made) };
        self.ids.insert(account.to_owned(), id.clone());
        id
    }
}

/// Members defined by the first edition of the contract.
const KNOWN: [&str; 18] = [
    "ID",
    "ExternalID",
    "ResellerID",
    "ResellerExternalID",
    "Name",
    "Code",
    "Phone",
    "Fax",
    "WebSite",
    "Email",
    "IsTest",
    "Description",
    "ExtraDetails",
    "SyncOptions",
    "ContactDetails",
    "Address",
    "Language",
    "RandomPassword",
];

/// Creates or finds a customer.
pub async fn synchronize(vendor: &Vendor, body: &Value) -> Result<String, Refused> {
    let account = text(body, "ID");
    if let Err(refused) = check(vendor, body) {
        if vendor.has(Fault::MakesBeforeChecking) {
            vendor.lock().make(&account, false);
        }
        return Err(refused);
    }
    let is_test = body["IsTest"] == true && !vendor.has(Fault::MakesInTestMode);
    if is_test {
        return Ok("test-customer".to_owned());
    }
    let one_for_all = vendor.has(Fault::OneIdForAll) || vendor.has(Fault::AnswersOk);
    let known = vendor.lock().ids.get(&account).cloned();
    if vendor.has(Fault::LosesRaces) && known.is_none() {
        // Race condition: a concurrent call between lookup and creation finds no customer either.
        tokio::time::sleep(THINKING).await;
        let mut customers = vendor.lock();
        return Ok(customers.make(&account, one_for_all));
    }
    let mut customers = vendor.lock();
    let known = customers.ids.get(&account).filter(|_| !vendor.has(Fault::NewIdEachTime)).cloned();
    Ok(known.unwrap_or_else(|| customers.make(&account, one_for_all)))
}

/// The external id of an existing customer.
pub fn exists(vendor: &Vendor, body: &Value) -> Option<String> {
    let (account, external_id) = (text(body, "ID"), text(body, "ExternalID"));
    let mut customers = vendor.lock();
    let known = customers.ids.get(&account).cloned();
    let named = customers.ids.values().find(|id| **id == external_id && !external_id.is_empty()).cloned();
    match named.or(known) {
        None if vendor.has(Fault::ExistsMakes) => {
            customers.make(&account, false);
            None
        }
        found => found,
    }
}

/// Deletes a customer.
pub fn delete(vendor: &Vendor, body: &Value) -> Result<(), Refused> {
    let external_id = text(body, "ExternalID");
    let mut customers = vendor.lock();
    let account = customers.ids.iter().find(|(_, id)| **id == external_id).map(|(account, _)| account.clone());
    match account {
        _ if vendor.has(Fault::DeletesNothing) => Ok(()),
        Some(account) => {
            customers.ids.remove(&account);
            Ok(())
        }
        None if vendor.has(Fault::DeletesOnce) => Err(Refused::new(-5, "no such customer")),
        None => Ok(()),
    }
}

fn text(body: &Value, member: &str) -> String {
    body[member].as_str().unwrap_or_default().to_owned()
}

fn check(vendor: &Vendor, body: &Value) -> Result<(), Refused> {
    let is_text = |member: &str| body.get(member).is_none_or(|value| value.is_string() || value.is_null());
    let is_object = |member: &str| body.get(member).is_none_or(|value| value.is_object() || value.is_null());
    if !["ID", "ExternalID", "Name", "Email", "ResellerID"].iter().all(|member| is_text(member)) {
        return Err(Refused::new(-6, "a field is no text"));
    }
    if !["SyncOptions", "ContactDetails", "Address", "ExtraDetails"].iter().all(|member| is_object(member)) {
        return Err(Refused::new(-6, "a block is no object"));
    }
    let members = body.as_object().into_iter().flatten();
    if vendor.has(Fault::RefusesUnknownFields) && members.into_iter().any(|(name, _)| !KNOWN.contains(&name.as_str())) {
        return Err(Refused::new(-7, "an unknown field"));
    }
    if vendor.has(Fault::NeedsContacts) && !body["ContactDetails"].is_object() {
        return Err(Refused::new(-8, "no contact"));
    }
    let reseller = text(body, "ResellerID");
    let reseller_is_here = reseller == text(body, "ID") || vendor.lock().ids.contains_key(&reseller);
    if vendor.has(Fault::NeedsResellersFirst) && !reseller.is_empty() && !reseller_is_here {
        return Err(Refused::new(-9, "no such reseller"));
    }
    options(vendor, &body["SyncOptions"])
}

fn options(vendor: &Vendor, values: &Value) -> Result<(), Refused> {
    let band = if vendor.has(Fault::RefusesOutsideTheBand) { -12 } else { -80_012 };
    if text(values, "domain").is_empty() {
        return Err(Refused::new(band, "Fill in the domain."));
    }
    let known = if vendor.has(Fault::ComparesChoicesByName) { ["User", "Reseller"] } else { ["1", "2"] };
    match values["role"].as_str() {
        Some(role) if !role.is_empty() && !known.contains(&role) => Err(Refused::new(band, "Choose a role.")),
        _ => Ok(()),
    }
}
