//! Tokens: made so that the database alone gives none of them away.

use std::collections::BTreeSet;

use aws_lc_rs::{digest, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use tessera_core::id::{EmailChangeId, InvitationId};
use uuid::Uuid;

/// The installation's secret key. Whoever has it and the database can make invitation links; either alone is useless.
#[derive(Clone)]
pub struct SecretKey {
    key: hmac::Key,
    /// How many different characters the text has.
    variety: usize,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// The key made of a configured text, which must hold at least 32 characters. `None`: it is too short to be a secret.
    pub fn new(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret().trim();
        let variety = text.chars().collect::<BTreeSet<char>>().len();
        (text.len() >= 32).then(|| Self { key: hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()), variety })
    }

    /// Whether the text it was made of is varied enough not to be a placeholder: random hexadecimal digits are.
    pub const fn is_strong(&self) -> bool {
        self.variety >= 10
    }

    /// The token of an invitation: 256 bits that nobody without the key can tell from random ones. It is computed again when the mail is
    /// sent, so neither the database nor a waiting job holds it.
    pub fn invitation_token(&self, id: InvitationId) -> String {
        self.token_of(b"invitation:", id.0)
    }

    /// The token of the link that confirms a new e-mail address, computed again likewise.
    pub fn email_change_token(&self, id: EmailChangeId) -> String {
        self.token_of(b"email_change:", id.0)
    }

    fn token_of(&self, what: &[u8], id: Uuid) -> String {
        let message = [what, id.as_bytes().as_slice()].concat();
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, &message))
    }
}

/// SHA-256 of a token: what the database keeps.
pub fn hash(token: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    out
}

/// A fresh token of 256 random bits.
pub fn random_token() -> String {
    let mut bytes = [0; 32];
    // The system's generator does not fail once it has been seeded, which was at the start of the machine.
    if rand::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a20_tokens_depend_on_key_and_invitation_and_hide_both() {
        let key = SecretKey::new(&SecretString::from("x".repeat(32))).unwrap();
        let other = SecretKey::new(&SecretString::from("y".repeat(32))).unwrap();
        let (a, b) = (InvitationId(uuid::Uuid::from_u128(1)), InvitationId(uuid::Uuid::from_u128(2)));
        assert_eq!(key.invitation_token(a), key.invitation_token(a));
        assert_ne!(key.invitation_token(a), key.invitation_token(b));
        assert_ne!(key.invitation_token(a), other.invitation_token(a));
        assert_eq!(key.invitation_token(a).len(), 43, "256 bits");
        assert!(SecretKey::new(&SecretString::from("short")).is_none());
    }

    #[test]
    fn random_tokens_differ() {
        assert_ne!(random_token(), random_token());
    }
}
