//! Mails about the ways in: one-time links, notices, registrations.

use jiff::Timestamp;
use serde::Serialize;
use strum::VariantArray as _;
use tessera_core::credentials::{Notice, OneTimeLinkState};
use tessera_core::kernel::ids::{OneTimeLinkId, PersonId, RegistrationId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::normalise;
use tessera_core::persons::registration::RegistrationState;

use super::JobOutcome;
use crate::emails::{Email, EmailSamples, sample};
use crate::{Hub, HubError};

/// The link to set a password (`P03`).
#[derive(Serialize)]
struct OneTimeLinkEmail {
    name: String,
    /// What they sign in with.
    person_id: String,
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
    /// Somebody said that they cannot sign in; otherwise staff sent it.
    asked_for: bool,
}

impl Email for OneTimeLinkEmail {
    const NAME: &'static str = "one_time_link";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |asked_for| Self {
            name: SAMPLE_NAME.to_owned(),
            person_id: SAMPLE_PERSON_ID.to_owned(),
            url: sample::url(SAMPLE_LINK),
            expires_at: sample::in_days(3),
            asked_for,
        };
        vec![("sent", email(false)), ("asked", email(true))]
    }
}

inventory::submit! { EmailSamples::of::<OneTimeLinkEmail>() }

/// The notice that something about the ways in changed.
#[derive(Serialize)]
struct SecurityNoticeEmail {
    name: String,
    /// What they sign in with.
    person_id: String,
    notice: Notice,
    at: Timestamp,
    sign_ins_url: String,
    /// Where a fresh link to set a password is asked for.
    forgot_url: String,
}

impl Email for SecurityNoticeEmail {
    const NAME: &'static str = "security_notice";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |notice: Notice| {
            let email = Self {
                name: SAMPLE_NAME.to_owned(),
                person_id: SAMPLE_PERSON_ID.to_owned(),
                notice,
                at: sample::now(),
                sign_ins_url: sample::url("/portal/customer/identities"),
                forgot_url: sample::url("/portal/customer/forgot"),
            };
            (notice.as_str(), email)
        };
        Notice::VARIANTS.iter().copied().map(email).collect()
    }
}

inventory::submit! { EmailSamples::of::<SecurityNoticeEmail>() }

/// The answer to somebody who registers (`P12`).
#[derive(Serialize)]
struct RegistrationEmail {
    name: String,
    /// The person ids that the address has already; none: it is new here.
    known_as: Vec<String>,
    /// The link that proves the address.
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
    /// Where a link to set a password is asked for.
    forgot_url: String,
}

impl Email for RegistrationEmail {
    const NAME: &'static str = "registration";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |known_as| Self {
            name: SAMPLE_NAME.to_owned(),
            known_as,
            url: sample::url("/register/kq3vR0pZ8sT1mWc5yXb7Ng"),
            expires_at: sample::in_days(2),
            forgot_url: sample::url("/portal/customer/forgot"),
        };
        vec![("new", email(Vec::new())), ("known", email(vec![SAMPLE_PERSON_ID.to_owned()]))]
    }
}

inventory::submit! { EmailSamples::of::<RegistrationEmail>() }

/// What came of a registration (`P12`).
#[derive(Serialize)]
struct RegistrationDecidedEmail {
    name: String,
    /// How they get in; none: they were refused.
    admitted: Option<Admitted>,
    /// Why they were refused.
    reason: Option<String>,
    /// Where they register once more.
    register_url: String,
}

/// How somebody gets in whose registration was approved.
#[derive(Serialize)]
struct Admitted {
    /// What they sign in with.
    person_id: String,
    /// The link to set a password.
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
}

impl Email for RegistrationDecidedEmail {
    const NAME: &'static str = "registration_decided";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |admitted, reason: Option<&str>| Self {
            name: SAMPLE_NAME.to_owned(),
            admitted,
            reason: reason.map(str::to_owned),
            register_url: sample::url("/portal/customer/register"),
        };
        let admitted = Admitted {
            person_id: SAMPLE_PERSON_ID.to_owned(),
            url: sample::url(SAMPLE_LINK),
            expires_at: sample::in_days(3),
        };
        vec![
            ("approved", email(Some(admitted), None)),
            ("refused", email(None, Some("We could not find a device of yours. Send us its serial number."))),
        ]
    }
}

inventory::submit! { EmailSamples::of::<RegistrationDecidedEmail>() }

const SAMPLE_NAME: &str = "Jo Meyer";
const SAMPLE_PERSON_ID: &str = "P-7K3F-9QX2";
const SAMPLE_LINK: &str = "/password/kq3vR0pZ8sT1mWc5yXb7Ng";

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
        let email = OneTimeLinkEmail {
            name: person.name,
            person_id: person.person_id,
            url: self.one_time_url(id),
            expires_at: link.expires_at,
            asked_for: link.created_by == "hub",
        };
        self.send(&link.email, &email, job).await
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
        let email = SecurityNoticeEmail {
            name: known.person.name.clone(),
            person_id: known.person.person_id.clone(),
            notice,
            at,
            sign_ins_url: self.config.url("/portal/customer/identities"),
            forgot_url: self.config.url("/portal/customer/forgot"),
        };
        self.send(address, &email, job).await
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
        let email = RegistrationEmail {
            name: registration.name,
            known_as: known.map(|person| person.person_id).collect(),
            url: self.registration_url(id),
            expires_at: registration.expires_at,
            forgot_url: self.config.url("/portal/customer/forgot"),
        };
        self.send(&registration.email, &email, job).await
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
        let email = RegistrationDecidedEmail {
            name: registration.name,
            admitted: link.map(|link| Admitted {
                person_id: person.person_id,
                url: self.one_time_url(link.id),
                expires_at: link.expires_at,
            }),
            reason: registration.reason,
            register_url: self.config.url("/portal/customer/register"),
        };
        self.send(&registration.email, &email, job).await
    }
}
