//! Random subjects, codes and tokens: unpredictable, or reproducible from a seed for tests.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

#[derive(Debug)]
pub(super) struct Random(Mutex<StdRng>);

impl Random {
    pub(super) fn new(seed: Option<u64>) -> Self {
        Self(Mutex::new(seed.map_or_else(rand::make_rng, StdRng::seed_from_u64)))
    }

    /// 256 bits as URL-safe text, more than RFC 6749 §10.10 requires for codes and tokens.
    pub(super) fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A GUID, as used for object ids of a directory.
    pub(super) fn guid(&self) -> String {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid().to_string()
    }

    /// A password salt.
    pub(super) fn salt(&self) -> [u8; 16] {
        self.bytes()
    }

    /// A six-digit code.
    pub(super) fn digits(&self) -> String {
        let number = self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..1_000_000);
        format!("{number:06}")
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }
}
