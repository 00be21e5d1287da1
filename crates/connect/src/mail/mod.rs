//! E-mail to customers, by SMTP.

mod message;
mod server;
mod session;

use std::sync::Arc;

use async_trait::async_trait;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use tessera_core::kernel::clock::Clock;
use tessera_hub::ports::{MailError, MailTransport, Message, StartedMail};

use self::server::Server;
use self::session::Session;
pub use self::session::TimeLimits;

/// Configuration of the mailer.
#[derive(Debug, Clone)]
pub struct Config {
    /// `smtps://user:password@host` (TLS from the start, port 465), `smtp+starttls://user:password@host` (TLS required, port 587) or
    /// `smtp://host:port` (no TLS: for a relay on the same machine). Special characters in user and password are percent-encoded.
    pub url: SecretString,
    /// The sender, `Tessera <hello@example.com>` for example.
    pub from: String,
    /// Address for replies, if different from the sender.
    pub reply_to: Option<String>,
}

/// Sends messages. Each message has a connection of its own, so that a connection that broke unnoticed never makes an
/// outcome unclear.
#[derive(Debug, Clone)]
pub struct Mailer {
    server: Arc<Server>,
    limits: TimeLimits,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    clock: Arc<dyn Clock>,
}

impl Mailer {
    /// Creates a mailer, without contacting the server.
    ///
    /// # Errors
    /// [`MailError::Invalid`] if the configuration is invalid.
    pub fn new(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, MailError> {
        let server = Arc::new(Server::parse(config.url.expose_secret())?);
        let from = message::mailbox(&config.from, "the sender")?;
        let reply_to =
            config.reply_to.as_deref().map(|address| message::mailbox(address, "the reply address")).transpose()?;
        Ok(Self { server, limits: TimeLimits::default(), from, reply_to, clock })
    }

    /// The same mailer with other time limits.
    #[must_use]
    pub fn with_limits(self, limits: TimeLimits) -> Self {
        Self { limits, ..self }
    }

    /// Sends a message. `Ok` means that the server accepted it, not that it arrived.
    ///
    /// # Errors
    /// The reason why it was not sent; [`MailError::InDoubt`] if the server may nevertheless have accepted it.
    pub async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.start(message).await?.finish().await
    }

    /// Connects, sends EHLO, and signs in if the URL has a user. Sends no message.
    ///
    /// # Errors
    /// The reason why sending would fail.
    pub async fn probe(&self) -> Result<(), MailError> {
        Session::open(&self.server, self.limits).await?.probe().await
    }
}

#[async_trait]
impl MailTransport for Mailer {
    async fn start(&self, message: &Message) -> Result<Box<dyn StartedMail>, MailError> {
        let message = message::written(message, &self.from, self.reply_to.as_ref(), self.clock.now())?;
        let session = Session::open(&self.server, self.limits).await?;
        Ok(Box::new(session.start(&message).await?))
    }

    async fn probe(&self) -> Result<(), MailError> {
        self.probe().await
    }
}
