//! Sweeps: the comparison of everything the hub knows with everything an outside system lists, and the brake on what they take away.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::devices::change::DeviceChange;
use crate::kernel::customer::change::LinkChange;
use crate::kernel::plan::{Change, Plan};
use crate::kernel::record::Attributes;

/// How much a sweep reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepMode {
    /// Every object.
    #[default]
    Full,
    /// What changed since the last sweep, latest change first, where the outside system lists in that order.
    Incremental,
}

impl SweepMode {
    /// The name in the database, the API and the CLI.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Incremental => "incremental",
        }
    }

    /// The mode of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Full, Self::Incremental].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// How a sweep stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepState {
    /// Asked for, not begun.
    Waiting,
    /// It reads.
    Running,
    /// The outside system stopped it; it goes on at its page by itself.
    Paused,
    /// It has read and applied everything.
    Finished,
    /// It was given up; the next one starts again.
    Failed,
    /// The brake holds what it would take away, until somebody releases or discards it.
    Held,
    /// A dry run that is complete and has something to apply or discard.
    Planned,
    /// What it planned or held is being applied.
    Applying,
    /// What it planned or held was applied.
    Applied,
    /// What it planned or held was thrown away, or is no longer so.
    Discarded,
}

impl SweepState {
    const ALL: [Self; 10] = [
        Self::Waiting,
        Self::Running,
        Self::Paused,
        Self::Finished,
        Self::Failed,
        Self::Held,
        Self::Planned,
        Self::Applying,
        Self::Applied,
        Self::Discarded,
    ];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Planned => "planned",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Discarded => "discarded",
        }
    }

    /// The state of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether it still reads, or will.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running | Self::Paused)
    }

    /// Whether changes of it may wait for a decision: also while others of them, which were decided about, are being applied.
    pub const fn can_be_decided(self) -> bool {
        matches!(self, Self::Held | Self::Planned | Self::Applying)
    }
}

/// What a person decides about changes that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// They are to be applied.
    Apply,
    /// They are thrown away.
    Discard,
}

/// How much may be taken from customers before somebody has to look (`H04`). All three must be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brake {
    /// At most so many: devices taken away, links ended, records buried.
    pub count: i64,
    /// At most this part of what is linked, in percent.
    pub percent: i64,
    /// Fewer than this never trip it.
    pub floor: i64,
    /// What was taken within this time counts, together with everything that is held.
    pub window: SignedDuration,
}

impl Default for Brake {
    fn default() -> Self {
        Self { count: 20, percent: 5, floor: 20, window: SignedDuration::from_hours(1) }
    }
}

impl Brake {
    /// Whether so many are many enough for the part of the whole to matter.
    pub const fn is_many(&self, taken: i64) -> bool {
        taken > self.count && taken >= self.floor
    }

    /// Whether so many of `linked` are too many.
    pub const fn trips(&self, taken: i64, linked: i64) -> bool {
        self.is_many(taken) && taken.saturating_mul(100) > linked.saturating_mul(self.percent)
    }

    /// Whether a complete list of `seen` objects is too short to be believed when `missing` of `known` are not on it.
    pub const fn is_short(&self, seen: i64, missing: i64, known: i64) -> bool {
        (seen == 0 && known > 0) || self.trips(missing, known)
    }
}

impl Plan {
    /// What the plan takes from linked customers: devices, and links. A device that moves to another customer counts too.
    pub fn takes_away(&self) -> i64 {
        let takes = |change: &&Change| {
            matches!(
                change,
                Change::Link(LinkChange::End { .. } | LinkChange::Suspend { why: Some(_), .. })
                    | Change::Device(DeviceChange::Unassign { .. })
            )
        };
        i64::try_from(self.changes().filter(takes).count()).unwrap_or(i64::MAX)
    }
}

/// One thing that an object says differently now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What, in words.
    pub what: &'static str,
    /// What it said before.
    pub before: Option<String>,
    /// What it says now.
    pub after: Option<String>,
}

