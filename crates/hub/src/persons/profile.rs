//! Profile changes by the person (`P09`).

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::access::Viewer;
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::mask;
use tessera_core::persons::Person;
use tessera_core::persons::jobs::{MailEmailChange, MailEmailChanged, MailEmailCorrected};
use tessera_core::persons::profile::{self, EMAILS_WITHIN, EmailChange, ProfileForm};

use crate::commit::commit;
use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Ctx, Hub, HubError, hash};

/// Request to confirm a new e-mail address (`P09`).
#[derive(Serialize)]
struct EmailChangeEmail {
    url: String,
    /// End of validity of the link.
    expires_at: Timestamp,
}

impl Email for EmailChangeEmail {
    const NAME: &'static str = "email_change";

    /// A person may type any address.
    fn is_open_to_strangers(&self) -> bool {
        true
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let one = Self {
            url: sample::url("/portal/customer/profile/email/kq3vR0pZ8sT1mWc5yXb7Ng"),
            expires_at: sample::in_days(1),
        };
        vec![("one", one)]
    }
}

inventory::submit! { EmailSamples::of::<EmailChangeEmail>() }

/// Notice to the previous address of a changed e-mail address (`P09`).
#[derive(Serialize)]
struct EmailChangedEmail {
    name: String,
    /// The new address, masked.
    to: String,
    profile_url: String,
}

impl Email for EmailChangedEmail {
    const NAME: &'static str = "email_changed";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let one = Self {
            name: String::new(),
            to: mask::email("jo.new@example.org"),
            profile_url: sample::url("/portal/customer/profile"),
        };
        vec![("one", one)]
    }
}

inventory::submit! { EmailSamples::of::<EmailChangedEmail>() }

impl Hub {
    /// Saves the profile form.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the input is invalid.
    pub async fn edit_profile(&self, viewer: &Viewer, typed: &ProfileForm) -> Result<(), HubError> {
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let customer = self.noted_on(viewer.customer_id).await?;
            let person = self.myself(viewer).await?;
            let before = self.reads().profile(viewer.person).await?;
            let planned = profile::edit(&person, &before, typed, customer, tx.stamp);
            tx.extend(planned?);
            Ok(())
        })
    }

    /// Requests a change of the e-mail address: sends a confirmation link to the new one. The caller has checked for a
    /// recent authentication.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the address is invalid or unchanged, or after too many requests.
    pub async fn ask_email(&self, viewer: &Viewer, typed: &str) -> Result<(), HubError> {
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let customer = self.noted_on(viewer.customer_id).await?;
            let person = self.myself(viewer).await?;
            let asked = self.reads().email_changes_since(viewer.person, self.env.now() - EMAILS_WITHIN).await?;
            let token = |id| hash(&self.config.secret_key.email_change_token(id));
            let planned = { profile::ask_email(&person, &asked, typed, token, customer, tx.stamp) };
            tx.extend(planned?);
            Ok(())
        })
    }

    /// The pending change of a confirmation link, if it belongs to this person and is still valid.
    pub async fn email_wish(&self, viewer: &Viewer, token: &str) -> Result<Option<EmailChange>, HubError> {
        Ok(self.reads().email_change_by_token(&hash(token), viewer.person, self.env.now()).await?)
    }

    /// Confirms the new address. `false`: the link is no longer valid.
    pub async fn take_email(&self, viewer: &Viewer, token: &str, session: Option<[u8; 32]>) -> Result<bool, HubError> {
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let Some(change) = self.email_wish(viewer, token).await? else { return Ok(false) };
            let customer = self.noted_on(viewer.customer_id).await?;
            let person = self.myself(viewer).await?;
            let plan = { profile::take_email(&change, &person, session, customer, tx.stamp) };
            tx.extend(plan);
            Ok(true)
        })
    }

    /// The notice to the previous address.
    fn email_changed(&self, person: Person, new: &str) -> EmailChangedEmail {
        let profile_url = self.config.url("/portal/customer/profile");
        EmailChangedEmail { name: person.name, to: mask::email(new), profile_url }
    }

    async fn myself(&self, viewer: &Viewer) -> Result<Person, HubError> {
        let found = self.reads().person(viewer.person).await?;
        found.ok_or_else(|| HubError::NotFound("there is no such person any more".to_owned()))
    }
}

impl Run for MailEmailChange {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let id = self.change_id;
        let Some(change) = hub.reads().email_change(id).await? else { return Ok(JobOutcome::Done) };
        // The change may no longer be pending.
        let open = hub.reads().email_change_open(change.person, hub.env.now()).await?;
        if open.is_none_or(|open| open.id != id) {
            return Ok(JobOutcome::Done);
        }
        let token = hub.config.secret_key.kept(&change.token_hash, |key| key.email_change_token(id));
        let url = hub.config.url(&format!("/portal/customer/profile/email/{token}"));
        let email = EmailChangeEmail { url, expires_at: change.expires_at };
        hub.send_to(change.person, &change.email, &email, job).await
    }
}

impl Run for MailEmailChanged {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(change) = hub.reads().email_change(self.change_id).await? else { return Ok(JobOutcome::Done) };
        let Some(person) = hub.reads().person(change.person).await? else { return Ok(JobOutcome::Done) };
        let email = hub.email_changed(person, &change.email);
        hub.send_to(change.person, &self.to, &email, job).await
    }
}

impl Run for MailEmailCorrected {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(person) = hub.reads().person(self.person_id).await? else { return Ok(JobOutcome::Done) };
        let Some(new) = person.email.clone() else { return Ok(JobOutcome::Done) };
        let email = hub.email_changed(person, &new);
        hub.send_to(self.person_id, &self.to, &email, job).await
    }
}
