//! E-mails about registrations.

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::normalise;
use tessera_core::persons::jobs::{MailRegistration, MailRegistrationDecided};
use tessera_core::persons::registration::RegistrationState;

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// The answer to someone who registers (`P12`).
#[derive(Serialize)]
pub(super) struct RegistrationEmail {
    /// The person ids that the address has already; none: it is new here.
    known_as: Vec<String>,
    /// The link that proves the address.
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
    /// Where a link to set a password is asked for.
    forgot_url: String,
    /// Whether it is a sign-up in the storefront.
    for_shop: bool,
}

impl Email for RegistrationEmail {
    const NAME: &'static str = "registration";

    fn is_open_to_strangers(&self) -> bool {
        true
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |known_as, for_shop| Self {
            known_as,
            url: sample::url("/register/kq3vR0pZ8sT1mWc5yXb7Ng"),
            expires_at: sample::in_days(2),
            forgot_url: sample::url("/portal/customer/forgot"),
            for_shop,
        };
        vec![
            ("new", email(Vec::new(), false)),
            ("known", email(vec![SAMPLE_PERSON_ID.to_owned()], false)),
            ("new_in_shop", email(Vec::new(), true)),
        ]
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

/// How someone gets in whose registration was approved.
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

    /// Staff decided, and the address was proved.
    fn is_open_to_strangers(&self) -> bool {
        false
    }

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

impl Run for MailRegistration {
    /// A known person learns so by e-mail, and nowhere else.
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let now = hub.env.now();
        let registration = hub.reads().registration(self.registration_id).await?;
        let unconfirmed = registration.filter(|it| it.state == RegistrationState::Unconfirmed && now < it.expires_at);
        let Some(registration) = unconfirmed else { return Ok(JobOutcome::Done) };
        let email = normalise::email(&registration.email).unwrap_or_default();
        let people = hub.reads().people_by_email(&email).await?;
        let known = people.into_iter().filter(|person| person.inactive.is_none());
        let email = RegistrationEmail {
            known_as: known.map(|person| person.person_id).collect(),
            url: hub.registration_url(&registration),
            expires_at: registration.expires_at,
            forgot_url: hub.config.url("/portal/customer/forgot"),
            for_shop: registration.for_shop,
        };
        Ok(hub.send(&registration.email, &email, job).await)
    }
}

impl Run for MailRegistrationDecided {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(registration) = hub.reads().registration(self.registration_id).await? else {
            return Ok(JobOutcome::Done);
        };
        let link = match self.link_id {
            Some(link) => hub.reads().one_time_link(link).await?,
            None => None,
        };
        let Some(reader) = registration.person else { return Ok(JobOutcome::Done) };
        let Some(person) = hub.reads().person(reader).await? else { return Ok(JobOutcome::Done) };
        let email = RegistrationDecidedEmail {
            name: registration.name,
            admitted: link.map(|link| Admitted {
                person_id: person.person_id,
                url: hub.one_time_url(&link),
                expires_at: link.expires_at,
            }),
            reason: registration.reason,
            register_url: hub.config.url("/portal/customer/register"),
        };
        hub.send_to(reader, &registration.email, &email, job).await
    }
}
