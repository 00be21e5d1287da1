//! Setting, changing and removing a password.

use tessera_core::credentials::{self, Proof, password};
use tessera_core::kernel::ids::PersonId;

use super::{KnownPerson, own};
use crate::{Hub, HubError};

impl Hub {
    /// Sets or changes the password of a signed-in person who has authenticated recently. Ends all of the person's
    /// other sessions and sends a security notice to the known address.
    ///
    /// # Errors
    /// [`password::PasswordError`] if the password is not acceptable, with advice.
    pub async fn choose_password(
        &self,
        person: PersonId,
        password: &str,
        session: Option<[u8; 32]>,
    ) -> Result<(), HubError> {
        let known = self.known_person(person).await?;
        check(self, &known, password)?;
        let hash = self.env.passwords().hash(password.to_owned()).await?;
        self.on_person(person, &own(&known.person), |known, stamp| {
            Ok(credentials::put_password(known.subject(session), hash.clone(), Proof::Session, stamp))
        })
        .await?;
        Ok(())
    }

    /// Removes a person's password, and their second factor with it.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if it is the person's last way to sign in.
    pub async fn remove_password(&self, person: PersonId, session: Option<[u8; 32]>) -> Result<(), HubError> {
        let known = self.known_person(person).await?;
        self.on_person(person, &own(&known.person), |known, stamp| {
            Ok(credentials::forget_password(known.subject(session), stamp)?)
        })
        .await?;
        Ok(())
    }
}

/// Checks a password against the password rules.
pub(crate) fn check(hub: &Hub, known: &KnownPerson, password: &str) -> Result<(), HubError> {
    let person = &known.person;
    let about = [person.person_id.as_str(), person.name.as_str(), person.email.as_deref().unwrap_or_default()];
    Ok(password::check(password, &about, &hub.config.brand.name)?)
}
