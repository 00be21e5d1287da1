//! Cache of recently verified tokens.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest;
use jiff::Timestamp;
use tessera_hub::ports::BearerClaims;

/// Maximum number of tokens of a generation. Two generations are kept.
const GENERATION: usize = 8192;

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<[u8; 32], (BearerClaims, Timestamp)>,
    old: HashMap<[u8; 32], (BearerClaims, Timestamp)>,
}

/// Caches verified tokens by SHA-256, never the tokens themselves. When the cache is full, the older generation is
/// dropped.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<Generations>);

impl Recent {
    pub(super) fn key(token: &str) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        key
    }

    /// The claims of a cached token that is valid at `now`.
    pub(super) fn get(&self, key: &[u8; 32], now: Timestamp) -> Option<BearerClaims> {
        let generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (claims, until) = generations.young.get(key).or_else(|| generations.old.get(key))?;
        (now < *until).then(|| claims.clone())
    }

    /// Caches a verified token until a time.
    pub(super) fn put(&self, key: [u8; 32], claims: BearerClaims, until: Timestamp) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if generations.young.len() >= GENERATION {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(key, (claims, until));
    }
}
