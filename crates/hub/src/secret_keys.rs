//! Replacing the installation's secret key: every stored secret is encrypted anew with the current one, in small steps. A step
//! replaces a value only if nobody changed it meanwhile, and what is done stays done, so this can be ended at any moment and run
//! beside hubs that know both keys.

use std::collections::BTreeMap;

use tessera_core::credentials::event::CredentialEvent;
use tessera_core::kernel::ids::{InvitationId, PersonId};
use tessera_store::technical::{Sealed, SealedKind, SealedPosition};

use crate::commit::commit;
use crate::credentials::second_factor::encoded;
use crate::secret::SecretKey;
use crate::{Ctx, Hub, HubError};

/// Maximum number of times that all values are gone through. A hub whose current key is another one makes new ones meanwhile.
const PASSES: usize = 4;

/// A stored secret that no configured key reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableSecret {
    /// Whose secret it is, or where it is.
    pub what: String,
    /// Why it cannot be read, with the remedy.
    pub why: String,
}

/// The stored secrets, by the key that encrypts them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyStatus {
    /// Name of the current key.
    pub current: String,
    /// Names of the other configured keys.
    pub others: Vec<String>,
    /// Number of secrets under the current key.
    pub done: u64,
    /// Number of secrets under each other key. The empty name stands for secrets of earlier versions, which do not name
    /// their key.
    pub left: BTreeMap<String, u64>,
    /// Secrets that no configured key reads. They stay as they are.
    pub unreadable: Vec<UnreadableSecret>,
}

impl KeyStatus {
    /// Number of secrets that are not under the current key, and can be read.
    pub fn remaining(&self) -> u64 {
        self.left.values().sum()
    }

    fn count(&mut self, value: &Sealed, state: Result<bool, String>) {
        match state {
            Ok(true) => self.done += 1,
            Ok(false) => {
                let key = value.text.as_deref().and_then(SecretKey::named_in).unwrap_or_default();
                *self.left.entry(key.to_owned()).or_default() += 1;
            }
            Err(_) if !value.is_needed => {}
            Err(why) => self.unreadable.push(UnreadableSecret { what: what(value), why }),
        }
    }
}

/// A step of encrypting anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reencrypted {
    /// Number of values that were replaced.
    pub values: u64,
    /// Where the next step begins; `None` at the end.
    pub next: Option<SealedPosition>,
}

impl Hub {
    /// Which key encrypts the stored secrets.
    pub async fn key_status(&self) -> Result<KeyStatus, HubError> {
        self.status_of_keys(true).await
    }

    /// The same. Jobs, of which there are many, are gone through only `with_tasks`.
    pub(crate) async fn status_of_keys(&self, with_tasks: bool) -> Result<KeyStatus, HubError> {
        let keys = &self.config.secret_key;
        let mut status = KeyStatus { current: keys.id().to_owned(), others: keys.other_ids(), ..KeyStatus::default() };
        let first = self.key_of_first_factors().await?;
        let mut from = Some(SealedPosition::default());
        while let Some(position) = from {
            let page = self.technical().sealed_after(position, with_tasks).await?;
            for value in &page.values {
                let plain = self.read_sealed(value, first);
                let is_current = value.text.as_deref().is_some_and(|text| keys.is_current(text));
                status.count(value, plain.map(|_| is_current));
            }
            from = page.next;
        }
        Ok(status)
    }

    /// Encrypts every stored secret with the current key that another one encrypts. What no configured key reads stays as it
    /// is, and is in the status that is returned.
    pub async fn reencrypt_all(&self, ctx: &Ctx) -> Result<KeyStatus, HubError> {
        let mut values = 0;
        for _ in 0..PASSES {
            let before = values;
            let mut from = Some(SealedPosition::default());
            while let Some(position) = from {
                let step = self.reencrypt(position).await?;
                values += step.values;
                from = step.next;
            }
            if values == before {
                break;
            }
        }
        if values > 0 {
            let key = self.config.secret_key.id();
            commit!(self, ctx, |tx| {
                let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
                operator.note(CredentialEvent::SecretsReencrypted { key: key.to_owned(), values });
                tx.extend(operator.finish());
                Ok(())
            })?;
        }
        self.key_status().await
    }

    /// One step of [`Hub::reencrypt_all`]: a few rows, in one transaction.
    pub async fn reencrypt(&self, from: SealedPosition) -> Result<Reencrypted, HubError> {
        let keys = &self.config.secret_key;
        let page = self.technical().sealed_after(from, true).await?;
        let first = self.key_of_first_factors().await?;
        let mut replaced = Vec::new();
        for value in page.values {
            if value.text.as_deref().is_some_and(|text| keys.is_current(text)) {
                continue;
            }
            let Ok(plain) = self.read_sealed(&value, first) else { continue };
            replaced.push((value, keys.seal(&plain).ok_or(HubError::Busy)?));
        }
        self.technical().replace_sealed(&replaced).await?;
        Ok(Reencrypted { values: u64::try_from(replaced.len()).unwrap_or(u64::MAX), next: page.next })
    }

    fn read_sealed(&self, value: &Sealed, first: Option<&SecretKey>) -> Result<String, String> {
        match (&value.text, value.factor_key) {
            (Some(text), _) => self.config.secret_key.open(text).map_err(|error| error.to_string()),
            (None, Some(key_id)) => {
                let key = first.ok_or(NO_FIRST_KEY)?;
                Ok(encoded(&key.factor_secret(PersonId(value.id), key_id)))
            }
            (None, None) => Ok(String::new()),
        }
    }

    /// The key from which the secrets of second factors were derived before they were stored. One of the first invitations
    /// proves which one it is. Without an invitation, only a single key leaves no doubt.
    async fn key_of_first_factors(&self) -> Result<Option<&SecretKey>, HubError> {
        let keys = &self.config.secret_key;
        Ok(match self.technical().early_invitation().await? {
            Some((id, token_hash)) => keys.maker(&token_hash, |key| key.invitation_token(InvitationId(id))),
            None => keys.is_alone().then_some(keys),
        })
    }
}

const NO_FIRST_KEY: &str = "an earlier version derived it from its secret key, and no configured key is known to be that one; add \
                            the key that was in use before the upgrade to [[secret.other_keys]]. If there never was an \
                            invitation, start with that key alone and run `tessera key rotate` first";

/// What an encrypted value is, for staff.
fn what(value: &Sealed) -> String {
    match (value.kind, &value.name) {
        (SealedKind::ServiceManager, Some(name)) => format!("API key and settings of service manager {name}"),
        (SealedKind::ServiceManager, None) => format!("API key and settings of service manager {}", value.id),
        (SealedKind::Notification, _) => format!("e-mail {} of a service manager, which waits to be sent", value.id),
        (SealedKind::SecondFactor, _) => format!("authenticator app of person {}", value.id),
        (SealedKind::Task, _) => format!("job {}, which sends a link to set a password", value.id),
    }
}
