//! `[vendors]`: how often vendors of the operator's own marketplace are called at once, and where.

use std::num::NonZeroU16;

use anyhow::anyhow;
use serde::{Deserialize, Serialize};
use tessera_connect::Environment;
use tessera_connect::service_manager::{OverHttp, VendorHosts};
use tessera_core::kernel::job::VendorCalls;

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vendors {
    /// Calls of all vendors together that a process has under way. Each vendor has one beyond it.
    pub calls_at_once: NonZeroU16,
    /// Calls of one vendor.
    pub calls_at_once_per_vendor: NonZeroU16,
    /// The servers at which vendors may be called. Empty: any.
    pub hosts: Vec<String>,
}

impl Default for Vendors {
    fn default() -> Self {
        let VendorCalls { at_once, at_once_per_vendor } = VendorCalls::default();
        let number = |of: usize| u16::try_from(of).ok().and_then(NonZeroU16::new).unwrap_or(NonZeroU16::MIN);
        Self { calls_at_once: number(at_once), calls_at_once_per_vendor: number(at_once_per_vendor), hosts: Vec::new() }
    }
}

impl Vendors {
    /// The limits, as the job runner keeps them.
    pub fn calls(&self) -> VendorCalls {
        VendorCalls {
            at_once: usize::from(self.calls_at_once.get()),
            at_once_per_vendor: usize::from(self.calls_at_once_per_vendor.get()),
        }
    }

    /// The client that calls vendors.
    pub fn connect(&self, environment: Environment) -> anyhow::Result<OverHttp> {
        let client = OverHttp::new(environment)?.at_once_per_vendor(self.calls().at_once_per_vendor);
        Ok(client.only_at(self.allowed()?))
    }

    /// The servers at which vendors may be called.
    ///
    /// # Errors
    /// If an entry is no host.
    pub fn allowed(&self) -> anyhow::Result<VendorHosts> {
        VendorHosts::only(&self.hosts).map_err(|wrong| anyhow!("vendors.hosts: {wrong}"))
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
