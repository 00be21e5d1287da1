//! The rate limits of Freshservice, by plan.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::discipline::Limit;

pub(super) const LIST_REQUESTERS: &str = "list_requesters";
pub(super) const LIST_ASSETS: &str = "list_assets";
pub(super) const LIST_TICKETS: &str = "list_tickets";
pub(super) const VIEW_TICKET: &str = "view_ticket";
pub(super) const CREATE_TICKET: &str = "create_ticket";
pub(super) const UPDATE_TICKET: &str = "update_ticket";
const MINUTE: Duration = Duration::from_mins(1);

/// The account's plan, which determines its limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// 100 calls a minute, 40 of each list, 50 of each call for one ticket.
    #[default]
    Starter,
    /// 200 calls a minute, 70 of each list, 80 of each call for one ticket.
    Growth,
    /// 400 calls a minute, 120 of each list, 140 of each call for one ticket.
    Pro,
    /// 500 calls a minute, 140 of each list, 160 of each call for one ticket.
    Enterprise,
}

impl Plan {
    fn limits(self) -> Vec<Limit> {
        let (account, list, one) = match self {
            Self::Starter => (100, 40, 50),
            Self::Growth => (200, 70, 80),
            Self::Pro => (400, 120, 140),
            Self::Enterprise => (500, 140, 160),
        };
        let limit = |name, amount, account_wide| Limit { name, amount, per: MINUTE, account_wide };
        let lists = [LIST_REQUESTERS, LIST_ASSETS, LIST_TICKETS].map(|name| limit(name, list, false));
        let tickets = [VIEW_TICKET, CREATE_TICKET, UPDATE_TICKET].map(|name| limit(name, one, false));
        [limit("account", account, true)].into_iter().chain(lists).chain(tickets).collect()
    }
}

/// Limits of an account: those of its plan, or a single limit per minute if add-ons raise it.
pub(super) fn limits(plan: Plan, calls_per_minute: Option<u32>) -> Vec<Limit> {
    match calls_per_minute {
        Some(amount) => vec![Limit { name: "account", amount, per: MINUTE, account_wide: true }],
        None => plan.limits(),
    }
}
