//! E-mails: the hub says what happened, as data; templates named after the e-mail put it into words.
//!
//! An e-mail is one type that implements [`Email`], beside the job that sends it, and two templates.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::{mask, normalise};

use crate::Hub;
use crate::effects::at_most_once;
use crate::jobs::JobOutcome;
use crate::ports::{MailError, Message};

/// What an e-mail is about.
pub(crate) trait Email: Serialize + Sized {
    /// Names the templates.
    const NAME: &'static str;

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
    /// Renders the templates `name` with the e-mail's fields.
    ///
    /// # Errors
    /// What is wrong with a template.
    fn render(&self, name: &str, fields: &Value, now: Timestamp) -> Result<RenderedEmail, String>;
}

/// Renders an e-mail.
pub(crate) fn render<E: Email>(
    renderer: &dyn EmailRenderer,
    email: &E,
    now: Timestamp,
) -> Result<RenderedEmail, String> {
    let fields = serde_json::to_value(email).map_err(|error| error.to_string())?;
    renderer.render(E::NAME, &fields, now)
}

impl Hub {
    /// Sends an e-mail to somebody.
    pub(crate) async fn send(&self, to: &str, email: &impl Email, job: &Leased) -> JobOutcome {
        let rendered = match render(&*self.emails, email, self.env.now()) {
            Ok(rendered) => rendered,
            Err(error) => return JobOutcome::GivenUp(format!("the mail's template cannot be rendered: {error}")),
        };
        let host = self.config.public_url.host_str().unwrap_or("localhost");
        let Some(deliverable) = normalise::deliverable(to) else {
            return JobOutcome::GivenUp(
                "the address has letters before the @ that mail servers do not take; correct it in the service desk"
                    .to_owned(),
            );
        };
        let message = Message {
            to: deliverable,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            message_id: Some(format!("<{}@{host}>", job.id)),
        };
        let started = match self.mailer.start(&message).await {
            Ok(started) => started,
            Err(error) => return not_sent(&error),
        };
        let in_doubt = |error: &MailError| matches!(error, MailError::InDoubt(_));
        match at_most_once(self, job, in_doubt, started.finish()).await {
            Ok(Ok(())) => {
                tracing::info!(job = %job.id, to = mask::email(to), "mail sent");
                JobOutcome::Done
            }
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
}

/// The examples of one type of e-mail.
pub(crate) struct EmailSamples(fn() -> Vec<EmailSample>);

inventory::collect!(EmailSamples);

impl EmailSamples {
    /// Those of this type. `inventory::submit!` adds them, beside the type.
    pub(crate) const fn of<E: Email>() -> Self {
        Self(|| {
            let sample = |(case, email)| {
                let fields = serde_json::to_value::<E>(email).unwrap_or_default();
                EmailSample { name: E::NAME, case, fields }
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
