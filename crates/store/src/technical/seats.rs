//! Seats occupied and used by sessions (`P12`).

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;

use super::Technical;
use crate::access::sql;
use crate::engine::Statement;
use crate::{ApplyError, Conflict, StoreError, values};

impl Technical<'_> {
    /// Assigns a seat that is free, or still has the holder that was read. `false` if it was assigned to another
    /// session meanwhile.
    pub async fn take_seat(
        &self,
        licence: LicenceType,
        number: i64,
        person: PersonId,
        session: Option<[u8; 32]>,
        before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        // No seat was ever used at the epoch, so this value requires a new seat.
        let before = before.unwrap_or(Timestamp::UNIX_EPOCH);
        let values = values![licence.as_str(), number, person, session, now, before];
        match self.write(Statement::one(sql::SEAT_TAKE, values, Conflict::Seat)).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Records that a session uses its seat.
    pub async fn use_seat(&self, session: &[u8; 32], now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SEAT_USE, values![now, session])).await
    }
}
