//! The rate limits of Freshsales, by plan.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::discipline::Limit;

/// The account's plan, which determines its limits. Besides the hourly limit, every plan allows 400 calls a minute.
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

/// Limits of an account: those of its plan, or a single hourly limit if its contract raises it.
pub(super) fn limits(plan: Plan, calls_per_hour: Option<u32>) -> Vec<Limit> {
    match calls_per_hour {
        Some(amount) => vec![Limit { name: "hour", amount, per: Duration::from_hours(1), account_wide: true }],
        None => plan.limits(),
    }
}
