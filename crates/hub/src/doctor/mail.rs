//! Checks of the mail server: greeting, encryption and sign-in. No e-mail is sent. Of the e-mails that strangers can
//! cause: whether too many were asked for.

use super::Finding;
use crate::Hub;
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

impl Hub {
    /// Whether e-mails were held back because strangers asked for too many.
    pub(super) async fn check_held_back_mail(&self) -> Finding {
        const CHECK: &str = "held_back";
        match self.mail_held_back_lately().await {
            Ok(0) => Finding::ok(CHECK, "mail", "Nobody asked for too many e-mails within the last hour."),
            Ok(count) => Finding::warn(
                CHECK,
                "mail",
                format!(
                    "{count} e-mails that were asked for without a sign-in were not sent within the last hour, because too many went \
                     to the same mailbox or domain."
                ),
                "Look in the log for “mail not sent”, and in your proxy’s log for who asks; block them there. Whoever needs such an \
                 e-mail gets it an hour later.",
            ),
            Err(error) => Finding::unknown(CHECK, "mail", error.to_string()),
        }
    }
}
