//! Sign-in with person id and password.

use jiff::SignedDuration;
use tessera_core::credentials::session::Proof;
use tessera_core::credentials::{normal_code, sign_in_of};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::normalise;
use tessera_core::persons::{self, Inactive, Person};
use tessera_store::PendingMfa;

use super::{Signed, Visit};
use crate::credentials::password_hashing::Lane;
use crate::credentials::sessions::still_proved;
use crate::secret::{self, random_token};
use crate::{Hub, HubError};

/// Time limit for the second factor.
const MFA_TIMEOUT: SignedDuration = SignedDuration::from_mins(10);

/// The result of a sign-in with person id and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Signed in: the session token and the person.
    In(String, PersonId),
    /// The password is correct and the second factor is required. The token identifies the pending sign-in.
    Half(String),
    /// The password is correct, but the person is inactive. Only a correct password reveals that.
    Inactive(Inactive),
    /// Person id and password do not match. The answer does not reveal whether the person exists.
    Wrong,
}

/// The result of the second step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MfaOutcome {
    /// Signed in: the session token, the person, and the path to go to.
    In(String, PersonId, String),
    /// The code is wrong or already used, or the passkey did not sign the challenge.
    Wrong(PersonId),
    /// Too slow or too many attempts. The sign-in starts again with the password.
    Over,
}

impl Hub {
    /// Signs a person in. For any input the queries are the same, one password is hashed, and a failed attempt is one
    /// write, so an unknown person id, an e-mail address and a wrong password cannot be distinguished from outside.
    pub async fn sign_in_person(
        &self,
        login: &str,
        password: &str,
        return_to: &str,
        visit: &Visit,
    ) -> Result<SignInOutcome, HubError> {
        let ended = self.check_password(login, password, return_to, visit).await;
        self.counted().sign_in("password", &ended);
        ended
    }

    async fn check_password(
        &self,
        login: &str,
        password: &str,
        return_to: &str,
        visit: &Visit,
    ) -> Result<SignInOutcome, HubError> {
        let found = self.reads().password_of(login).await?;
        let (id, stored) = found.map_or((None, None), |(id, stored)| (Some(id), stored));
        let lane = if visit.known { Lane::Known } else { Lane::Strangers };
        let right = self.env.passwords().verify(password.to_owned(), stored.clone(), lane).await?;
        let Some((id, hash)) = id.zip(stored).filter(|_| right) else {
            self.technical().note_failed_login(&self.login_mark(login), self.env.now()).await?;
            return Ok(SignInOutcome::Wrong);
        };
        let Some(person) = self.reads().person(id).await? else { return Ok(SignInOutcome::Wrong) };
        if let Some(inactive) = person.inactive {
            return Ok(SignInOutcome::Inactive(inactive));
        }
        let proof = Proof::Password { person: id, hash };
        if !self.reads().credentials(id).await?.has_second_step() {
            let opened = self.open_proved_session(&sign_in_of(&person), visit, Some(proof.clone())).await?;
            if let Some(token) = opened {
                return Ok(SignInOutcome::In(token, id));
            }
            // The password was changed meanwhile, or no longer suffices.
            if !self.reads().credentials(id).await?.has_second_step() {
                return Ok(SignInOutcome::Wrong);
            }
        }
        let token = random_token();
        let half = PendingMfa { person: id, return_to: return_to.to_owned() };
        let until = self.env.now() + MFA_TIMEOUT;
        let begun = self.technical().begin_half_sign_in(&secret::hash(&token), &half, &proof, until).await;
        Ok(still_proved(begun)?.map_or(SignInOutcome::Wrong, |()| SignInOutcome::Half(token)))
    }

    /// The person of a pending sign-in, if it is still valid.
    pub async fn pending_mfa(&self, token: &str) -> Result<Option<PersonId>, HubError> {
        Ok(self.reads().pending_mfa(&secret::hash(token), self.env.now()).await?.map(|half| half.person))
    }

    /// Completes a pending sign-in with a code of the authenticator app or a recovery code. A few wrong codes end the
    /// pending sign-in.
    pub async fn finish_mfa(&self, token: &str, code: &str, visit: &Visit) -> Result<MfaOutcome, HubError> {
        let ended = self.check_code(token, code, visit).await;
        self.counted().second_step(&ended);
        ended
    }

    async fn check_code(&self, token: &str, code: &str, visit: &Visit) -> Result<MfaOutcome, HubError> {
        let Some((half, person)) = self.try_mfa(token).await? else { return Ok(MfaOutcome::Over) };
        if !self.reauthenticate_by_code(&person, &normal_code(code), Channel::Portal).await? {
            return Ok(MfaOutcome::Wrong(person.id));
        }
        self.end_mfa(token, half, &person, visit).await
    }

    /// Completes a pending sign-in with a passkey of the same person.
    pub async fn finish_mfa_by_passkey(
        &self,
        token: &str,
        signed: &Signed,
        visit: &Visit,
    ) -> Result<MfaOutcome, HubError> {
        let ended = self.check_second_passkey(token, signed, visit).await;
        self.counted().second_step(&ended);
        ended
    }

    async fn check_second_passkey(&self, token: &str, signed: &Signed, visit: &Visit) -> Result<MfaOutcome, HubError> {
        let Some((half, person)) = self.try_mfa(token).await? else { return Ok(MfaOutcome::Over) };
        if !self.second_step_signed(&person, token, signed).await? {
            return Ok(MfaOutcome::Wrong(person.id));
        }
        self.end_mfa(token, half, &person, visit).await
    }

    /// Counts an attempt at the second factor. `None`: the pending sign-in has ended.
    async fn try_mfa(&self, token: &str) -> Result<Option<(PendingMfa, Person)>, HubError> {
        let Some(half) = self.technical().try_half_sign_in(&secret::hash(token), self.env.now()).await? else {
            return Ok(None);
        };
        let person = self.reads().person(half.person).await?.filter(|person| person.inactive.is_none());
        Ok(person.map(|person| (half, person)))
    }

    async fn end_mfa(
        &self,
        token: &str,
        half: PendingMfa,
        person: &Person,
        visit: &Visit,
    ) -> Result<MfaOutcome, HubError> {
        let proof = Proof::SecondStep(secret::hash(token));
        let opened = self.open_proved_session(&sign_in_of(person), visit, Some(proof)).await?;
        Ok(opened.map_or(MfaOutcome::Over, |token| MfaOutcome::In(token, person.id, half.return_to)))
    }

    /// Verifies the person's password for a reauthentication.
    pub async fn reauthenticate_by_password(&self, person: &Person, password: &str) -> Result<bool, HubError> {
        let stored = self.reads().credentials(person.id).await?.password_hash;
        self.env.passwords().verify(password.to_owned(), stored, Lane::Known).await
    }

    /// The key of a login in failed attempts: a normalised person id or e-mail address, as an HMAC.
    pub(crate) fn login_mark(&self, login: &str) -> [u8; 32] {
        let typed = normalise::email(login).unwrap_or_else(|| persons::login_key(login));
        self.config.secret_key.login_mark(&typed)
    }
}
