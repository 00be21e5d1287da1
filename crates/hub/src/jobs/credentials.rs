//! Mails about the ways in: one-time links, notices, registrations.

use jiff::Timestamp;
use tessera_core::credentials::{Notice, OneTimeLinkState};
use tessera_core::kernel::ids::{OneTimeLinkId, PersonId, RegistrationId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::normalise;
use tessera_core::persons::registration::RegistrationState;

use super::JobOutcome;
use crate::emails::{Admitted, OneTimeLinkLetter, RegistrationDecidedLetter, RegistrationLetter, SecurityNoticeLetter};
use crate::{Hub, HubError};

impl Hub {
    pub(super) async fn mail_one_time_link(&self, id: OneTimeLinkId, job: &Leased) -> JobOutcome {
        let found = async {
            let Some(link) = self.store.one_time_link(id).await? else { return Ok(None) };
            let Some(person) = self.store.person(link.person).await? else { return Ok(None) };
            Ok::<_, HubError>(Some((link, person)))
        };
        let now = self.env.now();
        let (link, person) = match found.await {
            Ok(Some((link, person))) if link.state(&person, now) == OneTimeLinkState::Open => (link, person),
            // Used, or dead meanwhile: nobody should get it any more.
            Ok(_) => return JobOutcome::Done,
            Err(error) => return self.after(error, job),
        };
        let letter = OneTimeLinkLetter {
            name: person.name,
            person_id: person.person_id,
            url: self.one_time_url(id),
            expires_at: link.expires_at,
            asked_for: link.created_by == "hub",
        };
        self.send(&link.email, self.letters.one_time_link(&letter, now), job).await
    }

    pub(super) async fn mail_security_notice(
        &self,
        person: PersonId,
        notice: Notice,
        at: Timestamp,
        job: &Leased,
    ) -> JobOutcome {
        let known = match self.known_person(person).await {
            Ok(known) => known,
            Err(HubError::NotFound(_)) => return JobOutcome::Done,
            Err(error) => return self.after(error, job),
        };
        let subject = known.subject(None);
        let Some(address) = subject.known_address() else { return JobOutcome::Done };
        let letter = SecurityNoticeLetter {
            name: known.person.name.clone(),
            person_id: known.person.person_id.clone(),
            notice,
            at,
            sign_ins_url: self.config.url("/portal/customer/identities"),
            forgot_url: self.config.url("/portal/customer/forgot"),
        };
        self.send(address, self.letters.security_notice(&letter, self.env.now()), job).await
    }

    /// Whoever is known already is told so, in their own mailbox and nowhere else.
    pub(super) async fn mail_registration(&self, id: RegistrationId, job: &Leased) -> JobOutcome {
        let now = self.env.now();
        let registration = match self.store.registration(id).await {
            Ok(Some(it)) if it.state == RegistrationState::Unconfirmed && now < it.expires_at => it,
            Ok(_) => return JobOutcome::Done,
            Err(error) => return self.after(error.into(), job),
        };
        let email = normalise::email(&registration.email).unwrap_or_default();
        let known = match self.store.people_by_email(&email).await {
            Ok(people) => people.into_iter().filter(|person| person.inactive.is_none()),
            Err(error) => return self.after(error.into(), job),
        };
        let letter = RegistrationLetter {
            name: registration.name,
            known_as: known.map(|person| person.person_id).collect(),
            url: self.registration_url(id),
            expires_at: registration.expires_at,
            forgot_url: self.config.url("/portal/customer/forgot"),
        };
        self.send(&registration.email, self.letters.registration(&letter, now), job).await
    }

    pub(super) async fn mail_registration_decided(
        &self,
        id: RegistrationId,
        link: Option<OneTimeLinkId>,
        job: &Leased,
    ) -> JobOutcome {
        let found = async {
            let Some(registration) = self.store.registration(id).await? else { return Ok(None) };
            let link = match link {
                Some(link) => self.store.one_time_link(link).await?,
                None => None,
            };
            let Some(person) = registration.person else { return Ok(None) };
            let person = self.store.person(person).await?;
            Ok::<_, HubError>(person.map(|person| (registration, person, link)))
        };
        let (registration, person, link) = match found.await {
            Ok(Some(found)) => found,
            Ok(None) => return JobOutcome::Done,
            Err(error) => return self.after(error, job),
        };
        let letter = RegistrationDecidedLetter {
            name: registration.name,
            admitted: link.map(|link| Admitted {
                person_id: person.person_id,
                url: self.one_time_url(link.id),
                expires_at: link.expires_at,
            }),
            reason: registration.reason,
            register_url: self.config.url("/portal/customer/register"),
        };
        self.send(&registration.email, self.letters.registration_decided(&letter, self.env.now()), job).await
    }
}
