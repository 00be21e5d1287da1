//! Tokens that were verified a moment ago.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest;
use jiff::Timestamp;
use tessera_hub::ports::BearerClaims;

/// Tokens of one generation; two generations are kept.
const GENERATION: usize = 8192;

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<[u8; 32], (BearerClaims, Timestamp)>,
    old: HashMap<[u8; 32], (BearerClaims, Timestamp)>,
}

/// Remembers verified tokens by their SHA-256, never the tokens themselves. Bounded: when full, the older half is forgotten.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<Generations>);

impl Recent {
    pub(super) fn key(token: &str) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        key
    }

    /// The claims of a token that was verified and holds at `now`.
    pub(super) fn get(&self, key: &[u8; 32], now: Timestamp) -> Option<BearerClaims> {
        let generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (claims, until) = generations.young.get(key).or_else(|| generations.old.get(key))?;
        (now < *until).then(|| claims.clone())
    }

    /// Remembers a verified token until then.
    pub(super) fn put(&self, key: [u8; 32], claims: BearerClaims, until: Timestamp) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if generations.young.len() >= GENERATION {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(key, (claims, until));
    }
}
