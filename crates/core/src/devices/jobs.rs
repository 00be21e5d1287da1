//! Jobs of devices.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::AssetWriteId;
use crate::kernel::job::{JobKind, Lane};

/// Do what is wanted of an asset in the service desk (`A08`, `A09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteAsset {
    /// Which write.
    pub write_id: AssetWriteId,
}

impl JobKind for WriteAsset {
    const KIND: &'static str = "write_asset";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        self.write_id.to_string()
    }
}
