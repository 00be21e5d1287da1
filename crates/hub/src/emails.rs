//! E-mails: the hub says what happened, as data; templates named after the e-mail put it into words.
//!
//! An e-mail is one type that implements [`Email`], beside the job that sends it, and two templates.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::language::ReaderLocale;
use tessera_core::kernel::{mask, normalise};

use crate::effects::at_most_once;
use crate::jobs::JobOutcome;
use crate::mail_caps::CountedMail;
use crate::ports::{MailError, Message};
use crate::{Hub, HubError};

/// What an e-mail is about.
pub(crate) trait Email: Serialize + Sized {
    /// Names the templates.
    const NAME: &'static str;

    /// Whether someone can cause the e-mail who is not known to own the mailbox: who is not signed in, or typed its
    /// address. Such e-mails are capped, and contain nothing that they typed.
    fn is_open_to_strangers(&self) -> bool;

    /// The link that ends such e-mails, if they are notifications that can be switched off.
    fn unsubscribe_url(&self) -> Option<&str> {
        None
    }

    /// Made-up examples, one of each case that the templates tell apart: templates are tried with them.
    fn samples() -> Vec<(&'static str, Self)>;
}

/// An e-mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedEmail {
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Puts e-mails into words.
pub trait EmailRenderer: std::fmt::Debug + Send + Sync {
    /// Renders the templates `name` with the e-mail's fields, in the reader's language and time zone.
    ///
    /// # Errors
    /// What is wrong with a template.
    fn render(
        &self,
        name: &str,
        fields: &Value,
        reader: &ReaderLocale,
        now: Timestamp,
    ) -> Result<RenderedEmail, String>;
}

/// Renders an e-mail.
pub(crate) fn render<E: Email>(
    renderer: &dyn EmailRenderer,
    email: &E,
    reader: &ReaderLocale,
    now: Timestamp,
) -> Result<RenderedEmail, String> {
    let fields = serde_json::to_value(email).map_err(|error| error.to_string())?;
    renderer.render(E::NAME, &fields, reader, now)
}

impl Hub {
    /// Sends an e-mail to an address. If it is a person's, the e-mail is in the language that they chose.
    pub(crate) async fn send<E: Email>(&self, to: &str, email: &E, job: &Leased) -> JobOutcome {
        match self.reader_at(to).await {
            Ok(reader) => self.send_for(&reader, to, email, job).await,
            Err(error) => JobOutcome::failed(error.to_string()),
        }
    }

    async fn reader_at(&self, address: &str) -> Result<ReaderLocale, HubError> {
        let reader = self.config.locale.reader();
        let Some(address) = normalise::email(address) else { return Ok(reader) };
        let people = self.reads().people_by_email(&address).await?;
        let Some(person) = people.iter().find(|person| person.inactive.is_none()) else { return Ok(reader) };
        Ok(reader.preferring(&self.reads().profile(person.id).await?.preferences))
    }

    /// Sends an e-mail to a person, in the language and time zone that they chose.
    pub(crate) async fn send_to<E: Email>(
        &self,
        person: PersonId,
        to: &str,
        email: &E,
        job: &Leased,
    ) -> Result<JobOutcome, HubError> {
        let profile = self.reads().profile(person).await?;
        let reader = self.config.locale.reader().preferring(&profile.preferences);
        Ok(self.send_for(&reader, to, email, job).await)
    }

