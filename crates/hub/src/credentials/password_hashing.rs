//! Password hashing for staff and persons: bounded concurrency, and the same time for an unknown login as for a wrong
//! password.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use tokio::sync::oneshot;

use crate::HubError;
use crate::secret::random_token;
use tessera_core::credentials::password::{UnusablePasswordError, prepared};

/// Number of hashing threads; further requests wait. A hash deliberately takes tens of milliseconds and 19 MiB, and in
/// a growing pool each thread would keep that much memory.
const HASHERS: usize = 2;
/// Maximum number of requests that wait in each lane. Above it, requests are rejected at once, because their browsers would
/// time out first.
const MAX_WAITING: usize = 1_000;

/// Who waits for a hash. Strangers wait behind everyone who is known, so that a flood of guesses keeps nobody out who has
/// been here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// A browser that has signed in with this login before, or a user who is signed in or has a link.
    Known,
    /// Anyone else.
    Strangers,
}

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
    pub async fn verify(&self, password: String, stored: Option<String>, lane: Lane) -> Result<bool, HubError> {
        let hasher = self.clone();
        hashing(lane, move || {
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

    /// The hash of a new password. Only those who are known choose one.
    pub async fn hash(&self, password: String) -> Result<String, HubError> {
        let hasher = self.clone();
        hashing(Lane::Known, move || hasher.hashed(&prepared(&password))).await?
    }

    fn hashed(&self, password: &str) -> Result<String, HubError> {
        let hashed = self.argon2.hash_password(password.as_bytes());
        hashed.map(|hashed| hashed.to_string()).map_err(|error| UnusablePasswordError(error.to_string()).into())
    }

    fn nobodys(&self) -> &str {
        self.nobodys.get_or_init(|| self.hashed(&random_token()).unwrap_or_default())
    }
}

async fn hashing<T: Send + 'static>(lane: Lane, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HubError> {
    let (tell, told) = oneshot::channel();
    let work: Work = Box::new(move || {
        // The caller no longer waits, so the hash is not needed.
        if !tell.is_closed() {
            drop(tell.send(work()));
        }
    });
    hashers().join(lane, work)?;
    told.await.map_err(|_| HubError::Busy)
}

type Work = Box<dyn FnOnce() + Send>;

/// The lanes of the hashing threads.
#[derive(Default)]
struct Queue {
    lanes: Mutex<Lanes>,
    filled: Condvar,
}

#[derive(Default)]
struct Lanes {
    known: VecDeque<Work>,
    strangers: VecDeque<Work>,
}

impl Queue {
    fn join(&self, lane: Lane, work: Work) -> Result<(), HubError> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = match lane {
            Lane::Known => &mut lanes.known,
            Lane::Strangers => &mut lanes.strangers,
        };
        if lane.len() >= MAX_WAITING {
            return Err(HubError::Busy);
        }
        lane.push_back(work);
        self.filled.notify_one();
        Ok(())
    }

    /// Waits for the next request: of those who are known, if any waits.
    fn next(&self) -> Work {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(work) = lanes.known.pop_front() {
                return work;
            }
            if let Some(work) = lanes.strangers.pop_front() {
                return work;
            }
            lanes = self.filled.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The queue of the hashing threads, which start with the first password.
fn hashers() -> &'static Queue {
    static QUEUE: OnceLock<&'static Queue> = OnceLock::new();
    QUEUE.get_or_init(|| {
        let queue: &'static Queue = Box::leak(Box::default());
        for _ in 0..HASHERS {
            std::thread::spawn(move || {
                loop {
                    if catch_unwind(AssertUnwindSafe(queue.next())).is_err() {
                        tracing::error!("a password could not be hashed");
                    }
                }
            });
        }
        queue
    })
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
                assert!(
                    cheap.verify(typed.to_owned(), Some(hash.clone()), Lane::Known).await.unwrap(),
                    "{set:?} {typed:?}"
                );
            }
            assert!(!cheap.verify("fur Zoe 17 Apfel".to_owned(), Some(hash), Lane::Known).await.unwrap());
        }
        for set_before in [composed, decomposed] {
            let hash = cheap.hashed(set_before).unwrap();
            assert!(cheap.verify(set_before.to_owned(), Some(hash), Lane::Known).await.unwrap(), "{set_before:?}");
        }
    }

    #[tokio::test]
    async fn p03_a_hash_of_another_cost_is_verified() {
        let cheap = Passwords::new(PasswordCost { memory: 64, passes: 1 });
        let hash = cheap.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let usual = Passwords::new(PasswordCost::default());
        for (password, right) in [("correct horse", true), ("correct house", false)] {
            assert_eq!(usual.verify(password.to_owned(), Some(hash.clone()), Lane::Known).await.unwrap(), right);
        }
        assert!(!usual.verify("correct horse".to_owned(), None, Lane::Strangers).await.unwrap(), "there is no hash");
    }

    #[test]
    fn p03_those_who_are_known_do_not_wait_behind_strangers() {
        let (queue, order) = (Queue::default(), Arc::new(Mutex::new(Vec::new())));
        let join = |lane, name| {
            let order = order.clone();
            queue.join(lane, Box::new(move || order.lock().unwrap().push(name)))
        };
        for _ in 0..MAX_WAITING {
            join(Lane::Strangers, "stranger").unwrap();
        }
        assert!(matches!(join(Lane::Strangers, "stranger"), Err(HubError::Busy)), "a lane is bounded");
        join(Lane::Known, "known").expect("the lane of strangers is full, not this one");
        for _ in 0..2 {
            queue.next()();
        }
        assert_eq!(*order.lock().unwrap(), ["known", "stranger"]);
    }
}
