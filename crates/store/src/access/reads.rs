//! Reads of licences and their seats.

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons;

use super::rows::{Seat, seat};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::search::records::filled;
use crate::{Reads, StoreError, Value, values};

impl Reads {
    /// All occupied and released seats of some licences, by licence and number. The caller decides whether a seat is free.
    pub async fn seats(&self, licences: &[LicenceType], now: Timestamp) -> Result<Vec<Seat>, StoreError> {
        let mut values = filled(licences.iter().map(|licence| Value::from(licence.as_str())));
        values.extend(values![now]);
        read_all(self.query(sql::SEATS, values).await?, seat)
    }

    /// Time of a session's last use of its seat of a licence. `None`: the session has no seat.
    pub async fn seat_of_session(
        &self,
        session: &[u8; 32],
        licence: LicenceType,
    ) -> Result<Option<Timestamp>, StoreError> {
        read_one(self.one(sql::SEAT_OF_SESSION, values![session, licence.as_str()]).await?, |row| row.get("used_at"))
    }

    /// Whether a person has a named seat of a licence.
    pub async fn has_named_seat(&self, person: PersonId, licence: LicenceType) -> Result<bool, StoreError> {
        Ok(self.one(sql::SEAT_OF_PERSON, values![person, licence.as_str()]).await?.is_some())
    }

    /// The unknown licence code that was last requested for a person, and when.
    pub async fn refused_licence(&self, person_id: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        let row = self.one(sql::REFUSED_LICENCE, values![persons::key(person_id)]).await?;
        read_one(row, |row| Ok((row.get("code")?, row.get("at")?)))
    }
}
