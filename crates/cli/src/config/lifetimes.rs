//! `[invitations]` and `[sessions]`: how long they last.

use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Invitations {
    pub lifetime_hours: i64,
}

impl Default for Invitations {
    fn default() -> Self {
        Self { lifetime_hours: 14 * 24 }
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    pub lifetime_hours: i64,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { lifetime_hours: 12 }
    }
}
