//! Signing in with person id and password.

use jiff::SignedDuration;
use tessera_core::credentials::session::Proof;
use tessera_core::credentials::{normal_code, sign_in_of};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::normalise;
use tessera_core::persons::{self, Inactive, Person};
use tessera_store::PendingMfa;

use super::{Signed, Visit};
use crate::credentials::password_hashing;
use crate::credentials::provider_sign_in::still_proved;
use crate::secret::{self, random_token};
use crate::{Hub, HubError};

/// How long somebody may take to find their second factor.
const MFA_TIMEOUT: SignedDuration = SignedDuration::from_mins(10);

/// How a sign-in with person id and password went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Signed in: the session's token, and who it is.
    In(String, PersonId),
    /// The password is right, and the second factor is asked for; this token stands for the sign-in so far.
    Half(String),
    /// The password is right, and the person is inactive: so they may be told.
    Inactive(Inactive),
    /// Person id and password do not match; whether there is such a person is not told.
    Wrong,
}

/// How the second step went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MfaOutcome {
    /// Signed in: the session's token, who it is, and where to go.
    In(String, PersonId, String),
    /// The code is wrong or was used before, or the passkey did not sign what was asked.
    Wrong(PersonId),
    /// It took too long or too many tries: the password is asked for again.
    Over,
}

impl Hub {
    /// Signs a person in. Whatever was typed, the same questions are asked, one password is hashed, and a sign-in in vain is one write: an
    /// unknown person id, an e-mail address and a wrong password look alike from outside.
    pub async fn sign_in_person(
        &self,
        login: &str,
        password: &str,
        return_to: &str,
        visit: &Visit,
    ) -> Result<SignInOutcome, HubError> {
        let key = persons::key(login);
        let found = self.reads().password_of(&key).await?;
        let (id, stored) = found.map_or((None, None), |(id, stored)| (Some(id), stored));
        let right = password_hashing::verify(password.to_owned(), stored.clone()).await?;
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
            let opened = self.open_proved_session(&sign_in_of(&person), visit, proof).await?;
            return Ok(opened.map_or(SignInOutcome::Wrong, |token| SignInOutcome::In(token, id)));
        }
        let token = random_token();
        let half = PendingMfa { person: id, return_to: return_to.to_owned() };
        let until = self.env.now() + MFA_TIMEOUT;
        let begun = self.technical().begin_half_sign_in(&secret::hash(&token), &half, &proof, until).await;
        Ok(still_proved(begun)?.map_or(SignInOutcome::Wrong, |()| SignInOutcome::Half(token)))
    }

    /// Whether a sign-in half done is still open.
    pub async fn pending_mfa(&self, token: &str) -> Result<Option<PersonId>, HubError> {
        Ok(self.reads().pending_mfa(&secret::hash(token), self.env.now()).await?.map(|half| half.person))
    }

    /// Ends a sign-in half done with a code of the app, or with a recovery code. A few wrong ones end it otherwise.
    pub async fn finish_mfa(&self, token: &str, code: &str, visit: &Visit) -> Result<MfaOutcome, HubError> {
        let Some((half, person)) = self.try_mfa(token).await? else { return Ok(MfaOutcome::Over) };
        if !self.reauthenticate_by_code(&person, &normal_code(code), Channel::Portal).await? {
            return Ok(MfaOutcome::Wrong(person.id));
        }
        self.end_mfa(token, half, &person, visit).await
    }

    /// Ends a sign-in half done with a passkey of the same person.
    pub async fn finish_mfa_by_passkey(
        &self,
        token: &str,
        signed: &Signed,
        visit: &Visit,
    ) -> Result<MfaOutcome, HubError> {
        let Some((half, person)) = self.try_mfa(token).await? else { return Ok(MfaOutcome::Over) };
        if !self.second_step_signed(&person, token, signed).await? {
            return Ok(MfaOutcome::Wrong(person.id));
        }
        self.end_mfa(token, half, &person, visit).await
    }

    /// One try; none: it is over.
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
        let opened = self.open_proved_session(&sign_in_of(person), visit, proof).await?;
        Ok(opened.map_or(MfaOutcome::Over, |token| MfaOutcome::In(token, person.id, half.return_to)))
    }

    /// Whether this is the person's password, for proving anew who they are.
    pub async fn reauthenticate_by_password(&self, person: &Person, password: &str) -> Result<bool, HubError> {
        let stored = self.reads().credentials(person.id).await?.password_hash;
        password_hashing::verify(password.to_owned(), stored).await
    }

    /// By what a typed login is recognised: a person id as it is compared, an address as it is compared.
    pub(crate) fn login_mark(&self, login: &str) -> [u8; 32] {
        let typed = normalise::email(login).unwrap_or_else(|| persons::key(login));
        self.config.secret_key.login_mark(&typed)
    }
}
