//! Ticket numbers as people copy them from pages, subjects and e-mails of the service desk.

use crate::kernel::unicode::{as_seen, is_dash};

/// Maximum number of digits; longer numbers are no ticket's.
const MAX_DIGITS: usize = 18;
/// Length of the letters that the service desk puts before a number, as in `INC-248` and `SR-12`.
const KIND_LENGTH: std::ops::RangeInclusive<usize> = 2..=4;

/// The number of the ticket that a text names: `#248`, `INC-248`, `#INC-248`, `SR 12`. `None` if the text is anything
/// else, also if it is digits only, which can be many things.
pub fn ticket_number(typed: &str) -> Option<String> {
    let typed = as_seen(typed);
    let (marked, rest) = after_sign(typed.trim());
    let number = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let kind = rest.len() - number.len();
    let (number, named) = match number.trim_start_matches(|c: char| is_dash(c) || c == ' ') {
        bare if bare.len() < number.len() => (bare, KIND_LENGTH.contains(&kind)),
        bare => (bare, marked && (kind == 0 || KIND_LENGTH.contains(&kind))),
    };
    let (signed, number) = after_sign(number);
    let is_number = (1..=MAX_DIGITS).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    ((named || signed && KIND_LENGTH.contains(&kind)) && is_number).then(|| number.to_owned())
}

/// Whether a number sign begins the text, and what follows it.
fn after_sign(text: &str) -> (bool, &str) {
    text.strip_prefix('#').map_or((false, text), |rest| (true, rest.trim_start()))
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
