//! A comparison of records, attribute by attribute, for a person's decision.

use tessera_core::kernel::normalise;
use tessera_core::kernel::record::Attributes;
use tessera_hub::queries::records::StoredRecord;

use crate::pages::console::{Cell, CompareRow, Verdict};

/// Reads an attribute as entered.
type Read = fn(&Attributes) -> Option<String>;
/// Normalises a value for comparison. The value as entered is the one that is shown.
type Normal = fn(&str) -> Option<String>;

/// The attributes to compare, without those that are empty in all records.
pub(crate) fn rows(subject: Option<&Attributes>, candidates: &[&StoredRecord]) -> Vec<CompareRow> {
    let lower: Normal = |text| Some(text.trim().to_lowercase());
    let compared: [(&str, Read, Normal); 8] = [
        ("Name", |attributes| Some(attributes.title().to_owned()), lower),
        ("Primary e-mail", |attributes| attributes.primary_email().map(ToOwned::to_owned), normalise::email),
        ("Other e-mail", other_emails, lower),
        ("E-mail verified", verified, lower),
        ("Mobile", |attributes| phones(attributes).0, normalise::phone),
        ("Work phone", |attributes| phones(attributes).1, normalise::phone),
        ("Lifecycle stage", |attributes| of_contact(attributes).0, lower),
        ("Open deals", |attributes| of_contact(attributes).1, lower),
    ];
    let row = |(label, read, normal): (&str, Read, Normal)| {
        let value = |attributes: &Attributes| read(attributes).filter(|value| !value.is_empty());
        let subject = subject.and_then(value);
        let cells = candidates.iter().map(|record| {
            let value = value(&record.attributes);
            let same = subject.as_deref().zip(value.as_deref()).map(|(a, b)| normal(a) == normal(b));
            let verdict = match same {
                Some(true) => Verdict::Same,
                Some(false) => Verdict::Differs,
                None => Verdict::Unknown,
            };
            Cell { value, verdict }
        });
        CompareRow { label: label.to_owned(), cells: cells.collect(), subject }
    };
    let says_something = |row: &CompareRow| row.subject.is_some() || row.cells.iter().any(|cell| cell.value.is_some());
    compared.into_iter().map(row).filter(says_something).collect()
}

/// Secondary e-mail addresses.
fn other_emails(attributes: &Attributes) -> Option<String> {
    match attributes {
        Attributes::Requester(requester) => Some(requester.secondary_emails.join(", ")),
        Attributes::Contact(contact) => Some(contact.other_emails.join(", ")),
        Attributes::Account(account) => account.contact.as_ref().and_then(|contact| contact.email.clone()),
        Attributes::Asset(_) | Attributes::User(_) => None,
    }
}

/// Whether an identity provider verified the address; `None` for systems that do not verify addresses.
fn verified(attributes: &Attributes) -> Option<String> {
    match attributes {
        Attributes::User(user) => Some(if user.email_verified { "yes" } else { "no" }.to_owned()),
        Attributes::Requester(_) | Attributes::Contact(_) | Attributes::Asset(_) | Attributes::Account(_) => None,
    }
}

/// Mobile and work phone.
fn phones(attributes: &Attributes) -> (Option<String>, Option<String>) {
    match attributes {
        Attributes::Requester(requester) => (requester.mobile_phone.clone(), requester.work_phone.clone()),
        Attributes::Contact(contact) => (contact.mobile_phone.clone(), contact.work_phone.clone()),
        Attributes::Account(account) => (account.phone.clone(), None),
        Attributes::Asset(_) | Attributes::User(_) => (None, None),
    }
}

/// Attributes that only contacts have: lifecycle stage and open deals.
fn of_contact(attributes: &Attributes) -> (Option<String>, Option<String>) {
    match attributes {
        Attributes::Contact(contact) => {
            (contact.lifecycle_stage.clone(), contact.open_deals.map(|count| count.to_string()))
        }
        _ => (None, None),
    }
}
