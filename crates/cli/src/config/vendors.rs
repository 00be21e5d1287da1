//! `[vendors]`: how often vendors of the operator's own marketplace are called at once.

use std::num::NonZeroU16;

use serde::{Deserialize, Serialize};
use tessera_connect::service_manager::OverHttp;
use tessera_connect::{Environment, SetupError};
use tessera_core::kernel::job::VendorCalls;

#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vendors {
    /// Calls of all vendors together that a process has under way. Each vendor has one beyond it.
    pub calls_at_once: NonZeroU16,
    /// Calls of one vendor.
    pub calls_at_once_per_vendor: NonZeroU16,
}

impl Default for Vendors {
    fn default() -> Self {
        let VendorCalls { at_once, at_once_per_vendor } = VendorCalls::default();
        let number = |of: usize| u16::try_from(of).ok().and_then(NonZeroU16::new).unwrap_or(NonZeroU16::MIN);
        Self { calls_at_once: number(at_once), calls_at_once_per_vendor: number(at_once_per_vendor) }
    }
}

impl Vendors {
    /// The limits, as the job runner keeps them.
    pub fn calls(self) -> VendorCalls {
        VendorCalls {
            at_once: usize::from(self.calls_at_once.get()),
            at_once_per_vendor: usize::from(self.calls_at_once_per_vendor.get()),
        }
    }

    /// The client that calls vendors.
    pub fn connect(self, environment: Environment) -> Result<OverHttp, SetupError> {
        Ok(OverHttp::new(environment)?.at_once_per_vendor(self.calls().at_once_per_vendor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m20_the_default_limits_are_those_of_the_job_runner() {
        assert_eq!(Vendors::default().calls(), VendorCalls::default());
    }
}
