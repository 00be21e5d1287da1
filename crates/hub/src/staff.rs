//! Staff accounts of the console, and API keys.

use serde::{Deserialize, Serialize};
use tessera_core::credentials::session::{NewSession, Proof};
use tessera_core::staff::StaffError;
use tessera_core::staff::{self, StaffAccount};

use crate::commit::commit;
use crate::credentials::password_hashing::Lane;
use crate::credentials::sessions::{Whose, still_proved};
use crate::secret::{hash, random_token};
use crate::{Ctx, Hub, HubError};

/// The data of a staff session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSession {
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
}

/// The result of a staff sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffSignInOutcome {
    /// Signed in, with the session token.
    In(String),
    /// Login or password is wrong. The answer does not reveal which.
    Wrong,
}

impl Hub {
    /// Signs a member of staff in. An unknown login takes as long as a wrong password.
    /// A `known` browser has signed in with this login before, and does not wait behind strangers.
    pub async fn sign_in_staff(
        &self,
        login: &str,
        password: &str,
        known: bool,
    ) -> Result<StaffSignInOutcome, HubError> {
        let ended = self.check_staff_password(login, password, known).await;
        self.counted().staff_sign_in(&ended);
        ended
    }

    async fn check_staff_password(
        &self,
        login: &str,
        password: &str,
        known: bool,
    ) -> Result<StaffSignInOutcome, HubError> {
        let lane = if known { Lane::Known } else { Lane::Strangers };
        let staff = self.reads().staff(login.trim()).await?;
        let stored = staff.as_ref().map(|staff| staff.password_hash.clone());
        let right = self.env.passwords().verify(password.to_owned(), stored, lane).await?;
        let Some(staff) = staff.filter(|_| right) else { return Ok(StaffSignInOutcome::Wrong) };
        let token = random_token();
        let now = self.env.now();
        let owner = staff::session_owner(&staff.login);
        let proof = Proof::StaffPassword { login: staff.login.clone(), hash: staff.password_hash };
        let session = StaffSession { login: staff.login, name: staff.name };
        let session = NewSession {
            token_hash: hash(&token),
            who: serde_json::to_value(session).unwrap_or_default(),
            owner,
            identity: None,
            device: None,
            address: None,
            created_at: now,
            proved_at: None,
            expires_at: now + self.config.session_lifetime,
            replaces: None,
            proof: Some(proof),
        };
        let opened = still_proved(self.technical().open_session(&session).await)?;
        Ok(opened.map_or(StaffSignInOutcome::Wrong, |()| StaffSignInOutcome::In(token)))
    }

    /// The member of staff who owns a session.
    pub async fn staff_session(&self, token: &str) -> Result<Option<StaffSession>, HubError> {
        Ok(match self.reads().session(&hash(token), self.env.now()).await? {
            Some(Whose::Staff(session)) => Some(session),
            Some(Whose::Customer(_)) | None => None,
        })
    }

    /// Creates a staff account, or sets the password of an existing one and ends its sessions.
    pub async fn put_staff(&self, login: &str, name: &str, password: &str, ctx: &Ctx) -> Result<(), HubError> {
        if login.trim().is_empty() || password.chars().count() < 12 {
            return Err(StaffError::WeakPassword.into());
        }
        let password_hash = self.env.passwords().hash(password.to_owned()).await?;
        let login = login.trim();
        commit!(self, ctx, |tx| {
            let exists = self.reads().staff(login).await?.is_some();
            let (id, login, name) = (tx.stamp.id(), login.to_owned(), name.to_owned());
            let account = StaffAccount { id, login, name, password_hash: password_hash.clone() };
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            tx.extend(staff::put_account(account, exists, operator, tx.stamp));
            Ok(())
        })
    }

    /// Creates an API key and returns it once. An older key with the same name becomes invalid.
    pub async fn put_api_key(&self, name: &str, ctx: &Ctx) -> Result<String, HubError> {
        let key = format!("tsk_{}", random_token());
        self.set_api_key(name, &key, ctx).await?;
        Ok(key)
    }

    /// Sets the API key of a name. An older key with the same name becomes invalid.
    ///
    /// # Errors
    /// [`StaffError::KeyTaken`] if another name has this key.
    pub async fn set_api_key(&self, name: &str, key: &str, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            if self.api_key(key).await?.is_some_and(|machine| machine != name) {
                return Err(StaffError::KeyTaken.into());
            }
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            tx.extend(staff::put_api_key(name, hash(key), operator, tx.stamp));
            Ok(())
        })
    }

    /// The name of an API key.
    pub async fn api_key(&self, key: &str) -> Result<Option<String>, HubError> {
        Ok(self.reads().api_key(&hash(key)).await?)
    }
}
