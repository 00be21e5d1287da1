//! Device writes to the service desk (`A08`, `A09`): a person's request is validated and stored, a job carries it out,
//! and the service desk's state afterwards is applied like every observation.

mod effects;
mod run;

use std::collections::BTreeMap;

use serde::Serialize;
use tessera_core::devices::DeviceError;
use tessera_core::devices::asset_form::AssetForm;
use tessera_core::devices::change::DeviceWriteChange;
use tessera_core::devices::device_writes::{self, AssetChange, DeviceAssignee, DeviceWrite, NewAsset, WriteState};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::DeviceWriteId;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, HandleKind, Kind, Observation, RecordKey};
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::kernel::{input, normalise};
use tessera_store::StoreError;

use crate::commit::{commit, commit_once};
use crate::effects::UNDER_WAY;
use crate::ports::{ConnectError, Priority};
use crate::{Ctx, Hub, HubError};

/// Purpose of the idempotency keys of device writes.
const PURPOSE: &str = "write";

/// Maximum length of a field, in characters.
pub const MAX_VALUE_LENGTH: usize = 255;

/// The holder that the caller expects. A device with another holder is not reassigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected<'a> {
    /// Any holder.
    Anyone,
    /// No holder: the device is in stock.
    Stock,
    /// This requester.
    Requester(&'a str),
}

impl Expected<'_> {
    fn holds(self, holder: Option<&str>) -> bool {
        match self {
            Self::Anyone => true,
            Self::Stock => holder.is_none(),
            Self::Requester(id) => holder == Some(id),
        }
    }
}

/// A new device, as entered in the form.
#[derive(Debug, Clone)]
pub struct DeviceDraft {
    /// The display name.
    pub name: String,
    /// The fields of the form, by key.
    pub fields: BTreeMap<String, String>,
    /// The requester who gets it. `None` for stock (`A07`).
    pub requester_id: Option<String>,
}

impl Hub {
    /// The form for a new device, as the service desk currently defines it, or as it was read last if the service desk gives
    /// no sensible answer.
    pub async fn device_form(&self) -> Result<AssetForm, HubError> {
        let system = self.desk.name();
        let known = self.reads().asset_form(system).await?;
        match (self.desk.asset_form(Priority::Interactive).await, known) {
            (Ok(form), known) => {
                if known.as_ref() != Some(&form) {
                    self.technical().keep_asset_form(system, &form, self.env.now()).await?;
                }
                Ok(form)
            }
            (Err(error), Some(known)) if says_nothing(&error) => Ok(known),
            (Err(error), _) => Err(error.into()),
        }
    }

    /// Requests a new asset of the device type.
    ///
    /// # Errors
    /// [`HubError::Rejected`] `invalid_device` with all invalid fields, `serial_exists` naming the asset that has the
    /// serial number, `write_pending` while an equal write is waiting; [`HubError::Connect`] if the form cannot be
    /// read and never was.
    pub async fn create_device(&self, draft: &DeviceDraft, ctx: &Ctx) -> Result<DeviceWrite, HubError> {
        let request = digest(&("create", &draft.name, &draft.fields, &draft.requester_id));
        self.once_written(ctx, &request, async { self.new_asset(draft).await.map(AssetChange::Create) }).await
    }

    async fn new_asset(&self, draft: &DeviceDraft) -> Result<NewAsset, HubError> {
        let form = self.device_form().await?;
        let mut wrong = Vec::new();
        let name = input::line(&draft.name, MAX_VALUE_LENGTH).unwrap_or_else(|_| {
            wrong.push(FieldProblem::new("name", "a display name of 1 to 255 characters is needed"));
            String::new()
        });
        let type_fields = form.fill(&draft.fields).unwrap_or_else(|problems| {
            wrong.extend(problems.into_iter().map(|problem| FieldProblem::new(problem.key, problem.message)));
            serde_json::Map::new()
        });
        let serial = draft.fields.get(&form.serial).map(|serial| serial.trim().to_owned()).unwrap_or_default();
        if normalise::serial(&serial).is_none() && !serial.is_empty() {
            wrong.push(FieldProblem::new(&form.serial, "a serial number holds at least a letter or a digit"));
        }
        for (key, value) in &draft.fields {
            if value.chars().count() > MAX_VALUE_LENGTH {
                wrong.push(FieldProblem::new(key, format!("at most {MAX_VALUE_LENGTH} characters")));
            }
        }
        if !wrong.is_empty() {
            return Err(DeviceError::Invalid(wrong).into());
        }
        let unverified = !self.refuse_known_serial(&serial).await?;
        let used_by = match &draft.requester_id {
            Some(id) => Some(self.able_requester(id).await?),
            None => None,
        };
        let asset_type_id = form.asset_type_id;
        Ok(NewAsset { name, asset_type_id, serial, used_by, type_fields, unverified })
    }

