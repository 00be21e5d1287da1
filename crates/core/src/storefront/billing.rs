//! What a buyer enters about themselves, and the marketplace account that it becomes.

use super::error::StorefrontError;
use crate::kernel::rejection::FieldProblem;
use crate::marketplace::account::one_line;
use crate::marketplace::{Address, Place};
use crate::marketplace_platform::{AccountAddress, AccountProfile, PrimaryContact};

/// Maximum length of a field, in characters.
const MAX_LENGTH: usize = 200;
/// Kind of the address.
const BILLING: &str = "billing";

/// Contact and billing address, as entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BillingDetails {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Company, if it is one that buys.
    pub company: String,
    /// Telephone number.
    pub phone: String,
    /// Street and number.
    pub address1: String,
    /// Second line of the address.
    pub address2: String,
    /// Postal code.
    pub post_code: String,
    /// Town.
    pub city: String,
    /// State or region.
    pub state: String,
    /// Country: its name, or its code of two letters.
    pub country: String,
}

impl BillingDetails {
    /// The fields by name, in the order of a form.
    pub fn fields(&self) -> [(&'static str, &str); 10] {
        [
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("company", &self.company),
            ("phone", &self.phone),
            ("address1", &self.address1),
            ("address2", &self.address2),
            ("post_code", &self.post_code),
            ("city", &self.city),
            ("state", &self.state),
            ("country", &self.country),
        ]
    }

    /// The details with each field read by its name.
    pub fn read<'a>(field: impl Fn(&str) -> &'a str) -> Self {
        let entered = |name: &str| one_line(field(name));
        Self {
            first_name: entered("first_name"),
            last_name: entered("last_name"),
            company: entered("company"),
            phone: entered("phone"),
            address1: entered("address1"),
            address2: entered("address2"),
            post_code: entered("post_code"),
            city: entered("city"),
            state: entered("state"),
            country: entered("country"),
        }
    }

    /// What is known of a buyer already, for the form.
    pub fn known(account: Option<&AccountProfile>, name: &str) -> Self {
        let Some(account) = account else {
            let (first, last) = name.trim().rsplit_once(' ').unwrap_or(("", name.trim()));
            return Self { first_name: first.trim().to_owned(), last_name: last.to_owned(), ..Self::default() };
        };
        let contact = account.contact.clone().unwrap_or_default();
        let address = account.vendor_address().cloned().unwrap_or_default();
        let place = |place: Option<Place>| {
            let place = place.unwrap_or_default();
            place.code.or(place.name).unwrap_or_default()
        };
        let details = Self {
            first_name: contact.first_name.unwrap_or_default(),
            last_name: contact.last_name.unwrap_or_default(),
            company: String::new(),
            phone: account.phone.clone().unwrap_or_default(),
            address1: address.address1.unwrap_or_default(),
            address2: address.address2.unwrap_or_default(),
            post_code: address.post_code.unwrap_or_default(),
            city: address.city.unwrap_or_default(),
            state: place(address.state),
            country: place(address.country),
        };
        let company = if account.name == details.full_name() { String::new() } else { account.name.clone() };
        Self { company, ..details }
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// Checks that nothing is missing.
    ///
    /// # Errors
    /// [`StorefrontError::Invalid`] with every problem.
    pub fn check(&self) -> Result<(), StorefrontError> {
        let needed = [
            ("first_name", "Enter your first name."),
            ("last_name", "Enter your last name."),
            ("address1", "Enter street and number."),
            ("post_code", "Enter the postal code."),
            ("city", "Enter the town or city."),
            ("country", "Enter the country."),
        ];
        let problem = |(name, value): (&'static str, &str)| {
            if value.chars().count() > MAX_LENGTH {
                return Some(FieldProblem::new(name, format!("Enter at most {MAX_LENGTH} characters.")));
            }
            let (_, message) = needed.iter().find(|(needed, _)| value.is_empty() && *needed == name)?;
            Some(FieldProblem::new(name, *message))
        };
        let problems: Vec<FieldProblem> = self.fields().into_iter().filter_map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(StorefrontError::Invalid(problems)) }
    }

    /// The account's profile with these details. What the buyer does not enter stays. The e-mail address is the one that
    /// was proved, never one that was only entered: by it, the account is linked with a customer.
    ///
    /// # Errors
    /// [`StorefrontError::Invalid`] if something is missing.
    pub fn profile(&self, before: Option<&AccountProfile>, email: &str) -> Result<AccountProfile, StorefrontError> {
        self.check()?;
        let filled = |value: &str| Some(value.to_owned()).filter(|value| !value.is_empty());
        let place = |value: &str| {
            let is_code = value.len() == 2 && value.bytes().all(|letter| letter.is_ascii_alphabetic());
            filled(value).map(|value| {
                if is_code {
                    Place { code: Some(value.to_ascii_uppercase()), name: None }
                } else {
                    Place { code: None, name: Some(value) }
                }
            })
        };
        let address = Address {
            address1: filled(&self.address1),
            address2: filled(&self.address2),
            city: filled(&self.city),
            post_code: filled(&self.post_code),
            state: place(&self.state),
            country: place(&self.country),
        };
        let mut profile = before.cloned().unwrap_or_default();
        profile.name = filled(&self.company).unwrap_or_else(|| self.full_name());
        profile.email = Some(email.to_owned());
        profile.phone = filled(&self.phone);
        profile.contact = Some(PrimaryContact {
            first_name: filled(&self.first_name),
            last_name: filled(&self.last_name),
            email: Some(email.to_owned()),
        });
        let billing = AccountAddress { kind: BILLING.to_owned(), address };
        match profile.addresses.iter_mut().find(|address| address.kind.eq_ignore_ascii_case(BILLING)) {
            Some(known) => *known = billing,
            None => profile.addresses.insert(0, billing),
        }
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered() -> BillingDetails {
        BillingDetails::read(|name| match name {
            "first_name" => " Jo ",
            "last_name" => "Meyer",
            "address1" => "1 Example Way",
            "post_code" => "8001",
            "city" => "Cape Town",
            "country" => "za",
            _ => "",
        })
    }

    #[test]
    fn m06_a_buyer_becomes_an_account_with_the_address_that_was_proved() {
        let profile = entered().profile(None, "jo@example.com").unwrap().checked().unwrap();
        assert_eq!((profile.name.as_str(), profile.email.as_deref()), ("Jo Meyer", Some("jo@example.com")));
        assert_eq!(profile.contact_email(), Some("jo@example.com"), "the buyer is notified");
        let country = profile.vendor_address().unwrap().country.clone().unwrap();
        assert_eq!(country.code.as_deref(), Some("ZA"));
        let again = BillingDetails::known(Some(&profile), "");
        assert_eq!(again, BillingDetails { country: "ZA".to_owned(), ..entered() }, "the form is filled in again");
        let firm = BillingDetails { company: "Meyer Ltd".to_owned(), ..entered() };
        let changed = firm.profile(Some(&profile), "jo@example.com").unwrap();
        assert_eq!((changed.name.as_str(), changed.addresses.len()), ("Meyer Ltd", 1));
        assert_eq!(BillingDetails::known(Some(&changed), "").company, "Meyer Ltd");
    }

    #[test]
    fn m06_everything_that_is_missing_is_named_at_once() {
        let Err(StorefrontError::Invalid(problems)) = BillingDetails::default().check() else { panic!("accepted") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["first_name", "last_name", "address1", "post_code", "city", "country"]);
        let known = BillingDetails::known(None, "Jo van der Meyer");
        assert_eq!((known.first_name.as_str(), known.last_name.as_str()), ("Jo van der", "Meyer"));
    }
}
