//! E-mails about the ways to sign in: links to set a password, and notices.

use jiff::Timestamp;
use serde::Serialize;
use strum::VariantArray as _;
use tessera_core::credentials::jobs::{MailFailedSignIns, MailOneTimeLink, MailSecurityNotice, MailSignInChanged};
use tessera_core::credentials::{Notice, OneTimeLinkState};
use tessera_core::kernel::ids::{CustomerId, PersonId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::mask;

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// The notice that a sign-in method was added or removed (`A23`).
#[derive(Serialize)]
struct SignInChangedEmail {
    name: String,
    /// Added; otherwise removed.
    added: bool,
    /// The sign-in, masked.
    sign_in: String,
    at: Timestamp,
    sign_ins_url: String,
}

impl Email for SignInChangedEmail {
    const NAME: &'static str = "sign_in_changed";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |name: &str, added| Self {
            name: name.to_owned(),
            added,
            sign_in: mask::email("jo.work@example.org"),
            at: sample::now(),
            sign_ins_url: sample::url("/portal/customer/identities"),
        };
        vec![("added", email("Jo Meyer", true)), ("removed", email("", false))]
    }
}

inventory::submit! { EmailSamples::of::<SignInChangedEmail>() }

/// The link to set a password (`P03`).
#[derive(Serialize)]
pub(super) struct OneTimeLinkEmail {
    name: String,
    /// What they sign in with.
    person_id: String,
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
    /// Someone said that they cannot sign in; otherwise staff sent it.
    asked_for: bool,
}

impl Email for OneTimeLinkEmail {
    const NAME: &'static str = "one_time_link";

    fn is_open_to_strangers(&self) -> bool {
        self.asked_for
    }

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

    fn is_open_to_strangers(&self) -> bool {
        false
    }

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

/// The notice that many sign-ins failed.
#[derive(Serialize)]
struct FailedSignInsEmail {
    name: String,
    /// What was tried.
    person_id: String,
    /// Time of the last one.
    at: Timestamp,
    /// Whether a password alone does not suffice.
    has_second_step: bool,
    sign_ins_url: String,
    forgot_url: String,
}

impl Email for FailedSignInsEmail {
    const NAME: &'static str = "failed_sign_ins";

    fn is_open_to_strangers(&self) -> bool {
        true
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |has_second_step| Self {
            name: SAMPLE_NAME.to_owned(),
            person_id: SAMPLE_PERSON_ID.to_owned(),
            at: sample::now(),
            has_second_step,
            sign_ins_url: sample::url("/portal/customer/identities"),
            forgot_url: sample::url("/portal/customer/forgot"),
        };
        vec![("password", email(false)), ("second_step", email(true))]
    }
}

inventory::submit! { EmailSamples::of::<FailedSignInsEmail>() }

const SAMPLE_NAME: &str = "Jo Meyer";
const SAMPLE_PERSON_ID: &str = "P-7K3F-9QX2";
const SAMPLE_LINK: &str = "/password/kq3vR0pZ8sT1mWc5yXb7Ng";

impl Run for MailSignInChanged {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some((name, address)) = hub.recipient(self.customer_id, self.person_id).await? else {
            return Ok(JobOutcome::Done);
        };
        let sign_ins_url = hub.config.url("/portal/customer/identities");
        let email =
            SignInChangedEmail { name, added: self.added, sign_in: self.sign_in.clone(), at: self.at, sign_ins_url };
        Ok(hub.send(&address, &email, job).await)
    }
}

impl Run for MailOneTimeLink {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(link) = hub.reads().one_time_link(self.link_id).await? else { return Ok(JobOutcome::Done) };
        let Some(person) = hub.reads().person(link.person).await? else { return Ok(JobOutcome::Done) };
        // Used, or dead meanwhile: nobody should get it any more.
        if link.state(&person, hub.env.now()) != OneTimeLinkState::Open {
            return Ok(JobOutcome::Done);
        }
        let email = OneTimeLinkEmail {
            name: person.name,
            person_id: person.person_id,
            url: hub.one_time_url(&link),
            expires_at: link.expires_at,
            asked_for: link.created_by == "hub",
        };
        hub.send_to(link.person, &link.email, &email, job).await
    }
}

impl Run for MailSecurityNotice {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let known = match hub.known_person(self.person_id).await {
            Ok(known) => known,
            Err(HubError::NotFound(_)) => return Ok(JobOutcome::Done),
            Err(error) => return Err(error),
        };
        let subject = known.subject(None);
        let Some(address) = subject.known_address() else { return Ok(JobOutcome::Done) };
        let email = SecurityNoticeEmail {
            name: known.person.name.clone(),
            person_id: known.person.person_id.clone(),
            notice: self.notice,
            at: self.at,
            sign_ins_url: hub.config.url("/portal/customer/identities"),
            forgot_url: hub.config.url("/portal/customer/forgot"),
        };
        hub.send_to(self.person_id, address, &email, job).await
    }
}

impl Run for MailFailedSignIns {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(person) = self.person_id else { return Ok(JobOutcome::Done) };
        let known = match hub.known_person(person).await {
            Ok(known) => known,
            Err(HubError::NotFound(_)) => return Ok(JobOutcome::Done),
            Err(error) => return Err(error),
        };
        let Some(address) = known.address().filter(|_| known.person.inactive.is_none()) else {
            return Ok(JobOutcome::Done);
        };
        let email = FailedSignInsEmail {
            name: known.person.name.clone(),
            person_id: known.person.person_id.clone(),
            at: self.at,
            has_second_step: known.credentials.has_second_step(),
            sign_ins_url: hub.config.url("/portal/customer/identities"),
            forgot_url: hub.config.url("/portal/customer/forgot"),
        };
        hub.send_to(person, address, &email, job).await
    }
}

impl Hub {
    /// Whom to greet, and at which address: the person's own, else the customer's.
    async fn recipient(
        &self,
        customer: CustomerId,
        person: Option<PersonId>,
    ) -> Result<Option<(String, String)>, HubError> {
        let customer = self.reads().customer(customer).await?;
        let person = match person {
            Some(person) => self.reads().person(person).await?,
            None => None,
        };
        let own = person.and_then(|person| Some((person.name, person.email?)));
        Ok(own.or_else(|| customer.and_then(|customer| Some((customer.name, customer.email?)))))
    }
}
