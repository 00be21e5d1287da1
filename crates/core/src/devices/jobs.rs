//! Jobs of devices.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::DeviceWriteId;
use crate::kernel::job::{JobKind, Lane, Pool};

/// Do what is wanted of an asset in the service desk (`A08`, `A09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteDevice {
    /// Which write.
    pub write_id: DeviceWriteId,
}

impl JobKind for WriteDevice {
    const KIND: &'static str = "write_device";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        self.write_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDesk
    }
}
