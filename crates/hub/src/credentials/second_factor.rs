//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tessera_core::credentials::SecondFactorError;
use tessera_core::credentials::change::CredentialChange;
use tessera_core::credentials::jobs::MailSecurityNotice;
use tessera_core::credentials::{self, CODES, Enrolment, Notice, SecondFactor, normal_code};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons::Person;
use tessera_store::Conflict;
use totp_rs::{Algorithm, Builder, Totp};
use uuid::Uuid;

use super::{actor_of, own};
use crate::commit::commit;
use crate::secret::random_bytes;
use crate::{Ctx, Hub, HubError};

/// TOTP time step in seconds.
const STEP: u64 = 30;

/// A second factor that a person is about to add.
#[derive(Debug, Clone)]
pub struct Offered {
    /// Id of the secret, sent back by the form with the first code.
    pub key_id: Uuid,
    /// The secret in base32, for manual entry.
    pub secret: String,
    /// The `otpauth` URL in the QR code.
    pub url: String,
}

impl Hub {
    /// Offers a person a new second factor. Nothing is stored until the person enters a valid code.
    pub fn offer_second_factor(&self, person: &Person) -> Result<Offered, HubError> {
        let key_id = self.env.uuid();
        self.offered(person, key_id)
    }

    /// The same offer again, by the id of its secret.
    pub fn offered(&self, person: &Person, key_id: Uuid) -> Result<Offered, HubError> {
        let totp = self.totp(person, &self.config.secret_key.factor_secret(person.id, key_id))?;
        let url = totp.to_url().map_err(|error| SecondFactorError(error.to_string()))?;
        Ok(Offered { key_id, secret: totp.secret().to_base32(), url })
    }

