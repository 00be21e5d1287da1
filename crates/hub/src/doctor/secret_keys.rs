//! Check of the stored secrets: whether the current secret key encrypts all of them.

use super::Finding;
use crate::Hub;

impl Hub {
    pub(super) async fn check_secret_keys(&self) -> Finding {
        const CHECK: &str = "secret_keys";
        const SYSTEM: &str = "database";
        let status = match self.status_of_keys(false).await {
            Ok(status) => status,
            Err(error) => return Finding::unknown(CHECK, SYSTEM, error.to_string()),
        };
        let (current, others) = (&status.current, &status.others);
        if let Some(first) = status.unreadable.first() {
            let detail = match status.unreadable.len() {
                1 => format!("A stored secret cannot be read: {}.", first.what),
                count => format!("{count} stored secrets cannot be read, among them: {}.", first.what),
            };
            let remedy = format!("Nothing is lost: {}. `tessera key status` lists all of them.", first.why);
            return Finding::fail(CHECK, SYSTEM, detail, remedy);
        }
        match (status.remaining(), others.is_empty()) {
            (0, true) => {
                Finding::ok(CHECK, SYSTEM, format!("Secret key {current} encrypts all {} stored secrets.", status.done))
            }
            (0, false) => Finding::ok(
                CHECK,
                SYSTEM,
                format!(
                    "Secret key {current} encrypts all stored secrets; {} is no longer needed for them.",
                    others.join(", ")
                ),
            ),
            (left, _) => Finding::warn(
                CHECK,
                SYSTEM,
                format!("{left} stored secrets are not encrypted with the current secret key {current} yet."),
                "Run `tessera key rotate`. Keep the other keys configured until then.",
            ),
        }
    }
}
