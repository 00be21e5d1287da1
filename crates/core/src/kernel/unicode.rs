//! Unicode: spellings that look the same, and characters that cannot be seen.
//!
//! Text is stored as it came. It is compared, and searched for, in the form that this module gives it.

use unicode_normalization::UnicodeNormalization as _;

/// The text in normal form C: `e` with a combining diaeresis is `ë`.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// The text as people see it: in normal form KC, without invisible characters. Wide, circled and mathematical letters
/// are plain ones.
pub fn as_seen(text: &str) -> String {
    text.nfkc().filter(|c| !is_invisible(*c)).nfc().collect()
}

/// The text in normal form C, without invisible characters.
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).nfc().collect()
}

/// The text in the form that is searched: in normal form C, without invisible characters and joiners.
pub fn searchable(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c) && !is_joiner(*c)).nfc().collect()
}

/// Whether a character cannot be seen and means nothing: zero-width blanks, soft hyphens, byte order marks, marks of
/// the writing direction, and blank letters.
///
/// The joiners U+200C and U+200D do not count: they are part of the spelling of some scripts, and of some emoji.
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180E}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0001}'
    )
}

/// Whether a character is a tag: letters that cannot be seen and name, behind a black flag, the flag of a region.
pub const fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}

/// The text with the digits 0 to 9 in place of the decimal digits of other scripts.
pub fn plain_digits(text: &str) -> String {
    /// The zeros of Arabic (two sets), `NKo`, Devanagari and its relatives, Thai, Lao, Tibetan, Myanmar, Khmer and
    /// Mongolian. Behind each stand the other nine digits.
    const ZEROS: [u32; 18] = [
        0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0,
        0x0F20, 0x1040, 0x17E0, 0x1810,
    ];
    let plain = |c: char| {
        let digit = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|digit| *digit < 10));
        digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
    };
    text.chars().map(plain).collect()
}

/// Whether a character joins others, or keeps them apart, without being seen itself.
pub const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Whether a character is a hyphen or a dash, as keyboards and word processors write them.
pub const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_that_look_the_same_are_one() {
        assert_eq!(composed("Zoe\u{308}"), "Zoë");
        assert_eq!(visible("\u{200b}Zoe\u{ad}\u{308}\u{feff}"), "Zoë");
        assert_eq!(as_seen("Ａ\u{2060}da ①"), "Ada 1");
        assert_eq!(visible("می\u{200c}خواهم"), "می\u{200c}خواهم", "a joiner is part of the spelling");
        assert_eq!(plain_digits("٠٩ ۴ १ 5a"), "09 4 1 5a");
        assert_eq!(searchable("می\u{200c}خواهم"), "میخواهم", "which not everybody types");
    }

    proptest! {
        #[test]
        fn forms_are_idempotent(text in "\\PC{0,40}") {
            for form in [composed, visible, searchable] {
                prop_assert_eq!(form(&form(&text)), form(&text));
            }
            prop_assert_eq!(visible(&as_seen(&text)), as_seen(&text));
        }
    }
}
