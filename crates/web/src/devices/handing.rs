//! The form that assigns a device, moves it to another holder, or takes it back into stock (`A09`).

use serde::Deserialize;
use tessera_core::devices::device_writes::DeviceWrite;
use tessera_hub::{Ctx, Expected, HubError};

use crate::App;
use crate::console::DeviceFormError;

/// Form for changing the holder of a device.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Hand {
    to: String,
    expected: String,
    /// Whether to return the device to stock. An explicit field, so that an empty name does not unassign a device by
    /// accident.
    stock: bool,
}

impl Hand {
    /// Requests the change.
    pub(crate) async fn request(&self, app: &App, display_id: &str, ctx: &Ctx) -> Result<DeviceWrite, HubError> {
        let to = if self.stock { None } else { app.hub.queries().requester_typed(&self.to).await? };
        if to.is_none() && !self.stock {
            return Err(DeviceFormError::NobodyNamed.into());
        }
        let expected = match self.expected.trim() {
            "" => Expected::Stock,
            id => Expected::Requester(id),
        };
        app.hub.hand_device(display_id, to.as_deref(), expected, ctx).await
    }
}
