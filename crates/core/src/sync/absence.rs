//! Missing objects: objects that are not found by their id. One answer is not proof: the absence is recorded, checked
//! again, and accepted only after a grace period. Evidence of a merge ([`super::merge`]) is accepted at once.

use jiff::{SignedDuration, Timestamp};

use crate::devices::Device;
use crate::devices::change::DeviceChange;
use crate::devices::event::Leaving;
use crate::invitations::Revocation;
use crate::invitations::change::InvitationChange;
use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::customer::{Customer, EndReason, Link};
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Kind, RecordKey};
use crate::sync::jobs::{FetchRecord, Hint};

/// The grace period before a missing object counts as gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace {
    /// Time until the second lookup.
    pub confirm_after: SignedDuration,
    /// Time after the first failed lookup at which the absence is accepted.
    pub believe_after: SignedDuration,
}

impl Default for Grace {
    fn default() -> Self {
        Self { confirm_after: SignedDuration::from_mins(15), believe_after: SignedDuration::from_hours(24) }
    }
}

/// The verdict on a failed lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not yet gone. Look it up again at this time.
    ConfirmAbsence(Timestamp),
    /// Gone.
    Gone,
}

impl Grace {
    /// Whether a second failed lookup at `now` confirms the first one at `since`. Both times are of the same clock.
    pub fn confirms(&self, since: Option<Timestamp>, now: Timestamp) -> bool {
        since.is_some_and(|since| now >= since + self.confirm_after)
    }

    /// Judges a failed lookup at `now`, given the time of the first one.
    pub fn judge(&self, since: Option<Timestamp>, now: Timestamp) -> Verdict {
        match since {
            None => Verdict::ConfirmAbsence(now + self.confirm_after),
            Some(since) if now < since + self.believe_after => Verdict::ConfirmAbsence(since + self.believe_after),
            Some(_) => Verdict::Gone,
        }
    }
}

/// A record whose lookup failed, with its context.
#[derive(Debug)]
pub struct Missing<'a> {
    /// The record.
    pub key: &'a RecordKey,
    /// Start of the lookup.
    pub read_at: Timestamp,
    /// Time of the stored reading.
    pub known: Timestamp,
    /// Time of the first failed lookup.
    pub since: Option<Timestamp>,
    /// The customer and the link. For an asset, its holder's.
    pub owner: Option<(Customer, Link)>,
    /// The device of an asset, or the devices of a requester.
    pub devices: &'a [Device],
}

/// Plans the changes after a failed lookup.
pub fn missing(missing: Missing<'_>, grace: &Grace, stamp: Stamp<'_>) -> Plan {
    match grace.judge(missing.since, missing.read_at) {
        Verdict::ConfirmAbsence(at) => waits(&missing, at, stamp),
        Verdict::Gone => gone(missing, stamp),
    }
}

pub(super) fn waits(missing: &Missing<'_>, at: Timestamp, stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    plan.expect(missing.key, Some(missing.known));
    let (key, read_at) = (missing.key.clone(), missing.read_at);
    plan.push(RecordChange::MarkMissing { key, at: read_at }, "one answer that something is not there proves nothing");
    // The reading clock may be ahead of the wall clock, which schedules jobs.
    plan.extend(fetch_again(missing.key, stamp.now + at.duration_since(read_at), stamp));
    plan
}

/// Schedules another reading of an object.
pub fn fetch_again(key: &RecordKey, at: Timestamp, stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    let id = key.external_id.clone();
    let hint = match key.kind {
        Kind::Asset => Hint::Asset { display_id: id },
        Kind::Requester => Hint::Requester { id },
        Kind::Contact => Hint::Contact { id },
        Kind::User | Kind::Account => return plan,
    };
    let mut job = stamp.job(FetchRecord { hint, tries: 0 });
    job.run_at = at;
    plan.push(JobChange::Enqueue(job), "a single reading is not conclusive");
    plan
}

fn gone(missing: Missing<'_>, stamp: Stamp<'_>) -> Plan {
    let Missing { key, read_at, known, since, owner, devices } = missing;
    let mut plan = Plan::default();
    if let Some((customer, link)) = owner {
        let mut draft = CustomerEdit::of(customer, stamp);
        if key.kind != Kind::Asset {
            let why = EndReason::Missing { since: since.unwrap_or(read_at) };
            draft.note(CustomerEvent::Unlinked { record: key.clone(), why: why.clone() });
            draft.end_link(&link, why);
        }
        let leaving = if key.kind == Kind::Asset { Leaving::Gone } else { Leaving::Unlinked };
        for device in devices.iter().filter(|device| device.holder.is_some()) {
            draft.unassign_device(device, leaving.clone());
        }
        plan.extend(draft.finish());
    }
    plan.expect(key, Some(known));
    plan.push(RecordChange::Bury { key: key.clone(), at: read_at }, "missing for longer than the grace period");
    match key.kind {
        Kind::Asset => {
            let (system, external_id) = (key.system.clone(), key.external_id.clone());
            plan.push(DeviceChange::Drop { system, external_id, read_at }, "what is gone is no device");
        }
        Kind::Requester => revoke(&mut plan, key, stamp),
        Kind::Contact | Kind::User | Kind::Account => {}
    }
    plan
}

pub(super) fn revoke(plan: &mut Plan, key: &RecordKey, stamp: Stamp<'_>) {
    let (system, external_id) = (key.system.clone(), key.external_id.clone());
    let change = InvitationChange::Revoke { system, external_id, at: stamp.now, why: Revocation::RequesterGone };
    plan.push(change, "an invitation is bound to its requester");
}
