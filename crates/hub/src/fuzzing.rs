//! Parsers of what strangers and staff send, for the fuzz targets. Each takes anything and returns.

use secrecy::SecretString;

use crate::SecretKey;

/// A table of many devices or accounts.
pub fn table(data: &[u8]) {
    const MAX_LINES: usize = 1000;
    if let Ok(rows) = crate::tables::read(data, MAX_LINES, |_| Ok(())) {
        assert!((1..=MAX_LINES).contains(&rows.len()));
    }
}

/// The token of a link, and a stored secret.
pub fn token(text: &str) {
    let Some(key) = SecretKey::new(&SecretString::from("0123456789abcdef0123456789abcdef")) else { return };
    assert!(key.unsubscribing(text).is_none(), "it was not made with this key");
    assert!(key.open(text).is_err(), "it was not encrypted with this key");
    let _ = SecretKey::named_in(text);
}
