//! Tokens, derived with a secret key so that the database alone reveals none of them, and texts that are encrypted with it.
//! The key can be replaced ([secret keys](../../../docs/operate/keys.md)): what is made from now on is made with the current
//! key, and what other keys made is still known.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use tessera_core::kernel::ids::{EmailChangeId, InvitationId, OneTimeLinkId, PersonId, RegistrationId};
use uuid::Uuid;

/// The installation's secret key, with other keys that were used before or will be used next. Invitation links are derived from
/// the key and the database together; either alone is useless.
#[derive(Clone)]
pub struct SecretKey {
    key: hmac::Key,
    /// Short public name of the key, which every text that it encrypted begins with.
    id: Arc<str>,
    others: Arc<[Self]>,
}

/// Why an encrypted text cannot be read. Nothing is lost: with the right key it can be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// It names a key that is not configured.
    #[error("it is encrypted with the secret key {0}, which is not configured; add this key to [[secret.other_keys]]")]
    UnknownKey(String),
    /// It names no key, and none that is configured fits; or it was damaged.
    #[error(
        "it cannot be decrypted with any configured secret key; add the key that was in use when it was saved to \
         [[secret.other_keys]]"
    )]
    NoKeyFits,
}

/// Two keys of one configuration that are the same, or whose ids are the same by accident.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two configured secret keys have the id {0}: name each key once")]
pub struct SameKeyError(String);

