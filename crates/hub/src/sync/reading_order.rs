//! The order of readings across restarts and processes: what this process stamped is reserved in the database, and what
//! others stamped is learned from it.

use tessera_store::StoreError;

use crate::{Hub, HubError};

impl Hub {
    /// Begins above everything that was stamped before this process started, by it or by another one.
    pub async fn resume_readings(&self) -> Result<(), StoreError> {
        if let Some(known) = self.reads().reading_clock().await? {
            self.env.readings().learn(known.until);
        }
        Ok(())
    }

    /// Goes on above what other processes stamped meanwhile.
    pub(crate) async fn learn_readings(&self) -> Result<(), StoreError> {
        if let Some(known) = self.reads().reading_clock().await? {
            self.env.readings().learn(known.latest);
        }
        Ok(())
    }

    /// Reserves the latest stamp, if it is not reserved: before it is stored other than by a plan.
    pub(crate) async fn reserve_readings(&self) -> Result<(), HubError> {
        if let Some(reservation) = self.env.readings().reservation() {
            self.technical().reserve_readings(reservation).await?;
            self.env.readings().is_reserved(reservation);
        }
        Ok(())
    }
}
