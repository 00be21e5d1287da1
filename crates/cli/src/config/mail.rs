//! `[mail]`: how e-mails are sent.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::masking::masked;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    #[serde(serialize_with = "masked")]
    pub url: Option<SecretString>,
    pub from: String,
    pub reply_to: Option<String>,
}