    async fn send_for<E: Email>(&self, reader: &ReaderLocale, to: &str, email: &E, job: &Leased) -> JobOutcome {
        let rendered = match render(&*self.emails, email, reader, self.env.now()) {
            Ok(rendered) => rendered,
            Err(error) => return JobOutcome::GivenUp(format!("the mail's template cannot be rendered: {error}")),
        };
        let Some(deliverable) = normalise::deliverable(to) else {
            return JobOutcome::GivenUp(
                "the address has letters before the @ that mail servers do not take; correct it in the service desk"
                    .to_owned(),
            );
        };
        let mut counted = CountedMail::default();
        if email.is_open_to_strangers() {
            counted = match self.count_mail::<E>(&deliverable).await {
                Ok(Some(counted)) => counted,
                Ok(None) => return JobOutcome::Done,
                Err(error) => return JobOutcome::failed(error.to_string()),
            };
        }
        let unsubscribe_url = email.unsubscribe_url().map(ToOwned::to_owned);
        let outcome = self.deliver(deliverable, rendered, unsubscribe_url, job).await;
        self.counted().email(&outcome);
        if matches!(outcome, JobOutcome::Done) {
            tracing::info!(job = %job.id, to = mask::email(to), "mail sent");
        } else if !matches!(outcome, JobOutcome::InDoubt(_)) {
            self.uncount_mail(counted).await;
        }
        outcome
    }

    async fn deliver(
        &self,
        to: String,
        rendered: RenderedEmail,
        unsubscribe_url: Option<String>,
        job: &Leased,
    ) -> JobOutcome {
        let host = self.config.public_url.host_str().unwrap_or("localhost");
        let message = Message {
            to,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            message_id: Some(format!("<{}@{host}>", job.id)),
            unsubscribe_url,
        };
        let started = match self.mailer.start(&message).await {
            Ok(started) => started,
            Err(error) => return not_sent(&error),
        };
        let in_doubt = |error: &MailError| matches!(error, MailError::InDoubt(_));
        match at_most_once(self, job, in_doubt, started.finish()).await {
            Ok(Ok(())) => JobOutcome::Done,
            Ok(Err(error)) => not_sent(&error),
            Err(error) => JobOutcome::failed(error.to_string()),
        }
    }
}

fn not_sent(error: &MailError) -> JobOutcome {
    match error {
        MailError::Temporary(_) => JobOutcome::failed(error.to_string()),
        MailError::InDoubt(_) => JobOutcome::InDoubt(error.to_string()),
        MailError::Permanent(_) | MailError::Invalid(_) => JobOutcome::GivenUp(error.to_string()),
    }
}

/// An example of an e-mail.
#[derive(Debug)]
pub struct EmailSample {
    /// Names the templates.
    pub name: &'static str,
    /// Which case it is.
    pub case: &'static str,
    /// What the templates see.
    pub fields: Value,
    /// Whether a stranger can cause it.
    pub is_open_to_strangers: bool,
}

/// The examples of one type of e-mail.
pub(crate) struct EmailSamples(fn() -> Vec<EmailSample>);

inventory::collect!(EmailSamples);

impl EmailSamples {
    /// Those of this type. `inventory::submit!` adds them, beside the type.
    pub(crate) const fn of<E: Email>() -> Self {
        Self(|| {
            let sample = |(case, email): (&'static str, E)| {
                let is_open_to_strangers = email.is_open_to_strangers();
                let fields = serde_json::to_value(email).unwrap_or_default();
                EmailSample { name: E::NAME, case, fields, is_open_to_strangers }
            };
            E::samples().into_iter().map(sample).collect()
        })
    }
}

/// An example of every e-mail in every case.
pub fn samples() -> Vec<EmailSample> {
    let mut samples: Vec<_> = inventory::iter::<EmailSamples>().flat_map(|EmailSamples(all)| all()).collect();
    samples.sort_by_key(|sample| sample.name);
    samples
}

/// What examples are made of.
pub(crate) mod sample {
    use jiff::{SignedDuration, Timestamp};

    /// When all examples happen.
    pub(crate) fn now() -> Timestamp {
        Timestamp::constant(1_795_269_840, 0)
    }

    pub(crate) fn in_days(days: i64) -> Timestamp {
        now() + SignedDuration::from_hours(24 * days) + SignedDuration::from_mins(1)
    }

    pub(crate) fn url(path: &str) -> String {
        format!("https://hub.example.com{path}")
    }
}
