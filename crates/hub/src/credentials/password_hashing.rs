//! Password hashing for staff and persons: bounded concurrency, and the same time for an unknown login as for a wrong
//! password.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use tokio::sync::oneshot;

use crate::HubError;
use crate::secret::random_token;
use tessera_core::credentials::password::UnusablePasswordError;

/// Number of hashing threads; further requests wait. A hash deliberately takes tens of milliseconds and 19 MiB, and in
/// a growing pool each thread would keep that much memory.
const HASHERS: usize = 2;
/// Number of requests that wait or are being hashed.
static WAITING: AtomicUsize = AtomicUsize::new(0);
/// Maximum number of waiting requests. Above it, requests are rejected at once, because their browsers would time out
/// first.
const MAX_WAITING: usize = 1_000;

/// Verifies a password against its stored hash. Without a hash the result is `false`, after the same time.
pub(crate) async fn verify(password: String, stored: Option<String>) -> Result<bool, HubError> {
    hashing(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| nobodys().to_owned());
        let right = PasswordHash::new(&stored)
            .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok());
        right && known
    })
    .await
}

/// The hash of a password: Argon2id, in PHC string format.
pub(crate) async fn make(password: String) -> Result<String, HubError> {
    hashing(move || hashed(&password)).await?
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

fn hashed(password: &str) -> Result<String, HubError> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hashed| hashed.to_string()).map_err(|error| UnusablePasswordError(error.to_string()).into())
}

/// The hash of a random password, to spend the same time on an unknown login.
fn nobodys() -> &'static str {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    NOBODYS.get_or_init(|| hashed(&random_token()).unwrap_or_default())
}
