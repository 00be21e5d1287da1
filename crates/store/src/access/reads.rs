//! What is read of licences and their seats.

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons;

use super::rows::{Seat, seat};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// The seats of a licence that were ever taken, by number. Whether one is free by now is for whoever asks to say.
    pub async fn seats(&self, licence: LicenceType, now: Timestamp) -> Result<Vec<Seat>, StoreError> {
        read_all(self.query(sql::SEATS, values![licence.as_str(), now]).await?, seat)
    }

    /// When a session last used its seat of a licence; none: it has none.
    pub async fn seat_of_session(
        &self,
        session: &[u8; 32],
        licence: LicenceType,
    ) -> Result<Option<Timestamp>, StoreError> {
        read_one(self.one(sql::SEAT_OF_SESSION, values![session, licence.as_str()]).await?, |row| row.get("used_at"))
    }

    /// Whether a person has a seat of a licence by name.
    pub async fn has_named_seat(&self, person: PersonId, licence: LicenceType) -> Result<bool, StoreError> {
        Ok(self.one(sql::SEAT_OF_PERSON, values![person, licence.as_str()]).await?.is_some())
    }

    /// The licence type that does not exist and was asked for somebody, and when.
    pub async fn refused_licence(&self, person_id: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        let row = self.one(sql::REFUSED_LICENCE, values![persons::key(person_id)]).await?;
        read_one(row, |row| Ok((row.get("code")?, row.get("at")?)))
    }
}
