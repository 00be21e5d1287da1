//! What people type, or paste, into a search for a number or an address: with the word before it, in brackets, with the
//! full stop of a sentence, with dashes and digits of any keyboard.

use crate::kernel::unicode::{as_seen, is_dash, plain_digits};

/// Marks that stand around a number in a text, and do not belong to it.
const AROUND: &[char] = &[
    '(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '“', '”', '„', '‘', '’', '«', '»', '.', ',', ';', ':', '!', '?',
];
/// Words for numbers of any kind.
const NUMBER_WORDS: [&str; 5] = ["no", "nr", "num", "number", "id"];
/// Characters that separate a word from its number.
const fn separates(c: char) -> bool {
    is_dash(c) || matches!(c, ' ' | ':' | '.' | '=' | '#')
}

/// The text as people see it, with plain dashes and digits, without the marks around it.
pub fn bare(typed: &str) -> String {
    let plain = plain_digits(&as_seen(typed));
    let plain: String = plain.chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    let is_around = |c: char| c.is_whitespace() || AROUND.contains(&c);
    plain.trim_matches(is_around).to_owned()
}

/// A number without number signs and the words before it: `Invoice no. 2026-132` is `2026-132`. A word counts only if
/// something separates it from the number.
pub fn number(typed: &str, words: &[&str]) -> String {
    let text = bare(typed);
    let mut rest = text.as_str();
    loop {
        rest = rest.trim_start_matches(|c: char| c == '#' || c.is_whitespace());
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(length);
        let word = word.to_lowercase();
        let is_word = words.contains(&word.as_str()) || NUMBER_WORDS.contains(&word.as_str());
        let behind = behind.trim_start_matches(separates);
        if !is_word || behind.len() + length == rest.len() || behind.is_empty() {
            return rest.to_owned();
        }
        rest = behind;
    }
}

/// The e-mail address in a text: `mailto:jo@example.com`, `Jo <jo@example.com>`, `jo＠example.com`. `None` if there is no
/// `@`. The rest is as typed: an address is compared by [`normalise::email`](crate::kernel::normalise::email).
pub fn address(typed: &str) -> Option<String> {
    let typed = typed.replace(['\u{ff20}', '\u{fe6b}'], "@");
    let within = typed.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(within, _)| within);
    let text = within.filter(|within| within.contains('@')).unwrap_or(&typed).trim();
    let text = match text.split_once(':') {
        Some((scheme, rest)) if scheme.trim().eq_ignore_ascii_case("mailto") => {
            rest.split('?').next().unwrap_or_default()
        }
        _ => text,
    };
    let text = text.trim_matches(|c: char| c.is_whitespace() || (AROUND.contains(&c) && c != '.'));
    text.contains('@').then(|| text.to_owned())
}

/// A telephone number without the word before it and the extension behind it: `tel:+44-1632-960000;ext=2` is
/// `+44-1632-960000`.
pub fn phone(typed: &str) -> String {
    let text = plain_digits(&as_seen(typed));
    let text = text.split(';').next().unwrap_or_default().trim();
    let length = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, behind) = text.split_at(length);
    let text = match word.to_lowercase().as_str() {
        "tel" | "telephone" | "phone" | "mobile" | "fax" => behind.trim_start_matches([' ', ':', '.']),
        _ => text,
    };
    let Some(end) = text.find(|c: char| c.is_alphabetic() || c == '#') else { return text.to_owned() };
    let (number, behind) = text.split_at(end);
    let word: String = behind.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let is_extension = matches!(word.as_str(), "" | "x" | "ext" | "extn" | "extension");
    let has_number = number.chars().filter(char::is_ascii_digit).count() >= 4;
    if is_extension && has_number { number.trim_end().to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn h01_addresses_are_found_in_what_is_pasted() {
        for typed in [
            "jo@example.com",
            " mailto:jo@example.com?subject=Hello",
            "MAILTO:jo@example.com",
            "Jo Meyer <jo@example.com>",
            "\"Meyer, Jo\" <jo@example.com>;",
            "<jo@example.com>,",
            "jo\u{ff20}example.com",
        ] {
            assert_eq!(address(typed).as_deref(), Some("jo@example.com"), "{typed}");
        }
        assert_eq!(address("jo@example.com.").as_deref(), Some("jo@example.com."), "the beginning of an address");
        assert_eq!(address("Jo <Meyer>"), None);
    }

    #[test]
    fn h01_telephone_numbers_are_found_in_what_is_pasted() {
        for typed in [
            "tel:+44 1632 960000",
            "Tel.: +44 1632 960000",
            "+44 1632 960000 ext 2",
            "+44 1632 960000 x2",
            "+44 1632 960000 Ext. 2",
            "+44 1632 960000 #2",
            "tel:+44 1632 960000;ext=2",
            "+٤٤ ١٦٣٢ ٩٦٠٠٠٠",
            "+۴۴ ۱۶۳۲ ۹۶۰۰۰۰",
            "＋４４ １６３２ ９６００００",
        ] {
            assert_eq!(phone(typed), "+44 1632 960000", "{typed}");
        }
        assert_eq!(phone("GW-5048x"), "GW-5048x", "a serial number is none");
    }

    proptest! {
        #[test]
        fn h01_a_number_is_read_however_it_is_written(
            before in "(Invoice|invoice|INVOICE)? ?(no|No|nr|number)?[.:]? ?#?",
            opening in "[\\[(\"“]?",
            dash in "[-\u{2010}-\u{2015}\u{2212}]",
            closing in "[\\])\"”]?[.,;!?]? ?",
            serial in 1_u32..100_000,
        ) {
            let spaced = if before.ends_with(char::is_alphabetic) { format!("{before} ") } else { before };
            let typed = format!("{opening}{spaced}2026{dash}{serial}{closing}");
            let read = number(&typed, &["invoice"]);
            // A word that runs into the next one is none.
            if !typed.to_lowercase().contains("invoicen") {
                prop_assert_eq!(read, format!("2026-{serial}"), "{}", typed);
            }
        }

        #[test]
        fn h01_the_bare_form_is_idempotent(typed in "\\PC{0,30}") {
            prop_assert_eq!(bare(&bare(&typed)), bare(&typed));
        }
    }
}
