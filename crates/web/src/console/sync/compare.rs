//! A comparison of records, attribute by attribute, for a person's decision.

use tessera_core::kernel::normalise;
use tessera_core::kernel::phone::{self, Country};
use tessera_core::kernel::record::Attributes;
use tessera_core::kernel::unicode::searchable;
use tessera_hub::queries::records::StoredRecord;

use crate::pages::console::{Cell, CompareRow, Verdict};

/// Reads an attribute as entered.
type Read = fn(&Attributes) -> Option<String>;
/// Normalises a value for comparison. The value as entered is the one that is shown.
type Normal = fn(&str, Option<Country>) -> Option<String>;

/// The attributes to compare, without those that are empty in all records. Telephone numbers without a country code are
/// of `country`.
pub(crate) fn rows(
    subject: Option<&Attributes>,
    candidates: &[&StoredRecord],
    country: Option<Country>,
) -> Vec<CompareRow> {
    let lower: Normal = |text, _| Some(searchable(text.trim()).to_lowercase());
    let email: Normal = |text, _| normalise::email(text);
    let compared: [(&str, Read, Normal); 8] = [
        ("Name", |attributes| Some(attributes.title().to_owned()), lower),
        ("Primary e-mail", |attributes| attributes.primary_email().map(ToOwned::to_owned), email),
        ("Other e-mail", other_emails, lower),
        ("E-mail verified", verified, lower),
        ("Mobile", |attributes| phones(attributes).0, phone::compared),
        ("Work phone", |attributes| phones(attributes).1, phone::compared),
        ("Lifecycle stage", |attributes| of_contact(attributes).0, lower),
        ("Open deals", |attributes| of_contact(attributes).1, lower),
    ];
    let row = |(label, read, normal): (&str, Read, Normal)| {
        let value = |attributes: &Attributes| read(attributes).filter(|value| !value.is_empty());
        let subject = subject.and_then(value);
        let cells = candidates.iter().map(|record| {
            let value = value(&record.attributes);
            let same = subject.as_deref().zip(value.as_deref()).map(|(a, b)| normal(a, country) == normal(b, country));
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use tessera_core::kernel::record::{Contact, Kind, RecordKey, Requester};

    use super::*;

    #[test]
    fn h01_one_value_in_two_spellings_is_the_same() {
        let requester = Attributes::Requester(Requester {
            name: "Zoe\u{308} Example".to_owned(),
            primary_email: Some("\u{200b}zoe@example.com".to_owned()),
            mobile_phone: Some("+44 (0)7700 900123".to_owned()),
            work_phone: Some("01632 960017".to_owned()),
            ..Requester::default()
        });
        let contact = Attributes::Contact(Contact {
            name: "Zoë Example".to_owned(),
            primary_email: Some("Zoe@example.com".to_owned()),
            mobile_phone: Some("07700 900123".to_owned()),
            work_phone: Some("01632 960018".to_owned()),
            ..Contact::default()
        });
        let at = Timestamp::UNIX_EPOCH;
        let record = StoredRecord {
            key: RecordKey::new("freshsales", Kind::Contact, "1"),
            attributes: contact,
            raw: serde_json::Value::Null,
            content_hash: [0; 32],
            updated_at: None,
            first_seen_at: at,
            changed_at: at,
            read_at: at,
            gone_at: None,
            missing_since: None,
            misses: 0,
            merged_into: None,
            held_at: None,
        };
        let verdict = |country: Option<Country>, label: &str| {
            let rows = rows(Some(&requester), &[&record], country);
            let row = rows.into_iter().find(|row| row.label == label).expect("both have it");
            matches!(row.cells[0].verdict, Verdict::Same)
        };
        let gb = Country::parse("GB");
        for (label, same) in [("Name", true), ("Primary e-mail", true), ("Mobile", true), ("Work phone", false)] {
            assert_eq!(verdict(gb, label), same, "{label}");
        }
        assert!(!verdict(None, "Mobile"), "whose number it is, is not known");
    }
}
