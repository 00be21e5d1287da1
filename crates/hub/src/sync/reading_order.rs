//! The reading clock across restarts and processes: the timestamps of this process are reserved in the database, and those
//! of other processes are observed there.

use tessera_store::StoreError;

use crate::{Hub, HubError};

impl Hub {
    /// Advances the reading clock beyond all timestamps reserved so far, by this process before a restart or by others.
    pub async fn resume_readings(&self) -> Result<(), StoreError> {
        if let Some(known) = self.reads().reading_clock().await? {
            self.env.readings().observe(known.until);
        }
        Ok(())
    }

    /// Advances the reading clock beyond the timestamps that other processes have stored.
    pub(crate) async fn observe_readings(&self) -> Result<(), StoreError> {
        if let Some(known) = self.reads().reading_clock().await? {
            self.env.readings().observe(known.latest);
        }
        Ok(())
    }

    /// Reserves the latest timestamp before it is stored without a plan.
    pub(crate) async fn reserve_readings(&self) -> Result<(), HubError> {
        if let Some(reservation) = self.env.readings().reservation() {
            self.technical().reserve_readings(reservation).await?;
            self.env.readings().reserved(reservation);
        }
        Ok(())
    }
}
