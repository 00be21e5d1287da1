//! The e-mail about an activation.

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::activation::ActivationState;
use tessera_core::activation::jobs::MailActivated;
use tessera_core::explain::Reason;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::{mask, normalise};

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// The notice that the account was linked (design §6: every link is announced to the known address).
#[derive(Serialize)]
struct ActivatedEmail {
    name: String,
    /// The sign-in, masked.
    sign_in: String,
    at: Timestamp,
    /// How many devices are visible.
    devices: usize,
    /// Why there are none: the reason that portal and app give.
    reason: Option<Reason>,
    devices_url: String,
}

impl Email for ActivatedEmail {
    const NAME: &'static str = "activated";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let email = |name: &str, devices| Self {
            name: name.to_owned(),
            sign_in: mask::email("jo@example.org"),
            at: sample::now(),
            devices,
            reason: (devices == 0).then_some(Reason::OtherAssetType),
            devices_url: sample::url("/portal/customer/devices"),
        };
        vec![("one", email("Jo Meyer", 1)), ("none", email("", 0))]
    }
}

inventory::submit! { EmailSamples::of::<ActivatedEmail>() }

impl Run for MailActivated {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let activation = hub.reads().activation(self.activation_id).await?;
        let Some(activation) = activation.filter(|it| it.state == ActivationState::Done) else {
            return Ok(JobOutcome::Done);
        };
        let Some(customer_id) = activation.customer_id else { return Ok(JobOutcome::Done) };
        let Some(customer) = hub.reads().customer(customer_id).await? else { return Ok(JobOutcome::Done) };
        let devices = hub.reads().devices_of(customer_id).await?;
        let Some(address) = customer.email.filter(|address| normalise::email(address).is_some()) else {
            return Ok(JobOutcome::Done);
        };
        let email = ActivatedEmail {
            name: customer.name,
            sign_in: activation.sign_in.masked(),
            at: activation.finished_at.unwrap_or(activation.created_at),
            devices: devices.len(),
            reason: if devices.is_empty() { hub.reason_for_no_devices(&activation.sign_in).await? } else { None },
            devices_url: hub.config.url("/portal/customer"),
        };
        Ok(hub.send(&address, &email, job).await)
    }
}
