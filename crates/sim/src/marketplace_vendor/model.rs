//! Customers of the vendor, and the effects of faults on them.

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

/// A customer.
#[derive(Debug, Clone)]
struct Customer {
    account: String,
    external_id: String,
    domain: String,
}

/// The customers created.
#[derive(Debug, Default)]
pub struct Customers {
    customers: Vec<Customer>,
    made: u64,
}

impl Customers {
    /// Number of customers.
    pub fn count(&self) -> usize {
        self.customers.len()
    }

    /// Creates a customer, and returns its external id.
    pub fn make(&mut self, vendor: &Vendor, account: &str, domain: &str) -> String {
        self.made += 1;
        let external_id = if vendor.has(Fault::OneIdForAll) || vendor.has(Fault::AnswersOk) {
            "customer".to_owned()
        } else if vendor.has(Fault::AnswersNumericIds) {
            self.made.to_string()
        } else {
            format!("customer-{}", self.made)
        };
        let (account, domain) = (account.to_owned(), domain.to_owned());
        self.customers.push(Customer { account, external_id: external_id.clone(), domain });
        external_id
    }

    fn find(&self, fits: impl Fn(&Customer) -> bool) -> Option<String> {
        self.customers.iter().find(|customer| fits(customer)).map(|customer| customer.external_id.clone())
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
    let (account, domain) = (text(body, "ID"), text(&body["SyncOptions"], "domain"));
    if let Err(refused) = check(vendor, body) {
        if vendor.has(Fault::MakesBeforeChecking) {
            vendor.lock().make(vendor, &account, &domain);
        }
        return Err(refused);
    }
    let is_test = body["IsTest"] == true && !vendor.has(Fault::MakesInTestMode);
    if is_test {
        return Ok("test-customer".to_owned());
    }
    let known = vendor.lock().find(|customer| customer.account == account);
    if vendor.has(Fault::LosesRaces) && known.is_none() {
        // Race condition: a concurrent call between lookup and creation finds no customer either.
        tokio::time::sleep(THINKING).await;
        return Ok(vendor.lock().make(vendor, &account, &domain));
    }
    let mut customers = vendor.lock();
    let taken = customers.find(|customer| customer.account != account && customer.domain == domain);
    if taken.is_some() && !vendor.has(Fault::AllowsTwins) {
        return Err(Refused::new(-80_013, "The domain belongs to another customer."));
    }
    let known = customers.find(|customer| customer.account == account && !vendor.has(Fault::NewIdEachTime));
    Ok(known.unwrap_or_else(|| customers.make(vendor, &account, &domain)))
}

/// The external id of an existing customer.
pub fn exists(vendor: &Vendor, body: &Value) -> Option<String> {
    let (account, external_id) = (text(body, "ID"), text(body, "ExternalID"));
    let domain = text(&body["SyncOptions"], "domain");
    let by_options = external_id.is_empty()
        && !domain.is_empty()
        && !vendor.has(Fault::OverlooksOptions)
        && !vendor.has(Fault::AllowsTwins);
    let mut customers = vendor.lock();
    let named = customers.find(|customer| customer.external_id == external_id);
    let known = || customers.find(|customer| customer.account == account);
    let fitting = || customers.find(|customer| by_options && customer.domain == domain);
    match named.or_else(known).or_else(fitting) {
        None if vendor.has(Fault::ExistsMakes) => {
            customers.make(vendor, &account, &domain);
            None
        }
        Some(_) if vendor.has(Fault::FindsAnother) && external_id.is_empty() => Some("customer-0".to_owned()),
        found => found,
    }
}

/// Deletes a customer.
pub fn delete(vendor: &Vendor, body: &Value) -> Result<(), Refused> {
    let external_id = text(body, "ExternalID");
    let mut customers = vendor.lock();
    let at = customers.customers.iter().position(|customer| customer.external_id == external_id);
    match at {
        _ if vendor.has(Fault::DeletesNothing) => Ok(()),
        Some(at) => {
            customers.customers.remove(at);
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
    let reseller_is_here =
        reseller == text(body, "ID") || vendor.lock().find(|customer| customer.account == reseller).is_some();
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
