//! Loading many devices or assignments from a table (`A07`, `A08`, `A09`): the trial run, and the job that requests the
//! planned writes.

mod resolve;
mod table;

use jiff::SignedDuration;
use tessera_core::devices::asset_form::AssetForm;
use tessera_core::devices::change::{DeviceLoadChange, DeviceWriteChange};
use tessera_core::devices::device_writes::{AssetChange, WriteState};
use tessera_core::devices::event::DeviceEvent;
use tessera_core::devices::jobs::RunDeviceLoad;
use tessera_core::devices::load::{
    self, DeviceLoad, DeviceLoadError, LinePlan, LoadKind, LoadLine, LoadState, Meant, Row,
};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::DeviceLoadId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::plan::{Plan, Stamp};

use crate::commit::{commit, commit_once};
use crate::jobs::{JobOutcome, OnUpstreamError, Run};
use crate::ports::ConnectError;
use crate::{Ctx, Hub, HubError};

/// Purpose of the idempotency keys of loads.
const PURPOSE: &str = "load";
/// Maximum number of a load's writes under way, so that a single write of a person does not wait behind hundreds.
const AT_ONCE: usize = 8;
/// Pause between looking what the service desk has done.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);

impl Run for RunDeviceLoad {
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::AwaitRepair;

    async fn run(&self, hub: &Hub, _job: &Leased) -> Result<JobOutcome, HubError> {
        hub.run_device_load(self.load_id).await
    }
}

impl Hub {
    /// Trial run of a table: plans each line and stores the plan. Nothing changes before the load is started.
    ///
    /// # Errors
    /// [`DeviceLoadError::Table`] if the table cannot be read; [`HubError::Connect`] if new devices are loaded and the
    /// service desk does not tell its form.
    pub async fn plan_device_load(&self, kind: LoadKind, table: &[u8], ctx: &Ctx) -> Result<DeviceLoad, HubError> {
        if !self.desk.capabilities().device_writes {
            return Err(ConnectError::unsupported(self.desk.name(), "the assignment of assets").into());
        }
        let rows = table::read(kind, table)?;
        let mut lines = match kind {
            LoadKind::Assignments => self.plan_assignments(&rows).await?,
            LoadKind::Devices => self.plan_new_devices(&rows).await?,
        };
        load::refuse_repeated(&mut lines);
        let request = serde_json::to_string(&(kind, String::from_utf8_lossy(table))).unwrap_or_default();
        let planned: Result<(DeviceLoadId, bool), HubError> =
            commit_once!(self, ctx, (PURPOSE, request.as_str()), |tx| {
                let (id, plan) = load::plan(kind, lines.clone(), tx.stamp);
                tx.extend(plan);
                Ok(id)
            });
        self.device_load(planned?.0).await
    }

    async fn plan_assignments(&self, rows: &[Row]) -> Result<Vec<LoadLine>, HubError> {
        let devices = self.assets_meant(rows.iter().map(|row| row.cell("device"))).await?;
        let requesters = self.requesters_meant(rows.iter().map(|row| row.cell("requester"))).await?;
        let plan = |row: &Row| {
            let device = devices.get(row.cell("device")).unwrap_or(&Meant::Nothing);
            let requester = requesters.get(row.cell("requester")).unwrap_or(&Meant::Nothing);
            line(row, row.cell("device"), load::assignment(row, device, requester))
        };
        Ok(rows.iter().map(plan).collect())
    }

    async fn plan_new_devices(&self, rows: &[Row]) -> Result<Vec<LoadLine>, HubError> {
        let form: AssetForm = self.device_form().await?;
        let known = self.assets_with_serial(rows.iter().map(|row| load::serial_in(row, &form))).await?;
        let requesters = self.requesters_meant(rows.iter().map(|row| row.cell("requester"))).await?;
        let plan = |row: &Row| {
            let serial = load::serial_in(row, &form);
            let known = match known.get(serial) {
                Some(Meant::One(asset)) => Some(asset.display_id.as_str()),
                Some(Meant::Several(ids)) => ids.first().map(String::as_str),
                Some(Meant::Nothing) | None => None,
            };
            let requester = requesters.get(row.cell("requester")).unwrap_or(&Meant::Nothing);
            line(row, serial, load::new_device(row, &form, requester, known))
        };
        Ok(rows.iter().map(plan).collect())
    }

    /// One load.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is none with this id.
    pub async fn device_load(&self, id: DeviceLoadId) -> Result<DeviceLoad, HubError> {
        let load = self.reads().device_load(id).await?;
        load.ok_or_else(|| HubError::NotFound(format!("there is no load {id}")))
    }

    /// Starts a planned load: a job requests its writes, a few at a time.
    ///
    /// # Errors
    /// [`DeviceLoadError`] if it was started or discarded before, or changes nothing.
    pub async fn start_device_load(&self, id: DeviceLoadId, ctx: &Ctx) -> Result<DeviceLoad, HubError> {
        commit!(self, ctx, |tx| {
            let load = self.device_load(id).await?;
            match load.state {
                LoadState::Planned if load.changes > 0 => {}
                LoadState::Planned => return Err(DeviceLoadError::NothingToDo.into()),
                state => return Err(DeviceLoadError::State(state).into()),
            }
            let plan = self.decide_load(&load, LoadState::Running, tx.stamp).await?;
            tx.extend(plan);
            tx.enqueue(RunDeviceLoad { load_id: id }, "the service desk is written to by jobs");
            Ok(())
        })?;
        self.device_load(id).await
    }

