//! Seats that sessions take and use (`P12`).

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;

use super::Technical;
use crate::access::sql;
use crate::engine::Statement;
use crate::{ApplyError, Conflict, StoreError, values};

impl Technical<'_> {
    /// Takes a seat: nobody has it, or whoever had it when it was read has it still. False: somebody took it meanwhile.
    pub async fn take_seat(
        &self,
        licence: LicenceType,
        number: i64,
        person: PersonId,
        session: Option<[u8; 32]>,
        before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        // Nothing was ever used at the epoch: then the seat must be new.
        let before = before.unwrap_or(Timestamp::UNIX_EPOCH);
        let values = values![licence.as_str(), number, person, session, now, before];
        match self.write(Statement::one(sql::SEAT_TAKE, values, Conflict::Seat)).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Notes that a session uses its seat.
    pub async fn use_seat(&self, session: &[u8; 32], now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SEAT_USE, values![now, session])).await
    }
}
