//! Caps of the e-mails that strangers can cause: per mailbox, and per domain. Anyone who asks for more is answered alike.
//!
//! Each kind of e-mail is counted for itself. So one that is held back has just arrived several times, and nobody loses
//! their link to a new password because a stranger registers their address.
//!
//! The cap is kept where every e-mail goes out ([`Hub::send`]). A journey that replaces a link asks first, so that a link
//! that arrived is not revoked for one that is never sent.
//!
//! What is held back is counted, for the metrics and the doctor.

use jiff::SignedDuration;
use tessera_core::kernel::domain::Domain;
use tessera_core::kernel::mask;
use tessera_core::kernel::normalise;

use crate::emails::Email;
use crate::{Hub, HubError};

/// The period within which e-mails are counted.
const WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// Maximum number of such e-mails of one kind to one mailbox.
const PER_MAILBOX: u32 = 6;
/// Maximum number of such e-mails of one kind to one domain. Public mail providers have no limit.
const PER_DOMAIN: u32 = 100;

/// Key of the number of e-mails that were held back within the last period, over all processes.
const HELD_BACK: &str = "mail held back";

/// A cap: its key, and the number of e-mails.
type Cap = (String, u32);

/// E-mails that were counted against their caps before they are sent.
#[derive(Debug, Default)]
pub(crate) struct CountedMail(Vec<Cap>);

impl Hub {
    /// Whether an e-mail of this kind that a stranger asked for would be sent to an address now.
    pub(crate) async fn may_mail_for_strangers<E: Email>(&self, address: &str) -> Result<bool, HubError> {
        for (key, limit) in self.caps(E::NAME, address) {
            if self.attempts(&key, WITHIN).await? >= i64::from(limit) {
                self.hold_back::<E>(address).await;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Counts an e-mail that a stranger can cause. `None`: a cap is reached, and it must not be sent.
    pub(crate) async fn count_mail<E: Email>(&self, address: &str) -> Result<Option<CountedMail>, HubError> {
        let mut counted = CountedMail::default();
        for cap in self.caps(E::NAME, address) {
            if !self.take_attempt(&cap.0, cap.1, WITHIN).await? {
                self.uncount_mail(counted).await;
                self.hold_back::<E>(address).await;
                return Ok(None);
            }
            counted.0.push(cap);
        }
        Ok(Some(counted))
    }

    /// Takes back an e-mail that was surely not sent.
    pub(crate) async fn uncount_mail(&self, counted: CountedMail) {
        for (key, _) in counted.0 {
            self.log_outcome("take back the count of an e-mail", self.return_attempt(&key, WITHIN).await);
        }
    }

    async fn hold_back<E: Email>(&self, address: &str) {
        tracing::warn!(mail = E::NAME, to = mask::email(address), "mail not sent: strangers asked for too many");
        self.counted().capped_email();
        self.log_outcome("count an e-mail that was held back", self.count_attempt(HELD_BACK, WITHIN).await);
    }

    /// How many e-mails all processes held back within the last hour.
    pub(crate) async fn mail_held_back_lately(&self) -> Result<i64, HubError> {
        self.attempts(HELD_BACK, WITHIN).await
    }

    fn caps(&self, kind: &str, address: &str) -> Vec<Cap> {
        let per_mailbox = (format!("mail {kind} to {}", mailbox(address)), PER_MAILBOX);
        let domain = Domain::of_email(address).filter(|domain| !self.config.public_mail_domains.contains(domain));
        let per_domain = domain.map(|domain| (format!("mail {kind} to domain {}", domain.as_str()), PER_DOMAIN));
        std::iter::once(per_mailbox).chain(per_domain).collect()
    }
}

/// Domains of the provider whose mailboxes have an address for every way to set dots.
const WITH_DOTS_ANYWHERE: [&str; 2] = ["gmail.com", "googlemail.com"];

/// The mailbox of an address, as far as it is known: most providers deliver `ada+anything@…` to Ada, and one delivers
/// `a.d.a@…` to her too.
fn mailbox(address: &str) -> String {
    let address = normalise::email(address).unwrap_or_else(|| address.trim().to_lowercase());
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split('+').next().filter(|it| !it.is_empty()).unwrap_or(local);
            if WITH_DOTS_ANYWHERE.contains(&domain) {
                format!("{}@{}", local.replace('.', ""), WITH_DOTS_ANYWHERE[0])
            } else {
                format!("{local}@{domain}")
            }
        }
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p12_addresses_of_one_mailbox_share_its_cap() {
        for spelling in ["ada@example.com", " Ada@EXAMPLE.com", "ada+1@example.com", "ada+a+b@example.com"] {
            assert_eq!(mailbox(spelling), "ada@example.com");
        }
        assert_eq!(mailbox("+1@example.com"), "+1@example.com");
        for spelling in ["ada.lee@gmail.com", "a.dal.ee+1@googlemail.com", "AdaLee@Gmail.com"] {
            assert_eq!(mailbox(spelling), "adalee@gmail.com");
        }
        assert_ne!(mailbox("ada.lee@example.com"), mailbox("adalee@example.com"), "two people elsewhere");
        assert_ne!(mailbox("adam@example.com"), mailbox("ada@example.com"));
    }
}
