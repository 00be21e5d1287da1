//! Texts that stand where a secret belongs until someone enters one.

/// Words that stand for a secret, in lower case, without anything but letters and digits.
const WORDS: [&str; 40] = [
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "fillme",
    "secret",
    "mysecret",
    "yoursecret",
    "thesecret",
    "clientsecret",
    "yourclientsecret",
    "password",
    "passwort",
    "mypassword",
    "yourpassword",
    "apikey",
    "myapikey",
    "yourapikey",
    "yourkey",
    "token",
    "yourtoken",
    "example",
    "placeholder",
    "dummy",
    "default",
    "todo",
    "tbd",
    "test",
    "none",
    "null",
    "undefined",
    "admin",
    "root",
    "guest",
    "qwerty",
    "letmein",
    "123456",
    "12345678",
    "123456789",
];
/// Schemes before a secret in a header.
const SCHEMES: [&str; 4] = ["bearer", "basic", "token", "apikey"];
/// Digits at the end of a word that make it no better, as in `changeme1`.
const DIGITS: usize = 4;

/// Whether a text is a placeholder, as examples and templates have them, and no secret. A scheme before it, as in
/// `Bearer changeme`, does not count.
pub fn is_placeholder(text: &str) -> bool {
    let text = without_scheme(text.trim());
    let is_marked = [("<", ">"), ("${", "}"), ("{{", "}}"), ("[", "]"), ("%", "%")]
        .iter()
        .any(|(begin, end)| text.len() > begin.len() && text.starts_with(begin) && text.ends_with(end));
    let first = text.chars().next();
    let is_repeated = text.chars().all(|c| Some(c) == first);
    let word: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let shorter = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_numbered = word.len() - shorter.len() <= DIGITS && WORDS.contains(&shorter);
    is_marked || is_repeated || is_numbered || WORDS.contains(&word.as_str())
}

fn without_scheme(text: &str) -> &str {
    match text.split_once(' ') {
        Some((scheme, rest)) if SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) => rest.trim(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h01_what_stands_where_a_secret_belongs_is_recognised() {
        for placeholder in [
            "",
            " ",
            "changeme",
            "Change-Me!",
            "CHANGE_ME",
            "secret",
            "Password1",
            "your-api-key",
            "<your key>",
            "${API_KEY}",
            "{{ api_key }}",
            "xxxxxxxx",
            "…",
            "***",
            "Bearer changeme",
            "12345678",
            "test",
            "[key]",
        ] {
            assert!(is_placeholder(placeholder), "{placeholder}");
        }
        for secret in [
            "demo-freshservice-key",
            "a client secret",
            "any secret",
            "kX9",
            "Bearer 5f2b3c1e7a64",
            "secrets",
            "a key",
            "changemeplease",
            "test5f2b",
            "password12345",
        ] {
            assert!(!is_placeholder(secret), "{secret}");
        }
    }
}
