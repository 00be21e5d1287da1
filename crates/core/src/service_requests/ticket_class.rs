//! What a ticket of the service desk is about: the kind of request, by its type and category, and the device, by a serial
//! number in its text.

use std::collections::HashSet;

use crate::devices::Device;
use crate::kernel::normalise;

/// Most words that one printed serial number consists of.
const MAX_WORDS: usize = 5;
/// Shorter serial numbers are found in too many texts.
const MIN_SERIAL: usize = 5;

/// The type and the categories of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketClass {
    /// The type, such as `Incident`.
    pub ticket_type: Option<String>,
    /// Category, sub-category and item, as far as they are set.
    pub categories: Vec<String>,
}

/// Tickets of a kind of request: by type, by category, or by both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketMatch {
    /// The type. `None`: any.
    pub ticket_type: Option<String>,
    /// One of the categories. `None`: any.
    pub category: Option<String>,
}

impl TicketClass {
    /// Whether the ticket is of this type and category. A match without both is none.
    pub fn is(&self, of: &TicketMatch) -> bool {
        let has_type = |name: &String| self.ticket_type.as_deref().is_some_and(|it| same(it, name));
        let has_category = |name: &String| self.categories.iter().any(|it| same(it, name));
        let is_set = of.ticket_type.is_some() || of.category.is_some();
        is_set && of.ticket_type.as_ref().is_none_or(has_type) && of.category.as_ref().is_none_or(has_category)
    }

    /// Whether a category or the type has this name.
    pub fn is_named(&self, name: &str) -> bool {
        self.categories.iter().chain(&self.ticket_type).any(|it| same(it, name))
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The one of these devices whose serial number is in a text. `None` if there is none, or several.
pub fn device_in_text<'a>(text: &str, devices: &'a [Device]) -> Option<&'a Device> {
    let printed = printed(text);
    let is_printed = |serial: &String| normalise::serial(serial).is_some_and(|serial| printed.contains(&serial));
    let mut named =
        devices.iter().filter(|device| [&device.serial, &device.inverter_serial].into_iter().flatten().any(is_printed));
    named.next().filter(|_| named.next().is_none())
}

/// What may be a serial number in a text: words, and neighbours together, because some are printed with blanks and hyphens.
fn printed(text: &str) -> HashSet<String> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let all = (0..words.len()).flat_map(|from| {
        let words = &words[from..];
        (1..=MAX_WORDS.min(words.len())).filter_map(|count| normalise::serial(&words[..count].concat()))
    });
    all.filter(|serial| serial.chars().count() >= MIN_SERIAL).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn device(id: &str, serial: &str) -> Device {
        Device {
            system: "desk".to_owned(),
            external_id: id.to_owned(),
            holder: None,
            name: String::new(),
            serial: Some(serial.to_owned()),
            inverter_serial: None,
            state: None,
            product: None,
            vendor: None,
            inverter_vendor: None,
            asset_type: None,
            assigned_on: None,
            read_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn p15_the_device_of_a_ticket_is_found_by_a_serial_number_in_its_text() {
        let devices = [device("1", "HIB-A1-77"), device("2", "PACE 0002-X"), device("3", "12")];
        let found = |text: &str| device_in_text(text, &devices).map(|device| device.external_id.as_str());
        for text in ["Installation of HIB-A1-77", "hib a1 77, urgent", "HIBA177", "(HIB-A1-77)\nroof", "Ｈ I B-A1-77"]
        {
            assert_eq!(found(text), Some("1"), "{text}");
        }
        assert_eq!(found("PACE0002X"), Some("2"));
        for text in ["", "HIB-A1-778", "XHIB-A1-77", "12 panels", "HIB-A1-77 instead of PACE 0002-X"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn p09_a_ticket_is_of_a_kind_by_type_and_category() {
        let class = TicketClass {
            ticket_type: Some("Service Request".to_owned()),
            categories: vec!["Solar".to_owned(), "Installation ".to_owned()],
        };
        let of = |ticket_type: Option<&str>, category: Option<&str>| {
            class.is(&TicketMatch {
                ticket_type: ticket_type.map(ToOwned::to_owned),
                category: category.map(ToOwned::to_owned),
            })
        };
        assert!(of(Some("service request"), None) && of(None, Some("INSTALLATION")));
        assert!(of(Some("Service Request"), Some("Solar")));
        assert!(!of(Some("Incident"), Some("Solar")) && !of(Some("Service Request"), Some("Wind")) && !of(None, None));
        assert!(class.is_named("installation") && !class.is_named("Fault"));
    }
}
