//! Sign-in with person id and password.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use tessera_core::credentials::jobs::{MailFailedSignIns, MailSecurityNotice};
use tessera_core::credentials::session::Proof;
use tessera_core::credentials::{Notice, normal_code, sign_in_of};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::normalise;
use tessera_core::persons::{self, Inactive, Person};
use tessera_store::PendingMfa;

use super::{Signed, Visit};
use crate::commit::commit;
use crate::credentials::password_hashing::Lane;
use crate::credentials::sessions::still_proved;
use crate::secret::{self, random_token};
use crate::{Ctx, Hub, HubError};

/// Time limit for the second factor.
const MFA_TIMEOUT: SignedDuration = SignedDuration::from_mins(10);
/// How many failed sign-ins with a login its owner is told of. People who mistype stay below.
const MANY_FAILED: i64 = 20;
/// How many wrong second steps after the right password the owner is told of.
const MANY_WRONG_STEPS: i64 = 5;
/// The period in which they are counted, and in which an owner is told once.
const TOLD_EVERY: SignedDuration = SignedDuration::from_hours(24);

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
        let found_id = id.filter(|_| stored.is_some());
        let Some((id, hash)) = id.zip(stored).filter(|_| right) else {
            self.note_failed_sign_in(login, found_id).await?;
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

    /// Notes a failed sign-in. When there were many within a day, the owner of the login is told, at most once a day. What is
    /// written does not depend on whether the login has an owner.
    async fn note_failed_sign_in(&self, login: &str, person_id: Option<PersonId>) -> Result<(), HubError> {
        let (mark, at) = (self.login_mark(login), self.env.now());
        if !self.technical().note_failed_login(&mark, at, at - TOLD_EVERY, MANY_FAILED).await? {
            return Ok(());
        }
        let told = MailFailedSignIns { mark: URL_SAFE_NO_PAD.encode(mark), person_id, at };
        commit!(self, &Ctx::new(Actor::Hub, Channel::Portal), |tx| {
            tx.enqueue(told.clone(), "many sign-ins with a login failed");
            Ok(())
        })
    }

    /// Notes a wrong second step after the right password. The owner of the password is told of several, at most once a day,
    /// because somebody else may know it.
    async fn note_wrong_second_step(&self, person: PersonId) -> Result<(), HubError> {
        let mark = self.config.secret_key.login_mark(&format!("second step of {person}"));
        let at = self.env.now();
        if !self.technical().note_failed_login(&mark, at, at - TOLD_EVERY, MANY_WRONG_STEPS).await? {
            return Ok(());
        }
        commit!(self, &Ctx::new(Actor::Hub, Channel::Portal), |tx| {
            let notice = MailSecurityNotice { person_id: person, notice: Notice::SecondStepFailed, at };
            tx.enqueue(notice, "somebody may know the password");
            Ok(())
        })
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
            self.note_wrong_second_step(person.id).await?;
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
            self.note_wrong_second_step(person.id).await?;
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
