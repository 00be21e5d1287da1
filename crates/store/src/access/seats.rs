//! Seats: how many people use a licence at once (`P12`). A seat is a row with a number, so that two never get the same one.

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;

use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Reads, StoreError, Undecodable, values};

/// A seat that somebody took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Its number, from 1.
    pub number: i64,
    /// Who took it.
    pub person: PersonId,
    /// What they sign in with.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// The session for which it was taken; none: it is theirs by name.
    pub session: Option<[u8; 32]>,
    /// Since when.
    pub taken_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
    /// Whether what it was taken for still stands: the session is not over, or the person is active with this licence.
    pub stands: bool,
}

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
}

fn seat(row: &Row) -> Result<Seat, Undecodable> {
    let (number, person): (i64, PersonId) = (row.get("number")?, row.id("person_id")?);
    let person_id: Option<String> = row.get("signs_in_as")?;
    Ok(Seat {
        number,
        person,
        person_id: person_id.unwrap_or_else(|| person.to_string()),
        name: row.get::<Option<String>>("name")?.unwrap_or_default(),
        session: row.get("session_hash")?,
        taken_at: row.get("taken_at")?,
        used_at: row.get("used_at")?,
        stands: row.get("stands")?,
    })
}
