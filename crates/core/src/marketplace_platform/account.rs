//! Accounts of the marketplace: direct customers, resellers and their customers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::PlatformError;
use crate::kernel::ids::MarketplaceAccountId;
use crate::kernel::normalise;
use crate::kernel::record::{Kind, RecordKey};
use crate::kernel::rejection::FieldProblem;
use crate::marketplace::account::{MAX_NAME_LENGTH, one_line};
use crate::marketplace::{Account, AccountContact, Address, Place};

/// Maximum number of resellers above an account.
pub const MAX_DEPTH: usize = 8;
/// Maximum number of addresses of an account.
pub const MAX_ADDRESSES: usize = 20;
/// Maximum length of a description, in characters.
pub const MAX_DESCRIPTION_LENGTH: usize = 4000;
/// Maximum length of the kind of an address, and of the code of a state or country.
pub const MAX_CODE_LENGTH: usize = 30;
/// Kind of the address that vendors receive.
pub(super) const BILLING: &str = "billing";

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketplaceAccount {
    /// Id, which vendors receive.
    pub id: MarketplaceAccountId,
    /// The account that sells to this one. `None` for a direct customer.
    pub reseller: Option<MarketplaceAccountId>,
    /// Whether other accounts are, or were, its customers.
    pub is_reseller: bool,
    /// Number of times that a customer was attached to it. A guard of its deletion.
    pub attached: i64,
    /// What staff enter.
    pub profile: AccountProfile,
    /// State.
    pub state: AccountState,
    /// Number of changes, from 1.
    pub version: i64,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: String,
}

/// State of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum AccountState {
    /// In use.
    Active,
    /// Its deletion was requested.
    Deleting,
    /// Deleted here and at every vendor.
    Deleted,
}

/// What staff enter about an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountProfile {
    /// The company's or person's name.
    pub name: String,
    /// A short code.
    pub code: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Fax.
    pub fax: Option<String>,
    /// Web site.
    pub web_site: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// The primary contact.
    pub contact: Option<PrimaryContact>,
    /// The addresses, in order.
    pub addresses: Vec<AccountAddress>,
}

/// The primary contact of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrimaryContact {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

/// An address of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountAddress {
    /// What it is for: `billing`, or another word.
    pub kind: String,
    /// The address.
    #[serde(flatten)]
    pub address: Address,
}

impl MarketplaceAccount {
    /// Its record, by which it is correlated with the customers of the hub.
    pub fn record(&self) -> RecordKey {
        record_of(self.id)
    }

    /// The account's place in the tree, as a word for programs.
    pub const fn kind(&self) -> &'static str {
        match (self.is_reseller, self.reseller) {
            (true, _) => "reseller",
            (false, Some(_)) => "customer_of_reseller",
            (false, None) => "direct_customer",
        }
    }
}

/// The record of an account.
pub fn record_of(id: MarketplaceAccountId) -> RecordKey {
    RecordKey::new(super::SYSTEM, Kind::Account, id.to_string())
}

impl AccountProfile {
    /// The profile in the form in which it is stored: one line per field, nothing blank.
    ///
    /// # Errors
    /// [`PlatformError::Invalid`] with every problem.
    pub fn checked(mut self) -> Result<Self, PlatformError> {
        let mut problems = Vec::new();
        self.name = one_line(&self.name);
        if self.name.is_empty() || self.name.chars().count() > MAX_NAME_LENGTH {
            problems.push(FieldProblem::new("name", format!("1 to {MAX_NAME_LENGTH} characters")));
        }
        for (field, value) in [
            ("code", &mut self.code),
            ("email", &mut self.email),
            ("phone", &mut self.phone),
            ("fax", &mut self.fax),
            ("web_site", &mut self.web_site),
        ] {
            tidy(field, value, MAX_NAME_LENGTH, &mut problems);
        }
        if self.description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION_LENGTH) {
            problems.push(FieldProblem::new("description", format!("at most {MAX_DESCRIPTION_LENGTH} characters")));
        }
        check_email("email", self.email.as_deref(), &mut problems);
        if let Some(contact) = &mut self.contact {
            tidy("contact.first_name", &mut contact.first_name, MAX_NAME_LENGTH, &mut problems);
            tidy("contact.last_name", &mut contact.last_name, MAX_NAME_LENGTH, &mut problems);
            tidy("contact.email", &mut contact.email, MAX_NAME_LENGTH, &mut problems);
            check_email("contact.email", contact.email.as_deref(), &mut problems);
        }
        if self.addresses.len() > MAX_ADDRESSES {
            problems.push(FieldProblem::new("addresses", format!("at most {MAX_ADDRESSES} addresses")));
        }
        for (number, address) in self.addresses.iter_mut().enumerate() {
            check_address(number, address, &mut problems);
        }
        if problems.is_empty() { Ok(self) } else { Err(PlatformError::Invalid(problems)) }
    }

    /// The e-mail address: the account's, or else its primary contact's (`M02`).
    pub fn entered_email(&self) -> Option<&str> {
        let contact = self.contact.as_ref().and_then(|contact| contact.email.as_deref());
        self.email.as_deref().or(contact)
    }

    /// The name of the primary contact, or else of the account.
    pub fn contact_name(&self) -> String {
        let contact = self.contact.clone().unwrap_or_default();
        let names: Vec<String> = [contact.first_name, contact.last_name].into_iter().flatten().collect();
        if names.is_empty() { self.name.clone() } else { names.join(" ") }
    }

    /// Where the primary contact is reached: its own address, or else the account's.
    pub fn contact_email(&self) -> Option<&str> {
        self.contact.as_ref().and_then(|contact| contact.email.as_deref()).or(self.email.as_deref())
    }

    /// The address that vendors receive: the billing address, or else the first one (`M09`).
    pub fn vendor_address(&self) -> Option<&Address> {
        let billing = self.addresses.iter().find(|address| address.kind.eq_ignore_ascii_case(BILLING));
        billing.or(self.addresses.first()).map(|address| &address.address)
    }

    /// The account in the words of a record, from which it is correlated.
    pub fn as_record(&self, reseller: Option<MarketplaceAccountId>) -> Account {
        let contact = self.contact.as_ref().map(|contact| AccountContact {
            id: None,
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            phone: self.phone.clone(),
            fax: self.fax.clone(),
            email: contact.email.clone(),
        });
        Account {
            name: self.name.clone(),
            code: self.code.clone(),
            phone: self.phone.clone(),
            fax: self.fax.clone(),
            website: self.web_site.clone(),
            email: self.email.clone(),
            description: self.description.clone(),
            reseller: reseller.map(|id| id.to_string()),
            contact,
            address: self.vendor_address().cloned(),
            ..Account::default()
        }
    }
}

