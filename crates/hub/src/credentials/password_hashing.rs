//! Password hashing for staff and persons: bounded concurrency, and the same time for an unknown login as for a wrong
//! password.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use tokio::sync::oneshot;

use crate::HubError;
use crate::secret::random_token;
use tessera_core::credentials::password::{UnusablePasswordError, prepared};

/// Number of hashing threads; further requests wait. A hash deliberately takes tens of milliseconds and 19 MiB, and in
/// a growing pool each thread would keep that much memory.
const HASHERS: usize = 2;
/// Number of requests that wait or are being hashed.
static WAITING: AtomicUsize = AtomicUsize::new(0);
/// Maximum number of waiting requests. Above it, requests are rejected at once, because their browsers would time out
/// first.
const MAX_WAITING: usize = 1_000;

/// Cost of hashing a password, for staff and persons. A stored hash names the cost that it was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Number of passes over the memory.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// The minimum that OWASP recommends for Argon2id.
    fn default() -> Self {
        Self { memory: 19 * 1024, passes: 2 }
    }
}

/// Hashes and verifies passwords at one cost: Argon2id, in PHC string format.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    /// The hash of a random password, to spend the same time on an unknown login.
    nobodys: Arc<OnceLock<String>>,
}

impl Passwords {
    /// With the default cost if Argon2 does not allow this one.
    pub fn new(cost: PasswordCost) -> Self {
        let params = Params::new(cost.memory, cost.passes, 1, None).unwrap_or_default();
        Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), nobodys: Arc::default() }
    }

    /// Verifies a password against its stored hash. Without a hash the result is `false`, after the same time.
    ///
    /// Passwords used to be hashed as they were typed. So one whose prepared form differs is verified in both forms.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, HubError> {
        let hasher = self.clone();
        hashing(move || {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| hasher.nobodys().to_owned());
            let is_right = |password: &str| {
                PasswordHash::new(&stored)
                    .is_ok_and(|stored| hasher.argon2.verify_password(password.as_bytes(), &stored).is_ok())
            };
            let prepared = prepared(&password);
            let right = is_right(&prepared);
            // Both are always tried, so that the time says nothing.
            let right_as_typed = prepared != password && is_right(&password);
            (right || right_as_typed) && known
        })
        .await
    }

    /// The hash of a password.
    pub async fn hash(&self, password: String) -> Result<String, HubError> {
        let hasher = self.clone();
        hashing(move || hasher.hashed(&prepared(&password))).await?
    }

    fn hashed(&self, password: &str) -> Result<String, HubError> {
        let hashed = self.argon2.hash_password(password.as_bytes());
        hashed.map(|hashed| hashed.to_string()).map_err(|error| UnusablePasswordError(error.to_string()).into())
    }

    fn nobodys(&self) -> &str {
        self.nobodys.get_or_init(|| self.hashed(&random_token()).unwrap_or_default())
    }
}

async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HubError> {
    let _waiting = Waiting::join()?;
    let (tell, told) = oneshot::channel();
    let work: Work = Box::new(move || {
        // The caller no longer waits, so the hash is not needed.
        if !tell.is_closed() {
            drop(tell.send(work()));
        }
    });
    hashers().send(work).map_err(|_| HubError::Busy)?;
    told.await.map_err(|_| HubError::Busy)
}

type Work = Box<dyn FnOnce() + Send>;

/// The queue of the hashing threads, which start with the first password.
fn hashers() -> &'static Sender<Work> {
    static QUEUE: OnceLock<Sender<Work>> = OnceLock::new();
    QUEUE.get_or_init(|| {
        let (queue, next) = channel::<Work>();
        let next = Arc::new(Mutex::new(next));
        for _ in 0..HASHERS {
            let next = next.clone();
            std::thread::spawn(move || {
                let take = || next.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok(work) = take() {
                    if catch_unwind(AssertUnwindSafe(work)).is_err() {
                        tracing::error!("a password could not be hashed");
                    }
                }
            });
        }
        queue
    })
}

/// A place in the queue, released on drop.
struct Waiting;

impl Waiting {
    fn join() -> Result<Self, HubError> {
        let waiting = Self;
        if WAITING.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING { Err(HubError::Busy) } else { Ok(waiting) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn p03_passwords_are_hashed_at_the_documented_cost_by_default() {
        let hash = Passwords::new(PasswordCost::default()).hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test]
    async fn p03_a_password_opens_in_every_spelling_of_its_letters() {
        let cheap = Passwords::new(PasswordCost { memory: 64, passes: 1 });
        let (composed, decomposed) = ("für Zoë 17\u{a0}Äpfel", "fu\u{308}r Zoe\u{308} 17 A\u{308}pfel");
        for set in [composed, decomposed] {
            let hash = cheap.hash(set.to_owned()).await.unwrap();
            for typed in [composed, decomposed] {
                assert!(cheap.verify(typed.to_owned(), Some(hash.clone())).await.unwrap(), "{set:?} {typed:?}");
            }
            assert!(!cheap.verify("fur Zoe 17 Apfel".to_owned(), Some(hash)).await.unwrap());
        }
        for set_before in [composed, decomposed] {
            let hash = cheap.hashed(set_before).unwrap();
            assert!(cheap.verify(set_before.to_owned(), Some(hash)).await.unwrap(), "{set_before:?}");
        }
    }

    #[tokio::test]
    async fn p03_a_hash_of_another_cost_is_verified() {
        let cheap = Passwords::new(PasswordCost { memory: 64, passes: 1 });
        let hash = cheap.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let usual = Passwords::new(PasswordCost::default());
        for (password, right) in [("correct horse", true), ("correct house", false)] {
            assert_eq!(usual.verify(password.to_owned(), Some(hash.clone())).await.unwrap(), right);
        }
        assert!(!usual.verify("correct horse".to_owned(), None).await.unwrap(), "there is no hash");
    }
}
