//! Checks of the mail server: greeting, encryption and sign-in. No e-mail is sent.

use super::Finding;
use crate::ports::MailTransport;

pub(super) async fn check(mailer: &dyn MailTransport) -> Vec<Finding> {
    const CHECK: &str = "smtp";
    vec![match mailer.probe().await {
        Ok(()) => Finding::ok(CHECK, "mail", "The mail server greets us and lets us in. Nothing was sent."),
        Err(error) if error.is_temporary() => Finding::fail(
            CHECK,
            "mail",
            error.to_string(),
            "Check host and port in mail.url, the firewall, and whether the server is up. Mails wait and are sent later.",
        ),
        Err(error) => Finding::fail(
            CHECK,
            "mail",
            error.to_string(),
            "Check user and password in mail.url, and whether the server wants smtps:// or smtp+starttls://.",
        ),
    }]
}
