//! Keys and tokens of a fake issuer.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, AlgorithmFamily, EncodingKey, Header};
use serde_json::{Value, json};

/// A key pair with a name.
#[derive(Clone)]
pub struct Key {
    pub kid: &'static str,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl Key {
    pub fn es256(kid: &'static str) -> Self {
        Self::of(kid, Algorithm::ES256)
    }

    pub fn rs256(kid: &'static str) -> Self {
        Self::of(kid, Algorithm::RS256)
    }

    pub fn of(kid: &'static str, algorithm: Algorithm) -> Self {
        let rng = aws_lc_rs::rand::SystemRandom::new();
        let ec = |curve| EcdsaKeyPair::generate_pkcs8(curve, &rng).unwrap();
        let private = match algorithm.family() {
            AlgorithmFamily::Rsa => {
                let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
                let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
                let text = STANDARD.encode(der.as_ref());
                let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
                EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
            }
            AlgorithmFamily::Ec if algorithm == Algorithm::ES384 => {
                EncodingKey::from_ec_der(ec(&ECDSA_P384_SHA384_FIXED_SIGNING).as_ref())
            }
            AlgorithmFamily::Ec => EncodingKey::from_ec_der(ec(&ECDSA_P256_SHA256_FIXED_SIGNING).as_ref()),
            AlgorithmFamily::Ed => EncodingKey::from_ed_der(Ed25519KeyPair::generate_pkcs8v1(&rng).unwrap().as_ref()),
            AlgorithmFamily::Hmac => panic!("a shared secret is no key pair"),
        };
        Self { kid, algorithm, private }
    }

    /// The public part, as a provider publishes it.
    pub fn public(&self) -> Value {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.private, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_as("JWT", claims)
    }

    /// Signs a token of a type (`typ`).
    pub fn sign_as(&self, typ: &str, claims: &Value) -> String {
        let (typ, kid) = (Some(typ.to_owned()), Some(self.kid.to_owned()));
        let header = Header { typ, kid, ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

/// The key set of these keys, plus one of an unknown type.
pub fn key_set(keys: &[&Key]) -> Value {
    let mut all: Vec<Value> = keys.iter().map(|key| key.public()).collect();
    all.push(json!({ "kty": "FUTURE", "kid": "x" }));
    json!({ "keys": all })
}

/// An unsigned token.
pub fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(claims))
}

/// A token signed with a shared secret.
pub fn hs256(claims: &Value, secret: &str, kid: &str) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}
