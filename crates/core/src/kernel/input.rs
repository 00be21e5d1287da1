//! Validation and clean-up of what people enter in the portal: titles, texts and single lines.
//!
//! Input is stored as typed, except for invisible characters: control characters, zero-width blanks, and bidirectional
//! marks, with which a page could display something other than the stored text.

use crate::kernel::normalise;
use crate::kernel::unicode::{is_invisible, is_joiner, is_tag};

/// Maximum length of a name, in characters.
pub const NAME: usize = 200;
/// Maximum length of a title, in characters.
pub const TITLE: usize = 120;
/// Maximum length of a text, in characters.
pub const BODY: usize = 20_000;
/// Maximum length of a telephone number, in characters.
pub const PHONE: usize = 40;
/// Maximum length of a reason (one line), in characters.
pub const REASON: usize = 300;

/// Validation error of an input field, shown beside the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The input is empty.
    #[error("Write something here")]
    Empty,
    /// The input is too long.
    #[error("This is {found} characters long; {most} is the most")]
    Long {
        /// Length of the input.
        found: usize,
        /// Maximum length.
        most: usize,
    },
}

/// A single line. Leading and trailing blanks are removed, repeated blanks collapsed.
pub fn line(typed: &str, most: usize) -> Result<String, InputError> {
    let shown: String = typed.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_fit(*c)).collect();
    fit(shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), most)
}

/// A name: one line that contains at least one letter or digit.
pub fn name(typed: &str) -> Result<String, InputError> {
    line(typed, NAME)
        .and_then(|name| if name.contains(char::is_alphanumeric) { Ok(name) } else { Err(InputError::Empty) })
}

/// An optional single line.
pub fn optional_line(typed: &str, most: usize) -> Result<Option<String>, InputError> {
    match line(typed, most) {
        Err(InputError::Empty) => Ok(None),
        other => other.map(Some),
    }
}

/// An e-mail address as entered, without invisible characters. `None` if mail cannot be sent to it.
pub fn email(typed: &str) -> Option<String> {
    normalise::deliverable(typed).map(|_| normalise::clean_address(typed))
}

/// What was entered is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPhone;

/// An optional telephone number as entered.
///
/// # Errors
/// It has too few digits, or is too long.
pub fn optional_phone(typed: &str) -> Result<Option<String>, NoPhone> {
    let phone = optional_line(typed, PHONE).map_err(|_| NoPhone)?;
    let is_one = phone.as_deref().is_none_or(|phone| normalise::phone(phone).is_some());
    if is_one { Ok(phone) } else { Err(NoPhone) }
}

/// A multi-line text.
pub fn text(typed: &str, most: usize) -> Result<String, InputError> {
    let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
    let shown: String = lines.chars().filter(|c| matches!(c, '\n' | '\t') || is_fit(*c)).collect();
    fit(shown.trim_matches('\n').trim_end().to_owned(), most)
}

/// An optional multi-line text.
pub fn optional_text(typed: &str, most: usize) -> Result<Option<String>, InputError> {
    match text(typed, most) {
        Err(InputError::Empty) => Ok(None),
        other => other.map(Some),
    }
}

fn fit(shown: String, most: usize) -> Result<String, InputError> {
    let found = shown.chars().count();
    match found {
        _ if !shown.chars().any(is_seen) => Err(InputError::Empty),
        _ if found > most => Err(InputError::Long { found, most }),
        _ => Ok(shown),
    }
}

/// Whether a character is seen by itself. Joiners, tags and variation selectors belong to others, and U+2800 is a blank.
fn is_seen(c: char) -> bool {
    let belongs = is_joiner(c) || is_tag(c) || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
    is_fit(c) && !c.is_whitespace() && !belongs && c != '\u{2800}'
}

fn is_fit(c: char) -> bool {
    !c.is_control() && !is_invisible(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p10_input_drops_invisible_characters() {
        assert_eq!(line("  Two\r\n words\u{202E} \u{0}here ", TITLE), Ok("Two words here".to_owned()));
        assert_eq!(text("one\r\ntwo\u{7}\n\n", BODY), Ok("one\ntwo".to_owned()));
        assert_eq!(line(" \u{200F}\t", TITLE), Err(InputError::Empty));
        assert_eq!(line("Ada\u{200B} Love\u{AD}lace\u{3164}", TITLE), Ok("Ada Lovelace".to_owned()));
        for nothing in ["\u{3164}", "\u{115F}\u{1160}", "\u{FFA0}", "\u{200B}\u{2060}", "\u{200D}"] {
            assert_eq!(name(nothing), Err(InputError::Empty), "a letter that cannot be seen is none");
        }
        assert_eq!(optional_line(" ", TITLE), Ok(None));
        assert_eq!(optional_text("\u{200B}\n\u{3164}", BODY), Ok(None));
        assert_eq!(email("\u{200B}Ada@exam\u{AD}ple.com "), Some("Ada@example.com".to_owned()));
        assert_eq!(email("a..b@example.com"), None);
        assert_eq!(optional_phone(" +44\u{200B} 1632 960000 "), Ok(Some("+44 1632 960000".to_owned())));
        assert_eq!(optional_phone(" "), Ok(None));
        assert!(["call me", "+", "123", &"1".repeat(41)].iter().all(|typed| optional_phone(typed).is_err()));
        assert_eq!(line("abc", 2), Err(InputError::Long { found: 3, most: 2 }));
    }

    proptest! {
        #[test]
        fn p10_what_cannot_be_seen_is_no_input(
            typed in "[ \t\n\u{a0}\u{3000}\u{200b}\u{200d}\u{3164}\u{ffa0}\u{feff}\u{2060}\u{202e}\u{fe0f}\u{2800}\u{e0041}]{0,8}",
        ) {
            prop_assert_eq!(line(&typed, BODY), Err(InputError::Empty));
            prop_assert_eq!(text(&typed, BODY), Err(InputError::Empty));
            let seen = format!("{typed}a");
            prop_assert!(line(&seen, BODY).is_ok());
        }

        #[test]
        fn p10_input_normalisation_is_idempotent(typed in any::<String>()) {
            if let Ok(kept) = line(&typed, BODY) { prop_assert_eq!(line(&kept, BODY), Ok(kept.clone())); }
            if let Ok(kept) = text(&typed, BODY) { prop_assert_eq!(text(&kept, BODY), Ok(kept.clone())); }
        }
    }
}