    /// Requests that an asset be assigned to a requester, or to none. The present holder must be the expected one.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the asset or requester does not exist, [`HubError::Rejected`] `holder_changed` if
    /// another requester holds it, `requester_inactive`, `write_pending` while another change of the asset is waiting.
    pub async fn hand_device(
        &self,
        display_id: &str,
        to: Option<&str>,
        expected: Expected<'_>,
        ctx: &Ctx,
    ) -> Result<DeviceWrite, HubError> {
        let request = digest(&("hand", display_id, to, format!("{expected:?}")));
        self.once_written(ctx, &request, async { self.handing(display_id, to, expected).await.map(AssetChange::Hand) })
            .await
    }

    async fn handing(
        &self,
        display_id: &str,
        to: Option<&str>,
        expected: Expected<'_>,
    ) -> Result<DeviceAssignee, HubError> {
        if !self.desk.capabilities().device_writes {
            return Err(ConnectError::unsupported(self.desk.name(), "the assignment of assets").into());
        }
        let (name, from) = self.asset_now(display_id).await?;
        if !expected.holds(from.as_deref()) {
            return Err(DeviceError::HolderChanged { asset: display_id.to_owned(), holder: from }.into());
        }
        let to = match to {
            Some(id) => Some(self.able_requester(id).await?),
            None => None,
        };
        Ok(DeviceAssignee { display_id: display_id.to_owned(), name, from, to })
    }

    /// A device write with its state.
    pub async fn device_write(&self, id: DeviceWriteId) -> Result<DeviceWrite, HubError> {
        let write = self.reads().device_write(id).await?;
        write.ok_or_else(|| HubError::NotFound(format!("there is no write {id}")))
    }

    /// Cancels a write that has not been done yet.
    ///
    /// # Errors
    /// [`HubError::Rejected`] `write_ended` if it is done or has failed, `write_sent` if the service desk may already
    /// have received it.
    pub async fn cancel_device_write(&self, id: DeviceWriteId, ctx: &Ctx) -> Result<DeviceWrite, HubError> {
        commit!(self, ctx, |tx| {
            let write = self.device_write(id).await?;
            if write.state != WriteState::Waiting {
                return Err(DeviceError::WriteEnded(write.state).into());
            }
            let made_anew = matches!(write.change, AssetChange::Create(_));
            let is_unclear = |mark| self.sent_effects().unclear_for(mark, UNDER_WAY, self.env.elapsed()).is_some();
            if write.sent_at.is_some_and(|at| made_anew || is_unclear(at)) {
                return Err(DeviceError::WriteSent.into());
            }
            let concerned = self.concerned(&write.change).await?;
            let state = WriteState::Cancelled { by: ctx.actor.to_string() };
            let unsent = DeviceWriteChange::MarkSent { id, was: write.sent_at, at: write.sent_at };
            tx.push(unsent, "it was not sent meanwhile");
            tx.extend(device_writes::end(&write, state, concerned, tx.stamp));
            Ok(())
        })?;
        self.device_write(id).await
    }

