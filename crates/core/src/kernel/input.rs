//! What people type into the portal's fields, made fit to be kept and shown: the rules of titles, texts and lines.
//!
//! Kept as typed, but for what nobody can see: control characters, and the marks that turn the direction of the text around them, which could
//! make a page say something else than it holds.

/// The most characters of a name.
pub const NAME: usize = 200;
/// The most characters of a title.
pub const TITLE: usize = 120;
/// The most characters of a text.
pub const BODY: usize = 20_000;
/// The most characters of a reason, which is one line.
pub const REASON: usize = 300;

/// Why something entered cannot be kept, and what to do: shown beside the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// There is nothing in it.
    #[error("Write something here")]
    Empty,
    /// It is too long.
    #[error("This is {found} characters long; {most} is the most")]
    Long {
        /// How long it is.
        found: usize,
        /// How long it may be.
        most: usize,
    },
}

/// One line: blanks around it are dropped, and those inside are made single.
pub fn line(typed: &str, most: usize) -> Result<String, InputError> {
    let shown: String = typed.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_fit(*c)).collect();
    fit(shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), most)
}

/// What somebody or something is called: one line with at least a letter or a figure.
pub fn name(typed: &str) -> Result<String, InputError> {
    line(typed, NAME)
        .and_then(|name| if name.contains(char::is_alphanumeric) { Ok(name) } else { Err(InputError::Empty) })
}

/// A line that may be left out.
pub fn optional_line(typed: &str, most: usize) -> Result<Option<String>, InputError> {
    match line(typed, most) {
        Err(InputError::Empty) => Ok(None),
        other => other.map(Some),
    }
}

/// A text of many lines.
pub fn text(typed: &str, most: usize) -> Result<String, InputError> {
    let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
    let shown: String = lines.chars().filter(|c| matches!(c, '\n' | '\t') || is_fit(*c)).collect();
    fit(shown.trim_matches('\n').trim_end().to_owned(), most)
}

fn fit(shown: String, most: usize) -> Result<String, InputError> {
    let found = shown.chars().count();
    match found {
        _ if shown.trim().is_empty() => Err(InputError::Empty),
        _ if found > most => Err(InputError::Long { found, most }),
        _ => Ok(shown),
    }
}

fn is_fit(c: char) -> bool {
    let turns = matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let invisible = matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}');
    !c.is_control() && !turns && !invisible
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p10_what_cannot_be_seen_is_not_kept() {
        assert_eq!(line("  Two\r\n words\u{202E} \u{0}here ", TITLE), Ok("Two words here".to_owned()));
        assert_eq!(text("one\r\ntwo\u{7}\n\n", BODY), Ok("one\ntwo".to_owned()));
        assert_eq!(line(" \u{200F}\t", TITLE), Err(InputError::Empty));
        assert_eq!(optional_line(" ", TITLE), Ok(None));
        assert_eq!(line("abc", 2), Err(InputError::Long { found: 3, most: 2 }));
    }

    proptest! {
        #[test]
        fn p10_what_was_kept_is_kept_again(typed in any::<String>()) {
            if let Ok(kept) = line(&typed, BODY) { prop_assert_eq!(line(&kept, BODY), Ok(kept.clone())); }
            if let Ok(kept) = text(&typed, BODY) { prop_assert_eq!(text(&kept, BODY), Ok(kept.clone())); }
        }
    }
}
