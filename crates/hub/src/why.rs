//! "My devices", and why there are none (`A15`, `A19`).

use jiff::Timestamp;
use tessera_core::activation::ActivationState;
use tessera_core::customer::IdentityKey;
use tessera_core::device::Device;
use tessera_core::id::CustomerId;
use tessera_core::invitation::InvitationState;
use tessera_core::normalise;
use tessera_core::reason::{self, Reason};
use tessera_core::record::{HandleKind, Kind};
use tessera_store::StoreError;

use crate::Hub;

pub use tessera_core::reason::Standing;

/// What somebody who signed in sees as theirs.
#[derive(Debug, Clone)]
pub struct DevicesAnswer {
    /// The devices; when there are none, there is a reason.
    pub devices: Vec<Device>,
    /// Why there are none.
    pub reason: Option<Reason>,
    /// The facts the reason follows from.
    pub standing: Standing,
    /// Whose they are.
    pub customer: Option<(CustomerId, String)>,
    /// How old the answer is; none when nothing is linked.
    pub as_of: Option<Timestamp>,
}

impl Hub {
    /// The devices of whoever signed in, from the hub alone (`A16`). `verified_email` is their address if the provider verified it: an
    /// unverified one tells nothing about anybody.
    pub async fn my_devices(
        &self,
        identity: &IdentityKey,
        verified_email: Option<&str>,
    ) -> Result<DevicesAnswer, StoreError> {
        if let Some(mine) = self.store.my_devices(identity).await? {
            let mut standing = Standing { linked: true, devices: mine.devices.len(), ..Standing::default() };
            if mine.devices.is_empty() {
                standing.other_assets = self.store.other_assets_of(mine.customer_id).await?;
            }
            return Ok(DevicesAnswer {
                as_of: mine.as_of,
                reason: reason::no_devices(standing),
                standing,
                customer: Some((mine.customer_id, mine.name)),
                devices: mine.devices,
            });
        }
        let standing = self.standing_of_stranger(identity, verified_email).await?;
        Ok(DevicesAnswer {
            devices: Vec::new(),
            reason: reason::no_devices(standing),
            standing,
            customer: None,
            as_of: None,
        })
    }

    async fn standing_of_stranger(
        &self,
        identity: &IdentityKey,
        verified_email: Option<&str>,
    ) -> Result<Standing, StoreError> {
        let mut standing = Standing::default();
        if let Some(activation) = self.store.activation_of_identity(identity).await? {
            standing.activation_pending = activation.state == ActivationState::Pending;
        }
        let Some(email) = verified_email.and_then(normalise::email) else { return Ok(standing) };
        let now = self.env.now();
        for record in self.store.records_by(HandleKind::PrimaryEmail, &email, 8).await? {
            if record.key.kind != Kind::Requester {
                continue;
            }
            standing.address_known = true;
            let invitations = self.store.invitations(&record.key.system, &record.key.external_id).await?;
            standing.invited |= invitations.iter().any(|invitation| invitation.state(now) == InvitationState::Open);
        }
        Ok(standing)
    }
}