    /// Stores a change, with its job. Repeating the same request returns the same write.
    async fn request_change(&self, change: AssetChange, ctx: &Ctx, request: &str) -> Result<DeviceWrite, HubError> {
        let asked: Result<(DeviceWriteId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, request), |tx| {
            let (write, plan) = self.plan_device_write(change.clone(), tx.stamp).await?;
            tx.extend(plan);
            Ok(write)
        });
        self.device_write(asked?.0).await
    }

    /// Plans a change of an asset, unless another one waits.
    pub(crate) async fn plan_device_write(
        &self,
        change: AssetChange,
        stamp: Stamp<'_>,
    ) -> Result<(DeviceWriteId, Plan), HubError> {
        let concerned = self.concerned(&change).await?;
        let (write, plan) = device_writes::request(self.desk.name(), change, concerned, stamp);
        let newest = self.reads().device_writes_of(&write.system, &write.change.subject(), 1).await?;
        if newest.iter().any(|newest| newest.state == WriteState::Waiting) {
            return Err(DeviceError::WritePending.into());
        }
        Ok((write.id, plan))
    }

    /// Validates a change and stores it, or returns the write of an earlier equal request. Validation calls the service
    /// desk. Meanwhile the same request may have been carried out, so that validation fails because of its own effect:
    /// then the earlier write is returned, too.
    async fn once_written(
        &self,
        ctx: &Ctx,
        request: &str,
        change: impl Future<Output = Result<AssetChange, HubError>>,
    ) -> Result<DeviceWrite, HubError> {
        if let Some(before) = self.earlier_write(ctx, request).await? {
            return Ok(before);
        }
        match change.await {
            Ok(change) => self.request_change(change, ctx, request).await,
            Err(error) => match self.earlier_write(ctx, request).await? {
                Some(before) => Ok(before),
                None => Err(error),
            },
        }
    }

    /// The write of an earlier equal request.
    ///
    /// # Errors
    /// [`HubError::Rejected`] `idempotency_key_reused` if the key was used with a different request.
    async fn earlier_write(&self, ctx: &Ctx, request: &str) -> Result<Option<DeviceWrite>, HubError> {
        match self.answered::<DeviceWriteId>(ctx, (PURPOSE, request)).await? {
            Some(id) => Ok(self.reads().device_write(id).await?),
            None => Ok(None),
        }
    }

    /// The customers on whose timelines a write is recorded.
    pub(crate) async fn concerned(&self, change: &AssetChange) -> Result<Vec<Customer>, StoreError> {
        let mut concerned = Vec::new();
        for id in change.requesters() {
            concerned.extend(self.reads().customer_of(&self.requester_key(id)).await?);
        }
        Ok(concerned)
    }

    /// The asset's name and holder at present.
    async fn asset_now(&self, display_id: &str) -> Result<(String, Option<String>), HubError> {
        let read = self.desk.asset(display_id, Priority::Interactive).await;
        let key = self.asset_key(display_id);
        match self.known_now(&key, read).await? {
            Some(Attributes::Asset(asset)) if !asset.trashed => Ok((asset.name, asset.used_by)),
            _ => Err(HubError::NotFound(format!("{} has no asset {display_id}", key.system))),
        }
    }

    /// The id of a requester who can hold an asset: existing and active.
    async fn able_requester(&self, id: &str) -> Result<String, HubError> {
        let id = id.trim();
        let read = self.desk.requester(id, Priority::Interactive).await;
        let key = self.requester_key(id);
        match self.known_now(&key, read).await? {
            Some(Attributes::Requester(requester)) if requester.active => Ok(id.to_owned()),
            Some(_) => Err(DeviceError::RequesterInactive { requester: id.to_owned(), system: key.system }.into()),
            None => Err(HubError::NotFound(format!("{} has no requester {id}", key.system))),
        }
    }

    /// Applies and returns the object's attributes as just read. If the service desk does not answer, or its answer
    /// says nothing about the object, returns the stored attributes.
    async fn known_now(
        &self,
        key: &RecordKey,
        read: Result<Option<Observation>, ConnectError>,
    ) -> Result<Option<Attributes>, HubError> {
        match read {
            Ok(Some(observation)) => {
                let attributes = observation.attributes.clone();
                self.observed(observation, &Ctx::background()).await?;
                Ok(Some(attributes))
            }
            Ok(None) => Ok(None),
            Err(error) if says_nothing(&error) => match self.reads().record(key).await? {
                Some(record) if record.gone_at.is_none() => Ok(Some(record.attributes)),
                _ => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Fails if another asset has the serial number. One that is not stored may still be found in the service desk. `false`:
    /// the service desk gave no sensible answer.
    pub(crate) async fn refuse_known_serial(&self, serial: &str) -> Result<bool, HubError> {
        let Some(value) = normalise::serial(serial) else { return Ok(true) };
        let mut known = self.reads().records_by(HandleKind::Serial, &value, 8).await?;
        known.retain(|record| record.key.kind == Kind::Asset);
        let named = match known.into_iter().next() {
            Some(record) => Some(record.key.external_id),
            None => match self.assets_with(serial).await {
                Ok(found) => found.into_iter().next(),
                Err(error) if says_nothing(&error) => return Ok(false),
                Err(error) => return Err(error.into()),
            },
        };
        named.map_or(Ok(true), |asset| Err(DeviceError::SerialExists { asset, serial: serial.to_owned() }.into()))
    }

    async fn assets_with(&self, serial: &str) -> Result<Vec<String>, ConnectError> {
        let found = self.desk.assets_by_serial(serial, Priority::Interactive).await?;
        Ok(found.into_iter().map(|asset| asset.key.external_id).collect())
    }
}

/// Whether an error of the service desk says nothing about the object.
const fn says_nothing(error: &ConnectError) -> bool {
    error.is_temporary() || error.awaits_repair()
}

/// Serialized form of a request, by which a repeated request is compared.
fn digest(request: &impl Serialize) -> String {
    serde_json::to_string(request).unwrap_or_default()
}
