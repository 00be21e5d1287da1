//! Registration and removal of passkeys.

use serde_json::json;
use tessera_core::credentials::{self, NewPasskey, PasskeyError, passkey_name};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::{IdentityId, PersonId};
use tessera_core::persons::Person;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

use super::{Asked, Purpose, Signed, unusable, written};
use crate::commit::commit;
use crate::credentials::{actor_of, own};
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Starts the registration of a passkey, for a session with a recent authentication.
    pub async fn begin_passkey_registration(&self, person: &Person, session: [u8; 32]) -> Result<Asked, HubError> {
        let known = self.reads().passkeys(person.id).await?;
        let known: Vec<_> = known.into_iter().map(|passkey| passkey.credential_id).collect();
        let known = Some(known).filter(|known| !known.is_empty());
        let named = person.person_id != person.id.to_string();
        let login = if named { &person.person_id } else { &person.name };
        let asked = self.party()?.start_passkey_registration(person.id.0, login, &person.name, known);
        let (challenge, state) = asked.map_err(unusable)?;
        let mut options = written(&challenge.public_key);
        // The passkey signs in without a typed login, so the device has to store it together with its owner (a
        // discoverable credential).
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        self.asked(Purpose::Register, session, &state, options).await
    }

    /// Adds the new passkey. Returns new recovery codes, if any, which are shown once.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the answer is invalid or late, or the passkey is already registered.
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
        let (shown, codes) = self.fresh_codes(person.id);
        let new = NewPasskey {
            credential_id: key.cred_id().clone(),
            key: written(&key).to_string(),
            name: passkey_name(name),
            codes,
        };
        let with_codes = commit!(self, &own(person), |tx| {
            let known = self.known_person(person.id).await?;
            if self.reads().passkey_by_credential(&new.credential_id).await?.is_some() {
                return Err(PasskeyError::Known.into());
            }
            let subject = known.subject(Some(session));
            tx.extend(credentials::add_passkey(subject, &known.credentials, new.clone(), tx.stamp)?);
            Ok(known.credentials.needs_codes())
        })?;
        Ok(if with_codes { shown } else { Vec::new() })
    }

    /// Removes a passkey that a person has reported lost to staff.
    pub async fn remove_passkey(&self, person: PersonId, id: IdentityId, ctx: &Ctx) -> Result<(), HubError> {
        self.on_person(person, ctx, |known, stamp| {
            Ok(credentials::remove_passkey(known.subject(None), id, false, stamp)?)
        })
        .await?;
        Ok(())
    }

    /// Removes one of the person's own passkeys, unless it is the last way to sign in.
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
}
