//! Setting, changing and taking away a password.

use tessera_core::credentials::{self, Proof, password};
use tessera_core::kernel::ids::PersonId;

use super::{KnownPerson, own};
use crate::credentials::password_hashing;
use crate::{Hub, HubError};

impl Hub {
    /// Changes or sets the password of somebody who is signed in and proved a short while ago who they are. Every other session of theirs
    /// ends; the known address is told.
    ///
    /// # Errors
    /// [`password::PasswordError`] when the password is not taken, with what to do.
    pub async fn choose_password(
        &self,
        person: PersonId,
        password: &str,
        session: Option<[u8; 32]>,
    ) -> Result<(), HubError> {
        let known = self.known_person(person).await?;
        check(&known, password)?;
        let hash = password_hashing::make(password.to_owned()).await?;
        self.on_person(person, &own(&known.person), |known, stamp| {
            Ok(credentials::put_password(known.subject(session), hash.clone(), Proof::Session, stamp))
        })
        .await?;
        Ok(())
    }

    /// Takes a person's password away, and their second factor with it.
    ///
    /// # Errors
    /// [`HubError::Rejected`] when nobody could sign in as the person any more.
    pub async fn remove_password(&self, person: PersonId, session: Option<[u8; 32]>) -> Result<(), HubError> {
        let known = self.known_person(person).await?;
        self.on_person(person, &own(&known.person), |known, stamp| {
            Ok(credentials::forget_password(known.subject(session), stamp)?)
        })
        .await?;
        Ok(())
    }
}

/// Whether a person may have a password.
pub(crate) fn check(known: &KnownPerson, password: &str) -> Result<(), HubError> {
    let person = &known.person;
    let about = [person.person_id.as_str(), person.name.as_str(), person.email.as_deref().unwrap_or_default()];
    Ok(password::check(password, &about)?)
}