/// What stands between the id of a key and what it encrypted. No text of base64 contains it.
const KEY_ENDS: char = '.';
/// Maximum number of characters of an id that are shown.
const MAX_ID_LENGTH: usize = 16;
/// Minimum number of characters of the secret key.
const MIN_LENGTH: usize = 32;
/// Minimum number of different characters, which random hexadecimal digits have and placeholders do not.
const MIN_VARIETY: usize = 10;

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// Builds the key from a configured text. `None` if the text is shorter than 32 characters, or a few of them repeated.
    pub fn new(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret().trim();
        let variety = text.chars().collect::<BTreeSet<char>>().len();
        let strong = text.len() >= MIN_LENGTH && variety >= MIN_VARIETY;
        strong.then(|| Self::of(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes())))
    }

    fn of(key: hmac::Key) -> Self {
        let mut named = Self { key, id: Arc::from(""), others: Arc::from([]) };
        let [a, b, c, d, ..] = named.sign("key-id", &[]);
        named.id = Arc::from(format!("k{:08x}", u32::from_be_bytes([a, b, c, d])));
        named
    }

    /// This key as the current one, with others whose tokens and texts are still known.
    ///
    /// # Errors
    /// If a key is named twice.
    pub fn with_others(self, others: impl IntoIterator<Item = Self>) -> Result<Self, SameKeyError> {
        let mut seen = BTreeSet::from([self.id.clone()]);
        let mut known = Vec::new();
        for other in others {
            if !seen.insert(other.id.clone()) {
                return Err(SameKeyError(other.id.to_string()));
            }
            known.push(other);
        }
        Ok(Self { others: Arc::from(known), ..self })
    }

    /// Short public name of the current key. It reveals nothing of the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Names of the other keys, in the order of the configuration.
    pub fn other_ids(&self) -> Vec<String> {
        self.others.iter().map(|other| other.id.to_string()).collect()
    }

    /// All keys, the current one first.
    fn each(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.others.iter())
    }

    /// Whether one of the keys made a mark or a token. Hashes are compared, so that the time reveals nothing about the right
    /// one.
    pub fn made(&self, given: &str, mark: impl Fn(&Self) -> String) -> bool {
        let given = hash(given);
        self.each().any(|key| hash(&mark(key)) == given)
    }

    /// The token with this hash, derived with the key that was the current one then. If none fits, the current key's.
    pub(crate) fn kept(&self, token_hash: &[u8; 32], token: impl Fn(&Self) -> String) -> String {
        let mut made = self.each().map(&token);
        made.find(|made| hash(made) == *token_hash).unwrap_or_else(|| token(self))
    }

    /// The key that made the token with this hash.
    pub(crate) fn maker(&self, token_hash: &[u8; 32], token: impl Fn(&Self) -> String) -> Option<&Self> {
        self.each().find(|key| hash(&token(key)) == *token_hash)
    }

    /// Whether there is one key only.
    pub(crate) fn is_alone(&self) -> bool {
        self.others.is_empty()
    }

    /// The token of an invitation: 256 bits, indistinguishable from random without the key. It is derived again when the mail is sent, so
    /// neither the database nor a waiting job contains it.
    pub fn invitation_token(&self, id: InvitationId) -> String {
        self.token("invitation", id.0)
    }

    /// The token of a link to set a password, derived in the same way.
    pub fn one_time_token(&self, id: OneTimeLinkId) -> String {
        self.token("one-time-link", id.0)
    }

    /// The token that verifies an applicant's address, derived in the same way.
    pub fn registration_token(&self, id: RegistrationId) -> String {
        self.token("registration", id.0)
    }

    /// The token of a link that ends a person's notifications: the person, and a signature. It never expires.
    pub fn unsubscribe_token(&self, person: PersonId) -> String {
        URL_SAFE_NO_PAD.encode([&person.0.as_bytes()[..], &self.sign("unsubscribe", &[person.0.as_bytes()])].concat())
    }

    /// The person of a link that ends notifications. `None`: it was not made with this key.
    pub(crate) fn unsubscribing(&self, token: &str) -> Option<PersonId> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, _) = bytes.split_first_chunk::<16>()?;
        let person = PersonId(Uuid::from_bytes(*id));
        self.made(token, |key| key.unsubscribe_token(person)).then_some(person)
    }

    /// The TOTP secret: 160 bits, as authenticator apps expect. It is derived while it is offered, and stored encrypted once it
    /// is in use.
    pub fn factor_secret(&self, person: PersonId, key_id: Uuid) -> [u8; 20] {
        let signed = self.sign("second-factor", &[person.0.as_bytes(), key_id.as_bytes()]);
        let mut secret = [0; 20];
        secret.copy_from_slice(&signed[..20]);
        secret
    }

    /// The secrets that a second factor may have, by each key.
    pub(crate) fn factor_secrets(&self, person: PersonId, key_id: Uuid) -> Vec<[u8; 20]> {
        self.each().map(|key| key.factor_secret(person, key_id)).collect()
    }

    /// The stored forms that a recovery code may have, by each key.
    pub(crate) fn recovery_codes(&self, person: PersonId, code: &str) -> Vec<[u8; 32]> {
        self.each().map(|key| key.recovery_code(person, code)).collect()
    }

    /// Stored form of a recovery code.
    pub fn recovery_code(&self, person: PersonId, code: &str) -> [u8; 32] {
        self.sign("recovery-code", &[person.0.as_bytes(), code.as_bytes()])
    }

    /// Key of a login in failed attempts, from which the entered text cannot be recovered.
    pub fn login_mark(&self, login: &str) -> [u8; 32] {
        self.sign("login", &[login.as_bytes()])
    }

    /// Browser mark, set after a sign-in with a login. Cannot be forged without the key.
    pub fn browser_mark(&self, login: &str, chance: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.sign("browser", &[login.as_bytes(), b" ", chance.as_bytes()]))
    }

    /// Mark of a preview of the portal as a person, which is valid in one staff session. Cannot be forged without the key.
    pub fn preview_mark(&self, staff_session: &str, preview: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.sign("preview", &[staff_session.as_bytes(), b" ", preview.as_bytes()]))
    }

    /// The same for a member of staff.
    pub fn staff_browser_mark(&self, login: &str, chance: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.sign("staff-browser", &[login.as_bytes(), b" ", chance.as_bytes()]))
    }

    /// The token under which a session goes on after a form. The same form of the same browser results in the same token.
    pub(crate) fn next_session_token(&self, before: &str, form: &[u8; 32]) -> String {
        URL_SAFE_NO_PAD.encode(self.sign("next-session", &[before.as_bytes(), b" ", form]))
    }

    /// Mark of a basket of the storefront, which waits in the browser. Cannot be forged without the key.
    pub fn basket_mark(&self, basket: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.sign("basket", &[basket.as_bytes()]))
    }

    /// Signature of a link with which a member of staff chooses a password. It is valid until `expires` (seconds of Unix time)
    /// and until the account's password changes.
    pub(crate) fn staff_link_mark(&self, account: Uuid, expires: i64, password_hash: &str) -> String {
        let expires = expires.to_string();
        let parts: [&[u8]; 5] = [account.as_bytes(), b" ", expires.as_bytes(), b" ", password_hash.as_bytes()];
        URL_SAFE_NO_PAD.encode(self.sign("staff-link", &parts))
    }

    /// The token of the link that confirms a new e-mail address, derived in the same way.
    pub fn email_change_token(&self, id: EmailChangeId) -> String {
        self.token("email_change", id.0)
    }

    /// The signature of a checkpoint of the timelines, with a key used for nothing else.
    pub fn sign_checkpoint(&self, text: &str) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&self.checkpoint_key(), text.as_bytes()).as_ref());
        out
    }

    /// Verifies the signature of a checkpoint.
    pub fn signed_checkpoint(&self, text: &str, signature: &[u8; 32]) -> bool {
        self.each().any(|key| hmac::verify(&key.checkpoint_key(), text.as_bytes(), signature).is_ok())
    }

    /// Encrypts a text that is kept in the database, and names the key. `None` if the system's generator of random numbers
    /// fails.
    pub(crate) fn seal(&self, text: &str) -> Option<String> {
        let mut sealed = text.as_bytes().to_vec();
        let nonce = self.sealing_key()?.seal_in_place_append_tag(Aad::empty(), &mut sealed).ok()?;
        let mut out = nonce.as_ref().to_vec();
        out.append(&mut sealed);
        Some(format!("{}{KEY_ENDS}{}", self.id, URL_SAFE_NO_PAD.encode(out)))
    }

    /// Decrypts a text that [`SecretKey::seal`] encrypted.
    ///
    /// # Errors
    /// If it was encrypted with a key that is not configured.
    pub(crate) fn open(&self, sealed: &str) -> Result<String, UnsealError> {
        match sealed.split_once(KEY_ENDS) {
            // Before keys could be replaced, a text did not name its key.
            None => self.each().find_map(|key| key.decrypted(sealed)).ok_or(UnsealError::NoKeyFits),
            Some((id, text)) => {
                let key = self.each().find(|key| &*key.id == id);
                let key = key.ok_or_else(|| UnsealError::UnknownKey(id.chars().take(MAX_ID_LENGTH).collect()))?;
                key.decrypted(text).ok_or(UnsealError::NoKeyFits)
            }
        }
    }

    /// Whether the current key encrypted a text.
    pub(crate) fn is_current(&self, sealed: &str) -> bool {
        sealed.split_once(KEY_ENDS).is_some_and(|(id, _)| id == &*self.id)
    }

    /// The name of the key that encrypted a text, if the text says so.
    pub(crate) fn named_in(sealed: &str) -> Option<&str> {
        sealed.split_once(KEY_ENDS).map(|(id, _)| id)
    }

    fn decrypted(&self, sealed: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let (nonce, mut text) = (Nonce::try_assume_unique_for_key(nonce).ok()?, text.to_vec());
        let text = self.sealing_key()?.open_in_place(nonce, Aad::empty(), &mut text).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }

    fn sealing_key(&self) -> Option<RandomizedNonceKey> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.sign("sealed", &[])).ok()
    }

    fn checkpoint_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.sign("checkpoint", &[]))
    }

    fn token(&self, purpose: &str, id: Uuid) -> String {
        URL_SAFE_NO_PAD.encode(self.sign(purpose, &[id.as_bytes()]))
    }

    /// Signatures of different purposes never coincide: no purpose contains a colon.
    fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut signing = hmac::Context::with_key(&self.key);
        signing.update(purpose.as_bytes());
        signing.update(b":");
        for part in parts {
            signing.update(part);
        }
        let mut out = [0; 32];
        out.copy_from_slice(signing.sign().as_ref());
        out
    }
}

