//! Readings of devices, reported by messages.

use jiff::{SignedDuration, Timestamp};

use super::content::ReportDeviceReading;
use crate::devices::Device;
use crate::kernel::ids::MessageId;
use crate::kernel::rejection::{Rejection, RejectionKind};

/// Maximum length of the name of a measure.
pub const MAX_MEASURE_LENGTH: usize = 64;
/// Maximum length of a unit.
pub const MAX_UNIT_LENGTH: usize = 16;
/// How far a device's clock may be ahead.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// A reading of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceReading {
    /// The device's system.
    pub system: String,
    /// The device's id there.
    pub external_id: String,
    /// What was measured.
    pub measure: String,
    /// When.
    pub measured_at: Timestamp,
    /// The value.
    pub value: String,
    /// The unit.
    pub unit: Option<String>,
    /// The message that reported it.
    pub message: MessageId,
}

/// Reason why a reading is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadingError {
    /// The device is not visible to the person.
    #[error("there is no such device at the places of this person")]
    NoSuchDevice,
    /// The name of the measure does not fit.
    #[error("`measure` has 1 to 64 lower-case letters, digits, dots, hyphens and underscores")]
    Measure,
    /// The unit does not fit.
    #[error("`unit` has 1 to 16 characters")]
    Unit,
    /// The time is in the future.
    #[error("`measured_at` is in the future; set the device’s clock")]
    Future,
}

impl Rejection for ReadingError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchDevice => "no_such_device",
            Self::Measure | Self::Unit | Self::Future => "invalid_reading",
        }
    }

    fn kind(&self) -> RejectionKind {
        RejectionKind::Invalid
    }
}

impl DeviceReading {
    /// Checks a reading of a device that is visible to the sender.
    ///
    /// # Errors
    /// What does not fit.
    pub fn checked(
        reported: &ReportDeviceReading,
        device: &Device,
        message: MessageId,
        now: Timestamp,
    ) -> Result<Self, ReadingError> {
        let measure = reported.measure.as_str();
        let shaped = measure.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
        if !shaped || !(1..=MAX_MEASURE_LENGTH).contains(&measure.len()) {
            return Err(ReadingError::Measure);
        }
        let unit = reported.unit.as_deref().map(str::trim);
        if unit.is_some_and(|unit| !(1..=MAX_UNIT_LENGTH).contains(&unit.chars().count())) {
            return Err(ReadingError::Unit);
        }
        if reported.measured_at > now + AHEAD {
            return Err(ReadingError::Future);
        }
        Ok(Self {
            system: device.system.clone(),
            external_id: device.external_id.clone(),
            measure: measure.to_owned(),
            measured_at: reported.measured_at,
            value: reported.value.to_string(),
            unit: unit.map(ToOwned::to_owned),
            message,
        })
    }
}
