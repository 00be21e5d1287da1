//! The e-mail that a vendor wants a new customer to get (`M12`). It may contain the password that the vendor generated: so
//! it waits encrypted, and is deleted when it was sent. The password itself is kept nowhere.

use std::collections::BTreeMap;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::VendorNotificationId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::language::ReaderLocale;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::jobs::MailVendorNotification;
use tessera_core::marketplace_platform::notification::{LOST_PASSWORD, merge_fields, merged};
use tessera_core::marketplace_platform::{AccountProfile, ServiceManager};

use crate::commit::{Tx, commit};
use crate::emails::{self, Email, EmailRenderer, EmailSamples};
use crate::jobs::{JobOutcome, Run};
use crate::{Ctx, Hub, HubError};

/// What the vendor wants the customer to be told.
#[derive(Debug, Clone, Default)]
pub(super) struct Announcement {
    /// Whether the vendor wants it.
    pub(super) wanted: bool,
    /// The password that it generated.
    pub(super) password: Option<SecretString>,
    /// The values that were sent.
    pub(super) options: BTreeMap<String, String>,
    /// Whether an earlier answer was lost, and with it the password that it may have had.
    pub(super) after_loss: bool,
}

/// An e-mail that waits.
#[derive(Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) body: String,
}

/// Subject and text part of an e-mail that waits.
pub(super) fn rendered(
    renderer: &dyn EmailRenderer,
    waiting: Waiting,
    now: Timestamp,
) -> Result<(String, String), String> {
    let email = VendorNotificationEmail::of(waiting.subject, &waiting.body);
    emails::render(renderer, &email, &ReaderLocale::default(), now).map(|rendered| (rendered.subject, rendered.text))
}

/// The e-mail, in the words of staff.
#[derive(Serialize)]
struct VendorNotificationEmail {
    subject: String,
    /// The body's paragraphs, each with its lines.
    paragraphs: Vec<Vec<Line>>,
}

/// A line of the body.
#[derive(Serialize)]
struct Line {
    text: String,
    /// Whether it is the address of a web page, and nothing else.
    is_link: bool,
}

impl Email for VendorNotificationEmail {
    const NAME: &'static str = "vendor_notification";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let body = "Hi Jo Meyer,\n\nYour Example Cloud account has been activated.\nUsername: jo@example.com\n\n\
            https://cloud.example.com/start";
        vec![("ordinary", Self::of("Your Example Cloud account".to_owned(), body))]
    }
}

inventory::submit! { EmailSamples::of::<VendorNotificationEmail>() }

impl VendorNotificationEmail {
    fn of(subject: String, body: &str) -> Self {
        let body = body.replace("\r\n", "\n");
        let line = |text: &str| {
            let is_web = text.starts_with("https://") || text.starts_with("http://");
            Line { text: text.to_owned(), is_link: is_web && !text.contains(char::is_whitespace) }
        };
        let paragraphs = body.split("\n\n").map(|paragraph| paragraph.lines().map(line).collect());
        Self { subject, paragraphs: paragraphs.filter(|lines: &Vec<Line>| !lines.is_empty()).collect() }
    }
}

impl Hub {
    /// Plans the e-mail, if vendor and settings agree that there is one, and the contact has an address.
    pub(super) fn plan_notification(
        &self,
        vendor: &ServiceManager,
        account: &AccountProfile,
        extra: &BTreeMap<String, String>,
        announcement: &Announcement,
        tx: &mut Tx<'_>,
    ) -> Result<(), HubError> {
        let template = &vendor.settings.notification;
        let Some(to) = account.contact_email().filter(|_| template.enabled && announcement.wanted) else {
            return Ok(());
        };
        let mut fields = merge_fields(account, &announcement.options, extra);
        let password = announcement.password.as_ref().map(ExposeSecret::expose_secret);
        if let Some(password) = password.or(announcement.after_loss.then_some(LOST_PASSWORD)) {
            fields.insert("password".to_owned(), password.to_owned());
        }
        let waiting = Waiting {
            to: to.to_owned(),
            subject: merged(&template.subject, &fields),
            body: merged(&template.body, &fields),
        };
        let json = serde_json::to_string(&waiting).unwrap_or_default();
        let sealed = self.config.secret_key.seal(&json).ok_or(HubError::Busy)?;
        let id: VendorNotificationId = tx.stamp.id();
        let keep = PlatformChange::KeepNotification { id, sealed, at: tx.stamp.now };
        tx.push(keep, "the vendor wants the customer to be notified");
        tx.enqueue(MailVendorNotification { notification_id: id }, "the contact hears how to use the account");
        Ok(())
    }
}

impl Run for MailVendorNotification {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let id = self.notification_id;
        let Some(sealed) = hub.reads().vendor_notification(id).await? else { return Ok(JobOutcome::Done) };
        let opened = hub.config.secret_key.open(&sealed);
        let json = match opened {
            Ok(json) => json,
            Err(error) => return Ok(JobOutcome::GivenUp(format!("the e-mail cannot be read: {error}"))),
        };
        let Ok(waiting) = serde_json::from_str::<Waiting>(&json) else {
            return Ok(JobOutcome::GivenUp("the e-mail is not one that this version can read".to_owned()));
        };
        let email = VendorNotificationEmail::of(waiting.subject, &waiting.body);
        match hub.send(&waiting.to, &email, job).await {
            JobOutcome::Done => {
                commit!(hub, &Ctx::background().ending(job), |tx| {
                    tx.push(PlatformChange::DropNotification(id), "it was sent");
                    Ok(())
                })?;
                Ok(JobOutcome::Already)
            }
            other => Ok(other),
        }
    }
}
