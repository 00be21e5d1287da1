//! The present state of the hub, in numbers.

use std::sync::atomic::AtomicU64;

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tessera_hub::Hub;
use tessera_hub::ports::{Condition, Health};
use tessera_hub::queries::metrics::{Load, Space, Standing};

type Fraction = Gauge<f64, AtomicU64>;
/// No labels.
type Single = [(&'static str, &'static str); 0];

/// The gauges. A gauge without labels is a family with one member, so that it can be absent while nothing is known.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    database_up: Gauge,
    alarms: Family<AlarmLabels, Gauge>,
    jobs: Family<StateLabel, Gauge>,
    oldest_due_job_age: Family<Single, Fraction>,
    invitations_open: Family<Single, Gauge>,
    reviews_open: Family<Single, Gauge>,
    registrations_open: Family<Single, Gauge>,
    held_changes: Family<SystemLabel, Gauge>,
    sweep_last_success: Family<SweepLabels, Fraction>,
    sweep_running: Family<SweepLabels, Gauge>,
    sweep_objects: Family<SweepLabels, Gauge>,
    circuit_breaker_open: Family<SystemLabel, Gauge>,
    system_healthy: Family<SystemLabel, Gauge>,
    budget_limit: Family<BudgetLabels, Gauge>,
    budget_remaining: Family<BudgetLabels, Gauge>,
    database_waiting: Family<QueueLabel, Gauge>,
    database_connections: Family<StateLabel, Gauge>,
    database_connections_limit: Family<Single, Gauge>,
    database_size: Family<Single, Gauge>,
    database_log_size: Family<Single, Gauge>,
    database_disk_free: Family<Single, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AlarmLabels {
    system: String,
    code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueueLabel {
    queue: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SystemLabel {
    system: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SweepLabels {
    system: String,
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BudgetLabels {
    system: String,
    budget: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    version: &'static str,
    database: &'static str,
}

impl Gauges {
    pub(super) fn of(hub: &Hub, to: &mut Registry) -> Self {
        let gauges = Self::default();
        let build = Family::<BuildLabels, Gauge>::default();
        let labels = BuildLabels { version: env!("CARGO_PKG_VERSION"), database: hub.queries().database() };
        build.get_or_create(&labels).set(1);
        to.register("build_info", "The version and the database of this process", build);
        let start = Fraction::default();
        start.set(seconds(hub.env.now()));
        to.register_with_unit("start_time", "When this process started", Unit::Seconds, start);
        gauges.register_standing(to);
        gauges.register_process(to);
        gauges
    }

    fn register_standing(&self, to: &mut Registry) {
        to.register("database_up", "Whether the database could be read", self.database_up.clone());
        to.register("alarms", "Alarms that stand, by system and code", self.alarms.clone());
        to.register("jobs", "Jobs by state; waiting are those that are due within an hour", self.jobs.clone());
        let help = "How long the job is due that has been due longest";
        to.register_with_unit("oldest_due_job_age", help, Unit::Seconds, self.oldest_due_job_age.clone());
        to.register("invitations_open", "Invitations that can still be used", self.invitations_open.clone());
        to.register("reviews_open", "Reviews that wait for a decision", self.reviews_open.clone());
        let help = "Registrations that wait for a decision";
        to.register("registrations_open", help, self.registrations_open.clone());
        to.register("held_changes", "Changes that the brake holds, by system", self.held_changes.clone());
        let help = "When the last successful sweep ended";
        to.register_with_unit("sweep_last_success_timestamp", help, Unit::Seconds, self.sweep_last_success.clone());
        let help = "Whether a sweep has begun and has not ended";
        to.register("sweep_running", help, self.sweep_running.clone());
        to.register("sweep_objects", "Objects that the latest sweep has read", self.sweep_objects.clone());
    }

    fn register_process(&self, to: &mut Registry) {
        let help = "Whether the system failed repeatedly and is left alone for a while";
        to.register("circuit_breaker_open", help, self.circuit_breaker_open.clone());
        to.register("system_healthy", "Whether calls are made and answers are usable", self.system_healthy.clone());
        to.register("call_budget_limit", "Calls allowed in a budget's period", self.budget_limit.clone());
        to.register("call_budget_remaining", "Calls left in a budget's period", self.budget_remaining.clone());
        to.register("database_waiting", "Requests that wait for the database", self.database_waiting.clone());
        let help = "Connections to PostgreSQL, by state";
        to.register("database_connections", help, self.database_connections.clone());
        let help = "Maximum number of connections to PostgreSQL";
        to.register("database_connections_limit", help, self.database_connections_limit.clone());
        to.register_with_unit("database_size", "Size of the SQLite file", Unit::Bytes, self.database_size.clone());
        let help = "Size of SQLite's write-ahead log";
        to.register_with_unit("database_log_size", help, Unit::Bytes, self.database_log_size.clone());
        let help = "Free space on the disk of the SQLite file";
        to.register_with_unit("database_disk_free", help, Unit::Bytes, self.database_disk_free.clone());
    }

    /// Shows what the database holds. `None`: it could not be read, and nothing of it is shown.
    pub(super) fn show_standing(&self, standing: Option<&Standing>) {
        self.database_up.set(i64::from(standing.is_some()));
        self.alarms.clear();
        self.jobs.clear();
        self.oldest_due_job_age.clear();
        for single in [&self.invitations_open, &self.reviews_open, &self.registrations_open] {
            single.clear();
        }
        self.held_changes.clear();
        self.sweep_last_success.clear();
        self.sweep_running.clear();
        self.sweep_objects.clear();
        let Some(standing) = standing else { return };
        for alarm in &standing.alarms {
            let labels = AlarmLabels { system: alarm.system.clone(), code: alarm.code.clone() };
            self.alarms.get_or_create(&labels).inc();
        }
        let jobs = &standing.jobs;
        let states = [
            ("waiting", jobs.waiting),
            ("running", jobs.running),
            ("failed", jobs.failed),
            ("in_doubt", jobs.in_doubt),
        ];
        for (state, count) in states {
            self.jobs.get_or_create(&StateLabel { state }).set(count);
        }
        let due = standing.oldest_due.map_or(0.0, |since| standing.at.duration_since(since).as_secs_f64());
        self.oldest_due_job_age.get_or_create(&[]).set(due);
        self.invitations_open.get_or_create(&[]).set(standing.open_invitations);
        self.reviews_open.get_or_create(&[]).set(standing.open_reviews.into());
        self.registrations_open.get_or_create(&[]).set(standing.open_registrations.into());
        for held in &standing.held {
            self.held_changes.get_or_create(&SystemLabel { system: held.system.clone() }).set(held.changes);
        }
        for sweep in &standing.sweeps {
            let labels = SweepLabels { system: sweep.system.clone(), kind: sweep.kind };
            if let Some(at) = sweep.last_success {
                self.sweep_last_success.get_or_create(&labels).set(seconds(at));
            }
            self.sweep_running.get_or_create(&labels).set(sweep.running.into());
            self.sweep_objects.get_or_create(&labels).set(sweep.objects);
        }
    }

    /// Shows what this process knows without asking.
    pub(super) fn show_process(&self, hub: &Hub) {
        self.budget_limit.clear();
        self.budget_remaining.clear();
        for health in hub.health() {
            self.show_system(&health);
        }
        self.show_load(&hub.queries().database_load());
        if let Some(space) = hub.queries().database_space() {
            self.show_space(space);
        }
    }

    fn show_system(&self, health: &Health) {
        let system = SystemLabel { system: health.system.clone() };
        let is_open = matches!(health.condition, Condition::Open { .. });
        self.circuit_breaker_open.get_or_create(&system).set(is_open.into());
        self.system_healthy.get_or_create(&system).set((health.condition == Condition::Healthy).into());
        for quota in &health.quotas {
            let labels = BudgetLabels { system: health.system.clone(), budget: quota.name };
            self.budget_limit.get_or_create(&labels).set(signed(quota.limit));
            self.budget_remaining.get_or_create(&labels).set(signed(quota.remaining));
        }
    }

    fn show_load(&self, load: &Load) {
        for &(queue, waiting) in &load.waiting {
            self.database_waiting.get_or_create(&QueueLabel { queue }).set(signed(waiting as u64));
        }
        if let Some(connections) = load.connections {
            for (state, count) in [("busy", connections.busy), ("idle", connections.idle)] {
                self.database_connections.get_or_create(&StateLabel { state }).set(signed(count as u64));
            }
            self.database_connections_limit.get_or_create(&[]).set(signed(connections.most as u64));
        }
    }

    fn show_space(&self, space: Space) {
        self.database_size.get_or_create(&[]).set(signed(space.database));
        self.database_log_size.get_or_create(&[]).set(signed(space.log));
        self.database_disk_free.get_or_create(&[]).set(signed(space.free));
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}
