//! Normalisation of e-mail addresses, phone numbers and serial numbers for comparison.
//!
//! Values are stored as entered and compared in normalised form.

/// The normalised form of an e-mail address. `None` if the text is not an address.
///
/// The whole address is lower-cased, although RFC 5321 allows case-sensitive local parts: no linked system
/// distinguishes such addresses (Freshsales rejects them as duplicates). International domains are converted to ASCII.
/// Nothing else is folded: dots and `+tags` are part of the address.
pub fn email(entered: &str) -> Option<String> {
    let entered = entered.trim();
    let (local, domain) = entered.rsplit_once('@')?;
    let local = local.to_lowercase();
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.contains('@')
        && !local.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ',' | ';'));
    if !local_ok {
        return None;
    }
    match url::Host::parse(domain).ok()? {
        url::Host::Domain(domain) if !domain.is_empty() && domain.len() <= 253 => {
            Some(format!("{local}@{}", domain.to_lowercase()))
        }
        _ => None,
    }
}

/// The form of an address that every mail server accepts: the local part as entered, the domain in ASCII. `None` if the
/// text is not an address, or its local part has non-ASCII characters, which many servers reject (RFC 6531).
pub fn deliverable(entered: &str) -> Option<String> {
    let compared = email(entered)?;
    let (local, _) = entered.trim().rsplit_once('@')?;
    let (_, domain) = compared.rsplit_once('@')?;
    local.is_ascii().then(|| format!("{local}@{domain}"))
}

/// The normalised form of a phone number: digits, preceded by `+` if a country code is given (`00` counts as `+`).
///
/// `None` if fewer than four digits remain, too few to identify a number.
pub fn phone(entered: &str) -> Option<String> {
    let entered = entered.trim();
    let digits: String = entered.chars().filter(char::is_ascii_digit).collect();
    let (plus, digits) = match digits.strip_prefix("00") {
        _ if entered.starts_with('+') => ("+", digits.as_str()),
        Some(international) => ("+", international),
        None => ("", digits.as_str()),
    };
    (digits.len() >= 4).then(|| format!("{plus}{digits}"))
}

/// The normalised form of a serial number: upper-case letters and digits only.
///
/// Some manufacturers print blanks or hyphens without meaning. The number is displayed as entered and searched without
/// them. `None` if no letter or digit remains.
pub fn serial(entered: &str) -> Option<String> {
    let compared: String = entered.chars().flat_map(char::to_uppercase).filter(|c| c.is_alphanumeric()).collect();
    (!compared.is_empty()).then_some(compared)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a04_addresses_compare_equal_regardless_of_case_blanks_and_idn_spelling() {
        assert_eq!(email("  Jane.Doe@Example.COM "), Some("jane.doe@example.com".into()));
        assert_eq!(email("a@bücher.example"), email("A@xn--bcher-kva.example"));
        assert_ne!(email("jane+solar@example.com"), email("jane@example.com"));
    }

    #[test]
    fn a04_invalid_addresses_are_rejected() {
        for text in [
            "",
            "jane",
            "@example.com",
            "jane@",
            "ja ne@example.com",
            "a@b@example.com",
            "jane@[10.0.0.1]",
            "<j@example.com>",
        ] {
            assert_eq!(email(text), None, "{text}");
        }
    }

    #[test]
    fn a11_deliverable_address_has_an_ascii_domain() {
        assert_eq!(deliverable(" Jane@Bücher.example "), Some("Jane@xn--bcher-kva.example".into()));
        assert_eq!(deliverable("jörg@example.com"), None);
    }

    #[test]
    fn phone_numbers_keep_their_country_code() {
        assert_eq!(phone("+27 (0)11 555-0100"), Some("+270115550100".into()));
        assert_eq!(phone("0027 11 5550100"), Some("+27115550100".into()));
        assert_eq!(phone("62442"), Some("62442".into()));
        assert_eq!(phone("n/a"), None);
        assert_eq!(phone("0000"), None, "nothing is left behind the mark of a country");
    }

    #[test]
    fn a06_serial_numbers_compare_without_blanks_and_hyphens() {
        assert_eq!(serial(" gw-5048 0001a"), Some("GW50480001A".into()));
        assert_eq!(serial(" - "), None);
        assert_eq!(serial("ῆ-1"), Some("Η1".into()), "an accent that only the capital letter has apart is none either");
    }

    proptest! {
        #[test]
        fn normalisation_is_idempotent(text in "\\PC{0,40}") {
            if let Some(once) = email(&text) { prop_assert_eq!(email(&once), Some(once.clone())); }
            if let Some(once) = phone(&text) { prop_assert_eq!(phone(&once), Some(once.clone())); }
            if let Some(once) = serial(&text) { prop_assert_eq!(serial(&once), Some(once.clone())); }
        }
    }
}