/// What an object says differently now, for people. Of one that is new, everything it says.
pub fn differences(before: Option<&Attributes>, after: &Attributes) -> Vec<Difference> {
    let now = readable_attributes(after);
    let known = before.map(readable_attributes).unwrap_or_default();
    let earlier = |what: &str| known.iter().find(|(known, _)| *known == what).and_then(|(_, value)| value.clone());
    now.into_iter()
        .map(|(what, after)| Difference { what, before: earlier(what), after })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

/// The word under which an asset's holder is told: an id that a person wants to see as a name.
pub const USED_BY: &str = "used by";

/// Everything that is kept of an object that sweeps read, in words: what reads alike before and after is no change.
fn readable_attributes(attributes: &Attributes) -> Vec<(&'static str, Option<String>)> {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let list = |list: &[String]| text(&list.join(", "));
    let yes = |flag: bool, word: &str| flag.then(|| word.to_owned());
    match attributes {
        Attributes::Requester(it) => vec![
            ("name", text(&it.name)),
            ("e-mail", it.primary_email.clone()),
            ("other e-mails", list(&it.secondary_emails)),
            ("mobile", it.mobile_phone.clone()),
            ("phone", it.work_phone.clone()),
            ("deactivated", yes(!it.active, "yes")),
            ("agent", yes(it.is_agent, "yes")),
        ],
        Attributes::Contact(it) => vec![
            ("name", text(&it.name)),
            ("e-mail", it.primary_email.clone()),
            ("other e-mails", list(&it.other_emails)),
            ("mobile", it.mobile_phone.clone()),
            ("phone", it.work_phone.clone()),
            ("stage", it.lifecycle_stage.clone()),
            ("open deals", it.open_deals.map(|count| count.to_string())),
        ],
        Attributes::Asset(it) => vec![
            ("name", text(&it.name)),
            (USED_BY, it.used_by.clone()),
            ("assigned on", it.assigned_on.map(|at| at.to_string())),
            ("serial", it.serial.clone()),
            ("inverter serial", it.inverter_serial.clone()),
            ("inverter vendor", it.inverter_vendor.clone()),
            ("type", it.asset_type.clone()),
            ("type id", text(&it.asset_type_id)),
            ("tag", it.asset_tag.clone()),
            ("state", it.state.clone()),
            ("product", it.product.clone()),
            ("vendor", it.vendor.clone()),
            ("asset id", text(&it.asset_id)),
            ("in the trash", yes(it.trashed, "yes")),
        ],
        Attributes::User(it) => vec![("name", it.name.clone()), ("e-mail", it.email.clone())],
        Attributes::Account(it) => vec![("name", text(&it.name)), ("e-mail", it.email.clone())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::record::Asset;

    #[test]
    fn h04_the_brake_needs_both_a_number_and_a_part_of_the_whole() {
        let brake = Brake::default();
        assert!(!brake.trips(20, 20), "below the floor never");
        assert!(brake.trips(21, 21));
        assert!(!brake.trips(21, 420), "5 % are not more than 5 %");
        assert!(brake.trips(21, 419));
        assert!(!brake.trips(500, 10_000));
        assert!(brake.trips(501, 10_000));
    }

    #[test]
    fn h04_an_empty_list_is_never_believed_and_a_half_one_neither() {
        let brake = Brake::default();
        assert!(brake.is_short(0, 1, 1));
        assert!(!brake.is_short(0, 0, 0), "nothing was known either");
        assert!(brake.is_short(500, 500, 1000));
        assert!(!brake.is_short(9, 1, 10));
    }

    #[test]
    fn h04_what_changed_is_told_before_and_after() {
        let asset = |used_by: Option<&str>, state: &str| {
            let used_by = used_by.map(ToOwned::to_owned);
            Attributes::Asset(Asset { name: "PACE".into(), used_by, state: Some(state.into()), ..Asset::default() })
        };
        let told = differences(Some(&asset(Some("777"), "In Use")), &asset(None, "In Stock"));
        let told: Vec<_> = told.iter().map(|it| (it.what, it.before.as_deref(), it.after.as_deref())).collect();
        assert_eq!(told, [("used by", Some("777"), None), ("state", Some("In Use"), Some("In Stock"))]);
        assert_eq!(differences(None, &asset(None, "In Stock")).len(), 2);
    }
}
