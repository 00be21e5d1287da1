//! The account of a marketplace customer, in the hub's terms (`M07`, `M09`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::matching::Source;
use crate::kernel::normalise;
use crate::kernel::record::{Handle, HandleKind};
use crate::kernel::unicode::{is_invisible, is_joiner};

/// Maximum length of the name of a customer or person, in characters.
pub const MAX_NAME_LENGTH: usize = 200;

/// A name as shown on pages and in mails: one line, without characters that only change the display of others.
pub fn one_line(name: &str) -> String {
    let shown = name.chars().filter(|c| c.is_control() || !is_hidden(*c));
    let text: String = shown.map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Joiners are part of some scripts, but a name of joiners only is invisible.
    if text.chars().all(|c| c == ' ' || is_joiner(c)) { String::new() } else { text }
}

/// Whether a character is invisible and changes the display of its neighbours or the line breaks.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// An account as last sent by the marketplace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// The company's or person's name.
    pub name: String,
    /// The marketplace's code for it.
    pub code: Option<String>,
    /// Telephone, as entered.
    pub phone: Option<String>,
    /// Fax, as entered.
    pub fax: Option<String>,
    /// Web site, as entered.
    pub website: Option<String>,
    /// The account's e-mail address, as entered.
    pub email: Option<String>,
    /// Description written by the marketplace's staff.
    pub description: Option<String>,
    /// Account id of its reseller (`M08`); `None` if it has none, or is a reseller itself.
    pub reseller: Option<String>,
    /// The external id sent for the reseller.
    pub reseller_external_id: Option<String>,
    /// Values of sync options by option id, including unknown options.
    pub options: BTreeMap<String, String>,
    /// The primary contact.
    pub contact: Option<AccountContact>,
    /// The billing address, or else the first address.
    pub address: Option<Address>,
}

/// The primary contact of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountContact {
    /// The contact's id in the marketplace.
    pub id: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Telephone, as entered.
    pub phone: Option<String>,
    /// Fax, as entered.
    pub fax: Option<String>,
    /// E-mail address, as entered.
    pub email: Option<String>,
}

/// A postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// First line.
    pub address1: Option<String>,
    /// Second line.
    pub address2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Post code.
    pub post_code: Option<String>,
    /// State or province.
    pub state: Option<Place>,
    /// Country.
    pub country: Option<Place>,
}

/// A state or a country.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Code, for example `US`.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

impl AccountContact {
    /// First and last name.
    pub fn name(&self) -> Option<String> {
        let names: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().flatten().map(|name| name.trim()).collect();
        let name = one_line(&names.join(" "));
        (!name.is_empty()).then_some(name)
    }
}

impl Address {
    /// The address on one line, without missing parts.
    pub fn line(&self) -> String {
        let named = |place: &Option<Place>| place.as_ref().and_then(|it| it.name.clone().or_else(|| it.code.clone()));
        let parts = [
            self.address1.clone(),
            self.address2.clone(),
            self.post_code.clone(),
            self.city.clone(),
            named(&self.state),
            named(&self.country),
        ];
        parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// A changed field of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountField {
    /// The name.
    Name,
    /// The code.
    Code,
    /// The telephone number.
    Phone,
    /// The fax number.
    Fax,
    /// The web site.
    Website,
    /// The e-mail address.
    Email,
    /// The description.
    Description,
    /// The reseller.
    Reseller,
    /// The primary contact.
    Contact,
    /// The postal address.
    Address,
    /// A sync option, by its id.
    Option(String),
}

impl Account {
    /// The address to send mail to: the account's, or else the primary contact's (`M02`, `M09`). Invalid addresses are
    /// ignored.
    pub fn address_for_mail(&self) -> Option<&str> {
        let contact = self.contact.as_ref().and_then(|contact| contact.email.as_deref());
        [self.email.as_deref(), contact].into_iter().flatten().find(|email| normalise::email(email).is_some())
    }

    /// The address as entered, valid or not: the account's, or else the primary contact's (`M02`).
    pub fn entered_email(&self) -> Option<&str> {
        let contact = self.contact.as_ref().and_then(|contact| contact.email.as_deref());
        [self.email.as_deref(), contact].into_iter().flatten().find(|email| !email.trim().is_empty())
    }

    /// Name of the first person: the primary contact, or else the account itself.
    pub fn person_name(&self) -> String {
        let name = self.contact.as_ref().and_then(AccountContact::name).unwrap_or_else(|| self.name.clone());
        name.chars().take(MAX_NAME_LENGTH).collect()
    }