    fn totp(&self, person: &Person, secret: &[u8]) -> Result<Totp, HubError> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(STEP)
            .with_secret(secret.to_vec())
            .with_account_name(person.person_id.replace(':', " "))
            .with_issuer(Some(self.config.brand.name.replace(':', " ")))
            .build()
            .map_err(|error| SecondFactorError(error.to_string()).into())
    }

    /// The time step of a code. `None`: the code matches no time step near now.
    fn step_of(&self, person: &Person, secret: &[u8], code: &str) -> Result<Option<i64>, HubError> {
        let digits = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            return Ok(None);
        }
        let now = u64::try_from(self.env.now().as_second()).unwrap_or_default();
        Ok(self.totp(person, secret)?.check(code, now).and_then(|step| i64::try_from(step).ok()))
    }

    /// The first of these secrets of which this is a code, with the time step.
    fn secret_of(
        &self,
        person: &Person,
        secrets: Vec<[u8; 20]>,
        code: &str,
    ) -> Result<Option<([u8; 20], i64)>, HubError> {
        for secret in secrets {
            if let Some(step) = self.step_of(person, &secret, code)? {
                return Ok(Some((secret, step)));
            }
        }
        Ok(None)
    }

    /// The secrets that a stored second factor may have. None: it cannot be read, which the log says, and the recovery codes
    /// work still.
    fn stored_secrets(&self, person: &Person, factor: &SecondFactor) -> Vec<[u8; 20]> {
        let Some(sealed) = &factor.sealed else {
            return self.config.secret_key.factor_secrets(person.id, factor.key_id);
        };
        match self.config.secret_key.open(sealed) {
            Ok(secret) => decoded(&secret).into_iter().collect(),
            Err(error) => {
                tracing::error!(person = %person.id, %error, "the secret of a second factor cannot be read");
                Vec::new()
            }
        }
    }

    /// Adds the offered second factor if the code is valid. Returns the recovery codes, which are shown once. `None`:
    /// the code is wrong.
    pub async fn add_second_factor(
        &self,
        person: &Person,
        key_id: Uuid,
        code: &str,
        session: Option<[u8; 32]>,
    ) -> Result<Option<Vec<String>>, HubError> {
        let offered = self.config.secret_key.factor_secrets(person.id, key_id);
        let Some((secret, step)) = self.secret_of(person, offered, &normal_code(code))? else { return Ok(None) };
        let sealed = self.config.secret_key.seal(&encoded(&secret)).ok_or(HubError::Busy)?;
        let (shown, codes) = self.fresh_codes(person.id);
        let added = commit!(self, &own(person), |tx| {
            let known = self.known_person(person.id).await?;
            // Sent twice, it works once: the recovery codes that were shown first stay.
            if known.credentials.has_taken(key_id, step) {
                return Ok(false);
            }
            let enrolment = Enrolment { key_id, sealed: sealed.clone(), step, codes: codes.clone() };
            let plan = credentials::add_second_factor(known.subject(session), &known.credentials, enrolment, tx.stamp);
            tx.extend(plan?);
            Ok(true)
        })?;
        Ok(added.then_some(shown))
    }

    /// Replaces the recovery codes. The new ones are shown once.
    pub async fn renew_recovery_codes(
        &self,
        person: &Person,
        session: Option<[u8; 32]>,
    ) -> Result<Vec<String>, HubError> {
        let (shown, codes) = self.fresh_codes(person.id);
        self.on_person(person.id, &own(person), |known, stamp| {
            Ok(credentials::renew_codes(known.subject(session), &known.credentials, codes.clone(), stamp)?)
        })
        .await?;
        Ok(shown)
    }

    /// Removes the second factor, for the person, or for staff who have verified the person's identity.
    pub async fn remove_second_factor(
        &self,
        person: PersonId,
        session: Option<[u8; 32]>,
        ctx: &Ctx,
    ) -> Result<(), HubError> {
        self.on_person(person, ctx, |known, stamp| {
            Ok(credentials::remove_second_factor(known.subject(session), &known.credentials, stamp)?)
        })
        .await?;
        Ok(())
    }

    /// Verifies a code of the second factor: a code of the app that was not used before, or a recovery code, which is
    /// consumed.
    pub async fn reauthenticate_by_code(
        &self,
        person: &Person,
        code: &str,
        channel: Channel,
    ) -> Result<bool, HubError> {
        let Some(factor) = self.reads().credentials(person.id).await?.second_factor else {
            // Recovery codes also exist for passkeys.
            return self.use_recovery_code(person, code, channel).await;
        };
        let secrets = self.stored_secrets(person, &factor);
        match self.secret_of(person, secrets, code)? {
            Some((_, step)) if step > factor.last_step => {
                Ok(self.technical().take_step(person.id, factor.key_id, step).await?)
            }
            Some(_) => Ok(false),
            None => self.use_recovery_code(person, code, channel).await,
        }
    }

    async fn use_recovery_code(&self, person: &Person, code: &str, channel: Channel) -> Result<bool, HubError> {
        if code.len() != CODE_LETTERS {
            return Ok(false);
        }
        for code_hash in self.config.secret_key.recovery_codes(person.id, code) {
            if self.use_code_with_hash(person, code_hash, channel).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn use_code_with_hash(
        &self,
        person: &Person,
        code_hash: [u8; 32],
        channel: Channel,
    ) -> Result<bool, HubError> {
        let used = commit!(self, &Ctx::new(actor_of(person), channel), |tx| {
            // The person has no such code, so there is nothing to plan again.
            tx.reject_on(Conflict::Exists, HubError::NotFound("there is no such recovery code".to_owned()));
            tx.push(CredentialChange::UseRecoveryCode { person: person.id, code_hash }, "a code works once");
            let at = tx.stamp.now;
            let notice = MailSecurityNotice { person_id: person.id, notice: Notice::CodeUsed, at };
            tx.enqueue(notice, "the known address hears of it");
            Ok(())
        });
        match used {
            Ok(()) => Ok(true),
            Err(HubError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn fresh_codes(&self, person: PersonId) -> (Vec<String>, Vec<[u8; 32]>) {
        let shown: Vec<String> = (0..CODES).map(|_| fresh_code()).collect();
        let kept = shown.iter().map(|code| self.config.secret_key.recovery_code(person, &normal_code(code))).collect();
        (shown, kept)
    }
}

/// The form in which the secret of an app is encrypted.
pub(crate) fn encoded(secret: &[u8; 20]) -> String {
    URL_SAFE_NO_PAD.encode(secret)
}

fn decoded(text: &str) -> Option<[u8; 20]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// Characters of a recovery code, five bits each.
const CODE_LETTERS: usize = 16;

/// 80 random bits in unambiguous characters, in groups of four.
fn fresh_code() -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters: Vec<char> =
        random_bytes::<CODE_LETTERS>().iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
