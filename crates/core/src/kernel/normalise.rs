//! Normalisation of e-mail addresses, phone numbers and serial numbers for comparison.
//!
//! Values are stored as entered and compared in normalised form. Invisible characters, which come along when an address
//! is copied from a page or a document, are no part of it.

use crate::kernel::unicode::{as_seen, composed, is_invisible, is_joiner, is_long_vowel, plain_digits};

/// Maximum length of the part of an address before the sign, in bytes.
const MAX_LOCAL_LENGTH: usize = 64;
/// Maximum length of a domain.
const MAX_DOMAIN_LENGTH: usize = 253;
/// Maximum length of an e-mail address.
pub const MAX_EMAIL_LENGTH: usize = MAX_LOCAL_LENGTH + 1 + MAX_DOMAIN_LENGTH;

/// The normalised form of an e-mail address. `None` if the text is not an address.
///
/// The whole address is lower-cased, although RFC 5321 allows case-sensitive local parts: no linked system
/// distinguishes such addresses (Freshsales rejects them as duplicates). International domains are converted to ASCII.
/// Nothing else is folded: dots and `+tags` are part of the address, and a character that is not ASCII never becomes one
/// that is. Otherwise an address that only looks like another one could take its place.
pub fn email(entered: &str) -> Option<String> {
    let entered = clean_address(entered);
    let (local, domain) = entered.rsplit_once('@')?;
    let local = folded(local);
    let local_ok = !local.is_empty()
        && local.len() <= MAX_LOCAL_LENGTH
        && !local.contains('@')
        && !local.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ',' | ';'));
    if !local_ok {
        return None;
    }
    let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else { return None };
    // A full stop behind the domain is that of the sentence, or stands for the root of all domains.
    let domain = domain.trim_end_matches('.').to_lowercase();
    let domain_ok = (1..=MAX_DOMAIN_LENGTH).contains(&domain.len()) && domain.chars().all(is_of_domain);
    domain_ok.then(|| format!("{local}@{domain}"))
}

/// Characters of a domain. The parser of web addresses allows more.
const fn is_of_domain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')
}

/// The form of an address that every mail server accepts: the local part as entered, the domain in ASCII. `None` if the
/// text is not an address, its parts are not separated by single dots (RFC 5321, `Dot-string` and `Domain`), or its
/// local part has non-ASCII characters, which many servers reject (RFC 6531).
pub fn deliverable(entered: &str) -> Option<String> {
    let compared = email(entered)?;
    let entered = clean_address(entered);
    let (local, _) = entered.rsplit_once('@')?;
    let (_, domain) = compared.rsplit_once('@')?;
    let is_of_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_of_atom);
    let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let fits = local.split('.').all(is_atom) && domain.split('.').all(is_label);
    fits.then(|| format!("{local}@{domain}"))
}

/// An address as entered, without surrounding blanks, invisible characters, and the full stop of a sentence behind it.
pub fn clean_address(entered: &str) -> String {
    clean(entered).trim_end_matches('.').to_owned()
}

/// A text as entered, without surrounding blanks and invisible characters.
pub fn clean(entered: &str) -> String {
    let seen: String = entered.chars().filter(|c| !is_invisible(*c) && !is_joiner(*c)).collect();
    seen.trim().to_owned()
}

/// Normal form C in lower case, except where that would make an ASCII character of another one.
fn folded(local: &str) -> String {
    let lower = |c: char| {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(small), None) if c.is_ascii() || !small.is_ascii() => small,
            _ => c,
        }
    };
    // A small letter can have a composed form that the capital one lacks.
    let fold = |part: &str| composed(&composed(part).chars().map(lower).collect::<String>());
    let parts = local.split_inclusive(is_ascii_when_composed).map(|part| match part.chars().next_back() {
        Some(last) if is_ascii_when_composed(last) => format!("{}{last}", fold(part.trim_end_matches(last))),
        _ => fold(part),
    });
    parts.collect()
}

