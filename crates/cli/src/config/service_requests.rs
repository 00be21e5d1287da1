//! The section `[requests]`: the kinds of service requests.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tessera_core::service_requests::TicketMatch;

/// Service requests.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Requests {
    /// The kinds, as code and label. Empty: the default ones.
    pub kinds: Vec<RequestKind>,
    /// The role function for defining a customer's own workflows.
    pub workflow_admin: Option<String>,
    /// Labels for custom statuses of the service desk, by number.
    pub statuses: BTreeMap<String, String>,
    /// Days to look back in the first reading of tickets.
    pub history_days: Option<u16>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RequestKind {
    pub code: String,
    pub label: String,
    /// The tickets of the service desk that are of this kind, besides those whose type or category has its name.
    #[serde(default)]
    pub tickets: Vec<Tickets>,
}

/// Tickets of the service desk, by type, by category, or by both.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tickets {
    #[serde(rename = "type")]
    pub ticket_type: Option<String>,
    pub category: Option<String>,
}

impl Requests {
    /// The settings, validated.
    ///
    /// # Errors
    /// If a status is not a number, or a code contains characters that are not allowed in a URL path.
    pub fn decided(&self) -> anyhow::Result<tessera_hub::Requests> {
        let mut decided = tessera_hub::Requests::default();
        if !self.kinds.is_empty() {
            decided.kinds = self.kinds.iter().map(RequestKind::checked).collect::<anyhow::Result<_>>()?;
        }
        decided.workflow_admin = self.workflow_admin.clone().unwrap_or(decided.workflow_admin);
        decided.history_days = self.history_days.unwrap_or(decided.history_days);
        for (number, words) in &self.statuses {
            let number = number.parse().with_context(|| format!("[requests.statuses] {number} is no number"))?;
            decided.statuses.insert(number, words.clone());
        }
        Ok(decided)
    }
}

impl RequestKind {
    fn checked(&self) -> anyhow::Result<tessera_hub::RequestKind> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.code.is_empty() || !self.code.chars().all(plain) {
            anyhow::bail!("[requests] the code `{}` of a kind may hold a-z, 0-9 and _ only", self.code);
        }
        let tickets = self.tickets.iter().map(|tickets| tickets.checked(&self.code)).collect::<anyhow::Result<_>>()?;
        Ok(tessera_hub::RequestKind { code: self.code.clone(), label: self.label.clone(), tickets })
    }
}

impl Tickets {
    fn checked(&self, code: &str) -> anyhow::Result<TicketMatch> {
        if self.ticket_type.is_none() && self.category.is_none() {
            anyhow::bail!("[requests] tickets of the kind `{code}`: name a type or a category");
        }
        Ok(TicketMatch { ticket_type: self.ticket_type.clone(), category: self.category.clone() })
    }
}
