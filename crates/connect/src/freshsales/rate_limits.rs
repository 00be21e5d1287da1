//! The rate limits of Freshsales, by plan.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::discipline::Limit;

/// The account's plan, which sets its limits. Beside the calls an hour, every plan allows 400 a minute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// 1000 calls an hour.
    #[default]
    Free,
    /// 1000 calls an hour.
    Growth,
    /// 2000 calls an hour.
    Pro,
    /// 5000 calls an hour.
    Enterprise,
}

impl Plan {
    fn limits(self) -> Vec<Limit> {
        let amount = match self {
            Self::Free | Self::Growth => 1000,
            Self::Pro => 2000,
            Self::Enterprise => 5000,
        };
        let minute = Limit { name: "minute", amount: 400, per: Duration::from_mins(1), account_wide: true };
        vec![Limit { name: "hour", amount, per: Duration::from_hours(1), account_wide: true }, minute]
    }
}

/// The limits of an account: its plan's, or what it may call per hour in all when its contract raises that.
pub(super) fn limits(plan: Plan, calls_per_hour: Option<u32>) -> Vec<Limit> {
    match calls_per_hour {
        Some(amount) => vec![Limit { name: "hour", amount, per: Duration::from_hours(1), account_wide: true }],
        None => plan.limits(),
    }
}
