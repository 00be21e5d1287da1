//! Staff accounts of the console, and keys of machines.

use std::sync::OnceLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use serde::{Deserialize, Serialize};
use tessera_core::id::{ApiKeyId, StaffId};
use tessera_store::{ApplyError, Conflict, Staff};
use tokio::sync::Semaphore;

use crate::secret::{hash, random_token};
use crate::{Hub, HubError};

/// Hashing a password takes tens of milliseconds and 19 MiB on purpose: this many at once, the others wait.
static HASHERS: Semaphore = Semaphore::const_new(2);

/// What a staff session keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSession {
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
}

/// How a staff sign-in went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Signed in; this is the session's token.
    In(String),
    /// Login or password is wrong; which, is not told.
    Wrong,
}

impl Hub {
    /// Signs a member of staff in. An unknown login takes as long as a wrong password.
    pub async fn sign_in_staff(&self, login: &str, password: &str) -> Result<SignInOutcome, HubError> {
        let staff = self.store.staff(login.trim()).await?;
        let stored = staff.as_ref().map_or_else(|| nobody().to_owned(), |staff| staff.password_hash.clone());
        let password = password.to_owned();
        let right = hashing(move || verify(&password, &stored)).await?;
        let Some(staff) = staff.filter(|_| right) else { return Ok(SignInOutcome::Wrong) };
        let token = random_token();
        let now = self.env.now();
        let session = StaffSession { login: staff.login.clone(), name: staff.name };
        let owner = format!("staff:{}", staff.login);
        self.store
            .create_session(&hash(&token), &session, None, &owner, now, now + self.config.session_lifetime)
            .await?;
        Ok(SignInOutcome::In(token))
    }

    /// Which member of staff a session belongs to.
    pub async fn staff_session(&self, token: &str) -> Result<Option<StaffSession>, HubError> {
        Ok(self.store.session(&hash(token), self.env.now()).await?)
    }

    /// Makes a staff account, or sets the password of an existing one and ends its sessions.
    pub async fn put_staff(&self, login: &str, name: &str, password: &str) -> Result<(), HubError> {
        if login.trim().is_empty() || password.chars().count() < 12 {
            return Err(HubError::precondition(
                "weak_password",
                "a staff account needs a login and a password of at least 12 characters",
            ));
        }
        let password = password.to_owned();
        let password_hash = hashing(move || hash_password(&password)).await??;
        let staff = Staff {
            id: StaffId(self.env.uuid()),
            login: login.trim().to_owned(),
            name: name.to_owned(),
            password_hash,
        };
        match self.store.create_staff(&staff, self.env.now()).await {
            Err(ApplyError::Conflict(Conflict::Name)) => Ok(self.store.reset_staff(&staff).await?),
            other => Ok(other?),
        }
    }

    /// Makes a machine's key and tells it once; an older key of the same name stops working.
    pub async fn put_api_key(&self, name: &str) -> Result<String, HubError> {
        let key = format!("tsk_{}", random_token());
        self.set_api_key(name, &key).await?;
        Ok(key)
    }

    /// Makes `key` the machine's key; an older key of the same name stops working.
    pub async fn set_api_key(&self, name: &str, key: &str) -> Result<(), HubError> {
        Ok(self.store.put_api_key(ApiKeyId(self.env.uuid()), name, &hash(key), self.env.now()).await?)
    }

    /// The name of the machine that has a key.
    pub async fn api_key(&self, key: &str) -> Result<Option<String>, HubError> {
        Ok(self.store.api_key(&hash(key)).await?)
    }
}

async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HubError> {
    let _turn = HASHERS.acquire().await.map_err(|_| HubError::Busy)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| HubError::Busy)
}

fn hash_password(password: &str) -> Result<String, HubError> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed
        .map(|hashed| hashed.to_string())
        .map_err(|error| HubError::precondition("unusable_password", error.to_string()))
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}

/// The hash of a password that nobody has, to spend the same time on a login that nobody has.
fn nobody() -> &'static str {
    static NOBODY: OnceLock<String> = OnceLock::new();
    NOBODY.get_or_init(|| hash_password(&random_token()).unwrap_or_default())
}
