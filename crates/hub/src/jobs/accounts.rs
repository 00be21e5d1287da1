//! E-mails about accounts: invitations, activations, changed sign-in methods.

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::activation::ActivationState;
use tessera_core::invitations::InvitationState;
use tessera_core::kernel::ids::{ActivationId, CustomerId, InvitationId, PersonId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::{mask, normalise};
use tessera_store::StoreError;

use super::JobOutcome;
use crate::Hub;
use crate::emails::{Email, EmailSamples, sample};

/// The activation link with its explanation (`A11`).
#[derive(Serialize)]
struct InvitationEmail {
    name: String,
    /// The activation link.
    url: String,
    /// Until when it works.
    expires_at: Timestamp,
}

impl Email for InvitationEmail {
    const NAME: &'static str = "invitation";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |name: &str| Self {
            name: name.to_owned(),
            url: sample::url("/activate/kq3vR0pZ8sT1mWc5yXb7Ng"),
            expires_at: sample::in_days(7),
        };
        vec![("named", email("Jo Meyer")), ("unnamed", email(""))]
    }
}

inventory::submit! { EmailSamples::of::<InvitationEmail>() }

/// The notice that the account was linked (design §6: every link tells the known address).
#[derive(Serialize)]
struct ActivatedEmail {
    name: String,
    /// The sign-in, masked.
    sign_in: String,
    at: Timestamp,
    /// How many devices are visible.
    devices: usize,
    devices_url: String,
}

impl Email for ActivatedEmail {
    const NAME: &'static str = "activated";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |name: &str, devices| Self {
            name: name.to_owned(),
            sign_in: mask::email("jo@example.org"),
            at: sample::now(),
            devices,
            devices_url: sample::url("/portal/customer/devices"),
        };
        vec![("one", email("Jo Meyer", 1)), ("none", email("", 0))]
    }
}

inventory::submit! { EmailSamples::of::<ActivatedEmail>() }

/// The notice that a sign-in method was added or removed (`A23`).
#[derive(Serialize)]
struct SignInChangedEmail {
    name: String,
    /// Added; otherwise removed.
    added: bool,
    /// The sign-in, masked.
    sign_in: String,
    at: Timestamp,
    sign_ins_url: String,
}

impl Email for SignInChangedEmail {
    const NAME: &'static str = "sign_in_changed";

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |name: &str, added| Self {
            name: name.to_owned(),
            added,
            sign_in: mask::email("jo.work@example.org"),
            at: sample::now(),
            sign_ins_url: sample::url("/portal/customer/identities"),
        };
        vec![("added", email("Jo Meyer", true)), ("removed", email("", false))]
    }
}

inventory::submit! { EmailSamples::of::<SignInChangedEmail>() }

impl Hub {
    pub(super) async fn mail_invitation(&self, id: InvitationId, job: &Leased) -> JobOutcome {
        let now = self.env.now();
        let invitation = match self.store.invitation(id).await {
            Ok(Some(invitation)) if invitation.state(now) == InvitationState::Open => invitation,
            // Taken back, used or expired meanwhile: nobody should get this link any more.
            Ok(_) => return JobOutcome::Done,
            Err(error) => return self.after(error.into(), job),
        };
        let email = InvitationEmail {
            name: invitation.name.clone(),
            url: self.invitation_url(id),
            expires_at: invitation.expires_at,
        };
        self.send(&invitation.email, &email, job).await
    }

    pub(super) async fn mail_activated(&self, id: ActivationId, job: &Leased) -> JobOutcome {
        let found = async {
            let Some(activation) = self.store.activation(id).await? else { return Ok(None) };
            let Some(customer_id) = activation.customer_id.filter(|_| activation.state == ActivationState::Done) else {
                return Ok(None);
            };
            let Some(customer) = self.store.customer(customer_id).await? else { return Ok(None) };
            let devices = self.store.devices_of(customer_id).await?;
            Ok::<_, tessera_store::StoreError>(Some((activation, customer, devices)))
        };
        let (activation, customer, devices) = match found.await {
            Ok(Some(found)) => found,
            Ok(None) => return JobOutcome::Done,
            Err(error) => return self.after(error.into(), job),
        };
        let Some(address) = customer.email.clone().filter(|address| normalise::email(address).is_some()) else {
            return JobOutcome::Done;
        };
        let email = ActivatedEmail {
            name: customer.name,
            sign_in: activation.sign_in.masked(),
            at: activation.finished_at.unwrap_or(activation.created_at),
            devices: devices.len(),
            devices_url: self.config.url("/portal/customer"),
        };
        self.send(&address, &email, job).await
    }

    pub(super) async fn mail_sign_in_changed(
        &self,
        customer_id: CustomerId,
        person: Option<PersonId>,
        (added, sign_in): (bool, &str),
        at: Timestamp,
        job: &Leased,
    ) -> JobOutcome {
        let (name, address) = match self.recipient(customer_id, person).await {
            Ok(Some(told)) => told,
            Ok(None) => return JobOutcome::Done,
            Err(error) => return self.after(error.into(), job),
        };
        let sign_ins_url = self.config.url("/portal/customer/identities");
        let email = SignInChangedEmail { name, added, sign_in: sign_in.to_owned(), at, sign_ins_url };
        self.send(&address, &email, job).await
    }

    /// Whom to greet, and at which address: the person's own, else the customer's.
    async fn recipient(
        &self,
        customer: CustomerId,
        person: Option<PersonId>,
    ) -> Result<Option<(String, String)>, StoreError> {
        let customer = self.store.customer(customer).await?;
        let person = match person {
            Some(person) => self.store.person(person).await?,
            None => None,
        };
        let own = person.and_then(|person| Some((person.name, person.email?)));
        Ok(own.or_else(|| customer.and_then(|customer| Some((customer.name, customer.email?)))))
    }
}