    /// The fields that differ from `before`.
    pub fn changes_since(&self, before: &Self) -> Vec<AccountField> {
        let mut changes = Vec::new();
        let mut differs = |field: AccountField, changed: bool| changes.extend(changed.then_some(field));
        differs(AccountField::Name, self.name != before.name);
        differs(AccountField::Code, self.code != before.code);
        differs(AccountField::Phone, self.phone != before.phone);
        differs(AccountField::Fax, self.fax != before.fax);
        differs(AccountField::Website, self.website != before.website);
        differs(AccountField::Email, self.email != before.email);
        differs(AccountField::Description, self.description != before.description);
        differs(AccountField::Reseller, self.reseller != before.reseller);
        differs(AccountField::Contact, self.contact != before.contact);
        differs(AccountField::Address, self.address != before.address);
        for id in self.options.keys().chain(before.options.keys().filter(|id| !self.options.contains_key(*id))) {
            differs(AccountField::Option(id.clone()), self.options.get(id) != before.options.get(id));
        }
        changes
    }

    /// Search keys besides the name. They include every option and attribute that can distinguish customers, regardless
    /// of the current rules, so that a future rule finds existing accounts.
    pub(crate) fn handles(&self) -> Vec<Handle> {
        let mut handles = Vec::new();
        let mut add = |kind, value: Option<String>| handles.extend(value.map(|value| Handle { kind, value }));
        add(HandleKind::PrimaryEmail, self.address_for_mail().and_then(normalise::email));
        let contact = self.contact.as_ref();
        add(HandleKind::Email, contact.and_then(|contact| contact.email.as_deref()).and_then(normalise::email));
        for phone in [self.phone.as_deref(), contact.and_then(|contact| contact.phone.as_deref())].into_iter().flatten()
        {
            add(HandleKind::Phone, normalise::phone(phone));
        }
        for source in Source::all_of(self) {
            let Some(value) = source.of(self) else { continue };
            for compare in source.comparisons() {
                add(HandleKind::Fact, compare.fact(&source, value));
            }
        }
        handles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m02_address_falls_back_from_account_to_contact() {
        let contact = AccountContact { email: Some("jo@example.com".into()), ..AccountContact::default() };
        let mut account = Account { contact: Some(contact), ..Account::default() };
        assert_eq!(account.address_for_mail(), Some("jo@example.com"));
        account.email = Some("office@example.com".into());
        assert_eq!(account.address_for_mail(), Some("office@example.com"));
        account.email = Some("[email protected]".into());
        assert_eq!(account.address_for_mail(), Some("jo@example.com"));
        assert_eq!(account.entered_email(), Some("[email protected]"));
    }

    #[test]
    fn m07_changes_since_lists_the_changed_fields() {
        let before = Account { name: "A".into(), options: [("role".into(), "1".into())].into(), ..Account::default() };
        let now =
            Account { phone: Some("1".into()), options: [("domain".into(), "a".into())].into(), ..before.clone() };
        assert_eq!(
            now.changes_since(&before),
            [AccountField::Phone, AccountField::Option("domain".into()), AccountField::Option("role".into())]
        );
        assert!(before.changes_since(&before).is_empty());
    }

    #[test]
    fn m07_names_are_one_line_without_hidden_characters() {
        assert_eq!(one_line(" Acme\r\nBcc: x@example.com\u{0}"), "Acme Bcc: x@example.com");
        assert_eq!(one_line("\u{202e}gnp.exe\u{feff}"), "gnp.exe");
        assert_eq!(one_line("می\u{200c}خواهم"), "می\u{200c}خواهم", "a joiner is part of the word");
        for nothing in ["\u{200b}\u{200d}", "\u{1}\u{2}", "\n", ""] {
            assert_eq!(one_line(nothing), "");
        }
        let contact = AccountContact {
            first_name: Some("Jo\u{7}".into()),
            last_name: Some("x".repeat(300)),
            ..AccountContact::default()
        };
        let account = Account { contact: Some(contact), ..Account::default() };
        assert_eq!(account.person_name().chars().count(), MAX_NAME_LENGTH);
    }

    #[test]
    fn m09_address_line_omits_missing_parts() {
        let place = |name: &str| Some(Place { code: None, name: Some(name.into()) });
        let address = Address { city: Some("Chicago".into()), country: place("United States"), ..Address::default() };
        assert_eq!(address.line(), "Chicago, United States");
    }
}
