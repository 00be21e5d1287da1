//! Redaction of outside systems' texts for logs and error messages.

/// Maximum length of a redacted text, in characters.
const KEPT: usize = 200;

/// Removes e-mail addresses and control characters, and shortens the text.
pub(crate) fn redact(text: &str) -> String {
    let mut clean = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(if word.contains('@') { "[address]" } else { word });
    }
    match clean.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn addresses_and_line_breaks_do_not_get_through() {
        assert_eq!(redact("jane@example.com already\r\nexists."), "[address] already exists.");
        assert_eq!(redact(&"x".repeat(500)).chars().count(), 201);
    }
}