/// Whether normal form C makes an ASCII character of this one: the Greek question mark, the Greek grave accent, and the
/// sign for kelvin.
const fn is_ascii_when_composed(c: char) -> bool {
    matches!(c, '\u{37e}' | '\u{1fef}' | '\u{212a}')
}

/// Minimum number of digits that identify a number.
pub const MIN_PHONE_DIGITS: usize = 4;

/// The normalised form of a phone number: digits, preceded by `+` if a country code is given (`00` counts as `+`).
/// [`phone`](crate::kernel::phone) knows which of these forms are the same number.
///
/// `None` if fewer than four digits remain, too few to identify a number.
pub fn phone(entered: &str) -> Option<String> {
    let (has_plus, digits) = dialled(entered);
    let (plus, digits) = match digits.strip_prefix("00") {
        _ if has_plus => ("+", digits.as_str()),
        Some(international) => ("+", international),
        None => ("", digits.as_str()),
    };
    (digits.len() >= MIN_PHONE_DIGITS).then(|| format!("{plus}{digits}"))
}

/// Minimum number of digits, without zeros before them, behind which a word or a comma ends a number. After fewer it stands within
/// the number: `0211, 123456`, `0049 (DE) 211 123456`.
const MIN_COMPLETE_DIGITS: usize = 7;

/// The digits of a phone number as they are dialled, without an extension, a second number or a remark behind it, and whether
/// a plus is before them.
pub fn dialled(entered: &str) -> (bool, String) {
    let entered = plain_digits(&as_seen(entered));
    // Before the number can be a word, as in `tel:+44`, and around the country code can be brackets.
    let before = entered.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    let has_plus = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '[')).ends_with('+');
    let mut digits = String::new();
    for c in entered.chars() {
        let is_complete = || digits.trim_start_matches('0').len() >= MIN_COMPLETE_DIGITS;
        match c {
            _ if c.is_ascii_digit() => digits.push(c),
            ';' | '#' if digits.len() >= MIN_PHONE_DIGITS => break,
            // The long vowel of a Japanese keyboard is a hyphen among digits.
            _ if is_long_vowel(c) => {}
            _ if (c.is_alphabetic() || c == ',') && is_complete() => break,
            _ => {}
        }
    }
    (has_plus, digits)
}

