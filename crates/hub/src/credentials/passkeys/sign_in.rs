//! Passkeys for sign-in without a password, as the second factor, and for reauthentication.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tessera_core::credentials::{self, CredentialError, Passkey};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons::Person;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey as Key, PublicKeyCredential, WebauthnError,
};

use super::{Asked, Purpose, Signed, unusable, written};
use crate::credentials::{SignInOutcome, Visit};
use crate::secret::hash;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Begins a sign-in with any passkey of this site; the device names its owner. `browser` is a secret of the
    /// requesting browser.
    pub async fn begin_sign_in_by_passkey(&self, browser: &str) -> Result<Asked, HubError> {
        self.ask_to_sign(Purpose::SignIn, hash(browser), None).await
    }

    /// Signs in with a passkey alone. The device verifies its user before it signs.
    pub async fn sign_in_by_passkey(
        &self,
        signed: &Signed,
        browser: Option<&str>,
        visit: &Visit,
    ) -> Result<SignInOutcome, HubError> {
        let ended = self.check_passkey(signed, browser, visit).await;
        self.counted().sign_in("passkey", &ended);
        ended
    }

    async fn check_passkey(
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
        let opened = self.open_proved_session(&sign_in, visit, None).await?;
        Ok(opened.map_or(SignInOutcome::Wrong, |token| SignInOutcome::In(token, person.id)))
    }

    /// Requests a passkey as the second factor. `None`: the pending sign-in has expired.
    pub async fn begin_mfa_by_passkey(&self, token: &str) -> Result<Option<Asked>, HubError> {
        let Some(person) = self.pending_mfa(token).await? else { return Ok(None) };
        self.ask_to_sign(Purpose::SecondStep, hash(token), Some(person)).await.map(Some)
    }

    /// Whether a passkey of the same person signed the challenge of the second factor.
    pub(crate) async fn second_step_signed(
        &self,
        person: &Person,
        token: &str,
        signed: &Signed,
    ) -> Result<bool, HubError> {
        Ok(self.signed(Purpose::SecondStep, hash(token), Some(person.id), signed).await?.is_some())
    }

    /// Begins the reauthentication of a signed-in person.
    pub async fn begin_reauthentication_by_passkey(
        &self,
        person: &Person,
        session: [u8; 32],
    ) -> Result<Asked, HubError> {
        self.ask_to_sign(Purpose::Prove, session, Some(person.id)).await
    }

    /// Whether a passkey of the person signed the challenge of the reauthentication.
    pub async fn reauthenticate_by_passkey(
        &self,
        person: &Person,
        session: [u8; 32],
        signed: &Signed,
    ) -> Result<bool, HubError> {
        Ok(self.signed(Purpose::Prove, session, Some(person.id), signed).await?.is_some())
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

    /// The passkey that signed the challenge, if browser, purpose and person match.
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
        // The device names the passkey's owner. If the challenge was for one person, it may omit that.
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
}
