//! Passkeys: a device is asked to sign a challenge of the hub, and what it signed is checked by the `WebAuthn` library.
//!
//! A challenge is kept here, works once and not for long, and only for the browser that asked: for its session, its sign-in half done, or its
//! own secret when nobody is signed in yet.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tessera_core::credentials::PasskeyError;
use tessera_core::credentials::{self, CredentialError, NewPasskey, Passkey, passkey_name};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::{IdentityId, PersonId};
use tessera_core::persons::Person;
use tessera_store::Ceremony;
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey as Key, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::{SignInOutcome, Visit, actor_of, own};
use crate::secret::{hash, random_token};
use crate::{Ctx, Hub, HubError};

/// How long somebody may take to unlock their device.
const CEREMONY_TIMEOUT: SignedDuration = SignedDuration::from_mins(5);

/// What a browser passes to its device.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// Names the challenge; comes back with what was signed.
    pub ceremony: String,
    /// The options of `navigator.credentials`, binary fields in base64url.
    #[serde(rename = "publicKey")]
    pub options: Value,
}

/// What a device answered.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Names the challenge.
    pub ceremony: String,
    /// The device's answer, as JSON.
    pub credential: String,
}

/// What a challenge is for. One for the one thing is of no use for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Register,
    SignIn,
    SecondStep,
    Prove,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign_in",
            Self::SecondStep => "second_step",
            Self::Prove => "prove",
        }
    }
}

/// This site, for which passkeys are made; none: browsers have no passkeys for its address, which needs a domain name and TLS.
pub(crate) fn relying_party(url: &Url, name: &str) -> Option<Webauthn> {
    let domain = url.domain()?;
    if url.scheme() != "https" && domain != "localhost" {
        return None;
    }
    WebauthnBuilder::new(domain, url).and_then(|builder| builder.rp_name(name).build()).ok()
}

impl Hub {
    /// Whether browsers have passkeys for the address of this hub.
    pub fn has_passkeys(&self) -> bool {
        self.passkeys().is_some()
    }

    fn party(&self) -> Result<&Webauthn, HubError> {
        Ok(self.passkeys().ok_or(PasskeyError::Unavailable)?)
    }

    /// Asks for a new passkey, for the session of somebody who proved a short while ago who they are.
    pub async fn begin_passkey_registration(&self, person: &Person, session: [u8; 32]) -> Result<Asked, HubError> {
        let known = self.reads().passkeys(person.id).await?;
        let known: Vec<_> = known.into_iter().map(|passkey| passkey.credential_id).collect();
        let known = Some(known).filter(|known| !known.is_empty());
        let named = person.person_id != person.id.to_string();
        let login = if named { &person.person_id } else { &person.name };
        let asked = self.party()?.start_passkey_registration(person.id.0, login, &person.name, known);
        let (challenge, state) = asked.map_err(unusable)?;
        let mut options = written(&challenge.public_key);
        // It signs in without anything being typed, so the device has to keep it, with whose it is.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        self.asked(Purpose::Register, session, &state, options).await
    }

    /// Adds the passkey that a device made. Gives the recovery codes that came with it, which are shown once; they may be none.
    ///
    /// # Errors
    /// [`HubError::Rejected`] when the answer is not right, is late, or the passkey is known already.
    pub async fn add_passkey(
        &self,
        person: &Person,
        session: [u8; 32],
        signed: &Signed,
        name: &str,
    ) -> Result<Vec<String>, HubError> {
        let state: Option<PasskeyRegistration> = self.come_back(Purpose::Register, session, signed).await?;
        let state = state.ok_or(PasskeyError::Late)?;
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(&signed.credential).map_err(|_| PasskeyError::Wrong)?;
        if answer.extensions.cred_props.as_ref().is_some_and(|made| made.rk == Some(false)) {
            return Err(PasskeyError::NotKept.into());
        }
        let key = self.party()?.finish_passkey_registration(&answer, &state).map_err(|error| {
            tracing::info!(%error, "a new passkey was not accepted");
            PasskeyError::Wrong
        })?;
        if self.reads().passkey_by_credential(key.cred_id().as_ref()).await?.is_some() {
            return Err(PasskeyError::Known.into());
        }
        let credentials = self.reads().credentials(person.id).await?;
        let (shown, codes) = self.fresh_codes(person.id);
        let new = NewPasskey {
            credential_id: key.cred_id().clone(),
            key: written(&key).to_string(),
            name: passkey_name(name),
            codes,
        };
        self.on_person(person.id, &own(person), |known, stamp| {
            let subject = known.subject(Some(session));
            Ok(credentials::add_passkey(subject, &credentials, new.clone(), stamp)?)
        })
        .await?;
        Ok(if credentials.needs_codes() { shown } else { Vec::new() })
    }