/// The normalised form of a serial number: upper-case letters and digits only, with wide and other compatible letters,
/// and digits of other scripts, replaced by plain ones. Among Latin letters, the long vowel of a Japanese keyboard is a
/// hyphen.
///
/// Some manufacturers print blanks or hyphens without meaning. The number is displayed as entered and searched without
/// them. `None` if no letter or digit remains.
pub fn serial(entered: &str) -> Option<String> {
    let seen = plain_digits(&as_seen(entered));
    let has_hyphens = seen.chars().all(|c| !c.is_alphanumeric() || c.is_ascii() || is_long_vowel(c));
    let letters = seen
        .chars()
        .flat_map(char::to_uppercase)
        .filter(|c| c.is_alphanumeric() && !(has_hyphens && is_long_vowel(*c)))
        .collect::<String>();
    // Letters that stood apart before can be composed.
    let compared = as_seen(&letters);
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
        assert_eq!(email("ada@example.com."), email("ada@example.com"), "copied with the end of the sentence");
        assert_ne!(email("jane+solar@example.com"), email("jane@example.com"));
    }

    #[test]
    fn a04_addresses_compare_equal_in_every_normal_form_and_with_invisible_characters() {
        assert_eq!(email("zoe\u{308}@example.com"), email("Zoë@example.com"));
        assert_eq!(email("ÖRG@example.com"), email("örg@example.com"));
        assert_eq!(deliverable("\u{200b}Ada@exam\u{ad}ple.com\u{feff}"), Some("Ada@example.com".into()));
        assert_eq!(email("\u{202a}ada@example.com\u{202c}"), Some("ada@example.com".into()));
    }

    #[test]
    fn a20_no_other_letter_becomes_an_ascii_letter_of_an_address() {
        assert_ne!(email("\u{212a}im@example.com"), email("kim@example.com"));
        assert_ne!(email("\u{130}da@example.com"), email("ida@example.com"));
        assert_ne!(email("\u{17f}am@example.com"), email("sam@example.com"));
        assert_ne!(email("ａda@example.com"), email("ada@example.com"));
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
    fn a11_what_no_mail_server_accepts_is_not_deliverable() {
        for text in [
            "mailto:a@b.example",
            "a@b.example;",
            "a..b@c.example",
            ".a@b.example",
            "a.@b.example",
            "a@-b.example",
            "a@b-.example",
            "a@b..example",
            "Zed <zed@b.example>",
            "a@b.example, c@d.example",
        ] {
            assert_eq!(deliverable(text), None, "{text}");
        }
        assert_eq!(deliverable("o'hara+solar_1@b-1.example"), Some("o'hara+solar_1@b-1.example".into()));
        assert_eq!(deliverable("A@b.example."), Some("A@b.example".into()), "copied with the end of the sentence");
    }

    #[test]
    fn phone_numbers_keep_their_country_code() {
        assert_eq!(phone("+27 (0)11 555-0100"), Some("+270115550100".into()));
        assert_eq!(phone("0027 11 5550100"), Some("+27115550100".into()));
        assert_eq!(phone("tel:+27-11-555-0100"), Some("+27115550100".into()));
        assert_eq!(phone("+٢٧ ١١ ٥٥٥ ٠١٠٠"), Some("+27115550100".into()));
        for text in
            ["(+27) 11 555-0100", "+(27) 11 555-0100", "[+27] 11 5550100", "Tel. +27 11 5550100", "( + 27 ) 11 5550100"]
        {
            assert_eq!(phone(text), Some("+27115550100".into()), "{text}");
        }
        assert_eq!(phone("62442"), Some("62442".into()));
        assert_eq!(phone("+27 11 555-0100 ext. 7"), Some("+27115550100".into()));
        assert_eq!(phone("n/a"), None);
        assert_eq!(phone("0000"), None, "nothing is left behind the mark of a country");
    }

    #[test]
    fn a06_serial_numbers_compare_without_blanks_and_hyphens() {
        assert_eq!(serial(" gw-5048 0001a"), Some("GW50480001A".into()));
        assert_eq!(serial("HIB-١٢٣"), serial("hib 123"), "digits of any keyboard");
        assert_eq!(serial("HIB26ー00ｰ017"), serial("HIB26-00-017"), "the hyphen of a Japanese keyboard");
        assert_ne!(serial("データ1"), serial("デタ1"), "a letter in a word");
        assert_eq!(serial("HIB26\u{2043}00\u{1806}17"), serial("HIB26-0017"));
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

        #[test]
        fn invisible_characters_are_no_part_of_any_value(
            local in "[a-zA-Z0-9.+é]{1,12}",
            number in "[0-9A-Z]{4,12}",
            hidden in "[\u{200b}\u{feff}\u{2060}\u{ad}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]{1,3}",
            at in 0_usize..12,
        ) {
            let with = |text: &str| -> String {
                let at = text.char_indices().map(|(at, _)| at).nth(at).unwrap_or(text.len());
                format!("{}{hidden}{}", &text[..at], &text[at..])
            };
            let address = format!("{local}@example.com");
            prop_assert_eq!(email(&with(&address)), email(&address));
            prop_assert_eq!(deliverable(&with(&address)), deliverable(&address));
            prop_assert_eq!(serial(&with(&number)), serial(&number));
            prop_assert_eq!(phone(&with(&number)), phone(&number));
        }

        #[test]
        fn an_address_keeps_its_characters_that_are_not_ascii(local in "[\\PC&&[^@]]{1,12}") {
            if let Some(compared) = email(&format!("{local}@example.com")) {
                let ascii = |text: &str| text.chars().filter(char::is_ascii).count();
                prop_assert!(ascii(&compared) <= ascii(&format!("{local}@example.com")), "{} {}", local, compared);
            }
        }
    }
}