/// SHA-256 of a token, as stored in the database.
pub fn hash(token: &str) -> [u8; 32] {
    hash_of(token.as_bytes())
}

pub(crate) fn hash_of(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// A fresh token of 256 random bits.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// Random bytes.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The system's generator does not fail once it has been seeded, which was at the start of the machine.
    if rand::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret_key(text: &str) -> SecretKey {
        SecretKey::new(&SecretString::from(text)).unwrap()
    }

    #[test]
    fn a20_tokens_depend_on_key_and_invitation_and_hide_both() {
        let key = secret_key("0123456789abcdef0123456789abcdef");
        let other = secret_key("another key, 32 characters or more");
        let (a, b) = (InvitationId(uuid::Uuid::from_u128(1)), InvitationId(uuid::Uuid::from_u128(2)));
        assert_eq!(key.invitation_token(a), key.invitation_token(a));
        assert_ne!(key.invitation_token(a), key.invitation_token(b));
        assert_ne!(key.invitation_token(a), other.invitation_token(a));
        assert_eq!(key.invitation_token(a).len(), 43, "256 bits");
    }

    #[test]
    fn h01_a_secret_key_is_neither_short_nor_a_few_characters_repeated() {
        for weak in ["", "short", &"x".repeat(32), &"abcdefghi".repeat(8)] {
            assert!(SecretKey::new(&SecretString::from(weak)).is_none(), "{weak}");
        }
    }

    #[test]
    fn p03_what_is_derived_differs_by_purpose_person_and_key() {
        let key = secret_key("0123456789abcdef0123456789abcdef");
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_ne!(key.invitation_token(InvitationId(one)), key.one_time_token(OneTimeLinkId(one)));
        assert_ne!(key.factor_secret(PersonId(one), other), key.factor_secret(PersonId(other), one));
        assert_ne!(key.recovery_code(PersonId(one), "7K3F"), key.recovery_code(PersonId(other), "7K3F"));
        assert_ne!(key.browser_mark("ada", "1"), key.browser_mark("ben", "1"));
    }

    #[test]
    fn p03_a_sealed_text_is_read_with_the_same_key_only() {
        let key = secret_key("0123456789abcdef0123456789abcdef");
        let sealed = key.seal("ada@example.com").unwrap();
        assert_ne!(key.seal("ada@example.com"), Some(sealed.clone()));
        assert_eq!(key.open(&sealed).as_deref(), Ok("ada@example.com"));
        let other = secret_key("another key, 32 characters or more");
        assert_eq!(other.open(&sealed), Err(UnsealError::UnknownKey(key.id().to_owned())));
        assert!(other.open(&sealed).unwrap_err().to_string().contains(key.id()));
        for broken in ["", "AAAA", &sealed[1..], &format!("{sealed}A")] {
            assert!(key.open(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn h01_a_replaced_key_still_reads_and_verifies_what_it_made_and_makes_nothing_new() {
        let old = secret_key("0123456789abcdef0123456789abcdef");
        let new = secret_key("another key, 32 characters or more");
        let both = new.clone().with_others([old.clone()]).unwrap();
        assert_eq!((both.id(), both.other_ids()), (new.id(), vec![old.id().to_owned()]));
        assert_ne!(new.id(), old.id());
        let (by_old, by_new) = (old.seal("text").unwrap(), both.seal("text").unwrap());
        assert_eq!((both.open(&by_old).as_deref(), both.open(&by_new).as_deref()), (Ok("text"), Ok("text")));
        assert!(both.is_current(&by_new) && !both.is_current(&by_old) && new.open(&by_new).is_ok());
        // Without an id, as before keys could be replaced.
        let (_, unnamed) = by_old.split_once(KEY_ENDS).unwrap();
        assert_eq!(both.open(unnamed).as_deref(), Ok("text"));
        assert_eq!(new.open(unnamed), Err(UnsealError::NoKeyFits));

        let mark = |key: &SecretKey| key.basket_mark("basket");
        assert!(both.made(&mark(&old), mark) && both.made(&mark(&new), mark) && !new.made(&mark(&old), mark));
        let id = InvitationId(Uuid::from_u128(1));
        let token = |key: &SecretKey| key.invitation_token(id);
        assert_eq!(both.kept(&hash(&token(&old)), token), token(&old));
        assert_eq!(both.kept(&hash("of nobody"), token), token(&new));
        assert!(both.signed_checkpoint("text", &old.sign_checkpoint("text")));
        let person = PersonId(Uuid::from_u128(2));
        assert_eq!(both.unsubscribing(&old.unsubscribe_token(person)), Some(person));
    }

    #[test]
    fn h01_one_key_is_not_named_twice() {
        let key = secret_key("0123456789abcdef0123456789abcdef");
        let twice = key.clone().with_others([key.clone()]).unwrap_err();
        assert!(twice.to_string().contains(key.id()));
    }

    #[test]
    fn random_tokens_differ() {
        assert_ne!(random_token(), random_token());
    }
}
