//! A device with passkeys (`WebAuthn` level 3, the parts of browser and authenticator), which can also be made to
//! misbehave.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const NEW_KEY: u8 = 0x40;

/// A device.
pub struct Device {
    /// The origin of the site in its browser.
    pub origin: String,
    /// The site to sign for. `None`: the site that asks.
    pub site: Option<String>,
    /// Whether its owner unlocks it.
    pub unlocked: bool,
    /// The signature counter. `None`: the device has no counter.
    pub counter: Option<u32>,
    /// Whether it names the owner of a passkey even if a specific passkey was requested.
    pub tells: bool,
    /// Its passkeys.
    pub passkeys: Vec<OnDevice>,
}

/// A passkey on a device.
pub struct OnDevice {
    /// Credential id.
    pub id: Vec<u8>,
    /// User handle of the owner.
    pub handle: Vec<u8>,
    key: EcdsaKeyPair,
}

impl Device {
    /// A device whose browser shows this site.
    pub fn at(origin: &str) -> Self {
        let passkeys = Vec::new();
        Self { origin: origin.to_owned(), site: None, unlocked: true, counter: Some(0), tells: false, passkeys }
    }

    /// Creates a passkey for a challenge and signs it.
    pub fn create(&mut self, asked: &Value) -> String {
        let options = &asked["publicKey"];
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required", "{options}");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required", "{options}");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref()[..20].to_vec();
        let handle = bytes(&options["user"]["id"]);
        self.passkeys.push(OnDevice { id, handle, key });
        self.show(asked)
    }

    /// Shows its newest passkey as the one that was made for what is asked.
    pub fn show(&self, asked: &Value) -> String {
        let options = &asked["publicKey"];
        let OnDevice { id, key, .. } = self.passkeys.last().unwrap();
        let data = self.data(&options["rp"]["id"], NEW_KEY, &attested(id, key));
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        let client = self.client("webauthn.create", &options["challenge"]);
        let response = json!({ "attestationObject": BASE64.encode(object), "clientDataJSON": BASE64.encode(client) });
        answer(id, response, json!({ "credProps": { "rk": true } }))
    }

    /// Signs a challenge with a passkey of this device: the requested one, or the newest.
    pub fn get(&mut self, asked: &Value) -> String {
        let options = &asked["publicKey"];
        let allowed: Vec<_> =
            options["allowCredentials"].as_array().unwrap().iter().map(|one| bytes(&one["id"])).collect();
        let any = allowed.is_empty();
        let found = self.passkeys.iter().rposition(|passkey| any || allowed.contains(&passkey.id));
        self.sign(asked, found.expect("the device has a passkey that is asked for"))
    }

    /// Signs a challenge with this passkey, whichever was requested.
    pub fn sign(&mut self, asked: &Value, which: usize) -> String {
        let options = &asked["publicKey"];
        self.counter = self.counter.map(|counter| counter + 1);
        let data = self.data(&options["rpId"], 0, &[]);
        let client = self.client("webauthn.get", &options["challenge"]);
        let passkey = &self.passkeys[which];
        let signed = [&data, digest(&SHA256, &client).as_ref()].concat();
        let signature = passkey.key.sign(&SystemRandom::new(), &signed).unwrap();
        let mut response = json!({
            "authenticatorData": BASE64.encode(data),
            "clientDataJSON": BASE64.encode(client),
            "signature": BASE64.encode(signature.as_ref()),
        });
        if self.tells || options["allowCredentials"].as_array().is_none_or(Vec::is_empty) {
            response["userHandle"] = json!(BASE64.encode(&passkey.handle));
        }
        answer(&passkey.id, response, json!({}))
    }

    fn data(&self, site: &Value, flags: u8, more: &[u8]) -> Vec<u8> {
        let site = self.site.as_deref().unwrap_or_else(|| site.as_str().unwrap());
        let mut data = digest(&SHA256, site.as_bytes()).as_ref().to_vec();
        data.push(PRESENT | flags | if self.unlocked { VERIFIED } else { 0 });
        data.extend(self.counter.unwrap_or_default().to_be_bytes());
        data.extend(more);
        data
    }

    fn client(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }
}

/// Attested credential data without an AAGUID: the id, and the public key in COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
fn attested(id: &[u8], key: &EcdsaKeyPair) -> Vec<u8> {
    let point = key.public_key().as_ref();
    let mut data = vec![0; 16];
    data.extend(u16::try_from(id.len()).unwrap().to_be_bytes());
    data.extend(id);
    data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
    data.extend(&point[1..33]);
    data.extend(b"\x22\x58\x20");
    data.extend(&point[33..]);
    data
}

fn answer(id: &[u8], response: Value, extensions: Value) -> String {
    let id = BASE64.encode(id);
    let answer = json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": extensions });
    answer.to_string()
}

fn bytes(text: &Value) -> Vec<u8> {
    BASE64.decode(text.as_str().unwrap()).unwrap()
}
