//! Secrets that callers present: of webhooks, policies and marketplaces.

use std::collections::BTreeSet;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret, SecretString};
use tessera_core::kernel::placeholder::is_placeholder;

use crate::secret::hash_of;

/// Minimum number of characters.
const MIN_LENGTH: usize = 16;
/// Minimum number of different characters, so that it is no placeholder.
const MIN_VARIETY: usize = 8;

/// A secret that a caller has to present. None is empty or short, so an interface without one is closed, not open.
/// It is neither printed nor serialized.
#[derive(Clone)]
pub struct Secret(SecretString);

/// Why a text is no [`Secret`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it needs at least {MIN_LENGTH} characters, {MIN_VARIETY} of them different; make one with `openssl rand -hex 32`"
)]
pub struct WeakSecretError;

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A configured secret.
    ///
    /// # Errors
    /// If it could be guessed.
    pub fn new(text: &str) -> Result<Self, WeakSecretError> {
        let different = text.chars().collect::<BTreeSet<char>>().len();
        let strong = text.chars().count() >= MIN_LENGTH && different >= MIN_VARIETY && !is_placeholder(text);
        strong.then(|| Self(SecretString::from(text))).ok_or(WeakSecretError)
    }

    /// Whether a caller has presented it. Hashes are compared, so that the time depends neither on its length nor on how
    /// much of it is right.
    pub fn matches(&self, presented: &[u8]) -> bool {
        verify_slices_are_equal(&hash_of(self.0.expose_secret().as_bytes()), &hash_of(presented)).is_ok()
    }

    /// The message, for the caller's developers.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h01_a_presented_secret_is_never_empty_short_or_one_character_repeated() {
        for weak in
            ["", " ", "short", "fifteen letters", &"x".repeat(32), "abcabcabcabcabcabcabc", "your-client-secret"]
        {
            assert_eq!(Secret::new(weak).err(), Some(WeakSecretError), "{weak}");
        }
        let secret = Secret::new("0123456789abcdef").unwrap();
        assert!(secret.matches(b"0123456789abcdef"));
        for other in [&b""[..], b"0123456789abcde", b"0123456789abcdef0"] {
            assert!(!secret.matches(other));
        }
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "Secret(…) Some(Secret(…))");
    }
}
