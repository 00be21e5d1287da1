//! Ways to sign in (`P03`, `A23`): a person's own, and as staff see them.

use jiff::Timestamp;
use tessera_core::credentials::{Credentials, OneTimeLink};
use tessera_core::kernel::customer::{Identity, IdentityKey};
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons::Person;
use tessera_store::StoreError;

use super::Queries;
use crate::credentials::{KnownPerson, known_person, session_lines};
use crate::{HubError, SessionLine};

/// The ways of a person to prove who they are.
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
    /// The sign-ins of the same person, oldest first; none when the sign-in is nobody's.
    pub identities: Vec<Identity>,
    /// The person, with what else is theirs.
    pub local: Option<LocalSignInMethods>,
}

/// Person id, password and sessions of a person.
#[derive(Debug, Clone)]
pub struct LocalSignInMethods {
    /// The person.
    pub person: Person,
    /// Password, second factor, recovery codes and passkeys.
    pub credentials: Credentials,
    /// How many sessions they have.
    pub sessions: usize,
}

/// What staff see of a person's ways to sign in.
#[derive(Debug, Clone)]
pub struct SecurityPage {
    /// The person, with customer, sign-ins and credentials.
    pub known: KnownPerson,
    /// The links sent to them, newest first.
    pub links: Vec<OneTimeLink>,
    /// Their sessions, the one used last first.
    pub sessions: Vec<SessionLine>,
    /// When somebody last typed their e-mail address where the person id belongs, and has not signed in since (`P13`).
    pub email_as_login: Option<Timestamp>,
}

impl Queries<'_> {
    /// Whose a sign-in is.
    pub async fn identity(&self, key: &IdentityKey) -> Result<Option<Identity>, StoreError> {
        self.reads().identity(key).await
    }

    /// How a person proves who they are.
    pub async fn credentials(&self, person: PersonId) -> Result<Credentials, StoreError> {
        self.reads().credentials(person).await
    }

    /// How a person proves who they are, here and at the identity providers.
    pub async fn ways_in(&self, person: PersonId) -> Result<SignInMethodList, StoreError> {
        let store = self.snapshot().await?;
        let (credentials, identities) = (store.credentials(person).await?, store.identities_of_person(person).await?);
        Ok(SignInMethodList { credentials, identities })
    }

    /// A person, and how they prove who they are.
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

    /// What staff see of a person's ways to sign in.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is no such person.
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
