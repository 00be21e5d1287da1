//! Unsubscribing from notifications by the link in such an e-mail (RFC 8058). The link works without a sign-in, and does
//! nothing else.

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons::Person;
use tessera_core::persons::profile::{self, Profile};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// The recipient of notifications.
#[derive(Debug, Clone)]
pub struct Subscriber {
    person: Person,
    profile: Profile,
    /// Whether replies are announced by e-mail.
    pub is_notified: bool,
}

impl Hub {
    /// The recipient that an unsubscribe link names. Read-only, because mail scanners open links too.
    pub async fn subscriber(&self, token: &str) -> Result<Option<Subscriber>, HubError> {
        let Some(id) = self.config.secret_key.unsubscribing(token) else { return Ok(None) };
        let Some(person) = self.reads().person(id).await? else { return Ok(None) };
        let profile = self.reads().profile(id).await?;
        Ok(Some(Subscriber { is_notified: profile.notify_of_replies, person, profile }))
    }

    /// Ends the notifications of the recipient that an unsubscribe link names. `false`: there is no such link.
    pub async fn unsubscribe(&self, token: &str) -> Result<bool, HubError> {
        commit!(self, &Ctx::new(Actor::Customer, Channel::Portal), |tx| {
            let Some(Subscriber { person, profile, .. }) = self.subscriber(token).await? else { return Ok(false) };
            let customer = self.noted_on(person.customer_id).await?;
            tx.extend(profile::unsubscribe(&person, &profile, customer, tx.stamp));
            Ok(true)
        })
    }

    /// The URL that ends a person's notifications.
    pub(crate) fn unsubscribe_url(&self, person: PersonId) -> String {
        self.config.url(&format!("/unsubscribe/{}", self.config.secret_key.unsubscribe_token(person)))
    }
}
