//! Sweeps: the comparison of all stored records with an outside system's list, and the brake on what they take away.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::devices::change::DeviceChange;
use crate::kernel::customer::change::LinkChange;
use crate::kernel::plan::{Change, Plan};
use crate::kernel::record::Attributes;
use crate::kernel::record::deal::Deal;

/// The extent of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepMode {
    /// Every object.
    #[default]
    Full,
    /// Changed objects since the last sweep, latest change first. Only where the outside system can list in that order.
    Incremental,
}

impl SweepMode {
    /// Name in the database, the API and the CLI.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Incremental => "incremental",
        }
    }

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Full, Self::Incremental].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// The state of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepState {
    /// Requested, not started.
    Waiting,
    /// Reading.
    Running,
    /// Paused by the outside system. It continues at its page by itself.
    Paused,
    /// Everything was read and applied.
    Finished,
    /// Given up. The next sweep starts again.
    Failed,
    /// The brake holds its removals until staff release or discard them.
    Held,
    /// A completed dry run with changes to apply or discard.
    Planned,
    /// Planned or held changes are being applied.
    Applying,
    /// Planned or held changes were applied.
    Applied,
    /// Planned or held changes were discarded, or have become obsolete.
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

    /// Name in the database and the API.
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

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether it is reading, or will be.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running | Self::Paused)
    }

    /// Whether its changes may wait for a decision. This includes the time while others of them are being applied.
    pub const fn can_be_decided(self) -> bool {
        matches!(self, Self::Held | Self::Planned | Self::Applying)
    }
}

/// A decision on held changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Apply them.
    Apply,
    /// Discard them.
    Discard,
}

/// Limits on removals before staff have to check (`H04`). All three must be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brake {
    /// Maximum number: devices taken away, links ended, records marked as gone.
    pub count: i64,
    /// Maximum share of the linked records, in percent.
    pub percent: i64,
    /// Minimum number that can trip the brake.
    pub floor: i64,
    /// Time window: removals within it count, together with everything that is held.
    pub window: SignedDuration,
}

impl Default for Brake {
    fn default() -> Self {
        Self { count: 20, percent: 5, floor: 20, window: SignedDuration::from_hours(1) }
    }
}

impl Brake {
    /// Whether this number is large enough for the share to matter.
    pub const fn is_many(&self, taken: i64) -> bool {
        taken > self.count && taken >= self.floor
    }

    /// Whether this number of removals exceeds the limits, for this number of links.
    pub const fn trips(&self, taken: i64, linked: i64) -> bool {
        self.is_many(taken) && taken.saturating_mul(100) > linked.saturating_mul(self.percent)
    }

    /// Whether a complete list of `seen` objects is implausibly short, since it lacks `missing` of `known`.
    pub const fn is_short(&self, seen: i64, missing: i64, known: i64) -> bool {
        (seen == 0 && known > 0) || self.trips(missing, known)
    }
}

impl Plan {
    /// Number of devices and links that the plan takes from linked customers. A device that moves to another customer
    /// counts, too.
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

/// A changed attribute of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the attribute, for people.
    pub what: &'static str,
    /// Previous value.
    pub before: Option<String>,
    /// New value.
    pub after: Option<String>,
}

/// The changed attributes of an object, for people. For a new object, all its attributes.
pub fn differences(before: Option<&Attributes>, after: &Attributes) -> Vec<Difference> {
    let now = readable_attributes(after);
    let known = before.map(readable_attributes).unwrap_or_default();
    let earlier = |what: &str| known.iter().find(|(known, _)| *known == what).and_then(|(_, value)| value.clone());
    now.into_iter()
        .map(|(what, after)| Difference { what, before: earlier(what), after })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

/// Name of the attribute with an asset's holder: an id that is shown as a name.
pub const USED_BY: &str = "used by";

/// All stored attributes of an object that sweeps read, for people. A difference that is not visible here is not a
/// change.
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
            ("won deals", it.won_deals.map(|count| count.to_string())),
            ("deals", list(&it.deals.iter().map(readable_deal).collect::<Vec<_>>())),
            ("fax", it.fax.clone()),
            ("web site", it.website.clone()),
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

/// All stored attributes of a deal on one line.
fn readable_deal(deal: &Deal) -> String {
    let date = |date: Option<Date>| date.map(|date| date.to_string());
    let parts = [
        deal.amount.clone(),
        deal.currency.map(|currency| currency.to_string()),
        deal.stage.clone(),
        deal.outcome.map(|outcome| outcome.as_str().to_owned()),
        date(deal.expected_close).map(|date| format!("expected {date}")),
        date(deal.closed_on).map(|date| format!("closed {date}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{} ({}): {}", deal.name, deal.id, parts.join(" "))
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
    fn h04_a_change_shows_values_before_and_after() {
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
