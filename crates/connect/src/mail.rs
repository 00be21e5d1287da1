//! Messages to customers, by SMTP.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use tessera_core::kernel::clock::Clock;
use tessera_hub::ports::{MailError, MailTransport, Message};

use crate::discipline::redact;

/// How long the server may stay silent at any step.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The longest subject, in characters.
const MAX_SUBJECT_LENGTH: usize = 250;

/// What the mailer has to be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// `smtps://user:password@host` (TLS from the start, port 465), `smtp+starttls://user:password@host` (TLS required, port 587) or
    /// `smtp://host:port` (no TLS: for a relay on the same machine). Special characters in user and password are percent-encoded.
    pub url: SecretString,
    /// The sender, `Tessera <hello@example.com>` for example.
    pub from: String,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<String>,
}

/// Tells out-of-office robots not to answer (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Sends messages.
#[derive(Debug, Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    clock: Arc<dyn Clock>,
}

impl Mailer {
    /// A mailer; the server is not contacted yet.
    pub fn new(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, MailError> {
        let url = config.url.expose_secret();
        let url = match url.strip_prefix("smtp+starttls://") {
            Some(rest) => format!("smtp://{rest}?tls=required"),
            None => url.to_owned(),
        };
        // The error's own text may hold the password.
        let wrong = |_| MailError::Invalid("the SMTP URL is not valid: write smtps://user:password@host".to_owned());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url).map_err(wrong)?;
        let from = mailbox(&config.from, "the sender")?;
        let reply_to = config.reply_to.as_deref().map(|address| mailbox(address, "the reply address")).transpose()?;
        Ok(Self { transport: transport.timeout(Some(TIMEOUT)).build(), from, reply_to, clock })
    }

    /// Hands a message to the server. `Ok` means that the server took it, not that it arrived.
    pub async fn send(&self, message: &Message) -> Result<(), MailError> {
        let message = self.written(message)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(classified(&error)),
        }
    }

    /// Connects, greets, and proves who we are as far as the address says so; sends nothing.
    ///
    /// # Errors
    /// What stands in the way of sending.
    pub async fn probe(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Temporary("the mail server greeted and then hung up".to_owned())),
            Err(error) => Err(classified(&error)),
        }
    }

    fn written(&self, message: &Message) -> Result<lettre::Message, MailError> {
        let subject = message.subject.trim();
        if subject.is_empty() || subject.chars().any(char::is_control) || subject.chars().count() > MAX_SUBJECT_LENGTH {
            return Err(MailError::Invalid("its subject is empty, too long or more than one line".to_owned()));
        }
        let to = message
            .to
            .trim()
            .parse()
            .map_err(|_| MailError::Invalid("the recipient is not an e-mail address".to_owned()))?;
        if message.message_id.as_deref().is_some_and(|id| !is_message_id(id)) {
            return Err(MailError::Invalid("its Message-ID is not of the form <left@right>".to_owned()));
        }
        let mut builder = lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(SystemTime::from(self.clock.now()))
            .message_id(message.message_id.clone())
            .header(AutoSubmitted);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let body = MultiPart::alternative_plain_html(message.text.clone(), message.html.clone());
        builder.multipart(body).map_err(|error| MailError::Invalid(redact(&error.to_string())))
    }
}

#[async_trait]
impl MailTransport for Mailer {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.send(message).await
    }

    async fn probe(&self) -> Result<(), MailError> {
        self.probe().await
    }
}

fn mailbox(address: &str, whose: &str) -> Result<Mailbox, MailError> {
    let valid = address.parse().ok().filter(|_| !address.chars().any(char::is_control));
    valid.ok_or_else(|| MailError::Invalid(format!("{whose} is not of the form Name <address>")))
}

fn is_message_id(id: &str) -> bool {
    let inner = id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>@\"()".contains(&byte))
    };
    id.len() <= 250
        && inner.and_then(|inner| inner.split_once('@')).is_some_and(|(left, right)| plain(left) && plain(right))
}

fn classified(error: &lettre::transport::smtp::Error) -> MailError {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    let text = redact(&text);
    // 5xx is final (RFC 5321 §4.2.1), and so is what our side could not even say; all else is the network or a busy server.
    if error.is_permanent() || error.is_client() { MailError::Permanent(text) } else { MailError::Temporary(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_is_one_plain_pair() {
        assert!(is_message_id("<0198.invitation@hub.example.com>"));
        for id in ["", "a@b", "<a>", "<a@b>\r\nBcc: x@example.com", "<a b@c>", "<a@b@c>"] {
            assert!(!is_message_id(id), "{id}");
        }
    }
}
