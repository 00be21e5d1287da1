//! Signing keys and their publication (RFC 7517).

use std::path::Path;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::IdpError;

/// Errors when generating, reading or using keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Key generation failed.
    #[error("no RSA key could be generated")]
    Generate,
    /// A stored key is damaged, or a token could not be signed.
    #[error(transparent)]
    Jwt(#[from] jsonwebtoken::errors::Error),
}

/// An RSA-2048 key pair for RS256.
#[derive(Debug, Clone)]
pub(super) struct SigningKey {
    pem: String,
    private: EncodingKey,
    public: Jwk,
}

impl SigningKey {
    /// Generates a key pair.
    pub(super) fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        let der: Pkcs8V1Der<'static> = pair.as_der().map_err(|_| KeyError::Generate)?;
        Self::from_pem(format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der.as_ref())
        ))
    }

    fn from_pem(pem: String) -> Result<Self, KeyError> {
        let private = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let mut public = Jwk::from_encoding_key(&private, Algorithm::RS256)?;
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        public.common.key_id = Some(public.thumbprint(ThumbprintHash::SHA256)?);
        Ok(Self { pem, private, public })
    }

    /// The `kid`: the RFC 7638 thumbprint, which is stable across restarts.
    pub(super) fn kid(&self) -> &str {
        self.public.common.key_id.as_deref().unwrap_or_default()
    }

    /// Signs `claims` with media type `typ` and key id `kid`.
    pub(super) fn sign(&self, typ: &str, kid: &str, claims: &Map<String, Value>) -> Result<String, KeyError> {
        let mut header = Header::new(Algorithm::RS256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(kid.to_owned());
        Ok(jsonwebtoken::encode(&header, claims, &self.private)?)
    }
}

/// The published keys. The last one is used for signing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "SavedKeys", into = "SavedKeys")]
pub(super) struct KeyRing {
    keys: Vec<SigningKey>,
}

impl KeyRing {
    pub(super) fn generate() -> Result<Self, KeyError> {
        Ok(Self { keys: vec![SigningKey::generate()?] })
    }

    /// The key in a file, which is made if it does not exist. Of several processes that make it, the last one's stays; each goes on with
    /// the key that it made.
    pub(super) fn of_file(file: &Path) -> Result<Self, IdpError> {
        if let Ok(pem) = std::fs::read_to_string(file) {
            return Ok(Self { keys: vec![SigningKey::from_pem(pem)?] });
        }
        let ring = Self::generate()?;
        let unfinished = file.with_extension(format!("{}.pem", std::process::id()));
        file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(&unfinished, &ring.current()?.pem)?;
        std::fs::rename(&unfinished, file)?;
        Ok(ring)
    }

    /// The current signing key.
    pub(super) fn current(&self) -> Result<&SigningKey, KeyError> {
        self.keys.last().ok_or(KeyError::Generate)
    }

    /// Signs with `key` from now on. Old keys remain published, so that tokens signed with them remain valid.
    pub(super) fn rotate(&mut self, key: SigningKey) {
        self.keys.push(key);
    }

    /// Removes all keys except the signing key.
    pub(super) fn drop_old(&mut self) {
        self.keys.drain(..self.keys.len().saturating_sub(1));
    }

    /// All `kid`s, oldest first.
    pub(super) fn kids(&self) -> Vec<String> {
        self.keys.iter().map(|key| key.kid().to_owned()).collect()
    }

    /// The key set for `/jwks`.
    pub(super) fn published(&self) -> JwkSet {
        JwkSet { keys: self.keys.iter().map(|key| key.public.clone()).collect() }
    }

    /// The public key with this `kid`.
    pub(super) fn verifying(&self, kid: &str) -> Option<DecodingKey> {
        let key = self.keys.iter().find(|key| key.kid() == kid)?;
        DecodingKey::from_jwk(&key.public).ok()
    }
}

/// The private keys in the data file: PKCS#8 in PEM format, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct SavedKeys(Vec<String>);

impl From<KeyRing> for SavedKeys {
    fn from(ring: KeyRing) -> Self {
        Self(ring.keys.into_iter().map(|key| key.pem).collect())
    }
}

impl TryFrom<SavedKeys> for KeyRing {
    type Error = KeyError;

    fn try_from(saved: SavedKeys) -> Result<Self, KeyError> {
        if saved.0.is_empty() {
            return Self::generate();
        }
        Ok(Self { keys: saved.0.into_iter().map(SigningKey::from_pem).collect::<Result<_, _>>()? })
    }
}
