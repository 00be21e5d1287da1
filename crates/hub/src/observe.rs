//! An object was read: write it down, and tell whom it concerns.

use tessera_core::customer::Customer;
use tessera_core::device::Device;
use tessera_core::invitation::InvitationState;
use tessera_core::normalise;
use tessera_core::observe;
use tessera_core::plan::Plan;
use tessera_core::record::{Kind, Observation, RecordKey};
use tessera_store::StoreError;

use crate::error::again;
use crate::{ATTEMPTS, Hub, HubError};

impl Hub {
    /// A requester was read.
    pub(crate) async fn observe_requester(
        &self,
        observation: Observation,
        actor: &str,
        channel: &str,
    ) -> Result<(), HubError> {
        for _ in 0..ATTEMPTS {
            let owner = self.store.customer_of(&observation.key).await?;
            let invitations = self.store.invitations(&observation.key.system, &observation.key.external_id).await?;
            let now = self.env.now();
            let open = invitations.iter().find(|invitation| invitation.state(now) == InvitationState::Open);
            let invited_at = open.map(|invitation| invitation.email.as_str());
            let plan =
                self.stamped(actor, channel, |stamp| observe::requester(observation.clone(), owner, invited_at, stamp));
            match self.store.apply(&plan).await {
                Ok(()) => return Ok(()),
                Err(error) => again(error)?,
            }
        }
        Err(HubError::Busy)
    }

    /// A contact was read.
    pub(crate) async fn observe_contact(
        &self,
        observation: Observation,
        actor: &str,
        channel: &str,
    ) -> Result<(), HubError> {
        let mut concerned = Vec::new();
        if let Some(email) = observation.attributes.primary_email().and_then(normalise::email) {
            let owner = self.store.customer_of(&observation.key).await?.map(|customer| customer.id);
            concerned = self.store.customers_by_requester_email(&email).await?;
            concerned.retain(|customer| Some(*customer) != owner);
        }
        let plan = self.stamped(actor, channel, |stamp| observe::contact(observation, &concerned, stamp));
        Ok(self.store.apply(&plan).await?)
    }

    /// An asset was read.
    pub(crate) async fn observe_asset(
        &self,
        observation: Observation,
        actor: &str,
        channel: &str,
    ) -> Result<(), HubError> {
        for _ in 0..ATTEMPTS {
            let plan = self.plan_asset(&observation, actor, channel).await?;
            match self.store.apply(&plan).await {
                Ok(()) => return Ok(()),
                Err(error) => again(error)?,
            }
        }
        Err(HubError::Busy)
    }

    /// An asset that was a device is not there any more.
    pub(crate) async fn asset_gone(&self, device: &Device) -> Result<(), HubError> {
        for _ in 0..ATTEMPTS {
            let plan = self.plan_asset_gone(device).await?;
            match self.store.apply(&plan).await {
                Ok(()) => return Ok(()),
                Err(error) => again(error)?,
            }
        }
        Err(HubError::Busy)
    }

    /// What follows from having read an asset.
    pub(crate) async fn plan_asset(
        &self,
        observation: &Observation,
        actor: &str,
        channel: &str,
    ) -> Result<Plan, StoreError> {
        let key = &observation.key;
        let before = self.store.device(&key.system, &key.external_id).await?;
        let owner_before = self.owner(&key.system, before.as_ref().and_then(|device| device.holder.as_deref())).await?;
        let owner_now = self.owner(&key.system, observation.holder()).await?;
        Ok(self.stamped(actor, channel, |stamp| {
            let device_type = &self.config.device_type;
            observe::asset(observation, before.as_ref(), owner_before, owner_now, device_type, stamp)
        }))
    }

    /// What follows from an asset being gone.
    pub(crate) async fn plan_asset_gone(&self, device: &Device) -> Result<Plan, StoreError> {
        let owner = self.owner(&device.system, device.holder.as_deref()).await?;
        let key = RecordKey::new(&device.system, Kind::Asset, &device.external_id);
        Ok(self.stamped("hub", "job", |stamp| observe::asset_gone(device, owner, key, stamp)))
    }

    async fn owner(&self, system: &str, requester_id: Option<&str>) -> Result<Option<Customer>, StoreError> {
        match requester_id {
            Some(id) => self.store.customer_of(&RecordKey::new(system, Kind::Requester, id)).await,
            None => Ok(None),
        }
    }
}
