//! Ticket numbers as people copy them from pages, subjects and e-mails of the service desk.

use crate::kernel::searched::bare;
use crate::kernel::unicode::is_dash;

/// Maximum number of digits; longer numbers are no ticket's.
const MAX_DIGITS: usize = 18;
/// Length of the letters that the service desk puts before a number, as in `INC-248` and `SR-12`.
const KIND_LENGTH: std::ops::RangeInclusive<usize> = 2..=4;
/// Those that are known. Without a separator, other letters begin a serial number.
const KINDS: [&str; 6] = ["inc", "sr", "prb", "chn", "rel", "tkt"];
/// Words before a ticket's number.
const WORDS: [&str; 8] = ["ticket", "request", "incident", "case", "no", "nr", "number", "id"];

/// The number of the ticket that a text names: `#248`, `INC-248`, `[#INC-248]`, `SR 12`, `INC248`, `ticket no. 248`.
/// `None` if the text is anything else, also if it is digits only, which can be many things.
pub fn ticket_number(typed: &str) -> Option<String> {
    let text = bare(typed).to_lowercase();
    let (mut rest, mut is_named, mut has_kind) = (text.as_str(), false, false);
    loop {
        rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix('#') {
            (rest, is_named) = (behind, true);
            continue;
        }
        let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        if length == 0 {
            break;
        }
        let (word, behind) = rest.split_at(length);
        let is_separated = behind.starts_with(|c: char| is_dash(c) || matches!(c, ' ' | ':' | '#'));
        let is_kind = !has_kind && (KINDS.contains(&word) || is_separated && KIND_LENGTH.contains(&length));
        if !is_kind && !WORDS.contains(&word) {
            return None;
        }
        has_kind |= !WORDS.contains(&word);
        is_named = true;
        rest = behind.trim_start_matches(|c: char| is_dash(c) || matches!(c, ' ' | ':' | '.'));
    }
    (is_named && is_number(rest)).then(|| rest.to_owned())
}

/// The number of the ticket that a text may name: as [`ticket_number`], and digits only.
pub fn possible_ticket_number(typed: &str) -> Option<String> {
    ticket_number(typed).or_else(|| Some(bare(typed)).filter(|digits| is_number(digits)))
}

fn is_number(text: &str) -> bool {
    (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p09_other_texts_name_no_ticket() {
        for text in [
            "",
            "248",
            "#",
            "INC-",
            "GW-50480001A",
            "+44 7700",
            "HIB-A1",
            "inverter 5",
            "-248",
            "INC 2 48",
            "#1a",
            "a-1",
        ] {
            assert_eq!(ticket_number(text), None, "{text}");
        }
    }

    #[test]
    fn p09_a_ticket_is_named_as_it_stands_in_a_text() {
        for text in [
            "[#INC-247]",
            "INC247",
            "INC:247",
            "ticket 247",
            "Ticket #247.",
            "ticket no. 247",
            "no. 247",
            "#２４７",
            "(SR-247),",
            "Ticket: INC-247",
        ] {
            assert_eq!(ticket_number(text).as_deref(), Some("247"), "{text}");
        }
        for text in ["247", "247.", "２４７", " 247 ", "#247"] {
            assert_eq!(possible_ticket_number(text).as_deref(), Some("247"), "{text}");
        }
        for text in ["GW50480001", "24 7", "2026-132", "-"] {
            assert_eq!(possible_ticket_number(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn p09_a_ticket_number_is_read_however_it_is_written(
            number in 1_u64..1_000_000_000,
            text in "( ?# ?)?(INC|inc|SR|Sr|CHN|PRB|REL)( ?[-\u{2010}\u{2013}\u{2212}] ?| ){1}",
            sign in " ?# ?\u{200b}?",
        ) {
            let number = number.to_string();
            prop_assert_eq!(ticket_number(&format!("{text}{number} ")), Some(number.clone()), "{}", text);
            prop_assert_eq!(ticket_number(&format!("{sign}{number}")), Some(number), "{}", sign);
        }
    }
}
