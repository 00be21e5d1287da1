//! One-time links to set a password: sent by staff, or requested by the person to recover access.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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

use super::emails::OneTimeLinkEmail;
use super::password::check;
use super::{KnownPerson, own};
use crate::commit::commit;
use crate::jobs::{JobOutcome, Run};
use crate::secret::hash;
use crate::{Ctx, Hub, HubError};

/// Minimum interval between two requested links. The first e-mail may still be on its way.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// Maximum number of people with the same address who each get a link.
const MAX_LINKS: usize = 5;

/// A valid one-time link.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The link.
    pub link: OneTimeLink,
    /// The person whose password it sets.
    pub person: Person,
}

impl Run for SendOneTimeLink {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let login = match hub.config.secret_key.open(&self.sealed) {
            Ok(login) => login,
            Err(error) => return Ok(JobOutcome::failed(error.to_string())),
        };
        hub.send_links_asked_for(&login, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Hub {
    /// Sends a person a link to set a password, to their known address. The link is disclosed nowhere else.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the person is inactive or has no address.
    pub async fn send_password_link(&self, person: PersonId, ctx: &Ctx) -> Result<(), HubError> {
        self.on_person(person, ctx, |known, stamp| Ok(self.plan_link(known, OneTimeLink::SENT_LIFETIME, stamp)?))
            .await?;
        Ok(())
    }

    /// Sends a link that the person asked for, unless they were sent one a short while ago, or too many.
    async fn send_link_asked_for(&self, person: PersonId) -> Result<(), HubError> {
        commit!(self, &Ctx::new(Actor::Hub, Channel::Portal), |tx| {
            let known = self.known_person(person).await?;
            if let Some(address) = known.subject(None).known_address()
                && !self.may_mail_for_strangers::<OneTimeLinkEmail>(address).await?
            {
                return Ok(());
            }
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

    /// Reads a one-time link by its token. Does not consume it, because mail scanners open links too.
    pub async fn open_one_time_link(&self, token: &str) -> Result<Result<Opening, OneTimeLinkError>, HubError> {
        let Some(link) = self.reads().one_time_link_by_token(&hash(token)).await? else {
            return Ok(Err(OneTimeLinkError::Unknown));
        };
        let Some(person) = self.reads().person(link.person).await? else { return Ok(Err(OneTimeLinkError::Dead)) };
        Ok(link.may_open(&person, self.env.now()).map(|()| Opening { link, person }))
    }

    /// Sets the password with a one-time link and consumes the link.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the password is not acceptable. The link stays valid then.
    pub async fn set_password_by_link(
        &self,
        token: &str,
        password: &str,
    ) -> Result<Result<Person, OneTimeLinkError>, HubError> {
        let opening = match self.open_one_time_link(token).await? {
            Ok(opening) => opening,
            Err(refusal) => return Ok(Err(refusal)),
        };
        check(self, &self.known_person(opening.person.id).await?, password)?;
        let hash = self.env.passwords().hash(password.to_owned()).await?;
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

    /// Accepts a request for a link, by person id or e-mail address. The lookup runs later in a job, and its result is
    /// sent only to the known address, so the answer does not reveal whether the person exists.
    pub async fn request_password_link(&self, login: &str) -> Result<(), HubError> {
        let login: String = login.trim().chars().take(320).collect();
        let mark = URL_SAFE_NO_PAD.encode(self.login_mark(&login));
        let sealed = self.config.secret_key.seal(&login).ok_or(HubError::Busy)?;
        commit!(self, &Ctx::new(Actor::Hub, Channel::Portal), |tx| {
            tx.enqueue(SendOneTimeLink { mark: mark.clone(), sealed: sealed.clone() }, "somebody cannot sign in");
            Ok(())
        })
    }

    /// Finds the people for a requested link and sends it to them.
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

    /// The URL of a one-time link.
    pub(crate) fn one_time_url(&self, link: &OneTimeLink) -> String {
        self.config.url(&format!("/password/{}", self.token_of_link(link)))
    }

    /// The token, made with the key that was the current one when the link was made.
    pub(crate) fn token_of_link(&self, link: &OneTimeLink) -> String {
        self.config.secret_key.kept(&link.token_hash, |key| key.one_time_token(link.id))
    }

    /// The time at which the person's e-mail address was last entered instead of the person id, if there has been no
    /// sign-in since (`P13`).
    pub(crate) async fn email_as_login(&self, store: &Reads, person: &Person) -> Result<Option<Timestamp>, StoreError> {
        let Some(email) = person.email.as_deref().and_then(normalise::email) else { return Ok(None) };
        let Some(at) = store.failed_login(&self.config.secret_key.login_mark(&email)).await? else {
            return Ok(None);
        };
        let signed_in = store.last_sign_in(person.id).await?;
        Ok(signed_in.is_none_or(|since| since < at).then_some(at))
    }
}