    /// Asks for any passkey of this site: whose it is, the device tells. `browser` is a secret that only the browser that asks has.
    pub async fn begin_sign_in_by_passkey(&self, browser: &str) -> Result<Asked, HubError> {
        self.ask_to_sign(Purpose::SignIn, hash(browser), None).await
    }

    /// Signs somebody in by their passkey alone: their device has verified them before it signed.
    pub async fn sign_in_by_passkey(
        &self,
        signed: &Signed,
        browser: Option<&str>,
        visit: &Visit,
    ) -> Result<SignInOutcome, HubError> {
        let Some(browser) = browser else { return Ok(SignInOutcome::Wrong) };
        let Some(passkey) = self.signed(Purpose::SignIn, hash(browser), None, signed).await? else {
            return Ok(SignInOutcome::Wrong);
        };
        let Some(person) = self.reads().person(passkey.person).await? else { return Ok(SignInOutcome::Wrong) };
        if let Some(inactive) = person.inactive {
            return Ok(SignInOutcome::Inactive(inactive));
        }
        let key = IdentityKey { issuer: credentials::PASSKEY_ISSUER.to_owned(), subject: passkey.id.to_string() };
        let Some(identity) = self.reads().identity(&key).await? else { return Ok(SignInOutcome::Wrong) };
        let sign_in = SignIn { name: Some(person.name), ..identity.sign_in };
        Ok(SignInOutcome::In(self.open_session(&sign_in, visit).await?, person.id))
    }

    /// Asks for a passkey after the password; none: the sign-in half done is over.
    pub async fn begin_mfa_by_passkey(&self, token: &str) -> Result<Option<Asked>, HubError> {
        let Some(person) = self.pending_mfa(token).await? else { return Ok(None) };
        self.ask_to_sign(Purpose::SecondStep, hash(token), Some(person)).await.map(Some)
    }

    /// Whether a passkey of the same person signed what was asked after their password.
    pub(crate) async fn second_step_signed(
        &self,
        person: &Person,
        token: &str,
        signed: &Signed,
    ) -> Result<bool, HubError> {
        Ok(self.signed(Purpose::SecondStep, hash(token), Some(person.id), signed).await?.is_some())
    }

    /// Asks whoever is signed in to prove anew who they are.
    pub async fn begin_reauthentication_by_passkey(
        &self,
        person: &Person,
        session: [u8; 32],
    ) -> Result<Asked, HubError> {
        self.ask_to_sign(Purpose::Prove, session, Some(person.id)).await
    }

    /// Whether a passkey of theirs signed that.
    pub async fn reauthenticate_by_passkey(
        &self,
        person: &Person,
        session: [u8; 32],
        signed: &Signed,
    ) -> Result<bool, HubError> {
        Ok(self.signed(Purpose::Prove, session, Some(person.id), signed).await?.is_some())
    }

    /// Takes a passkey away, for staff who were told that it is lost.
    pub async fn remove_passkey(&self, person: PersonId, id: IdentityId, ctx: &Ctx) -> Result<(), HubError> {
        self.on_person(person, ctx, |known, stamp| {
            Ok(credentials::remove_passkey(known.subject(None), id, false, stamp)?)
        })
        .await?;
        Ok(())
    }

    /// Takes a passkey of one's own away, never the last way in.
    pub(crate) async fn remove_own_passkey(
        &self,
        person: PersonId,
        id: IdentityId,
        session: Option<[u8; 32]>,
        channel: Channel,
    ) -> Result<(), HubError> {
        let ctx = Ctx::new(actor_of(&self.known_person(person).await?.person), channel);
        self.on_person(person, &ctx, |known, stamp| {
            Ok(credentials::remove_passkey(known.subject(session), id, true, stamp)?)
        })
        .await?;
        Ok(())
    }

    async fn ask_to_sign(
        &self,
        purpose: Purpose,
        bound_to: [u8; 32],
        whose: Option<PersonId>,
    ) -> Result<Asked, HubError> {
        let (challenge, state) = self.party()?.start_discoverable_authentication().map_err(unusable)?;
        let mut options = written(&challenge.public_key);
        if let Some(person) = whose {
            let passkeys = self.reads().passkeys(person).await?;
            if passkeys.is_empty() {
                return Err(CredentialError::Nothing.into());
            }
            let ids = passkeys.iter().map(|passkey| URL_SAFE_NO_PAD.encode(&passkey.credential_id));
            options["allowCredentials"] = ids.map(|id| json!({ "type": "public-key", "id": id })).collect();
        }
        self.asked(purpose, bound_to, &state, options).await
    }

