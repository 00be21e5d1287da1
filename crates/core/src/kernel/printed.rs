//! Texts of other people on a terminal: without characters that would move its cursor, change its colours, or turn the
//! direction of writing.

use std::fmt::{Display, Formatter, Result, Write};

/// A text on one line. Line breaks and tabs become spaces, so that a name cannot pass for another line of the output.
#[derive(Debug, Clone, Copy)]
pub struct OneLine<T>(pub T);

/// A text that may have several lines.
#[derive(Debug, Clone, Copy)]
pub struct Lines<T>(pub T);

impl<T: Display> Display for OneLine<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(Filter { to: f, one_line: true }, "{}", self.0)
    }
}

impl<T: Display> Display for Lines<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(Filter { to: f, one_line: false }, "{}", self.0)
    }
}

struct Filter<'a, 'b> {
    to: &'a mut Formatter<'b>,
    one_line: bool,
}

impl Write for Filter<'_, '_> {
    fn write_str(&mut self, text: &str) -> Result {
        text.chars().try_for_each(|c| {
            self.to.write_char(match c {
                '\n' | '\t' if !self.one_line => c,
                '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
                c if c.is_control() || turns(c) => char::REPLACEMENT_CHARACTER,
                c => c,
            })
        })
    }
}

/// Whether a character turns the direction of the text around it.
const fn turns(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h01_names_from_outside_cannot_control_a_terminal() {
        let name = "Ada\u{1b}[2J\u{9b}31m\nok  every check\r\u{202e}x\u{7}\t√";
        assert_eq!(OneLine(name).to_string(), "Ada\u{fffd}[2J\u{fffd}31m ok  every check \u{fffd}x\u{fffd} √");
        assert_eq!(Lines("a\u{1b}[1m\n\tb").to_string(), "a\u{fffd}[1m\n\tb");
    }
}
