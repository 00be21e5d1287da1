//! One-time links to set a password: sent by staff, or asked for by the person (recovery without a support call).

use jiff::{SignedDuration, Timestamp};
use tessera_core::credentials::jobs::SendOneTimeLink;
use tessera_core::credentials::{self, CredentialError, OneTimeLink, OneTimeLinkError, OneTimeLinkState, Proof};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{OneTimeLinkId, PersonId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::normalise;
use tessera_core::persons::Person;
use tessera_store::{Reads, StoreError};

use super::own;
use super::password::check;
use crate::commit::commit;
use crate::credentials::password_hashing;
use crate::jobs::{JobOutcome, Run};
use crate::secret::hash;
use crate::{Ctx, Hub, HubError};

/// Within this time nobody is sent a second link they asked for: the first may still be on its way.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// So many people may share an address and be sent a link each.
const MAX_LINKS: usize = 5;

/// What a one-time link opens.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Which link.
    pub link: OneTimeLink,
    /// Whose password it sets.
    pub person: Person,
}

impl Run for SendOneTimeLink {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.send_links_asked_for(&self.login, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Hub {
    /// Sends a person a link to set a password, to the known address. Nobody but the mailbox is told the link.
    ///
    /// # Errors
    /// [`HubError::Rejected`] when the person is inactive or has no address.
    pub async fn send_password_link(&self, person: PersonId, ctx: &Ctx) -> Result<(), HubError> {
        self.send_link(person, ctx, OneTimeLink::SENT_LIFETIME).await
    }

    async fn send_link(&self, person: PersonId, ctx: &Ctx, lifetime: SignedDuration) -> Result<(), HubError> {
        let expires_at = self.env.now() + lifetime;
        self.on_person(person, ctx, |known, stamp| {
            let id: OneTimeLinkId = stamp.id();
            let token_hash = hash(&self.config.secret_key.one_time_token(id));
            Ok(credentials::send_link(known.subject(None), id, token_hash, expires_at, stamp)?)
        })
        .await?;
        Ok(())
    }

    /// What a link opens. Looking uses nothing up: mail scanners look too.
    pub async fn open_one_time_link(&self, token: &str) -> Result<Result<Opening, OneTimeLinkError>, HubError> {
        let Some(link) = self.reads().one_time_link_by_token(&hash(token)).await? else {
            return Ok(Err(OneTimeLinkError::Unknown));
        };
        let Some(person) = self.reads().person(link.person).await? else { return Ok(Err(OneTimeLinkError::Dead)) };
        Ok(link.may_open(&person, self.env.now()).map(|()| Opening { link, person }))
    }

    /// Sets the password by a link, which is used up with it.
    ///
    /// # Errors
    /// [`HubError::Rejected`] when the password is not taken; the link stays open then.
    pub async fn set_password_by_link(
        &self,
        token: &str,
        password: &str,
    ) -> Result<Result<Person, OneTimeLinkError>, HubError> {
        let opening = match self.open_one_time_link(token).await? {
            Ok(opening) => opening,
            Err(refusal) => return Ok(Err(refusal)),
        };
        check(&self.known_person(opening.person.id).await?, password)?;
        let hash = password_hashing::make(password.to_owned()).await?;
        let proof = Proof::Link(opening.link.id);
        let ctx = own(&opening.person);
        let set = self.on_person(opening.person.id, &ctx, |known, stamp| {
            let link = &opening.link;
            if link.state(&known.person, stamp.now) != OneTimeLinkState::Open {
                return Err(OneTimeLinkError::Dead.into());
            }
            Ok(credentials::put_password(known.subject(None), hash.clone(), proof, stamp))
        });
        match set.await {
            Ok(known) => Ok(Ok(known.person)),
            // Of two who use it at once, one is first.
            Err(HubError::Busy) => Ok(Err(OneTimeLinkError::Used)),
            Err(error) if error.rejection::<OneTimeLinkError>().is_some() => Ok(Err(OneTimeLinkError::Used)),
            Err(error) => Err(error),
        }
    }

    /// Somebody says that they cannot sign in: with a person id, or with an e-mail address. Whether anybody is known by it is found out later
    /// and told to the known address alone.
    pub async fn request_password_link(&self, login: &str) -> Result<(), HubError> {
        let login: String = login.trim().chars().take(320).collect();
        commit!(self, &Ctx::new(Actor::Hub, Channel::Portal), |tx| {
            tx.enqueue(SendOneTimeLink { login: login.clone() }, "somebody cannot sign in");
            Ok(())
        })
    }

    /// Finds out whom a link was asked for, and sends it.
    pub(crate) async fn send_links_asked_for(&self, login: &str, job: &Leased) -> Result<(), HubError> {
        let people = match normalise::email(login) {
            Some(email) => self.reads().people_by_email(&email).await?,
            None => self.reads().person_by_key(login).await?.into_iter().collect(),
        };
        for person in people.into_iter().filter(|person| person.inactive.is_none()).take(MAX_LINKS) {
            let newest = self.reads().one_time_links(person.id).await?.into_iter().next();
            if newest.is_some_and(|link| link.created_at + AGAIN_AFTER > self.env.now()) {
                continue;
            }
            match self.send_link(person.id, &Ctx::new(Actor::Hub, Channel::Portal), OneTimeLink::OWN_LIFETIME).await {
                Ok(()) => {}
                Err(error) if error.rejection() == Some(&CredentialError::NoAddress) => {
                    tracing::warn!(person = %person.id, "asked for a link, and has no address to send it to");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(self.technical().finish_job(job, self.env.now()).await?)
    }

    /// The address of a one-time link.
    pub(crate) fn one_time_url(&self, id: OneTimeLinkId) -> String {
        self.config.url(&format!("/password/{}", self.config.secret_key.one_time_token(id)))
    }

    /// When somebody last typed a person's e-mail address where the person id belongs, and has not signed in since (`P13`).
    pub(crate) async fn email_as_login(&self, store: &Reads, person: &Person) -> Result<Option<Timestamp>, StoreError> {
        let Some(email) = person.email.as_deref().and_then(normalise::email) else { return Ok(None) };
        let Some(at) = store.failed_login(&self.config.secret_key.login_mark(&email)).await? else {
            return Ok(None);
        };
        let signed_in = store.last_sign_in(person.id).await?;
        Ok(signed_in.is_none_or(|since| since < at).then_some(at))
    }
}
