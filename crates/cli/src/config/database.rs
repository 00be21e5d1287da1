//! `[database]`: where the data is.

use serde::{Deserialize, Serialize};

use super::masking::Address;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`, which accepts `sslmode` and `sslrootcert` like libpq.
    pub url: Address,
}
