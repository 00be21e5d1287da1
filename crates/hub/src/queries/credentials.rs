//! Sign-in methods (`P03`, `A23`): a person's own, and those shown to staff.

use jiff::Timestamp;
use tessera_core::credentials::{Credentials, OneTimeLink};
use tessera_core::kernel::customer::{Identity, IdentityKey};
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons::Person;
use tessera_store::StoreError;

use super::Queries;
use crate::credentials::{KnownPerson, known_person, session_lines};
use crate::{HubError, SessionLine};

/// A person's sign-in methods.
#[derive(Debug, Clone)]
pub struct SignInMethodList {
    /// Password, second factor, recovery codes and passkeys.
    pub credentials: Credentials,
    /// Their sign-ins, oldest first.
    pub identities: Vec<Identity>,
}

/// The signed-in person's sign-in methods.
#[derive(Debug, Clone)]
pub struct OwnSignInMethods {
    /// The person's sign-ins, oldest first. Empty if the sign-in is not linked.
    pub identities: Vec<Identity>,
    /// The person, with credentials and sessions.
    pub local: Option<LocalSignInMethods>,
}

/// Person id, password and sessions of a person.
#[derive(Debug, Clone)]
pub struct LocalSignInMethods {
    /// The person.
    pub person: Person,
    /// Password, second factor, recovery codes and passkeys.
    pub credentials: Credentials,
    /// Number of sessions.
    pub sessions: usize,
}

/// A person's sign-in methods, as shown to staff.
#[derive(Debug, Clone)]
pub struct SecurityPage {
    /// The person, with customer, sign-ins and credentials.
    pub known: KnownPerson,
    /// One-time links sent to the person, newest first.
    pub links: Vec<OneTimeLink>,
    /// Sessions, most recently used first.
    pub sessions: Vec<SessionLine>,
    /// The time at which the person's e-mail address was last entered instead of the person id, if there has been no
    /// sign-in since (`P13`).
    pub email_as_login: Option<Timestamp>,
}

impl Queries<'_> {
    /// The linked identity of a sign-in.
    pub async fn identity(&self, key: &IdentityKey) -> Result<Option<Identity>, StoreError> {
        self.reads().identity(key).await
    }

    /// A person's password, second factor, recovery codes and passkeys.
    pub async fn credentials(&self, person: PersonId) -> Result<Credentials, StoreError> {
        self.reads().credentials(person).await
    }

    /// A person's credentials here and at the identity providers.
    pub async fn ways_in(&self, person: PersonId) -> Result<SignInMethodList, StoreError> {
        let store = self.snapshot().await?;
        let (credentials, identities) = (store.credentials(person).await?, store.identities_of_person(person).await?);
        Ok(SignInMethodList { credentials, identities })
    }

    /// A person with their credentials.
    pub async fn person_with_credentials(&self, id: PersonId) -> Result<Option<(Person, Credentials)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(person) = store.person(id).await? else { return Ok(None) };
        Ok(Some((person, store.credentials(id).await?)))
    }

    /// The sign-in methods of the person who signed in as `mine`.
    pub async fn own_ways_in(&self, mine: &IdentityKey) -> Result<OwnSignInMethods, StoreError> {
        let store = self.snapshot().await?;
        let Some(person) = store.person_of_identity(mine).await? else {
            return Ok(OwnSignInMethods { identities: Vec::new(), local: None });
        };
        let identities = store.identities_of_person(person.id).await?;
        let credentials = store.credentials(person.id).await?;
        let sessions = store.sessions_of_person(person.id, self.hub.env.now()).await?.len();
        Ok(OwnSignInMethods { identities, local: Some(LocalSignInMethods { person, credentials, sessions }) })
    }

    /// A person's sign-in methods, as shown to staff.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is no such person.
    pub async fn security_page(&self, person: PersonId) -> Result<SecurityPage, HubError> {
        let store = self.snapshot().await?;
        let known = known_person(&store, person).await?;
        let sessions = store.sessions_of_person(person, self.hub.env.now()).await?;
        Ok(SecurityPage {
            links: store.one_time_links(person).await?,
            sessions: session_lines(sessions, &known.identities),
            email_as_login: self.hub.email_as_login(&store, &known.person).await?,
            known,
        })
    }
}
