//! `[brand]`: the company, as customers see it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    pub name: String,
    pub support_email: Option<String>,
    pub support_phone: Option<String>,
    pub help_url: Option<String>,
}