    /// Discards a planned load, or stops a running one. Writes that were requested are not taken back.
    ///
    /// # Errors
    /// [`DeviceLoadError::State`] if it has ended.
    pub async fn end_device_load(&self, id: DeviceLoadId, ctx: &Ctx) -> Result<DeviceLoad, HubError> {
        commit!(self, ctx, |tx| {
            let load = self.device_load(id).await?;
            let to = match load.state {
                LoadState::Planned => LoadState::Discarded,
                LoadState::Running => LoadState::Stopped,
                state => return Err(DeviceLoadError::State(state).into()),
            };
            let plan = self.decide_load(&load, to, tx.stamp).await?;
            tx.extend(plan);
            Ok(())
        })?;
        self.device_load(id).await
    }

    /// A decision about a load, with its entry on the operating company's timeline.
    async fn decide_load(&self, load: &DeviceLoad, to: LoadState, stamp: Stamp<'_>) -> Result<Plan, HubError> {
        let mut operator = self.draft_of(self.customer_or_operator(None).await?, stamp);
        operator.note(DeviceEvent::DeviceLoadDecided {
            load: load.id,
            kind: load.kind,
            decision: to.as_ref().to_owned(),
            changes: load.changes,
        });
        let mut plan = operator.finish();
        let by = Some(stamp.actor.clone());
        let moved = DeviceLoadChange::Move { id: load.id, from: load.state, to, by, at: stamp.now };
        plan.push(DeviceWriteChange::Load(moved), "a person decides about a load");
        Ok(plan)
    }

    /// Requests the next writes of a running load, and finishes it when all have ended.
    pub(crate) async fn run_device_load(&self, id: DeviceLoadId) -> Result<JobOutcome, HubError> {
        let running = self.reads().device_load(id).await?.filter(|load| load.state == LoadState::Running);
        let Some(load) = running else { return Ok(JobOutcome::Done) };
        let before = self.reads().device_load_progress(id).await?;
        let room = AT_ONCE.saturating_sub(usize::try_from(before.waiting).unwrap_or(AT_ONCE));
        let ctx = Ctx::new(load.decided_by.clone().unwrap_or_else(|| load.asked_by.clone()), Channel::Job);
        for line in self.reads().device_load_lines_left(id, room).await? {
            self.request_line(id, line, &ctx).await?;
        }
        let now = self.reads().device_load_progress(id).await?;
        if now.left > 0 || now.waiting > 0 {
            let ended = load.changes - now.left - now.waiting;
            return Ok(JobOutcome::Wait(self.env.now() + PAUSE, format!("{ended} of {} are done", load.changes)));
        }
        commit!(self, &ctx, |tx| {
            let running = self.reads().device_load(id).await?.filter(|load| load.state == LoadState::Running);
            if running.is_some() {
                let (from, to) = (LoadState::Running, LoadState::Finished);
                let moved = DeviceLoadChange::Move { id, from, to, by: None, at: tx.stamp.now };
                tx.push(DeviceWriteChange::Load(moved), "every line has ended");
            }
            Ok(())
        })?;
        Ok(JobOutcome::Done)
    }

    /// Requests the write of a line, unless the load was stopped, or another run has requested it.
    async fn request_line(&self, id: DeviceLoadId, line: LoadLine, ctx: &Ctx) -> Result<(), HubError> {
        let LinePlan::Change(mut change) = line.plan else { return Ok(()) };
        let refused = self.refusal(&mut change).await?;
        commit!(self, ctx, |tx| {
            let running = self.reads().device_load(id).await?.is_some_and(|load| load.state == LoadState::Running);
            let next = self.reads().device_load_lines_left(id, 1).await?.pop();
            if !running || next.is_none_or(|next| next.line != line.line) {
                return Ok(());
            }
            let newest = self.reads().device_writes_of(self.desk.name(), &change.subject(), 1).await?;
            let waits = newest.iter().any(|newest| newest.state == WriteState::Waiting);
            let waits = waits.then(|| "another change of the same asset waits already".to_owned());
            if let Some(why) = refused.clone().or(waits) {
                let refuse = DeviceLoadChange::Refuse { id, line: line.line, why };
                tx.push(DeviceWriteChange::Load(refuse), "the state has changed since the trial run");
                return Ok(());
            }
            let concerned = self.concerned(&change).await?;
            let (_, plan) = load::request(id, line.line, self.desk.name(), (*change).clone(), concerned, tx.stamp);
            tx.extend(plan);
            Ok(())
        })
    }

    /// Why a change cannot be requested by now: the service desk has the serial number of a new asset.
    async fn refusal(&self, change: &mut AssetChange) -> Result<Option<String>, HubError> {
        let AssetChange::Create(asset) = change else { return Ok(None) };
        match self.refuse_known_serial(&asset.serial).await {
            Ok(verified) => {
                asset.unverified = !verified;
                Ok(None)
            }
            Err(HubError::Rejected(rejection)) => Ok(Some(rejection.to_string())),
            Err(error) => Err(error),
        }
    }
}

fn line(row: &Row, typed: &str, plan: LinePlan) -> LoadLine {
    LoadLine { line: row.line, typed: typed.to_owned(), plan, write_id: None, refused: None }
}
