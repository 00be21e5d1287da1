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
    /// The zeros of all scripts with decimal digits that are written today. Behind each stand the other nine digits.
    const ZEROS: [u32; 41] = [
        0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
        0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
        0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x11066, 0x11136, 0x1E140, 0x1E2F0, 0x1E950,
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
    matches!(
        c,
        '-' | '\u{058A}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2E3A}' | '\u{2E3B}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

/// Whether a character is the long vowel of Japanese, which the key of the hyphen writes on a Japanese keyboard. It is a
/// letter in a word, and a hyphen among Latin letters and digits.
pub const fn is_long_vowel(c: char) -> bool {
    matches!(c, '\u{30FC}' | '\u{FF70}')
}

/// The Latin capital that a Cyrillic or Greek letter looks like. On another keyboard, people type what they see.
pub const fn latin_lookalike(c: char) -> Option<char> {
    Some(match c {
        'А' | 'а' | 'Α' | 'α' => 'A',
        'В' | 'в' | 'Β' => 'B',
        'С' | 'с' => 'C',
        'Е' | 'е' | 'Ε' | 'ε' => 'E',
        'Н' | 'н' | 'Η' => 'H',
        'К' | 'к' | 'Κ' | 'κ' => 'K',
        'М' | 'м' | 'Μ' => 'M',
        'Ν' => 'N',
        'Р' | 'р' | 'Ρ' | 'ρ' => 'P',
        'Ѕ' | 'ѕ' => 'S',
        'Т' | 'т' | 'Τ' | 'τ' => 'T',
        'Х' | 'х' | 'Χ' | 'χ' => 'X',
        'Ү' | 'У' | 'у' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        _ => return None,
    })
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
        assert_eq!(plain_digits("᧑᱂ ꧓ 𞥔"), "12 3 4");
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
