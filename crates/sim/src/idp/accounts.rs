//! Accounts at this provider: local ones with a password, and "social" ones of another provider.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// PBKDF2 iterations: enough to keep demo passwords unreadable in the data file, few because nothing here needs more
/// protection.
const ROUNDS: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

/// An account. Local and social accounts with the same e-mail are different accounts with different subjects.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// Subject: a permanent GUID, like an `objectId` in B2C.
    pub sub: String,
    /// E-mail address as entered.
    pub email: String,
    /// Whether the person has proved control of the mailbox (OIDC Core §5.1).
    pub email_verified: bool,
    /// Full name.
    pub name: String,
    /// Domain of the social provider, e.g. `pigeon.example`; `None` for a local account.
    pub idp: Option<String>,
    /// Further claims in every token: groups, for example.
    #[serde(default)]
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// Time of creation.
    pub created_at: Timestamp,
    password: Option<PasswordHash>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct PasswordHash {
    salt: String,
    hash: String,
}

/// Data of a new account.
#[derive(Debug, Clone, Default)]
pub(super) struct NewAccount {
    pub(super) sub: String,
    pub(super) email: String,
    pub(super) email_verified: bool,
    pub(super) name: String,
    pub(super) idp: Option<String>,
    pub(super) claims: serde_json::Map<String, serde_json::Value>,
    /// The password, and the salt to hash it with.
    pub(super) password: Option<(String, [u8; 16])>,
}

/// The e-mail address (at the same provider) or the subject already has an account.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken;

/// All accounts, in order of creation.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Accounts(Vec<Account>);

impl Accounts {
    pub(super) fn add(&mut self, new: NewAccount, now: Timestamp) -> Result<Account, Taken> {
        if self.find(new.idp.as_deref(), &new.email).is_some() || self.by_sub(&new.sub).is_some() {
            return Err(Taken);
        }
        let account = Account {
            sub: new.sub,
            email: new.email,
            email_verified: new.email_verified,
            name: new.name,
            idp: new.idp,
            claims: new.claims,
            created_at: now,
            password: new.password.map(|(password, salt)| PasswordHash::of(&password, &salt)),
        };
        self.0.push(account.clone());
        Ok(account)
    }

    /// The account with this e-mail address, ignoring case, at the social provider `idp`, or the local one.
    pub(super) fn find(&self, idp: Option<&str>, email: &str) -> Option<&Account> {
        let email = email.trim().to_lowercase();
        self.0.iter().find(|account| account.idp.as_deref() == idp && account.email.to_lowercase() == email)
    }

    pub(super) fn by_sub(&self, sub: &str) -> Option<&Account> {
        self.0.iter().find(|account| account.sub == sub)
    }

    pub(super) fn by_sub_mut(&mut self, sub: &str) -> Option<&mut Account> {
        self.0.iter_mut().find(|account| account.sub == sub)
    }

    /// The local account with this e-mail address, if the password is correct.
    pub(super) fn authenticate(&self, email: &str, password: &str) -> Option<&Account> {
        self.find(None, email).filter(|account| account.password.as_ref().is_some_and(|hash| hash.matches(password)))
    }

    pub(super) fn all(&self) -> &[Account] {
        &self.0
    }
}

impl PasswordHash {
    fn of(password: &str, salt: &[u8]) -> Self {
        let mut hash = [0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, password.as_bytes(), &mut hash);
        Self { salt: STANDARD.encode(salt), hash: STANDARD.encode(hash) }
    }

    fn matches(&self, password: &str) -> bool {
        let (Ok(salt), Ok(hash)) = (STANDARD.decode(&self.salt), STANDARD.decode(&self.hash)) else {
            return false;
        };
        pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &hash).is_ok()
    }
}
