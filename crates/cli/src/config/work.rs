//! The section `[work]`: kinds of work, parts, and which service requests make work by themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tessera_core::work_orders::{Part, WorkKind, WorkSettings};

/// The section `[work]`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Work {
    /// Whether technicians may take on work that is nobody's.
    pub self_assign: bool,
    /// The kinds of work, each with its check list. Empty: the default ones.
    pub kinds: Vec<WorkKind>,
    /// The parts in vans. Empty: the default ones.
    pub parts: Vec<Part>,
    /// The kind of work that a service request makes by itself, by the code of its kind.
    pub requests: BTreeMap<String, String>,
}

impl Work {
    /// The settings, validated.
    pub fn checked(&self) -> anyhow::Result<WorkSettings> {
        let usual = WorkSettings::default();
        let settings = WorkSettings {
            kinds: if self.kinds.is_empty() { usual.kinds } else { self.kinds.clone() },
            parts: if self.parts.is_empty() { usual.parts } else { self.parts.clone() },
            requests: self.requests.clone(),
            self_assign: self.self_assign,
        };
        settings.check()?;
        Ok(settings)
    }
}