    /// The passkey that signed what was asked, as it was asked: by this browser, for this purpose, of this person.
    async fn signed(
        &self,
        purpose: Purpose,
        bound_to: [u8; 32],
        whose: Option<PersonId>,
        signed: &Signed,
    ) -> Result<Option<Passkey>, HubError> {
        let Some(state) = self.come_back(purpose, bound_to, signed).await? else { return Ok(None) };
        let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(&signed.credential) else { return Ok(None) };
        let Some(passkey) = self.reads().passkey_by_credential(answer.get_credential_id()).await? else {
            return Ok(None);
        };
        // A device tells whose passkey it is; when it was asked for somebody's, it may leave that out.
        let told = answer.get_user_unique_id().map(|id| Uuid::from_slice(id).ok());
        let owner = passkey.person;
        let theirs = match (whose, told) {
            (Some(whose), None) => whose == owner,
            (whose, Some(told)) => whose.is_none_or(|whose| whose == owner) && told == Some(owner.0),
            (None, None) => false,
        };
        if theirs { self.accepted(&answer, state, passkey).await } else { Ok(None) }
    }

    async fn accepted(
        &self,
        answer: &PublicKeyCredential,
        state: DiscoverableAuthentication,
        passkey: Passkey,
    ) -> Result<Option<Passkey>, HubError> {
        let Ok(mut key) = serde_json::from_str::<Key>(&passkey.key) else {
            tracing::error!(passkey = %passkey.id, "a passkey in the database cannot be read");
            return Ok(None);
        };
        let known = DiscoverableKey::from(&key);
        match self.party()?.finish_discoverable_authentication_v2(answer, state, &known) {
            Ok(result) => {
                key.update_credential(&result);
                let used = written(&key).to_string();
                let counted = self.technical().passkey_used(passkey.id, &used, i64::from(result.counter())).await?;
                Ok(counted.then_some(passkey))
            }
            Err(WebauthnError::CredentialPossibleCompromise) => {
                self.on_person(passkey.person, &Ctx::new(Actor::Hub, Channel::Portal), |known, stamp| {
                    Ok(credentials::note_passkey_rejected(known.subject(None), stamp))
                })
                .await?;
                Ok(None)
            }
            Err(error) => {
                tracing::info!(%error, "a passkey was not accepted");
                Ok(None)
            }
        }
    }

    async fn asked(
        &self,
        purpose: Purpose,
        bound_to: [u8; 32],
        state: &impl Serialize,
        options: Value,
    ) -> Result<Asked, HubError> {
        let token = random_token();
        let ceremony = Ceremony {
            purpose: purpose.as_str().to_owned(),
            bound_to,
            state: written(state).to_string(),
            expires_at: self.env.now() + CEREMONY_TIMEOUT,
        };
        self.technical().begin_ceremony(&hash(&token), &ceremony).await?;
        Ok(Asked { ceremony: token, options })
    }

    /// What was asked, if it was this, by this browser, and a short while ago. It is used up, whatever becomes of it.
    async fn come_back<S: DeserializeOwned>(
        &self,
        purpose: Purpose,
        bound_to: [u8; 32],
        signed: &Signed,
    ) -> Result<Option<S>, HubError> {
        let Some(kept) = self.technical().take_ceremony(&hash(&signed.ceremony)).await? else { return Ok(None) };
        let right = kept.purpose == purpose.as_str() && kept.bound_to == bound_to && kept.expires_at > self.env.now();
        Ok(right.then(|| serde_json::from_str(&kept.state).ok()).flatten())
    }
}

/// The library's own types are plain data: writing them cannot fail.
fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn unusable(error: WebauthnError) -> HubError {
    PasskeyError::Unusable(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p03_passkeys_need_a_domain_name_and_tls() {
        let has = |url: &str| relying_party(&url.parse().unwrap(), "Sunfield Energy").is_some();
        assert!(
            has("https://hub.example.com")
                && has("https://hub.example.com:8443/portal")
                && has("http://localhost:8080")
        );
        for none in ["http://hub.example.com", "https://192.0.2.7", "http://127.0.0.1:8080", "https://[2001:db8::1]"] {
            assert!(!has(none), "{none}");
        }
    }
}
