//! One-time links to set a password: sent by staff, or asked for by the person (recovery without a support call).

use jiff::{SignedDuration, Timestamp};
use tessera_core::credentials::jobs::SendOneTimeLink;
use tessera_core::credentials::{self, CredentialError, OneTimeLink, OneTimeLinkError, Proof};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::{OneTimeLinkId, PersonId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::persons::Person;
use tessera_store::{Reads, StoreError};

use super::password::check;
use super::{KnownPerson, own};
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
        self.on_person(person, ctx, |known, stamp| Ok(self.plan_link(known, OneTimeLink::SENT_LIFETIME, stamp)?))
            .await?;
        Ok(())
    }

    /// Sends a link that the person asked for, unless they were sent one a short while ago.
    async fn send_link_asked_for(&self, person: PersonId) -> Result<(), HubError> {
        commit!(self, &Ctx::new(Actor::Hub, Channel::Portal), |tx| {
            let known = self.known_person(person).await?;
            let newest = self.reads().one_time_links(person).await?.into_iter().next();
            if newest.is_none_or(|link| link.created_at + AGAIN_AFTER <= tx.stamp.now) {
                tx.extend(self.plan_link(&known, OneTimeLink::OWN_LIFETIME, tx.stamp)?);
            }
            Ok(())
        })
    }

    fn plan_link(
        &self,
        known: &KnownPerson,
        lifetime: SignedDuration,
        stamp: Stamp<'_>,
    ) -> Result<Plan, CredentialError> {
        let id: OneTimeLinkId = stamp.id();
        let token_hash = hash(&self.config.secret_key.one_time_token(id));
        credentials::send_link(known.subject(None), id, token_hash, stamp.now + lifetime, stamp)
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
        let set = commit!(self, &own(&opening.person), |tx| {
            let known = self.known_person(opening.person.id).await?;
            // Read again: of several who use it at once, one is first.
            let link = self.reads().one_time_link(opening.link.id).await?.ok_or(OneTimeLinkError::Dead)?;
            link.may_open(&known.person, tx.stamp.now)?;
            let proof = Proof::Link(link.id);
            tx.extend(credentials::put_password(known.subject(None), hash.clone(), proof, tx.stamp));
            Ok(known.person)
        });
        match set {
            Ok(person) => Ok(Ok(person)),
            Err(error) => match error.rejection() {
                Some(refusal) => Ok(Err(*refusal)),
                None => Err(error),
            },
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
            match self.send_link_asked_for(person.id).await {
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