/// Checks that an account may be attached to a reseller. `chain` is the reseller with all resellers above it.
///
/// # Errors
/// If the account is the reseller or above it, or the tree would become too deep.
pub fn check_reseller(
    account: Option<MarketplaceAccountId>,
    chain: &[MarketplaceAccountId],
) -> Result<(), PlatformError> {
    if account.is_some_and(|account| chain.contains(&account)) {
        return Err(PlatformError::Cycle);
    }
    if chain.len() > MAX_DEPTH { Err(PlatformError::TooDeep) } else { Ok(()) }
}

fn check_address(number: usize, it: &mut AccountAddress, problems: &mut Vec<FieldProblem>) {
    let shaped = (1..=MAX_CODE_LENGTH).contains(&it.kind.len())
        && it.kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !shaped {
        let message = format!("a word such as `billing`, of at most {MAX_CODE_LENGTH} letters and digits");
        problems.push(FieldProblem::new(format!("addresses[{number}].kind"), message));
    }
    let Address { address1, address2, city, post_code, state, country } = &mut it.address;
    for (field, value) in [("address1", address1), ("address2", address2), ("city", city), ("post_code", post_code)] {
        tidy(&format!("addresses[{number}].{field}"), value, MAX_NAME_LENGTH, problems);
    }
    for (field, place) in [("state", state), ("country", country)] {
        let Some(Place { code, name }) = place else { continue };
        tidy(&format!("addresses[{number}].{field}.code"), code, MAX_CODE_LENGTH, problems);
        tidy(&format!("addresses[{number}].{field}.name"), name, MAX_NAME_LENGTH, problems);
    }
}

fn tidy(field: &str, value: &mut Option<String>, most: usize, problems: &mut Vec<FieldProblem>) {
    *value = value.as_deref().map(one_line).filter(|text| !text.is_empty());
    if value.as_ref().is_some_and(|text| text.chars().count() > most) {
        problems.push(FieldProblem::new(field, format!("at most {most} characters")));
    }
}

fn check_email(field: &str, email: Option<&str>, problems: &mut Vec<FieldProblem>) {
    if email.is_some_and(|email| normalise::email(email).is_none()) {
        problems.push(FieldProblem::new(field, "this is not an e-mail address"));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn m08_a_move_that_would_close_a_circle_or_go_too_deep_is_rejected() {
        let id = |number| MarketplaceAccountId(Uuid::from_u128(number));
        assert_eq!(check_reseller(Some(id(1)), &[id(2), id(3)]), Ok(()));
        assert_eq!(check_reseller(Some(id(1)), &[id(1)]), Err(PlatformError::Cycle), "of itself");
        assert_eq!(check_reseller(Some(id(1)), &[id(2), id(1)]), Err(PlatformError::Cycle), "of its own customer");
        let deep: Vec<_> = (2..=10).map(id).collect();
        assert_eq!(check_reseller(None, &deep[..MAX_DEPTH]), Ok(()));
        assert_eq!(check_reseller(None, &deep), Err(PlatformError::TooDeep));
    }

    #[test]
    fn m09_the_billing_address_is_sent_or_else_the_first_one() {
        let address = |kind: &str, city: &str| AccountAddress {
            kind: kind.to_owned(),
            address: Address { city: Some(city.to_owned()), ..Address::default() },
        };
        let city = |addresses: Vec<AccountAddress>| {
            let profile = AccountProfile { addresses, ..AccountProfile::default() };
            profile.vendor_address().and_then(|address| address.city.clone())
        };
        assert_eq!(city(vec![address("office", "Ulm"), address("billing", "Chicago")]).as_deref(), Some("Chicago"));
        assert_eq!(city(vec![address("office", "Ulm"), address("home", "Bonn")]).as_deref(), Some("Ulm"));
        assert_eq!(city(Vec::new()), None);
    }

    #[test]
    fn m07_a_profile_is_stored_tidily_and_every_problem_is_named() {
        let entered = AccountProfile {
            name: " Acme\u{200b}\nLtd ".to_owned(),
            phone: Some("  ".to_owned()),
            email: Some(" jo@example.com".to_owned()),
            ..AccountProfile::default()
        };
        let kept = entered.checked().unwrap();
        assert_eq!((kept.name.as_str(), kept.phone, kept.email.as_deref()), ("Acme Ltd", None, Some("jo@example.com")));
        let wrong = AccountProfile {
            email: Some("nobody".to_owned()),
            addresses: vec![AccountAddress { kind: "at home".to_owned(), ..AccountAddress::default() }],
            ..AccountProfile::default()
        };
        let Err(PlatformError::Invalid(problems)) = wrong.checked() else { panic!("accepted") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["name", "email", "addresses[0].kind"]);
    }
}
