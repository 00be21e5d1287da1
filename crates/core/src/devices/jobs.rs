//! Jobs of devices.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::{DeviceLoadId, DeviceWriteId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Carry out a device write in the service desk (`A08`, `A09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteDevice {
    /// The write.
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

/// Request the planned changes of a load, a few at a time (`A09`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDeviceLoad {
    /// The load.
    pub load_id: DeviceLoadId,
}

impl JobKind for RunDeviceLoad {
    const KIND: &'static str = "run_device_load";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.load_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::ServiceDesk
    }
}
